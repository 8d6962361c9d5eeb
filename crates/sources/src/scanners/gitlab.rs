//! GitLab's security reports: SAST, DAST, secret detection, container and dependency scanning.

use super::error::ReportError;
use super::found::Found;
use super::{json, severity};
use jiff::civil::DateTime;
use model::check::{CheckKind, CheckReport};
use serde::Deserialize;

const FORMAT: &str = "GitLab security report";

#[derive(Deserialize)]
struct Report {
    version: String,
    scan: Scan,
    vulnerabilities: Vec<Vulnerability>,
}

#[derive(Deserialize)]
struct Scan {
    scanner: Option<Scanner>,
    #[serde(rename = "type")]
    scan_type: String,
    status: Status,
    start_time: Option<String>,
    end_time: Option<String>,
    #[serde(default)]
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Scanner {
    name: String,
    version: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Success,
    Failure,
}

#[derive(Deserialize)]
struct Message {
    level: String,
    value: Option<String>,
}

#[derive(Deserialize)]
struct Vulnerability {
    severity: Option<String>,
}

pub(super) fn read(text: &str) -> Result<CheckReport, ReportError> {
    let report: Report = json::read(FORMAT, text)?;
    let known = ["14.", "15.", "16."];
    let is_known = known.iter().any(|it| report.version.starts_with(it));
    json::version(FORMAT, &report.version, is_known, "14 to 16")?;
    let mut found = Found::new(FORMAT);
    let scanner = report.scan.scanner.as_ref();
    let is_of_infrastructure = scanner.is_some_and(|it| it.name.eq_ignore_ascii_case(KICS));
    found.kinds(kinds(&report.scan.scan_type, is_of_infrastructure));
    if let Some(Scanner { name, version }) = &report.scan.scanner {
        found.tool(name, version.as_deref());
    }
    read_scan(&report.scan, &mut found);
    for vulnerability in report.vulnerabilities {
        found.add(severity::of_word(vulnerability.severity.as_deref()));
    }
    Ok(found.into_findings())
}

fn read_scan(scan: &Scan, found: &mut Found) {
    match scan.status {
        Status::Success => {}
        Status::Failure => found.flaw("the scan failed"),
    }
    for Message { level, value } in &scan.messages {
        if matches!(level.as_str(), "fatal" | "error") {
            let value = value.as_deref().unwrap_or_default();
            found.flaw(format!("the scan reports an error: {value}"));
        }
    }
    let time = |text: &Option<String>| text.as_ref().and_then(|it| it.parse::<DateTime>().ok());
    match (time(&scan.start_time), time(&scan.end_time)) {
        (Some(start), Some(end)) if end < start => found.flaw("the scan ended before it began"),
        (Some(_), Some(_)) => {}
        (None, _) => found.flaw("the scan does not say when it began"),
        (Some(_), None) => found.flaw("the scan does not say when it ended"),
    }
}

/// The scanner with which GitLab looks at infrastructure code; its reports are of the type `sast` too.
const KICS: &str = "kics";

fn kinds(scan_type: &str, is_of_infrastructure: bool) -> &'static [CheckKind] {
    match scan_type {
        "sast" if is_of_infrastructure => &[CheckKind::IacScan],
        "sast" => &[CheckKind::Sast, CheckKind::StaticAnalysis],
        "secret_detection" => &[CheckKind::SecretScan],
        "container_scanning" | "cluster_image_scanning" => &[CheckKind::ContainerScan],
        "dependency_scanning" => &[CheckKind::DependencyScan],
        "dast" | "api_fuzzing" => &[CheckKind::Dast],
        // Found::into_findings tells of a report without a kind.
        _ => &[],
    }
}
