//! Alerts as GitHub's REST API lists them: of code scanning, secret scanning and Dependabot.

use super::error::ReportError;
use super::found::{Found, UNBOUND};
use super::{json, sarif, severity};
use model::check::{CheckKind, CheckReport, Severity};
use serde::Deserialize;

const CODE: &str = "GitHub code-scanning alerts";
const SECRETS: &str = "GitHub secret-scanning alerts";
const DEPENDENCIES: &str = "GitHub Dependabot alerts";

/// How many alerts one answer holds, by default and at most.
const PAGES: [usize; 2] = [30, 100];

/// What became of an alert. GitHub also says `null` of code, which decides nothing and is refused.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum State {
    Open,
    Dismissed,
    AutoDismissed,
    Resolved,
    Fixed,
}

#[derive(Deserialize)]
struct CodeAlert {
    state: State,
    rule: Rule,
    tool: Tool,
}

#[derive(Deserialize)]
struct Rule {
    security_severity_level: Option<String>,
    severity: Option<String>,
}

#[derive(Deserialize)]
struct Tool {
    name: String,
    version: Option<String>,
}

#[derive(Deserialize)]
struct SecretAlert {
    state: State,
    #[serde(rename = "secret_type")]
    _secret_type: String,
}

#[derive(Deserialize)]
struct DependencyAlert {
    state: State,
    security_advisory: Graded,
    security_vulnerability: Option<Graded>,
}

#[derive(Deserialize)]
struct Graded {
    severity: Option<String>,
}

pub(super) fn read_code(text: &str) -> Result<CheckReport, ReportError> {
    let alerts: Vec<CodeAlert> = json::read(CODE, text)?;
    let mut found = Found::new(CODE);
    whole_pages(alerts.len(), &mut found);
    for alert in alerts {
        found.tool(&alert.tool.name, alert.tool.version.as_deref());
        // They come from whatever SARIF was uploaded.
        found.kinds(sarif::kinds_of(&alert.tool.name));
        let Rule {
            security_severity_level,
            severity,
        } = alert.rule;
        let word = security_severity_level.or(severity);
        count(alert.state, severity::of_word(word.as_deref()), &mut found);
    }
    Ok(found.into_findings())
}

pub(super) fn read_secrets(text: &str) -> Result<CheckReport, ReportError> {
    let alerts: Vec<SecretAlert> = json::read(SECRETS, text)?;
    let mut found = Found::of_tool(SECRETS, "GitHub secret scanning", &[CheckKind::SecretScan]);
    whole_pages(alerts.len(), &mut found);
    for alert in alerts {
        count(alert.state, Severity::High, &mut found);
    }
    Ok(found.into_findings())
}

pub(super) fn read_dependencies(text: &str) -> Result<CheckReport, ReportError> {
    let alerts: Vec<DependencyAlert> = json::read(DEPENDENCIES, text)?;
    let mut found = Found::of_tool(DEPENDENCIES, "Dependabot", &[CheckKind::DependencyScan]);
    whole_pages(alerts.len(), &mut found);
    for alert in alerts {
        // The package's own, where one advisory is of several packages.
        let own = alert.security_vulnerability.and_then(|it| it.severity);
        let word = own.or(alert.security_advisory.severity);
        count(alert.state, severity::of_word(word.as_deref()), &mut found);
    }
    Ok(found.into_findings())
}

fn count(state: State, severity: Severity, found: &mut Found) {
    match state {
        State::Open => found.add(severity),
        State::Dismissed | State::AutoDismissed | State::Resolved => found.set_aside(1),
        State::Fixed => {}
    }
}

/// Alerts are of a branch or of a repository, whatever was looked at, and when.
fn whole_pages(alerts: usize, found: &mut Found) {
    found.flaw(UNBOUND);
    if PAGES.contains(&alerts) {
        found.flaw(format!(
            "{alerts} alerts fill one page, and there may be more"
        ));
    }
}
