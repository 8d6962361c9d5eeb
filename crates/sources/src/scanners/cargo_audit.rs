//! `cargo audit --json`: RustSec advisories on what a `Cargo.lock` names.

use super::error::ReportError;
use super::found::Found;
use super::json;
use model::check::{CheckKind, CheckReport, Severity};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

const FORMAT: &str = "cargo-audit JSON";

#[derive(Deserialize)]
struct Report {
    database: Database,
    lockfile: Lockfile,
    vulnerabilities: Vulnerabilities,
    #[serde(default)]
    warnings: BTreeMap<String, Vec<IgnoredAny>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Database {
    advisory_count: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Lockfile {
    dependency_count: u64,
}

#[derive(Deserialize)]
struct Vulnerabilities {
    count: u64,
    list: Vec<IgnoredAny>,
}

pub(super) fn read(text: &str) -> Result<CheckReport, ReportError> {
    let report: Report = json::read(FORMAT, text)?;
    let mut found = Found::of_tool(FORMAT, "cargo-audit", &[CheckKind::DependencyScan]);
    if report.database.advisory_count == 0 {
        found.flaw("its database holds no advisory");
    }
    if report.lockfile.dependency_count == 0 {
        found.flaw("it looked at no dependency");
    }
    let (count, there) = (
        report.vulnerabilities.count,
        report.vulnerabilities.list.len(),
    );
    if count != there as u64 {
        found.flaw(format!(
            "it says {count} vulnerabilities, and lists {there}"
        ));
    }
    // An advisory gives at most the vector of a score, not how grave that is.
    for _vulnerability in report.vulnerabilities.list {
        found.add(Severity::High);
    }
    for (kind, warnings) in report.warnings {
        let severity = match kind.as_str() {
            "unmaintained" | "notice" => Severity::Low,
            "yanked" => Severity::Medium,
            _ => Severity::High,
        };
        for _warning in warnings {
            found.add(severity);
        }
    }
    Ok(found.into_findings())
}
