//! What `gate merge` answers.

use documents::text::{folded, labelled};
use documents::visible::visible;
use jiff::Timestamp;
use model::digest::{CommitId, Digest};
use model::outcome::{Outcome, Risk};
use model::program::ControlId;
use model::report::Decision;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::answers::{VERSION, schema, value};
use crate::gate::Gated;
use crate::gate::scene::ProgramFrom;

/// What `gate merge` answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GateAnswer {
    /// The version of this form.
    pub version: u32,
    /// The leaf that holds the answer.
    pub leaf: u64,
    /// The repository at its forge.
    pub repository: String,
    /// The number of the request.
    pub request: u64,
    /// The branch that it is to land on.
    pub branch: String,
    /// Its head.
    pub head: CommitId,
    /// The digest of its difference; null where nobody can tell.
    pub patch_digest: Option<Digest>,
    /// Its risk class.
    pub risk: Risk,
    /// The first ticket that declares it, by the name that the request gives it; null where the class were the same without any.
    pub raised_by: Option<String>,
    /// SHA-256 of the program that was applied.
    pub program_sha256: Digest,
    /// Where it came from.
    pub program_from: ProgramFrom,
    /// The moment of the decision.
    pub at: Timestamp,
    /// The worst of the rules.
    pub outcome: Outcome,
    /// Every rule that the program turns on, with its decision.
    pub rules: BTreeMap<ControlId, Decision>,
    /// What stands in for a protection that the plan of the repository does not offer; null where it may be offered.
    pub stands_in: Option<String>,
}

impl GateAnswer {
    /// Returns the answer of a gate.
    pub fn of(gated: &Gated) -> GateAnswer {
        let record = &gated.record;
        GateAnswer {
            version: VERSION,
            leaf: gated.leaf,
            repository: gated.forge.repository.clone(),
            request: record.request,
            branch: record.branch.clone(),
            head: record.head.clone(),
            patch_digest: record.patch_digest,
            risk: record.risk,
            raised_by: gated.beside.raised_by.clone(),
            program_sha256: record.program_sha256,
            program_from: record.program_from.clone(),
            at: record.at,
            outcome: record.outcome,
            rules: record.rules.clone(),
            stands_in: gated.beside.stands_in.clone(),
        }
    }

    /// Returns the answer for people: what fails first.
    pub fn text(&self) -> String {
        let mut text = folded(&self.head_line());
        for (control, decision) in self.in_order() {
            let label = format!("{:<8}{control:<6} ", decision.outcome.to_string());
            let _ = write!(text, "\n{}", labelled(&label, &decision.reason));
        }
        if let Some(stands_in) = &self.stands_in {
            let _ = write!(text, "\n{}", folded(stands_in));
        }
        let _ = write!(text, "\n{}", folded(&self.verdict()));
        text
    }

    /// Returns the answer as the Markdown of a job summary.
    pub fn markdown(&self) -> String {
        let head = escaped(&self.head_line());
        let verdict = escaped(&self.verdict());
        let mut text = format!("### {head}\n\n{verdict}\n\n");
        text.push_str("| rule | outcome | why |\n| --- | --- | --- |\n");
        for (control, decision) in self.in_order() {
            let why = escaped(&decision.reason);
            let _ = writeln!(text, "| {control} | {} | {why} |", decision.outcome);
        }
        if let Some(stands_in) = &self.stands_in {
            let _ = writeln!(text, "\n{}", escaped(stands_in));
        }
        text
    }

    /// Returns the answer for machines.
    pub fn json(&self) -> Value {
        value(self)
    }

    /// Returns the answer as the one line of a check: the outcome, and what it waits for or lacks first.
    pub fn title(&self) -> String {
        let open = self.in_order().into_iter();
        let mut open = open.filter(|(_, decision)| decision.outcome != Outcome::Pass);
        match (open.next(), open.count()) {
            (None, _) => format!("{}, leaf {}", self.outcome, self.leaf),
            (Some((control, decision)), 0) => {
                format!("{}: {control}: {}", self.outcome, plain(&decision.reason))
            }
            (Some((control, decision)), more) => format!(
                "{}: {control} and {more} more: {}",
                self.outcome,
                plain(&decision.reason)
            ),
        }
    }

    fn head_line(&self) -> String {
        // Of what has no difference that anybody can tell the class is not known.
        let risk = match (self.patch_digest, &self.raised_by) {
            (Some(_), Some(ticket)) => format!("{} risk by ticket {ticket}", self.risk),
            (Some(_), None) => format!("{} risk", self.risk),
            (None, _) => "risk not known".to_owned(),
        };
        format!(
            "request {} of {}: {}, {risk}, head {}",
            self.request,
            self.repository,
            self.outcome,
            self.head.short()
        )
    }

    fn verdict(&self) -> String {
        let count = |outcome| {
            let decisions = self.rules.values();
            decisions
                .filter(|decision| decision.outcome == outcome)
                .count()
        };
        match self.rules.is_empty() {
            true => format!(
                "leaf {}: unknown: the program turns on no rule that the gate decides",
                self.leaf
            ),
            false => format!(
                "leaf {}: {}: {} failed, {} unknown, {} passed{}",
                self.leaf,
                documents::text::count(self.rules.len() as u64, "rule", "rules"),
                count(Outcome::Fail),
                count(Outcome::Unknown),
                count(Outcome::Pass),
                self.other_program()
            ),
        }
    }

    fn other_program(&self) -> String {
        match &self.program_from {
            ProgramFrom::Branch => String::new(),
            ProgramFrom::File(file) => {
                format!(
                    ", by the program {file}, which is not that of {}",
                    self.branch
                )
            }
        }
    }

    fn in_order(&self) -> Vec<(&ControlId, &Decision)> {
        let mut rules: Vec<_> = self.rules.iter().collect();
        rules.sort_by_key(|(_, decision)| match decision.outcome {
            Outcome::Fail => 0,
            Outcome::Unknown => 1,
            Outcome::Pass => 2,
        });
        rules
    }
}

/// A title is one line of plain text, which reads as it is written.
fn plain(text: &str) -> String {
    visible(&text.replace(char::is_control, " ")).into_owned()
}

/// Reasons quote names that others chose: none of them makes a link, a picture or a new cell, or reads backwards.
pub(super) fn escaped(text: &str) -> String {
    let text = plain(text);
    let mut escaped = String::with_capacity(text.len());
    for it in text.chars() {
        match it {
            it if it.is_ascii_punctuation() && !matches!(it, '.' | ',' | ';' | '-') => {
                escaped.push('\\');
                escaped.push(it);
            }
            it => escaped.push(it),
        }
    }
    escaped
}

/// Returns the schema of what `gate merge` answers.
pub fn schema_of_gate() -> Value {
    schema::<GateAnswer>()
}

#[cfg(test)]
mod tests {
    use super::{escaped, plain};

    #[test]
    fn what_others_wrote_is_shown_as_it_is() {
        let text = "fix\u{202e}gpj|\n[a](b)";
        assert_eq!(plain(text), "fixU+202Egpj| [a](b)");
        assert_eq!(escaped(text), "fixU\\+202Egpj\\| \\[a\\]\\(b\\)");
    }
}
