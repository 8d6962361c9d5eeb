//! What `check`, `plan` and `verify` answer, with a version and a schema.

use self::outside::OutsideAnswer;
use crate::answers::ledger::ErasedAnswer;
use crate::answers::ledger::keys::KeyEvent;
use crate::assemble::AssembleError;
use crate::verify::{KeyOrigin, Verified, VerifyError};
use documents::text::folded;
use gates::directory::Directory;
use gates::satisfiable;
use model::change::Change;
use model::matrix::{self, Matrix};
use model::outcome::Conclusion;
use model::plan::Plan;
use model::program::{Program, Question};
use model::program_file::{self, Remark};
use model::report::AuditReport;
use model::satisfiable::Proof;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::error::Error;

pub mod calibration;
pub mod check;
pub mod gate;
pub mod ledger;
pub mod outside;
pub mod protect;
pub mod review;

/// The version of every answer.
pub const VERSION: u32 = 1;

/// What `check` answers of a program without faults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckAnswer {
    /// The version of this form.
    pub version: u32,
    /// The matrix.
    pub matrix: Matrix,
    /// Whether each class of change can pass the merge gate, and who does what for it.
    pub gate: Proof,
    /// What only the operator can answer and has not yet.
    pub questions: Vec<Question>,
    /// What an auditor would remark.
    pub remarks: Vec<Remark>,
}

/// What `plan` answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanAnswer {
    /// The version of this form.
    pub version: u32,
    /// The plan.
    #[serde(flatten)]
    pub plan: Plan,
}

/// What `verify` answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VerifyAnswer {
    /// The version of this form.
    pub version: u32,
    /// Whether the report holds.
    pub holds: bool,
    /// Why it does not, from the outermost to the innermost cause.
    pub faults: Vec<String>,
    /// What was checked, where it holds.
    pub checked: Option<Checked>,
}

/// What was checked of a report that holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Checked {
    /// The log's name.
    pub origin: String,
    /// The log's key.
    pub key: String,
    /// Whether the verifier supplied that key; else the audited company did.
    pub key_supplied_by_verifier: bool,
    /// Whether it is a key that the verifier supplied, or one to which such a key handed the log over.
    pub key_vouched_for: bool,
    /// What became of the log's keys.
    pub key_history: Vec<KeyEvent>,
    /// Who outside has signed the log, what was signed since the report among it.
    pub outside: OutsideAnswer,
    /// Leaves that were re-hashed.
    pub leaves: u64,
    /// The leaves of each checkpoint that the verifier had seen before, which the log extends.
    pub extends: Vec<u64>,
    /// Files that were compared byte by byte.
    pub files: u64,
    /// Changes whose decisions were made again.
    pub changes: u64,
    /// Decisions that were made again.
    pub decisions: u64,
    /// Payloads that were erased, by leaf.
    pub erased: BTreeMap<u64, ErasedAnswer>,
    /// Why the report is not to be believed whole, though every byte of it fits.
    pub doubts: Vec<String>,
    /// Why the pages could not be rendered again, where they could not.
    pub not_rendered: Option<String>,
    /// What the log holds against the history or against itself, as the report says.
    pub warnings: Vec<String>,
    /// Proposed conclusions, counted.
    pub proposed: BTreeMap<Conclusion, u64>,
}

impl CheckAnswer {
    /// Returns the answer for a program; its keys and patterns are read as an audit would.
    pub fn of(program: &Program) -> Result<CheckAnswer, AssembleError> {
        Directory::new(program)?;
        Ok(CheckAnswer {
            version: VERSION,
            matrix: matrix::compute(program, &BTreeMap::new()),
            gate: satisfiable::prove(program)?,
            questions: program.questions.clone(),
            remarks: program_file::lint(program),
        })
    }

    /// Returns the answer for people.
    pub fn text(&self, program: &Program) -> String {
        documents::text::check(&self.matrix, &self.gate, &self.remarks, program)
    }

    /// Returns the answer for machines.
    pub fn json(&self) -> Value {
        value(self)
    }
}

impl PlanAnswer {
    /// Returns the answer for a plan.
    pub fn of(plan: Plan) -> PlanAnswer {
        PlanAnswer {
            version: VERSION,
            plan,
        }
    }

    /// Returns the answer for machines.
    pub fn json(&self) -> Value {
        value(self)
    }
}

impl VerifyAnswer {
    /// Returns the answer for a report that holds, whose log extends checkpoints of so many leaves.
    pub fn holds(verified: &Verified, extends: Vec<u64>) -> VerifyAnswer {
        let report = &verified.report;
        let mut proposed = BTreeMap::new();
        for conclusion in &report.conclusions {
            *proposed.entry(conclusion.proposed).or_default() += 1;
        }
        let checked = Checked {
            origin: report.log.origin.clone(),
            key: verified.log_key.clone(),
            key_supplied_by_verifier: verified.key == KeyOrigin::Verifier,
            key_vouched_for: verified.key != KeyOrigin::AuditedCompany,
            key_history: KeyEvent::all(verified.package.keys()),
            outside: OutsideAnswer::of(&verified.outside),
            leaves: verified.leaves,
            extends,
            files: verified.files as u64,
            changes: report.totals.changes,
            decisions: verified.decisions,
            erased: ErasedAnswer::all(verified.package.erased()),
            doubts: verified.doubts.clone(),
            not_rendered: verified.not_rendered.clone(),
            warnings: report.warnings.clone(),
            proposed,
        };
        VerifyAnswer {
            version: VERSION,
            holds: true,
            faults: vec![],
            checked: Some(checked),
        }
    }

    /// Returns the answer for a report that does not hold.
    pub fn fails(error: &VerifyError) -> VerifyAnswer {
        let mut faults = vec![error.to_string()];
        let mut cause = error.source();
        while let Some(error) = cause {
            faults.push(error.to_string());
            cause = error.source();
        }
        VerifyAnswer {
            version: VERSION,
            holds: false,
            faults,
            checked: None,
        }
    }

    /// Returns the answer for people.
    pub fn text(&self) -> String {
        let Some(checked) = &self.checked else {
            return self.faults.join("\n");
        };
        let key = match (checked.key_supplied_by_verifier, checked.key_vouched_for) {
            (true, _) => "a key that you supplied",
            (false, true) => "a key to which one that you supplied handed the log over",
            (false, false) => "the key in the report, which the audited company supplied",
        };
        let mut lines = vec![
            format!(
                "The log {} holds: {} leaves re-hashed.",
                checked.origin, checked.leaves
            ),
            format!("It is signed with {key}:"),
            format!("  {}", checked.key),
        ];
        lines.extend(
            checked
                .key_history
                .iter()
                .map(|event| folded(&event.line())),
        );
        lines.extend(extends_lines(&checked.extends));
        lines.extend(checked.outside.lines("Log grade: "));
        lines.extend([
            format!("{} files hold, byte for byte.", checked.files),
            format!(
                "{} decisions on {} changes were made again: the same.",
                checked.decisions, checked.changes
            ),
        ]);
        lines.extend(checked.erased.iter().map(ErasedAnswer::line));
        lines.extend(checked.not_rendered.iter().cloned());
        let doubts = checked.doubts.iter();
        lines.extend(doubts.map(|doubt| folded(&format!("WARNING: {doubt}"))));
        let warnings = checked.warnings.iter();
        lines.extend(warnings.map(|warning| folded(&format!("WARNING: {warning}"))));
        let proposed: Vec<String> = checked
            .proposed
            .iter()
            .map(|(conclusion, count)| format!("{count} {conclusion}"))
            .collect();
        lines.push(format!("proposed: {}", proposed.join(", ")));
        lines.push(match (&checked.not_rendered, checked.doubts.is_empty()) {
            (None, true) => "pass: the report says what the log recorded".into(),
            (None, false) => {
                "unknown: the report says what the log recorded, and that is in doubt".into()
            }
            (Some(_), _) => {
                "unknown: not every page was made again; verify with the version that wrote it"
                    .into()
            }
        });
        lines.join("\n")
    }

    /// Returns the answer for machines.
    pub fn json(&self) -> Value {
        value(self)
    }
}

/// Returns what a log extends that the verifier had seen before.
fn extends_lines(sizes: &[u64]) -> impl Iterator<Item = String> {
    let leaves = |size: &u64| documents::text::count(*size, "leaf", "leaves");
    sizes
        .iter()
        .map(move |size| format!("It extends the {} that you have seen.", leaves(size)))
}

/// Returns the schema of `audit.json`.
pub fn schema_of_audit() -> Value {
    schema::<AuditReport>()
}

/// Returns the schema of one line of evidence.
pub fn schema_of_change() -> Value {
    schema::<Change>()
}

/// Returns the schema of what `check` answers.
pub fn schema_of_check() -> Value {
    schema::<CheckAnswer>()
}

/// Returns the schema of what `plan` answers.
pub fn schema_of_plan() -> Value {
    schema::<PlanAnswer>()
}

/// Returns the schema of what `verify` answers.
pub fn schema_of_verify() -> Value {
    schema::<VerifyAnswer>()
}

/// Returns the schema of what is written: a field that may be null is there all the same.
fn schema<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::default().for_serialize();
    settings
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}

fn value(of: &impl Serialize) -> Value {
    serde_json::to_value(of).expect("answers have text keys only")
}
