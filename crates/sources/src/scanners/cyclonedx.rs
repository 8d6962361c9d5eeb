//! CycloneDX JSON: what software is made of, and vulnerabilities with what was made of each (VEX).

use super::error::ReportError;
use super::found::Found;
use super::json;
use super::severity::{self, Score};
use model::check::{CheckKind, CheckReport, Measured, Severity};
use serde::Deserialize;

const FORMAT: &str = "CycloneDX JSON";
const KNOWN: [&str; 6] = ["1.2", "1.3", "1.4", "1.5", "1.6", "1.7"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Header {
    bom_format: String,
    spec_version: String,
}

#[derive(Deserialize)]
struct Bom {
    metadata: Option<Metadata>,
    components: Option<Vec<Component>>,
    vulnerabilities: Option<Vec<Vulnerability>>,
}

#[derive(Deserialize)]
struct Metadata {
    tools: Option<Tools>,
}

/// A list until 1.4; since then also an object.
#[derive(Deserialize)]
#[serde(untagged)]
enum Tools {
    List(Vec<Tool>),
    Components { components: Option<Vec<Tool>> },
}

#[derive(Deserialize)]
struct Tool {
    name: Option<String>,
    version: Option<String>,
}

#[derive(Deserialize)]
struct Component {
    components: Option<Vec<Component>>,
}

#[derive(Deserialize)]
struct Vulnerability {
    ratings: Option<Vec<Rating>>,
    analysis: Option<Analysis>,
}

#[derive(Deserialize)]
struct Rating {
    severity: Option<String>,
    score: Option<Score>,
}

#[derive(Deserialize)]
struct Analysis {
    state: Option<State>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Resolved,
    ResolvedWithPedigree,
    Exploitable,
    InTriage,
    FalsePositive,
    NotAffected,
}

pub(super) fn read(text: &str) -> Result<CheckReport, ReportError> {
    let header: Header = json::read(FORMAT, text)?;
    let version = header.spec_version.as_str();
    let is_known = header.bom_format == "CycloneDX" && KNOWN.contains(&version);
    json::version(FORMAT, version, is_known, "1.2 to 1.7")?;
    let bom: Bom = json::read(FORMAT, text)?;
    let mut found = Found::new(FORMAT);
    found.kinds(&[CheckKind::DependencyScan, CheckKind::ContainerScan]);
    let tools = match bom.metadata.and_then(|metadata| metadata.tools) {
        Some(Tools::List(tools)) => tools,
        Some(Tools::Components { components }) => components.unwrap_or_default(),
        None => Vec::new(),
    };
    for tool in tools {
        let name = tool.name.unwrap_or_default();
        found.tool(&name, tool.version.as_deref());
    }
    let components = count(bom.components.as_deref().unwrap_or_default());
    let vulnerabilities = bom.vulnerabilities.unwrap_or_default();
    if vulnerabilities.is_empty() {
        // A tool that only lists components writes the same as one that looked each of them up.
        return Ok(found.into_report(Measured::Components(components)));
    }
    for vulnerability in vulnerabilities {
        match vulnerability
            .analysis
            .as_ref()
            .and_then(|it| it.state.as_ref())
        {
            Some(
                State::Resolved
                | State::ResolvedWithPedigree
                | State::FalsePositive
                | State::NotAffected,
            ) => found.set_aside(1),
            Some(State::Exploitable | State::InTriage) | None => found.add(worst(&vulnerability)),
        }
    }
    Ok(found.into_findings())
}

/// Returns the gravest of its ratings that say something.
fn worst(vulnerability: &Vulnerability) -> Severity {
    let ratings = vulnerability.ratings.iter().flatten();
    let rated = ratings.filter_map(|rating| {
        let word = rating.severity.as_deref().and_then(severity::known);
        word.or_else(|| rating.score.as_ref().map(Score::severity))
    });
    rated.max().unwrap_or(Severity::High)
}

fn count(components: &[Component]) -> u64 {
    let nested = |component: &Component| count(component.components.as_deref().unwrap_or_default());
    components.iter().map(|it| 1 + nested(it)).sum()
}
