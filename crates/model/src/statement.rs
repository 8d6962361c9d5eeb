//! What a person states about a patch and signs with their own key.

use crate::change::Signature;
use crate::digest::{CommitId, Digest};
use crate::program::PrincipalId;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The version of a record.
pub const VERSION: u32 = 1;

/// The namespace of SSH signatures on such records, so that none of git's can stand in for one.
pub const NAMESPACE: &str = "countersign";

/// What is stated: the bytes that are signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StatementRecord {
    /// The version of this form.
    pub version: u32,
    /// What it is.
    pub kind: StatementKind,
    /// The repository, as the program calls it.
    pub repository: String,
    /// The number of the change request.
    pub request: u64,
    /// The digest of the difference that was looked at.
    pub patch_digest: Digest,
    /// Who states it.
    pub principal: PrincipalId,
    /// When, by the clock of the machine that signed.
    pub at: Timestamp,
    /// SHA-256 of an outside signature's bytes, which nobody knew before the outsider signed: it was made later.
    pub after: Option<Digest>,
    /// The points of the program's checklist, each with what was answered.
    pub answers: Vec<Answered>,
    /// What was found.
    pub findings: String,
    /// What became of findings of an AI review.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dispositions: Vec<Disposition>,
}

/// What became of one finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Disposition {
    /// The name of the finding.
    pub finding: String,
    /// What became of it.
    pub verdict: Verdict,
    /// Why.
    pub because: String,
}

/// What became of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is mended by this commit.
    Fixed {
        /// The commit.
        commit: CommitId,
    },
    /// It is so, and stays.
    Accepted,
    /// It is not so.
    False,
}

/// One point of a checklist with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    /// What was asked.
    pub asked: String,
    /// Whether it holds.
    pub holds: bool,
}

/// What a statement is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum StatementKind {
    /// The author read the final difference again (CR-9).
    SelfReview,
    /// What became of findings of an AI review (CR-7).
    Disposition,
}

/// A statement that the log holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The leaf of the ledger that holds it.
    pub leaf: u64,
    /// When our ledger received it: no earlier than any leaf before, whatever the clock said.
    pub at: Timestamp,
    /// What is stated.
    pub record: StatementRecord,
    /// The signature on it; whose key it is the program says.
    pub signature: Signature,
}
