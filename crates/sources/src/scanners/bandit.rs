//! Bandit's JSON: issues, the files that it could not read, and how much it read.

use super::error::ReportError;
use super::found::Found;
use super::{json, severity};
use model::check::{CheckKind, CheckReport};
use serde::Deserialize;

const FORMAT: &str = "Bandit JSON";

#[derive(Deserialize)]
struct Report {
    errors: Vec<Unread>,
    metrics: Metrics,
    results: Vec<Issue>,
}

#[derive(Deserialize)]
struct Unread {
    filename: String,
    reason: String,
}

#[derive(Deserialize)]
struct Metrics {
    #[serde(rename = "_totals")]
    totals: Totals,
}

#[derive(Deserialize)]
struct Totals {
    loc: u64,
    /// Lines that a `nosec` comment takes away.
    #[serde(default)]
    nosec: u64,
}

#[derive(Deserialize)]
struct Issue {
    issue_severity: Option<String>,
}

pub(super) fn read(text: &str) -> Result<CheckReport, ReportError> {
    let report: Report = json::read(FORMAT, text)?;
    let kinds = [CheckKind::Sast, CheckKind::StaticAnalysis];
    let mut found = Found::of_tool(FORMAT, "Bandit", &kinds);
    for Unread { filename, reason } in report.errors {
        found.flaw(format!("`{filename}` was not read: {reason}"));
    }
    if report.metrics.totals.loc == 0 {
        found.flaw("no line of code was read");
    }
    for issue in report.results {
        found.add(severity::of_word(issue.issue_severity.as_deref()));
    }
    found.set_aside(report.metrics.totals.nosec);
    Ok(found.into_findings())
}
