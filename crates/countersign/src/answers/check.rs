//! What `record check` answers.

use documents::text::folded;
use model::check::{CheckKind, CheckReport};
use model::digest::CommitId;
use model::outcome::Outcome;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::answers::{VERSION, schema, value};
use crate::checks::Recorded;

/// What `record check` answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecordedAnswer {
    /// The version of this form.
    pub version: u32,
    /// The leaf that holds the report.
    pub leaf: u64,
    /// What was checked; null where the file cannot be read and nobody said it.
    pub kind: Option<CheckKind>,
    /// What the report is called.
    pub name: String,
    /// The commit whose content was checked.
    pub commit: CommitId,
    /// The tree of that commit.
    pub tree: CommitId,
    /// The leaf of the report that it stands in for.
    pub supersedes: Option<u64>,
    /// What the report says; null where it is none.
    pub report: Option<CheckReport>,
    /// What it shows.
    pub outcome: Outcome,
    /// Why.
    pub reason: String,
}

impl RecordedAnswer {
    /// Returns the answer of a report that the log holds.
    pub fn of(recorded: &Recorded) -> RecordedAnswer {
        let record = &recorded.record;
        RecordedAnswer {
            version: VERSION,
            leaf: recorded.leaf,
            kind: record.kind,
            name: record.name.clone(),
            commit: record.commit.clone(),
            tree: record.tree.clone(),
            supersedes: record.supersedes,
            report: recorded.report.as_ref().ok().cloned(),
            outcome: recorded.judged.outcome,
            reason: recorded.judged.reason.clone(),
        }
    }

    /// Returns the answer for people.
    pub fn text(&self) -> String {
        let of = match &self.report {
            Some(report) if report.tools.is_empty() => format!(", {}", report.format),
            Some(report) => format!(", {} of {}", report.format, report.tools.join(", ")),
            None => String::new(),
        };
        let recorded = format!(
            "recorded {} as leaf {}{of}, for commit {} with tree {}",
            self.name.escape_debug(),
            self.leaf,
            self.commit.short(),
            self.tree.short()
        );
        let verdict = format!(
            "{}: {}: {}",
            self.outcome,
            self.kind.map_or("any check", CheckKind::name),
            self.reason
        );
        format!("{}\n{}", folded(&recorded), folded(&verdict))
    }

    /// Returns the answer for machines.
    pub fn json(&self) -> Value {
        value(self)
    }
}

/// Returns the schema of what `record check` answers.
pub fn schema_of_recorded() -> Value {
    schema::<RecordedAnswer>()
}
