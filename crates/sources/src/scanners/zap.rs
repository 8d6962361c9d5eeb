//! ZAP's JSON: the alerts of each site that it attacked.

use super::error::ReportError;
use super::found::Found;
use super::json;
use model::check::{CheckKind, CheckReport, Severity};
use serde::Deserialize;

const FORMAT: &str = "ZAP JSON";

#[derive(Deserialize)]
struct Report {
    #[serde(rename = "@programName")]
    program: String,
    #[serde(rename = "@version")]
    version: Option<String>,
    site: Vec<Site>,
}

#[derive(Deserialize)]
struct Site {
    alerts: Vec<Alert>,
}

#[derive(Deserialize)]
struct Alert {
    riskcode: String,
    /// `0` where a person called it a false positive.
    confidence: Option<String>,
}

pub(super) fn read(text: &str) -> Result<CheckReport, ReportError> {
    let report: Report = json::read(FORMAT, text)?;
    let mut found = Found::new(FORMAT);
    found.tool(&report.program, report.version.as_deref());
    found.kinds(&[CheckKind::Dast]);
    if report.site.is_empty() {
        found.flaw("no site was reached");
    }
    for alert in report.site.into_iter().flat_map(|site| site.alerts) {
        match (alert.confidence.as_deref(), alert.riskcode.as_str()) {
            (Some("0"), _) => found.set_aside(1),
            (_, "0" | "1") => found.add(Severity::Low),
            (_, "2") => found.add(Severity::Medium),
            (_, _) => found.add(Severity::High),
        }
    }
    Ok(found.into_findings())
}
