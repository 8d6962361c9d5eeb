//! The change register for spreadsheets: RFC 4180, one row a change, no field left out.
//!
//! A text cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return gets a leading
//! apostrophe, so that no spreadsheet reads a commit subject as a formula; a character that is unseen
//! or reorders its neighbours is written as `U+XXXX`. Numbers stay as they are, and `audit.json` holds
//! every text as it was typed.

use crate::visible::visible;
use crate::words;
use ::csv::{Terminator, Writer, WriterBuilder};
use model::program::ControlId;
use model::report::at_forge::AtForge;
use model::report::{AuditReport, ChangeReport};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The columns before those of the decisions.
const COLUMNS: [&str; 34] = [
    "commit",
    "at",
    "subject",
    "landed",
    "request",
    "authors",
    "commits_absent",
    "merger",
    "self_merged",
    "signature_kind",
    "signature_verdict",
    "signature_by_forge",
    "signer",
    "signature_key",
    "embedded_tag",
    "assistants",
    "brought_assistants",
    "automation",
    "bot_suffix",
    "open_hours",
    "open_hours_source",
    "risk_class",
    "path_count",
    "tickets",
    "evidence",
    "forge_landed",
    "forge_request",
    "opened_by",
    "opened_at",
    "merged_by",
    "merged_at",
    "patch_digest",
    "passed_before",
    "gate",
];

/// Those of them that the forge tells.
const OF_FORGE: usize = 9;

/// Why no register could be written.
#[derive(Debug, thiserror::Error)]
pub enum CsvError {
    /// A row was refused.
    #[error("a row of changes.csv could not be written")]
    Row(#[from] ::csv::Error),
    /// The rows could not be gathered.
    #[error("changes.csv could not be finished")]
    Finish,
}

/// Returns `changes.csv`: the fields of each change, then `outcome`, `reason` and `grade` for each
/// control that decided anything. Lists are joined with `; `; what git does not show is empty.
pub fn changes(report: &AuditReport) -> Result<Vec<u8>, CsvError> {
    let controls = controls(report);
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    header(&mut writer, &controls)?;
    for change in &report.changes {
        row(&mut writer, change, &controls)?;
    }
    writer.into_inner().map_err(|_| CsvError::Finish)
}

fn controls(report: &AuditReport) -> BTreeSet<&ControlId> {
    let mut controls = BTreeSet::new();
    for change in &report.changes {
        // Almost every change has the same controls.
        if !change.decisions.keys().eq(controls.iter().copied()) {
            controls.extend(change.decisions.keys());
        }
    }
    controls
}

fn header(writer: &mut Writer<Vec<u8>>, controls: &BTreeSet<&ControlId>) -> Result<(), CsvError> {
    for column in COLUMNS {
        writer.write_field(column)?;
    }
    for control in controls {
        for part in ["outcome", "reason", "grade"] {
            writer.write_field(guarded(&format!("{control} {part}")).as_bytes())?;
        }
    }
    Ok(writer.write_record(None::<&[u8]>)?)
}

fn row(
    writer: &mut Writer<Vec<u8>>,
    change: &ChangeReport,
    controls: &BTreeSet<&ControlId>,
) -> Result<(), CsvError> {
    for field in fields(change) {
        writer.write_field(field.as_bytes())?;
    }
    for control in controls {
        match change.decisions.get(*control) {
            Some(decision) => {
                writer.write_field(decision.outcome.to_string())?;
                writer.write_field(guarded(&decision.reason).as_bytes())?;
                writer.write_field(decision.grade.to_string())?;
            }
            None => {
                for empty in ["", "", ""] {
                    writer.write_field(empty)?;
                }
            }
        }
    }
    Ok(writer.write_record(None::<&[u8]>)?)
}

fn fields(change: &ChangeReport) -> impl Iterator<Item = Cow<'_, str>> {
    let of_git = of_git(change).into_iter();
    of_git.chain(of_forge(change.at_forge.as_ref()))
}

/// Returns what the forge says of a change; empty where it was not asked.
fn of_forge(said: Option<&AtForge>) -> [Cow<'_, str>; OF_FORGE] {
    let Some(said) = said else {
        return [const { Cow::Borrowed("") }; OF_FORGE];
    };
    let shown = |value: Option<String>| Cow::Owned(value.unwrap_or_default());
    let passed: Vec<String> = said.passed.iter().flatten().cloned().collect();
    [
        words::wire(words::landed_at_forge(said.landed)).into(),
        shown(said.request.map(|it| it.to_string())),
        id(said.opened_by.as_deref()),
        shown(said.opened_at.map(|it| it.to_string())),
        id(said.merged_by.as_deref()),
        shown(said.merged_at.map(|it| it.to_string())),
        shown(said.patch_digest.map(|it| it.to_string())),
        list(&passed).into_owned().into(),
        shown(said.gate.map(|it| it.to_string())),
    ]
}

fn of_git(change: &ChangeReport) -> [Cow<'_, str>; COLUMNS.len() - OF_FORGE] {
    let signature = &change.signature;
    let text = |text: &Option<String>| text.as_deref().map(|text| guarded(text).into_owned());
    [
        change.commit.to_string().into(),
        change.at.to_string().into(),
        guarded(&change.subject),
        words::wire(words::landed(change.landed)).into(),
        change
            .request
            .map(|request| request.to_string())
            .unwrap_or_default()
            .into(),
        list(&change.authors),
        flag(change.commits_absent).into(),
        text(&change.merger).unwrap_or_default().into(),
        change.self_merged.map(flag).unwrap_or_default().into(),
        words::signature_kind(signature.kind).into(),
        words::wire(words::verdict(signature.verdict)).into(),
        flag(signature.by_forge).into(),
        id(signature.signer.as_ref().map(|id| id.as_str())),
        text(&signature.key).unwrap_or_default().into(),
        flag(change.embedded_tag).into(),
        list(&change.assistants),
        list(&change.brought_assistants),
        id(change.automation.as_ref().map(|id| id.as_str())),
        flag(change.bot_suffix).into(),
        change
            .open_hours
            .value
            .map(|hours| hours.to_string())
            .unwrap_or_default()
            .into(),
        words::wire(words::open_hours_source(change.open_hours.source)).into(),
        change.risk_class.to_string().into(),
        change.path_count.to_string().into(),
        list(&change.tickets),
        change.evidence.to_string().into(),
    ]
}

fn flag(flag: bool) -> &'static str {
    if flag { "true" } else { "false" }
}

fn id(id: Option<&str>) -> Cow<'_, str> {
    guarded(id.unwrap_or_default())
}

fn list(items: &[String]) -> Cow<'_, str> {
    match items {
        [] => Cow::Borrowed(""),
        [one] => guarded(one),
        many => guarded(&many.join("; ")).into_owned().into(),
    }
}

/// OWASP, "CSV Injection".
fn guarded(text: &str) -> Cow<'_, str> {
    let shown = visible(text);
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{shown}"))
    } else {
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text() {
        assert_eq!(guarded("=1+1"), "'=1+1");
        assert_eq!(guarded("\t=1"), "'U+0009=1");
        assert_eq!(guarded("fix: 1+1"), "fix: 1+1");
    }

    #[test]
    fn no_control_character_reaches_a_cell() {
        assert_eq!(guarded("a\u{1b}[2Jb\r\nc"), "aU+001B[2JbU+000DU+000Ac");
        assert_eq!(guarded("fix\u{202e}gpj"), "fixU+202Egpj");
    }
}
