//! Rulesets of a repository, and what became of the pushes that they judged.

use super::Readable;
use super::words::{
    BypassActorKind, BypassMode, Enforcement, MergeMethod, RuleResult, RulesetTarget,
};
use crate::digest::CommitId;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A ruleset, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ListedRuleset {
    /// The number.
    pub id: u64,
    /// The name.
    pub name: String,
    /// Whether it is in force.
    pub enforcement: Enforcement,
    /// Whose it is: `Repository` or `Organization`, and its name.
    pub source: (String, String),
}

/// A ruleset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ruleset {
    /// The number.
    pub id: u64,
    /// The name.
    pub name: String,
    /// Whose it is: `Repository` or `Organization`, and its name.
    pub source: (String, String),
    /// What it is about.
    pub target: RulesetTarget,
    /// Whether it is in force.
    pub enforcement: Enforcement,
    /// Who may go around it. Those who may not change it are not shown this.
    pub bypass_actors: Readable<Vec<BypassActor>>,
    /// The refs that it covers: patterns, `~DEFAULT_BRANCH` or `~ALL`; none where it names no refs.
    pub include: Option<Vec<String>>,
    /// The refs that it does not.
    pub exclude: Option<Vec<String>>,
    /// Its rules.
    pub rules: Vec<Rule>,
    /// When it was changed last, where it says so.
    pub updated_at: Option<Timestamp>,
}

/// Who may go around a ruleset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BypassActor {
    /// The number, of whatever kind says; none where the kind needs none.
    pub id: Option<u64>,
    /// What it is.
    pub kind: BypassActorKind,
    /// When.
    pub mode: BypassMode,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// No new ref.
    Creation,
    /// No push but by those who may go around.
    Update,
    /// No deletion.
    Deletion,
    /// No force push.
    NonFastForward,
    /// No merge commit.
    RequiredLinearHistory,
    /// No commit without a signature that the forge verified.
    RequiredSignatures,
    /// No push but by a change request.
    PullRequest(PullRequestRule),
    /// These checks must have passed.
    RequiredStatusChecks {
        /// The checks.
        checks: Vec<RequiredCheck>,
        /// Whether the request must hold the branch's last commit.
        is_strict: bool,
    },
    /// Any other, by the name that the forge gives it.
    Other(String),
}

impl Rule {
    /// Returns the name that GitHub gives to it.
    pub fn name(&self) -> &str {
        match self {
            Rule::Creation => "creation",
            Rule::Update => "update",
            Rule::Deletion => "deletion",
            Rule::NonFastForward => "non_fast_forward",
            Rule::RequiredLinearHistory => "required_linear_history",
            Rule::RequiredSignatures => "required_signatures",
            Rule::PullRequest(_) => "pull_request",
            Rule::RequiredStatusChecks { .. } => "required_status_checks",
            Rule::Other(name) => name,
        }
    }
}

/// What a change request must have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PullRequestRule {
    /// Approvals.
    pub approvals: u64,
    /// Whether a push takes approvals away.
    pub dismisses_stale: bool,
    /// Whether owners of the code must approve.
    pub needs_code_owner: bool,
    /// Whether somebody else than the last pusher must approve.
    pub needs_other_than_last_pusher: bool,
    /// How it may land; none where the rule does not say.
    pub merge_methods: Option<BTreeSet<MergeMethod>>,
}

/// A check that must have passed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct RequiredCheck {
    /// The name.
    pub context: String,
    /// The app that must report it; none where any may.
    pub app: Option<u64>,
}

/// A rule that is in force on a branch, wherever it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BranchRule {
    /// The rule.
    pub rule: Rule,
    /// The ruleset that it belongs to.
    pub ruleset: u64,
    /// Whose the ruleset is: `Repository` or `Organization`, and its name.
    pub source: (String, String),
}

/// A push as the rules judged it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RuleSuite {
    /// The number.
    pub id: u64,
    /// The number of the account; none where it is gone.
    pub actor: Option<u64>,
    /// The name of the account.
    pub actor_name: Option<String>,
    /// What the ref named before; zeros where it was new.
    pub before: CommitId,
    /// What it names since; zeros where it was deleted.
    pub after: CommitId,
    /// The ref.
    pub reference: String,
    /// When.
    pub pushed_at: Timestamp,
    /// What became of it.
    pub result: RuleResult,
    /// What would have become of it with rules that are only tried.
    pub evaluation: Option<RuleResult>,
}

/// A version of a ruleset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RulesetVersion {
    /// The number of the version.
    pub version: u64,
    /// The number of the account that changed it, where one is named.
    pub actor: Option<u64>,
    /// When.
    pub updated_at: Timestamp,
}

/// What a ruleset said since a version of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RulesetState {
    /// The version.
    pub version: RulesetVersion,
    /// What it said.
    pub ruleset: Ruleset,
}
