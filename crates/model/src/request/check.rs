//! What programs reported about a commit.

use super::Account;
use super::words::{CheckConclusion, CheckStatus, PipelineStatus, StatusState};
use crate::digest::CommitId;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Items of a list that says how many it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counted<T> {
    /// How many the forge says that there are.
    pub total: u64,
    /// Those that it listed.
    pub items: Vec<T>,
}

impl<T> Counted<T> {
    /// Returns whether the list holds as many as it says.
    pub fn is_whole(&self) -> bool {
        self.total == self.items.len() as u64
    }
}

/// A run of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckRun {
    /// The number.
    pub id: u64,
    /// The name, which whoever reports it chooses.
    pub name: String,
    /// The commit.
    pub head: CommitId,
    /// How far it is.
    pub status: CheckStatus,
    /// How it ended.
    pub conclusion: Option<CheckConclusion>,
    /// When it started, as the app says.
    pub started_at: Option<Timestamp>,
    /// When it ended, as the app says.
    pub completed_at: Option<Timestamp>,
    /// The app that reported it; none where the forge names none.
    pub app: Option<App>,
    /// Whether the forge lets a request land although it failed; none where the forge does not say.
    pub may_fail: Option<bool>,
}

/// An app of a forge.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct App {
    /// The number, by which a required check is pinned to it.
    pub id: u64,
    /// The name in its address; some servers give none.
    pub slug: Option<String>,
}

/// A commit status, the older form of a check; anybody who may push can set one under any name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CommitStatus {
    /// The name.
    pub context: String,
    /// What it says.
    pub state: StatusState,
    /// Who set it; a combined list names nobody.
    pub creator: Option<Account>,
    /// When it was set.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// The jobs that ran together for a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Pipeline {
    /// The number.
    pub id: u64,
    /// The commit, which may be a merge that was only tried.
    pub head: CommitId,
    /// The branch, the tag or the request for which it ran.
    pub reference: String,
    /// How far it is, or how it ended.
    pub status: PipelineStatus,
    /// What started it, as the forge calls that.
    pub source: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}
