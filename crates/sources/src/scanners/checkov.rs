//! Checkov's JSON: one report for each kind of file that it found, or a list of them.

use super::error::ReportError;
use super::found::Found;
use super::{json, severity};
use model::check::{CheckKind, CheckReport};
use serde::Deserialize;
use serde::de::IgnoredAny;

const FORMAT: &str = "Checkov JSON";

#[derive(Deserialize)]
struct Report {
    check_type: String,
    results: Results,
    summary: Summary,
}

#[derive(Deserialize)]
struct Results {
    failed_checks: Vec<Failed>,
    #[serde(default)]
    skipped_checks: Vec<IgnoredAny>,
    #[serde(default)]
    parsing_errors: Vec<String>,
}

#[derive(Deserialize)]
struct Failed {
    /// Only with an account of the vendor.
    severity: Option<String>,
}

#[derive(Deserialize)]
struct Summary {
    passed: u64,
    failed: u64,
    #[serde(default)]
    parsing_errors: u64,
    checkov_version: Option<String>,
}

pub(super) fn read(text: &str) -> Result<CheckReport, ReportError> {
    of_reports(vec![json::read(FORMAT, text)?])
}

pub(super) fn read_list(text: &str) -> Result<CheckReport, ReportError> {
    of_reports(json::read(FORMAT, text)?)
}

/// Reads the bare summary that Checkov writes where no file was of a kind that it knows.
pub(super) fn read_nothing(text: &str) -> Result<CheckReport, ReportError> {
    let summary: Summary = json::read(FORMAT, text)?;
    let mut found = Found::new(FORMAT);
    found.tool("Checkov", summary.checkov_version.as_deref());
    found.kinds(&[CheckKind::IacScan]);
    found.flaw("no check ran");
    Ok(found.into_findings())
}

fn of_reports(reports: Vec<Report>) -> Result<CheckReport, ReportError> {
    let mut found = Found::new(FORMAT);
    for report in reports {
        let Report {
            check_type,
            results,
            summary,
        } = report;
        found.tool("Checkov", summary.checkov_version.as_deref());
        found.kinds(kinds(&check_type));
        for file in &results.parsing_errors {
            found.flaw(format!("`{file}` was not read"));
        }
        let (unread, named) = (summary.parsing_errors, results.parsing_errors.len() as u64);
        if unread > named {
            found.flaw(format!("{check_type}: {unread} files were not read"));
        }
        let failed = results.failed_checks.len() as u64;
        if summary.failed != failed {
            let says = summary.failed;
            found.flaw(format!(
                "{check_type}: it says {says} failed, and lists {failed}"
            ));
        }
        if summary.passed == 0 && failed == 0 {
            found.flaw(format!("{check_type}: no check ran"));
        }
        for check in results.failed_checks {
            found.add(severity::of_word(check.severity.as_deref()));
        }
        found.set_aside(results.skipped_checks.len() as u64);
    }
    Ok(found.into_findings())
}

fn kinds(check_type: &str) -> &'static [CheckKind] {
    match check_type {
        "secrets" => &[CheckKind::SecretScan],
        "sca_package" => &[CheckKind::DependencyScan],
        "sca_image" => &[CheckKind::DependencyScan, CheckKind::ContainerScan],
        sast if sast.starts_with("sast") => &[CheckKind::Sast, CheckKind::StaticAnalysis],
        _ => &[CheckKind::IacScan],
    }
}
