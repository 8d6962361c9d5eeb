//! The audit report as data: the form of `audit.json`, from which every page is rendered.

pub mod at_forge;
mod change;

use self::at_forge::LandedAtForge;
pub use self::change::{
    ChangeReport, Decision, OpenHours, OpenHoursSource, SignatureReport, SignatureVerdict,
};
use crate::change::Landed;
use crate::digest::{CommitId, Digest};
use crate::matrix::Matrix;
use crate::outcome::{AssuranceGrade, Conclusion, LogGrade, Risk};
use crate::plan::Plan;
use crate::population::{AllCommits, Incomplete, Query, SignatureTotals};
use crate::program::{ControlId, Frameworks, PrincipalId, PrincipalKind, Question};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of `audit.json`.
pub const VERSION: u32 = 1;

/// One audit of one repository.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AuditReport {
    /// The version of this form.
    pub version: u32,
    /// The version of Countersign that wrote it.
    pub countersign: String,
    /// When the audit ran, by the clock of the machine it ran on.
    pub generated_at: Timestamp,
    /// The organisation's name.
    pub organisation: String,
    /// People who work there.
    pub head_count: u32,
    /// The frameworks in scope.
    pub frameworks: Frameworks,
    /// The program that was applied.
    pub program: ProgramSource,
    /// The population of changes.
    pub population: PopulationReport,
    /// The log that holds the record.
    pub log: LogReport,
    /// What the log holds against the history, against itself or against what protects the branch, one sentence each.
    pub warnings: Vec<String>,
    /// What this report does not prove, one sentence each.
    pub limits: Vec<String>,
    /// Proposed conclusions, worst first.
    pub conclusions: Vec<ControlReport>,
    /// Deviations, oldest first.
    pub exceptions: Vec<ExceptionReport>,
    /// When a protection was weakened, and what landed meanwhile.
    pub windows: WindowsReport,
    /// The segregation-of-duties matrix.
    pub matrix: Matrix,
    /// What the hiring plan would change.
    pub plan: Plan,
    /// Those who act.
    pub principals: Vec<PrincipalReport>,
    /// Identities in the population that belong to no principal, each with the changes it appears in.
    pub unknown_identities: BTreeMap<String, u64>,
    /// Counts over the changes.
    pub totals: Totals,
    /// The change register, oldest first.
    pub changes: Vec<ChangeReport>,
}

/// Where the program came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProgramSource {
    /// Whether the organisation wrote it, or `init` drafted it for this run.
    pub origin: ProgramOrigin,
    /// SHA-256 of its text, which the ledger holds.
    pub sha256: Digest,
    /// What only the operator can answer and has not yet.
    pub questions: Vec<Question>,
}

/// Where a program came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProgramOrigin {
    /// A file that the organisation keeps.
    File,
    /// Drafted for this run; nobody has confirmed it.
    Draft,
}

/// The population of changes and what it was reconciled with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PopulationReport {
    /// The exact query.
    pub query: Query,
    /// What puts a change into the period.
    pub basis: String,
    /// The tip of the branch.
    pub head: CommitId,
    /// Changes in the period.
    pub count: u64,
    /// SHA-256 over the commit ids, oldest first, one a line.
    pub sha256: Digest,
    /// Why the history is not whole, where it is not.
    pub incomplete: Vec<Incomplete>,
    /// Whether the period was over when the population was taken; only such captures conclude.
    pub period_over: bool,
    /// The second source it was reconciled with.
    pub second_source: Option<String>,
    /// The signed representation of management that stands in for one.
    pub representation: Option<String>,
}

/// The log that holds the record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LogReport {
    /// The log's name.
    pub origin: String,
    /// The verifier key, as the audited company supplied it.
    pub key: String,
    /// The grade that it had before this audit, by every key that the program names.
    pub grade_claimed: LogGrade,
    /// What outsiders had signed of it before this audit.
    pub outside: OutsideReport,
    /// Leaves when the decisions had been appended.
    pub size: u64,
    /// The root hash of the tree of that size, base64.
    pub root: String,
    /// The leaf of the program.
    pub program_leaf: u64,
    /// The leaf of the observation.
    pub observation_leaf: u64,
    /// The leaf of the decisions.
    pub decisions_leaf: u64,
}

/// What outsiders signed of a log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OutsideReport {
    /// The signature that counts on the most leaves, the last of those.
    pub last_contact: Option<LastContact>,
    /// Outsiders whose own logs this organisation witnesses.
    pub reciprocal: Vec<String>,
    /// Leaves for whose time nobody outside vouches.
    pub gaps: Vec<Gap>,
    /// Signatures that count as nobody's, and why.
    pub remarks: Vec<String>,
    /// Records of outside signatures that are not here: what they say is unknown.
    pub absent_signatures: u64,
}

/// A signature of somebody outside on a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LastContact {
    /// When it was made, by the clock of the outsider.
    pub time: Timestamp,
    /// Whose it is, as the program calls them.
    pub outsider: String,
    /// The leaves that it covers.
    pub leaves: u64,
}

/// Leaves for whose time nobody outside vouches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Gap {
    /// The first leaf.
    pub first: u64,
    /// The last leaf.
    pub last: u64,
    /// Why.
    pub why: String,
}

impl Gap {
    /// Returns which leaves these are, in words.
    pub fn leaves(&self) -> String {
        match self.first == self.last {
            true => format!("leaf {}", self.first),
            false => format!("leaves {} to {}", self.first, self.last),
        }
    }
}

/// What is proposed to conclude of one control.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ControlReport {
    /// The control.
    pub control: ControlId,
    /// Its area.
    pub area: String,
    /// Its test in one sentence.
    pub title: String,
    /// The criteria it serves.
    pub criteria: Frameworks,
    /// The conclusion that management would propose.
    pub proposed: Conclusion,
    /// Why, one sentence each.
    pub reasons: Vec<String>,
    /// Whether a test ran on the population; a control that was not tested is not evidenced.
    pub tested: bool,
    /// Items that passed.
    pub passed: u64,
    /// Items that failed.
    pub failed: u64,
    /// Items that the evidence at hand cannot decide.
    pub unknown: u64,
    /// The weakest grade among the evidence of items that passed.
    pub grade: Option<AssuranceGrade>,
    /// Sources that would evidence it.
    pub evidenced_by: Vec<String>,
}

/// A deviation, disclosed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExceptionReport {
    /// The control that was missed.
    pub control: ControlId,
    /// The change.
    pub commit: CommitId,
    /// When it landed, by the committer's clock.
    pub at: Timestamp,
    /// The change's subject.
    pub subject: String,
    /// What was missed.
    pub reason: String,
    /// The cause that management gave.
    pub cause: Option<String>,
    /// The chunk of evidence that shows it.
    pub evidence: Digest,
}

/// When a protection of the branch was weakened.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WindowsReport {
    /// The windows, oldest first.
    pub windows: Vec<WindowReport>,
    /// What they are known from.
    pub known_from: Vec<String>,
    /// Why there may be others.
    pub missing: Vec<String>,
}

/// A span in which a protection was weakened, with everything that happened inside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WindowReport {
    /// The controls that it took away.
    pub controls: Vec<ControlId>,
    /// When it began.
    pub began: EdgeReport,
    /// When it ended; null where it is not known to have.
    pub ended: Option<EdgeReport>,
    /// What was weakened, and how that is known.
    pub what: Vec<String>,
    /// What landed in it, in the order of the forge's times.
    pub inside: Vec<InsideReport>,
}

/// A moment that may be known only to lie between two.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub struct EdgeReport {
    /// No earlier; null where nothing is known.
    pub not_before: Option<Timestamp>,
    /// No later; null where nothing is known.
    pub not_after: Option<Timestamp>,
}

/// A merge or a push in a window.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct InsideReport {
    /// When, by the clock of the forge.
    pub at: Timestamp,
    /// The commit that it left at the tip of the branch.
    pub commit: CommitId,
    /// The request; null for a push.
    pub request: Option<u64>,
    /// The account that did it, where the forge names it.
    pub by: Option<String>,
    /// Whether it is certain to lie inside.
    pub is_certain: bool,
}

/// A principal of the report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PrincipalReport {
    /// The short name.
    pub id: PrincipalId,
    /// The name.
    pub name: String,
    /// What it is.
    pub kind: PrincipalKind,
    /// The title.
    pub title: Option<String>,
    /// Changes in which it is an author.
    pub authored: u64,
    /// Changes that it merged.
    pub merged: u64,
    /// Changes that it merged and was the only author of.
    pub self_merged: u64,
}

/// Counts over the changes of the population.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Totals {
    /// Changes.
    pub changes: u64,
    /// By the way they landed.
    pub landed: LandedTotals,
    /// Changes that landed through a request: as the forge says where it does, else as git shows.
    pub by_request: u64,
    /// Changes by the way they landed, as the forge says; none where it was not asked.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub at_forge: BTreeMap<LandedAtForge, u64>,
    /// Changes whose every author and merger are one principal.
    pub self_merged: u64,
    /// Signatures by kind.
    pub signature: SignatureTotals,
    /// Signatures by verdict.
    pub verdict: BTreeMap<SignatureVerdict, u64>,
    /// Merges with an embedded signed tag.
    pub embedded_tags: u64,
    /// Changes whose message names an AI assistant, by its name.
    pub assistants: BTreeMap<String, u64>,
    /// Changes that a declared automation wrote.
    pub automation: u64,
    /// Changes whose author only carries a `[bot]` suffix.
    pub bot_suffix: u64,
    /// Changes by risk class.
    pub risk_class: BTreeMap<Risk, u64>,
    /// Counts over every commit reachable from the branch, whatever the period.
    pub all_commits: AllCommits,
}

/// Changes by the way they landed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LandedTotals {
    /// Merge commits of requests.
    pub request_merge: u64,
    /// Squashed requests.
    pub squash: u64,
    /// Merges without a request number.
    pub branch_merge: u64,
    /// Git alone cannot tell.
    pub not_evidenced: u64,
    /// Commits without parents.
    pub root: u64,
}

impl LandedTotals {
    /// Counts one change.
    pub fn count(&mut self, landed: Landed) {
        match landed {
            Landed::RequestMerge => self.request_merge += 1,
            Landed::Squash => self.squash += 1,
            Landed::BranchMerge => self.branch_merge += 1,
            Landed::NotEvidenced => self.not_evidenced += 1,
            Landed::Root => self.root += 1,
        }
    }
}
