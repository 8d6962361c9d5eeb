//! TruffleHog's JSON lines, one secret a line; with none it writes nothing at all.

use super::error::ReportError;
use super::found::Found;
use super::json;
use model::check::{CheckKind, CheckReport, Severity};
use serde::Deserialize;

const FORMAT: &str = "TruffleHog JSON lines";

/// One secret: verified is one that still opens something.
#[derive(Deserialize)]
struct Secret {
    #[serde(rename = "DetectorName")]
    _detector: String,
    #[serde(rename = "Verified")]
    verified: bool,
}

pub(super) fn is_like(text: &str) -> bool {
    let first = text.trim_start().lines().next().unwrap_or_default();
    let names = json::top(first);
    matches!(names, Ok(json::Top::Object(names)) if names.contains("SourceMetadata"))
}

pub(super) fn read(text: &str) -> Result<CheckReport, ReportError> {
    let secrets: Vec<Secret> = json::lines(FORMAT, text)?;
    let mut found = Found::of_tool(FORMAT, "TruffleHog", &[CheckKind::SecretScan]);
    for secret in secrets {
        found.add(match secret.verified {
            true => Severity::Critical,
            false => Severity::High,
        });
    }
    Ok(found.into_findings())
}
