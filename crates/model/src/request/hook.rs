//! What a forge told by itself, as far as it says something of what protects a branch.

use super::protection::BranchProtection;
use super::rules::Ruleset;
use crate::digest::CommitId;
use jiff::Timestamp;

/// One delivery of a webhook. Its number and its moment stand in headers that nothing signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hooked {
    /// The leaf of the ledger that holds it.
    pub leaf: u64,
    /// When our ledger received it: what it tells of happened before.
    pub at: Timestamp,
    /// The account that caused it.
    pub by: Option<String>,
    /// What it tells.
    pub happened: Happened,
}

/// What a delivery tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// Something of a ruleset.
    Ruleset {
        /// What was done to it.
        done: Done,
        /// The ruleset since; where it was deleted, as it was last.
        ruleset: Box<Ruleset>,
    },
    /// Something of the classic protection of branches.
    Classic {
        /// What was done to it.
        done: Done,
        /// The branches that it is for: a name or a pattern.
        pattern: String,
        /// The protection since; where it was deleted, as it was last.
        protection: Box<BranchProtection>,
        /// When it was changed last; a deletion is no change.
        updated_at: Timestamp,
    },
    /// The classic protection of every branch was turned on or off.
    ClassicTurned {
        /// Whether it is on since.
        on: bool,
    },
    /// A push to a branch, or of a tag.
    Push(Pushed),
    /// What says nothing of protection.
    Other,
}

/// What was done to something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// It was made.
    Created,
    /// It was changed.
    Edited,
    /// It was taken away.
    Deleted,
}

/// A push.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// The ref.
    pub reference: String,
    /// What it named before; zeros where it was new.
    pub before: CommitId,
    /// What it names since; zeros where it was deleted.
    pub after: CommitId,
    /// Whether it took away commits that the branch had.
    pub is_forced: bool,
    /// When, by the clock of the forge, where it says so.
    pub at: Option<Timestamp>,
}
