//! Black Duck's software composition report: the vulnerabilities of each component.

use super::error::ReportError;
use super::found::Found;
use super::{json, severity};
use model::check::{CheckKind, CheckReport};
use serde::Deserialize;
use serde::de::IgnoredAny;

const FORMAT: &str = "Black Duck JSON";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    /// The components that were found.
    aggregate_bom_view_entries: Vec<IgnoredAny>,
    detailed_vulnerabilities: Vec<Vulnerability>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vulnerability {
    severity: Option<String>,
    remediation_status: String,
}

pub(super) fn read(text: &str) -> Result<CheckReport, ReportError> {
    let report: Report = json::read(FORMAT, text)?;
    let mut found = Found::of_tool(FORMAT, "Black Duck", &[CheckKind::DependencyScan]);
    if report.aggregate_bom_view_entries.is_empty() {
        found.flaw("it lists no component that was looked at");
    }
    for vulnerability in report.detailed_vulnerabilities {
        match vulnerability.remediation_status.as_str() {
            "IGNORED" | "MITIGATED" | "NOT_AFFECTED" | "DUPLICATE" | "PATCHED" => {
                found.set_aside(1);
            }
            "REMEDIATION_COMPLETE" => {}
            _ => found.add(severity::of_word(vulnerability.severity.as_deref())),
        }
    }
    Ok(found.into_findings())
}
