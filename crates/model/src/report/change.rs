//! One change of the register: facts, who is who, and what the rules say.

use super::at_forge::AtForge;
use crate::change::{Landed, SignatureKind};
use crate::digest::{CommitId, Digest};
use crate::outcome::{AssuranceGrade, Outcome, Risk};
use crate::program::{ControlId, PrincipalId};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One change of the register.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeReport {
    /// The commit on the protected branch.
    pub commit: CommitId,
    /// When it landed, by the committer's clock.
    pub at: Timestamp,
    /// The first paragraph of the message.
    pub subject: String,
    /// How it landed.
    pub landed: Landed,
    /// The request.
    pub request: Option<u64>,
    /// Its authors: ids of principals, or `unknown: NAME <ADDRESS>`.
    pub authors: Vec<String>,
    /// Whether commits that it merged are absent, and with them perhaps authors.
    pub commits_absent: bool,
    /// Its merger likewise, where the forge says it or git shows it.
    pub merger: Option<String>,
    /// Whether every author and the merger are one principal; null where neither shows it.
    pub self_merged: Option<bool>,
    /// What the forge says of it; null where it was not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_forge: Option<AtForge>,
    /// The commit's own signature.
    pub signature: SignatureReport,
    /// Whether a signed tag is embedded in the merge.
    pub embedded_tag: bool,
    /// AI assistants that the message names.
    pub assistants: Vec<String>,
    /// AI assistants that the messages of the commits brought in name.
    pub brought_assistants: Vec<String>,
    /// The declared automation that wrote it.
    pub automation: Option<PrincipalId>,
    /// Whether the author carries a `[bot]` suffix: a hint, never an exemption.
    pub bot_suffix: bool,
    /// Hours between the last commit of the request and its merge.
    pub open_hours: OpenHours,
    /// The higher of the declared class and the one that the paths imply.
    pub risk_class: Risk,
    /// Paths that differ from the first parent.
    pub path_count: u64,
    /// Tickets that the message names.
    pub tickets: Vec<String>,
    /// The decisions, by control.
    pub decisions: BTreeMap<ControlId, Decision>,
    /// The chunk of evidence that holds the facts.
    pub evidence: Digest,
}

/// The commit's own signature, judged with the keys of the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SignatureReport {
    /// What its armour says it is.
    pub kind: SignatureKind,
    /// What it is worth.
    pub verdict: SignatureVerdict,
    /// Whether the forge's own key made it.
    pub by_forge: bool,
    /// The principal whose key made it.
    pub signer: Option<PrincipalId>,
    /// The key.
    pub key: Option<String>,
}

/// What a signature is worth.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SignatureVerdict {
    /// Made by a principal's key, or by the forge's where `by_forge` says so.
    Valid,
    /// Right, by a key of nobody in the program.
    ValidUnknownKey,
    /// There was no key to check it with.
    Unverified,
    /// Wrong.
    Invalid,
    /// There is none.
    None,
}

/// Hours between the last commit of a request and its merge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OpenHours {
    /// The hours, to two decimals; null where git does not show them.
    pub value: Option<f64>,
    /// Whose clock they rest on: `self_reported` may prove a miss, never a pass.
    pub source: OpenHoursSource,
}

/// Whose clock the hours rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OpenHoursSource {
    /// The committers' own.
    SelfReported,
    /// Our ledger's receipts.
    Receipts,
}

/// The outcome of one rule on one change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The outcome.
    pub outcome: Outcome,
    /// Why, in words.
    pub reason: String,
    /// The grade of the evidence that it rests on.
    pub grade: AssuranceGrade,
}
