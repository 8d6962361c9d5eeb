//! The classic protection of a branch.

use super::rules::RequiredCheck;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What protects a branch; what is `None` the forge did not say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BranchProtection {
    /// Whether it holds for administrators too.
    pub holds_for_administrators: bool,
    /// The checks that must have passed; none where no check must.
    pub checks: Option<ProtectionChecks>,
    /// The reviews that a change needs; none where it needs no change request.
    pub reviews: Option<ProtectionReviews>,
    /// Who alone may push; none where all who may write may.
    pub pushers: Option<Actors>,
    /// Whether it may be force-pushed.
    pub allows_force_pushes: Option<bool>,
    /// Whether it may be deleted.
    pub allows_deletions: Option<bool>,
    /// Whether merge commits are refused.
    pub needs_linear_history: Option<bool>,
    /// Whether commits need a signature that the forge verified.
    pub needs_signatures: Option<bool>,
    /// Whether it is read only.
    pub is_locked: Option<bool>,
}

/// Checks that must have passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProtectionChecks {
    /// The checks.
    pub checks: Vec<RequiredCheck>,
    /// Whether the request must hold the branch's last commit.
    pub is_strict: Option<bool>,
}

/// Reviews that a change needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProtectionReviews {
    /// Approvals; older servers do not say.
    pub approvals: Option<u64>,
    /// Whether a push takes approvals away.
    pub dismisses_stale: bool,
    /// Whether owners of the code must approve.
    pub needs_code_owner: bool,
    /// Whether somebody else than the last pusher must approve.
    pub needs_other_than_last_pusher: Option<bool>,
    /// Who may go around it, where the forge says.
    pub bypass: Option<Actors>,
}

/// Accounts, teams and apps, by their names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Actors {
    /// Accounts.
    pub users: Vec<String>,
    /// Teams.
    pub teams: Vec<String>,
    /// Apps.
    pub apps: Vec<String>,
}

impl Actors {
    /// Returns whether anybody is named.
    pub fn are_some(&self) -> bool {
        !(self.users.is_empty() && self.teams.is_empty() && self.apps.is_empty())
    }
}
