//! Hadolint's JSON: a list of remarks on Dockerfiles.

use super::error::ReportError;
use super::found::Found;
use super::{json, severity};
use model::check::{CheckKind, CheckReport};
use serde::Deserialize;

const FORMAT: &str = "Hadolint JSON";

/// The rule of a Dockerfile that could not be parsed.
const UNREAD: &str = "DL1000";

#[derive(Deserialize)]
struct Remark {
    code: String,
    file: String,
    level: Option<String>,
}

pub(super) fn read(text: &str) -> Result<CheckReport, ReportError> {
    let remarks: Vec<Remark> = json::read(FORMAT, text)?;
    let mut found = Found::of_tool(FORMAT, "Hadolint", &[CheckKind::IacScan, CheckKind::Lint]);
    for Remark { code, file, level } in remarks {
        if code == UNREAD {
            found.flaw(format!("`{file}` was not read"));
            continue;
        }
        found.add(severity::of_word(level.as_deref()));
    }
    Ok(found.into_findings())
}
