//! Levels of access, by which GitLab says who may do what in a project, and what it protects with them.

use super::Account;
use super::words::ApprovalRuleKind;
use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A level of access. It has no order: where one stands that is not known here, nobody can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccessLevel {
    /// No level lets anybody do it.
    Nobody,
    /// Sees that the project is there.
    Minimal,
    /// Sees issues.
    Guest,
    /// Plans.
    Planner,
    /// Reads the code.
    Reporter,
    /// Pushes where nothing is protected.
    Developer,
    /// Changes settings, and what protects branches.
    Maintainer,
    /// Everything in the project.
    Owner,
    /// Everything on the server.
    Administrator,
    /// A level that is not known here, by its number.
    Other(u64),
}

/// Who is let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grantee {
    /// Everybody of this level or a higher one; with `Nobody`, nobody.
    Level(AccessLevel),
    /// An account, by its number.
    Account(u64),
    /// A group, by its number.
    Group(u64),
    /// The key of a machine, by its number.
    DeployKey(u64),
}

/// Branches that are protected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProtectedBranch {
    /// The name, in which `*` stands for any text.
    pub pattern: String,
    /// Who may push without a change request.
    pub pushers: Vec<Grantee>,
    /// Who may merge a change request.
    pub mergers: Vec<Grantee>,
    /// Who may end the protection; none where the forge does not say, as on the free plan.
    pub unprotectors: Option<Vec<Grantee>>,
    /// Whether those who may push may force it.
    pub allows_force_pushes: bool,
    /// Whether owners of the code must approve; none where the forge does not say.
    pub needs_code_owner: Option<bool>,
    /// Whether the group protects it; none where the forge does not say.
    pub is_of_group: Option<bool>,
}

/// Somebody who may reach a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Member {
    /// Who.
    pub account: Account,
    /// What they may do.
    pub level: AccessLevel,
    /// What they may do beside, by the name that the organisation gave to it.
    pub custom_role: Option<String>,
    /// Whether the account may sign in; none where the forge does not say.
    pub is_active: Option<bool>,
    /// The day on which it ends.
    pub expires_on: Option<Date>,
    /// When it began, where the forge says.
    pub since: Option<Timestamp>,
}

/// Who must approve a change request before it lands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalRule {
    /// The number.
    pub id: u64,
    /// The name.
    pub name: String,
    /// Whom it counts.
    pub kind: ApprovalRuleKind,
    /// How many must approve; 0 asks for nobody.
    pub approvals: u64,
    /// The accounts that may.
    pub eligible: Vec<Account>,
    /// Whether groups that may approve are not shown.
    pub hides_groups: bool,
    /// The branches for which it holds; none where it holds for all.
    pub branches: Option<Vec<String>>,
    /// Whether it holds for whatever is protected; none where the forge does not say.
    pub holds_for_protected: Option<bool>,
}

/// What a push must keep; what is `None` the forge did not say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PushRules {
    /// Whether commits need a signature that the forge verified.
    pub needs_signatures: Option<bool>,
    /// Whether authors must have an account.
    pub needs_known_author: Option<bool>,
    /// Whether the committer must be who pushes.
    pub needs_own_committer: Option<bool>,
    /// Whether files that look like secrets are refused.
    pub refuses_secrets: Option<bool>,
    /// Whether tags may not be deleted.
    pub keeps_tags: Option<bool>,
}

/// What must hold before a change request lands; what is `None` the forge did not say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MergeSettings {
    /// Whether its pipeline must have passed. No job is named: whoever writes the pipeline chooses what runs.
    pub needs_pipeline: Option<bool>,
    /// Whether a pipeline that was skipped counts as passed.
    pub counts_skipped_pipeline: Option<bool>,
    /// Whether each discussion must be resolved.
    pub needs_resolved_discussions: Option<bool>,
    /// Whether pipelines run on the merge, and not on the request alone.
    pub runs_on_merge: Option<bool>,
    /// Whether requests land one after another, each tested behind the last.
    pub has_merge_train: Option<bool>,
}

impl AccessLevel {
    /// Returns the level that GitLab writes as this number ("Roles", `access_level`).
    pub fn of_number(number: u64) -> AccessLevel {
        match number {
            0 => AccessLevel::Nobody,
            5 => AccessLevel::Minimal,
            10 => AccessLevel::Guest,
            15 => AccessLevel::Planner,
            20 => AccessLevel::Reporter,
            30 => AccessLevel::Developer,
            40 => AccessLevel::Maintainer,
            50 => AccessLevel::Owner,
            60 => AccessLevel::Administrator,
            other => AccessLevel::Other(other),
        }
    }
}
