//! Reports of checks, each in the form of the tool that wrote it.
//!
//! A file is recognised by what it holds, never by its name. Missing evidence is never a pass: what cannot be read is
//! an error, and what a tool says it could not do is a flaw of the report.
//!
//! Not here: whether a report shows that a check passed (`gates`).

mod bandit;
mod blackduck;
mod cargo_audit;
mod checkmarx;
mod checkov;
mod cobertura;
mod cyclonedx;
mod error;
mod eslint;
mod found;
mod github;
mod gitlab;
mod gitleaks;
mod hadolint;
mod jacoco;
mod json;
mod junit;
mod lcov;
mod message;
mod npm_audit;
mod pip_audit;
mod pylint;
mod sarif;
mod semgrep;
pub mod session;
mod severity;
mod sonarqube;
mod spdx;
mod tool_log;
mod trivy;
mod trufflehog;
mod twistcli;
mod xml;
mod zap;

pub use error::ReportError;
pub use tool_log::MAX_TOOL_LOG_BYTES;

use json::Top;
use model::check::CheckReport;
use std::collections::BTreeSet;
use xml::{Element, Elements, Open};

/// The longest report that is read.
pub const MAX_REPORT_BYTES: usize = 16 << 20;
/// How deep the elements of XML may be nested; `serde_json` has a limit of its own, 128.
const MAX_DEPTH: usize = 128;
/// The JSON objects, and so the findings, of one report.
const MAX_OBJECTS: usize = 500_000;

/// How archives begin, in which reports are often handed on.
const ARCHIVES: [(&[u8], &str); 2] = [
    (
        b"PK\x03\x04",
        "a ZIP archive; expected a report that is in it",
    ),
    (
        b"\x1f\x8b",
        "compressed with gzip; expected a report that is in it",
    ),
];

/// Reads what a file of one form says.
type Read = fn(&str) -> Result<CheckReport, ReportError>;

/// JSON objects, by the names that only this form has together.
const OBJECTS: [(&[&str], Read); 21] = [
    (&["runs"], sarif::read),
    (&["bomFormat"], cyclonedx::read),
    (&["spdxVersion"], spdx::read),
    (&["SchemaVersion", "ArtifactName"], trivy::read),
    (&["auditReportVersion"], npm_audit::read),
    (&["advisories", "metadata"], npm_audit::read),
    (&["lockfile", "vulnerabilities"], cargo_audit::read),
    (&["dependencies", "fixes"], pip_audit::read),
    (&["scan", "vulnerabilities"], gitlab::read),
    (&["generated_at", "metrics", "results"], bandit::read),
    (&["paths", "results", "errors"], semgrep::read),
    (&["check_type", "results"], checkov::read),
    (&["parsing_errors", "resource_count"], checkov::read_nothing),
    (&["messages", "statistics"], pylint::read_json2),
    (&["issues", "paging"], sonarqube::read),
    (&["scanID", "results"], checkmarx::read),
    (&["consoleURL", "results"], twistcli::read),
    (&["detailedVulnerabilities"], blackduck::read),
    (&["@programName", "site"], zap::read),
    (&["SourceMetadata"], trufflehog::read),
    (&["error"], message::read),
];

/// Lists of JSON objects, by the names that the first of them has.
const LISTS: [(&[&str], Read); 11] = [
    (&["RuleID", "Match"], gitleaks::read),
    (&["message-id", "symbol"], pylint::read),
    (&["filePath", "messages"], eslint::read),
    (&["code", "level", "line", "file"], hadolint::read),
    (&["check_type", "results"], checkov::read_list),
    (&["name", "version", "vulns"], pip_audit::read_list),
    (&["number", "rule"], github::read_code),
    (&["number", "secret_type"], github::read_secrets),
    (&["number", "security_advisory"], github::read_dependencies),
    (
        &["number", "html_url", "locations_url"],
        github::read_secrets,
    ),
    (
        &["number", "html_url", "dependency"],
        github::read_dependencies,
    ),
];

/// Returns what a report says, whatever tool wrote it; `log` is what the tool printed while it ran.
pub fn read(bytes: &[u8], log: Option<&[u8]>) -> Result<CheckReport, ReportError> {
    let mut report = read_alone(bytes)?;
    tool_log::hold(&mut report, log);
    Ok(report)
}

fn read_alone(bytes: &[u8]) -> Result<CheckReport, ReportError> {
    let text = text(bytes)?;
    match text.trim_start().as_bytes() {
        [b'{' | b'[', ..] => of_json(text)?(text),
        [b'<', ..] => of_xml(text)?(text),
        _ if lcov::is_like(text) => lcov::read(text),
        _ => Err(not_known("neither JSON nor XML nor LCOV")),
    }
}

/// Returns the text of a file that is not empty.
fn text(bytes: &[u8]) -> Result<&str, ReportError> {
    if bytes.len() > MAX_REPORT_BYTES {
        let bytes = bytes.len();
        return Err(ReportError::TooLarge { bytes });
    }
    if let Some((_, what)) = ARCHIVES.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(not_known(what));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| ReportError::NotUtf8 {
        offset: error.valid_up_to(),
    })?;
    // Windows tools mark UTF-8, and no form here begins with that mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match text.trim().is_empty() {
        true => Err(ReportError::Empty),
        false => Ok(text),
    }
}

fn of_json(text: &str) -> Result<Read, ReportError> {
    let top = match json::top(text) {
        Ok(top) => top,
        Err(ReportError::Trailing { .. }) if trufflehog::is_like(text) => {
            return Ok(trufflehog::read);
        }
        Err(error) => return Err(error),
    };
    let (forms, names, what): (&[(&[&str], Read)], _, _) = match top {
        Top::EmptyList => return Err(ReportError::EmptyList),
        Top::Other(what) => return Err(not_known(what)),
        Top::Object(names) => (&OBJECTS, names, "a JSON object"),
        Top::Objects(names) => (&LISTS, names, "a list of JSON objects"),
    };
    let fits = |(known, _): &&(&[&str], Read)| known.iter().all(|name| names.contains(*name));
    match forms.iter().find(fits) {
        Some((_, read)) => Ok(*read),
        None => Err(not_known(&format!("{what} {}", listed(&names)))),
    }
}

fn of_xml(text: &str) -> Result<Read, ReportError> {
    let Some(Element::Open(Open {
        name, attributes, ..
    })) = Elements::new("XML", text).next()?
    else {
        return Err(not_known("XML without an element"));
    };
    match name.as_str() {
        "testsuites" | "testsuite" => Ok(junit::read),
        // Clover's outermost element has the same name.
        "coverage" if attributes.contains_key("line-rate") => Ok(cobertura::read),
        "report" => Ok(jacoco::read),
        _ => Err(not_known(&format!(
            "XML with the outermost element `{name}`"
        ))),
    }
}

fn listed(names: &BTreeSet<String>) -> String {
    let first: Vec<&str> = names.iter().take(8).map(String::as_str).collect();
    match first.is_empty() {
        true => "without a name in it".to_owned(),
        false => format!("with {}", first.join(", ")),
    }
}

fn not_known(seen: &str) -> ReportError {
    ReportError::NotKnown {
        seen: found::shown(seen),
    }
}
