//! What a tool writes where its report should be: that it failed, as `npm audit` does when it reaches no registry.

use super::error::ReportError;
use super::found::shown;
use super::json;
use model::check::CheckReport;
use serde::Deserialize;

#[derive(Deserialize)]
struct Message {
    message: Option<String>,
    error: Fault,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Fault {
    Text(String),
    Told {
        code: Option<String>,
        summary: Option<String>,
        message: Option<String>,
    },
}

pub(super) fn read(text: &str) -> Result<CheckReport, ReportError> {
    let Message { message, error } = json::read("a tool's message", text)?;
    let told = match error {
        Fault::Text(text) => Some(text),
        Fault::Told {
            code,
            summary,
            message,
        } => summary.or(message).or(code),
    };
    let told = told.filter(|it| !it.is_empty()).or(message);
    Err(ReportError::Failed {
        message: shown(&told.unwrap_or_default()),
    })
}
