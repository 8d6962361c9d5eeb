//! Checkmarx One's JSON: results of its engines in one list.

use super::error::ReportError;
use super::found::Found;
use super::{json, severity};
use model::check::{CheckKind, CheckReport};
use serde::Deserialize;

const FORMAT: &str = "Checkmarx One JSON";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    results: Option<Vec<Finding>>,
    total_count: u64,
}

#[derive(Deserialize)]
struct Finding {
    /// The engine.
    #[serde(rename = "type")]
    engine: String,
    severity: Option<String>,
    /// What a person made of it.
    state: Option<String>,
}

/// What each engine looks for.
const ENGINES: [(&str, CheckKind); 5] = [
    ("sast", CheckKind::Sast),
    ("sca", CheckKind::DependencyScan),
    ("kics", CheckKind::IacScan),
    ("containers", CheckKind::ContainerScan),
    ("secrets", CheckKind::SecretScan),
];

pub(super) fn read(text: &str) -> Result<CheckReport, ReportError> {
    let report: Report = json::read(FORMAT, text)?;
    let mut found = Found::of_tool(FORMAT, "Checkmarx One", &[]);
    if report.results.is_none() {
        found.flaw("it has no list of results");
    }
    let results = report.results.unwrap_or_default();
    if results.is_empty() {
        found.flaw("it does not say which of its engines ran");
        found.kinds(&ENGINES.map(|(_, kind)| kind));
    }
    let (total, there) = (report.total_count, results.len() as u64);
    if total != there {
        found.flaw(format!("it says {total} results, and lists {there}"));
    }
    for result in results {
        match ENGINES.iter().find(|(name, _)| *name == result.engine) {
            Some((_, kind)) => found.kinds(&[*kind]),
            None => found.flaw(format!("its engine `{}` is not known", result.engine)),
        }
        match result.state.as_deref() {
            Some("NOT_EXPLOITABLE") => found.set_aside(1),
            _ => found.add(severity::of_word(result.severity.as_deref())),
        }
    }
    Ok(found.into_findings())
}
