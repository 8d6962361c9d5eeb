//! Pylint's JSON, the list of old and `json2`.

use super::error::ReportError;
use super::found::Found;
use super::{json, severity};
use model::check::{CheckKind, CheckReport};
use serde::Deserialize;

const FORMAT: &str = "Pylint JSON";

/// Pylint counts as a module what it reads itself: its command line, its configuration file, and both together.
const OWN_MODULES: u64 = 3;

#[derive(Deserialize)]
struct Json2 {
    messages: Vec<Message>,
    statistics: Statistics,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Statistics {
    modules_linted: u64,
}

#[derive(Deserialize)]
struct Message {
    #[serde(rename = "type")]
    category: String,
    symbol: String,
    path: String,
}

pub(super) fn read_json2(text: &str) -> Result<CheckReport, ReportError> {
    let report: Json2 = json::read(FORMAT, text)?;
    let is_silent = !report.messages.iter().any(Message::is_of_module);
    let mut found = of_messages(report.messages);
    if is_silent && report.statistics.modules_linted <= OWN_MODULES {
        let linted = report.statistics.modules_linted;
        found.flaw(format!(
            "it counts {linted} modules, of which Pylint itself may be {OWN_MODULES}"
        ));
    }
    Ok(found.into_findings())
}

pub(super) fn read(text: &str) -> Result<CheckReport, ReportError> {
    let messages: Vec<Message> = json::read(FORMAT, text)?;
    let is_silent = !messages.iter().any(Message::is_of_module);
    let mut found = of_messages(messages);
    if is_silent {
        found.flaw("it names no module");
    }
    Ok(found.into_findings())
}

impl Message {
    /// Returns whether it is about a module; others are about the command line or a configuration file.
    fn is_of_module(&self) -> bool {
        [".py", ".pyi"].iter().any(|end| self.path.ends_with(end))
    }
}

fn of_messages(messages: Vec<Message>) -> Found {
    let kinds = [CheckKind::Lint, CheckKind::StaticAnalysis];
    let mut found = Found::of_tool(FORMAT, "Pylint", &kinds);
    for message in messages {
        let Message { symbol, path, .. } = &message;
        // What stopped Pylint itself (its category F), and a module of which it saw nothing.
        if message.category == "fatal" || symbol == "syntax-error" {
            found.flaw(format!("`{path}` was not read whole: {symbol}"));
            continue;
        }
        found.add(severity::of_word(Some(&message.category)));
    }
    found
}
