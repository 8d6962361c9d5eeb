//! Gitleaks' JSON: a list of leaks, which is empty where none was found and then names no tool.

use super::error::ReportError;
use super::found::Found;
use super::json;
use model::check::{CheckKind, CheckReport, Severity};
use serde::Deserialize;

const FORMAT: &str = "Gitleaks JSON";

/// One leak. A credential has no degrees.
#[derive(Deserialize)]
struct Leak {
    #[serde(rename = "RuleID")]
    _rule: String,
    #[serde(rename = "File")]
    _file: String,
}

pub(super) fn read(text: &str) -> Result<CheckReport, ReportError> {
    let leaks: Vec<Leak> = json::read(FORMAT, text)?;
    let mut found = Found::of_tool(FORMAT, "gitleaks", &[CheckKind::SecretScan]);
    for _leak in leaks {
        found.add(Severity::High);
    }
    Ok(found.into_findings())
}
