//! ESLint's JSON: the messages of each file that it looked at.

use super::error::ReportError;
use super::found::Found;
use super::json;
use model::check::{CheckKind, CheckReport, Severity};
use serde::Deserialize;
use serde::de::IgnoredAny;

const FORMAT: &str = "ESLint JSON";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    file_path: String,
    messages: Vec<Message>,
    #[serde(default)]
    suppressed_messages: Vec<IgnoredAny>,
}

#[derive(Deserialize)]
struct Message {
    severity: Option<u64>,
    /// Set where the file was not looked at: it could not be parsed, or was left out.
    fatal: Option<bool>,
}

pub(super) fn read(text: &str) -> Result<CheckReport, ReportError> {
    let files: Vec<File> = json::read(FORMAT, text)?;
    let kinds = [CheckKind::Lint, CheckKind::StaticAnalysis];
    let mut found = Found::of_tool(FORMAT, "ESLint", &kinds);
    for file in files {
        for message in file.messages {
            if message.fatal.is_some() {
                found.flaw(format!("`{}` was not read", file.file_path));
                continue;
            }
            found.add(match message.severity {
                Some(0) => Severity::Low,
                Some(1) => Severity::Medium,
                _ => Severity::High,
            });
        }
        found.set_aside(file.suppressed_messages.len() as u64);
    }
    Ok(found.into_findings())
}
