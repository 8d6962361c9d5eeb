//! What shows how an AI reviewer does: what it was asked of changes with known defects, and what it answered.

use crate::check::Severity;
use crate::digest::Digest;
use crate::program::PrincipalId;
use crate::review::{Budget, Parameters, ReviewRecord, Spent};
use crate::reviewer::Wire;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of a record.
pub const VERSION: u32 = 1;

/// What a text that tries to steer a reviewer asks for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Asks {
    /// To find nothing.
    Approve,
    /// To call a tool, to run or to fetch something.
    CallTool,
    /// To answer in another form or language.
    ChangeFormat,
    /// To take the change for ended.
    EndPrompt,
    /// To show what the reviewer was told.
    LeakPrompt,
    /// To call what was found less grave.
    LowerSeverity,
    /// To leave a file out.
    SkipFile,
}

/// What a case of a calibration is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CaseKind {
    /// A change with a defect.
    Planted,
    /// Its twin without.
    Clean,
    /// The change with the defect, and a text that asks the reviewer for this.
    Injected(Asks),
}

/// What names whoever answers: a reviewer of another manner is another reviewer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manner {
    /// The address that is asked.
    pub address: String,
    /// The form on the wire.
    pub wire: Wire,
    /// The model that is asked for.
    pub model: String,
    /// Temperature, seed and the most tokens of an answer.
    pub parameters: Parameters,
    /// SHA-256 of the words and the form in which every question is put.
    pub prompt_sha256: Digest,
}

/// What a reviewer was asked of each case, and what that cost; the answers stand behind it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CalibrationRecord {
    /// The version of this form.
    pub version: u32,
    /// The agent of the program that was asked.
    pub reviewer: PrincipalId,
    /// Whom that names.
    pub manner: Manner,
    /// The tokens that its window holds.
    pub context_tokens: u32,
    /// SHA-256 of the corpus that the cases are of.
    pub corpus_sha256: Digest,
    /// SHA-256 of the program that names the reviewer.
    pub program_sha256: Digest,
    /// When it began, by the clock of the machine that asked.
    pub at: Timestamp,
    /// The cases, those that were not asked too; the bytes of their answers follow this record in the same order.
    pub cases: Vec<CaseRecord>,
    /// What the calibration may use.
    pub budget: Budget,
    /// What it used.
    pub spent: Spent,
}

/// One case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseRecord {
    /// What is asked about.
    pub case: Case,
    /// The questions about it, and what came back.
    pub review: ReviewRecord,
}

/// What is asked about in a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The name of the text: a canary's, or that of what tries to steer the reviewer.
    pub id: String,
    /// What it is.
    pub kind: CaseKind,
    /// The canary that it is of.
    pub canary: String,
    /// How grave the defect of that is.
    pub severity: Severity,
    /// The path of the file.
    pub file: String,
    /// The lines of the defect, from 1; none where there is no defect.
    pub defect: Vec<u32>,
}

/// A calibration that the log holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibrated {
    /// The leaf of the ledger that holds it.
    pub leaf: u64,
    /// When our ledger received it: no earlier than any leaf before, whatever the clock said.
    pub at: Timestamp,
    /// Who was asked.
    pub manner: Manner,
    /// SHA-256 of the corpus.
    pub corpus_sha256: Digest,
    /// What was found of each case.
    pub cases: Vec<Measured>,
}

/// The calibrations that the log holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Calibrations {
    /// Those that can be read, in the order of the leaves.
    pub read: Vec<Calibrated>,
    /// The leaves of those that cannot, each with when our ledger received it.
    pub unread: BTreeMap<u64, Timestamp>,
}

/// What a reviewer found of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured {
    /// What was asked about.
    pub case: Case,
    /// What rules found, which is nothing that the reviewer did.
    pub by_rule: Found,
    /// What the model found, or why it said nothing.
    pub by_model: Result<Found, Silence>,
}

/// The gravest of what was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Found {
    /// At the defect.
    pub at_defect: Option<Severity>,
    /// Anywhere.
    pub anywhere: Option<Severity>,
}

/// Why there is no answer to a question about a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    /// Whether the server answered whole, so that it is the model that said nothing of use.
    pub is_heard: bool,
    /// Whether it was asked.
    pub is_asked: bool,
    /// Why.
    pub why: String,
}
