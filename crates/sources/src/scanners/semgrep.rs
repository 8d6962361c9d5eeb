//! Semgrep's JSON: results, what went wrong, and the files that it read.

use super::error::ReportError;
use super::found::Found;
use super::{json, severity};
use model::check::{CheckKind, CheckReport};
use serde::Deserialize;
use serde::de::IgnoredAny;

const FORMAT: &str = "Semgrep JSON";

#[derive(Deserialize)]
struct Report {
    version: Option<String>,
    results: Vec<Match>,
    errors: Vec<Fault>,
    paths: Paths,
}

#[derive(Deserialize)]
struct Match {
    extra: Extra,
}

#[derive(Deserialize)]
struct Extra {
    severity: Option<String>,
    /// Taken away by a `nosemgrep` comment.
    #[serde(default)]
    is_ignored: bool,
}

#[derive(Deserialize)]
struct Fault {
    message: Option<String>,
    path: Option<String>,
}

#[derive(Deserialize)]
struct Paths {
    scanned: Vec<IgnoredAny>,
}

pub(super) fn read(text: &str) -> Result<CheckReport, ReportError> {
    let report: Report = json::read(FORMAT, text)?;
    let mut found = Found::new(FORMAT);
    found.tool("Semgrep", report.version.as_deref());
    found.kinds(&[CheckKind::Sast, CheckKind::StaticAnalysis]);
    for Fault { message, path } in report.errors {
        let message = message.unwrap_or_default();
        found.flaw(match path {
            Some(path) => format!("an error in `{path}`: {message}"),
            None => format!("an error: {message}"),
        });
    }
    if report.paths.scanned.is_empty() {
        found.flaw("no file was read");
    }
    for Match { extra } in report.results {
        match extra.is_ignored {
            true => found.set_aside(1),
            false => found.add(severity::of_word(extra.severity.as_deref())),
        }
    }
    Ok(found.into_findings())
}
