//! `npm audit --json`, of npm 7 and later (`auditReportVersion` 2) and of npm 6.

use super::error::ReportError;
use super::found::Found;
use super::{json, severity};
use model::check::{CheckKind, CheckReport};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

const FORMAT: &str = "npm audit JSON";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    audit_report_version: Option<u64>,
    vulnerabilities: Option<BTreeMap<String, Vulnerable>>,
    /// What npm 6 calls them.
    advisories: Option<BTreeMap<String, Vulnerable>>,
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Vulnerable {
    severity: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    vulnerabilities: Counts,
    dependencies: Option<Dependencies>,
    total_dependencies: Option<u64>,
}

#[derive(Deserialize)]
struct Counts {
    total: Option<u64>,
}

/// npm 6 has the number of one kind of dependency here.
#[derive(Deserialize)]
#[serde(untagged)]
enum Dependencies {
    Counted { total: u64 },
    OfOneKind(IgnoredAny),
}

pub(super) fn read(text: &str) -> Result<CheckReport, ReportError> {
    let report: Report = json::read(FORMAT, text)?;
    if let Some(version) = report.audit_report_version {
        json::version(FORMAT, &version.to_string(), version == 2, "2")?;
    }
    let mut found = Found::of_tool(FORMAT, "npm audit", &[CheckKind::DependencyScan]);
    let dependencies = match report.metadata.dependencies {
        Some(Dependencies::Counted { total }) => Some(total),
        Some(Dependencies::OfOneKind(_)) | None => report.metadata.total_dependencies,
    };
    if dependencies.unwrap_or_default() == 0 {
        found.flaw("it looked at no dependency");
    }
    let Some(vulnerable) = report.vulnerabilities.or(report.advisories) else {
        found.flaw("it has no list of vulnerabilities");
        return Ok(found.into_findings());
    };
    let there = vulnerable.len() as u64;
    if let Some(total) = report
        .metadata
        .vulnerabilities
        .total
        .filter(|it| *it != there)
    {
        found.flaw(format!(
            "it says {total} vulnerable packages, and lists {there}"
        ));
    }
    for package in vulnerable.values() {
        found.add(severity::of_word(package.severity.as_deref()));
    }
    Ok(found.into_findings())
}
