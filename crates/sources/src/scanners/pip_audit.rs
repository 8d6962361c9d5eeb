//! `pip-audit --format json`: each dependency with its vulnerabilities, or why it was skipped.

use super::error::ReportError;
use super::found::Found;
use super::json;
use model::check::{CheckKind, CheckReport, Severity};
use serde::Deserialize;
use serde::de::IgnoredAny;

const FORMAT: &str = "pip-audit JSON";

#[derive(Deserialize)]
struct Report {
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    skip_reason: Option<String>,
    vulns: Option<Vec<IgnoredAny>>,
}

pub(super) fn read(text: &str) -> Result<CheckReport, ReportError> {
    let report: Report = json::read(FORMAT, text)?;
    Ok(of_dependencies(report.dependencies))
}

/// Reads the list that versions before 2.5 wrote.
pub(super) fn read_list(text: &str) -> Result<CheckReport, ReportError> {
    Ok(of_dependencies(json::read(FORMAT, text)?))
}

fn of_dependencies(dependencies: Vec<Dependency>) -> CheckReport {
    let mut found = Found::of_tool(FORMAT, "pip-audit", &[CheckKind::DependencyScan]);
    if dependencies.is_empty() {
        found.flaw("it looked at no dependency");
    }
    for Dependency {
        name,
        skip_reason,
        vulns,
    } in dependencies
    {
        match (skip_reason, vulns) {
            (Some(why), _) => found.flaw(format!("`{name}` was skipped: {why}")),
            (None, None) => found.flaw(format!("`{name}` has no list of vulnerabilities")),
            // It reports no severity.
            (None, Some(vulns)) => vulns.iter().for_each(|_| found.add(Severity::High)),
        }
    }
    found.into_findings()
}
