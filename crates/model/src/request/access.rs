//! A repository's settings, and who and what may reach it.

use super::words::{AccountKind, MergeMethod, Role, Visibility};
use super::{Account, Readable};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Settings of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RepositorySettings {
    /// The number, which stays when the repository is renamed.
    pub id: u64,
    /// `owner/name`.
    pub full_name: String,
    /// Who owns it.
    pub owner: Account,
    /// The branch that counts.
    pub default_branch: String,
    /// Whether not everybody may see it; an internal repository is private too.
    pub is_private: bool,
    /// Who may see it; older servers do not say.
    pub visibility: Option<Visibility>,
    /// Whether it is read only.
    pub is_archived: Option<bool>,
    /// How a change request may land.
    pub merge_methods: Readable<BTreeSet<MergeMethod>>,
}

/// The key of a machine that may reach a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeployKey {
    /// The number.
    pub id: u64,
    /// What it is called.
    pub title: String,
    /// The public key.
    pub key: String,
    /// Whether it may not push.
    pub is_read_only: bool,
    /// When it was added.
    pub created_at: Timestamp,
    /// Who added it, where the forge says.
    pub added_by: Option<String>,
    /// When it was used last, where the forge says.
    pub last_used: Option<Timestamp>,
    /// Whether it works, where the forge says.
    pub is_enabled: Option<bool>,
}

/// Somebody who may reach a repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Collaborator {
    /// Who.
    pub account: Account,
    /// What they may do.
    pub role: Role,
}

/// Somewhere that is deployed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Environment {
    /// The name.
    pub name: String,
    /// What a deployment must pass; none where the forge does not say.
    pub rules: Option<Vec<EnvironmentRule>>,
    /// Whether administrators may go around the rules, where the forge says.
    pub administrators_bypass: Option<bool>,
}

/// What a deployment must pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EnvironmentRule {
    /// So many minutes.
    WaitTimer {
        /// The minutes.
        minutes: u64,
    },
    /// One of these must approve.
    RequiredReviewers {
        /// Accounts by their logins, teams by their slugs.
        reviewers: Vec<(AccountOrTeam, String)>,
        /// Whether who started it may not approve, where the forge says.
        prevents_self_review: Option<bool>,
    },
    /// Only from some branches.
    BranchPolicy,
    /// Any other, by the name that the forge gives it.
    Other(String),
}

/// What a reviewer of a deployment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountOrTeam {
    /// An account.
    Account,
    /// A team.
    Team,
}

impl Account {
    /// Returns whether the forge itself says that no person signs in to it: a hint, for a person may run a robot.
    pub fn is_bot(&self) -> bool {
        self.kind == AccountKind::Bot
    }

    /// Returns whether no person signs in to it, as the forge says or as it names the accounts that it makes for tokens.
    ///
    /// GitLab, "Project access tokens", "Group access tokens" and "Service accounts": `project_3_bot_4ffca2`.
    pub fn is_machine(&self) -> bool {
        let login = self.login.to_ascii_lowercase();
        let is_numbered = |(start, end): &(&str, &str)| {
            let rest = login.strip_prefix(start);
            let behind = rest.map(|it| it.trim_start_matches(|it: char| it.is_ascii_digit()));
            behind.is_some_and(|behind| Some(behind) != rest && behind.starts_with(end))
        };
        let is_made = MADE_FOR_TOKENS.iter().any(is_numbered);
        self.is_bot() || login.ends_with("[bot]") || is_made
    }
}

/// How GitLab names an account that it makes for a token: before a number, and behind it.
const MADE_FOR_TOKENS: [(&str, &str); 4] = [
    ("project_", "_bot"),
    ("group_", "_bot"),
    ("service_account_group_", ""),
    ("service_account_project_", ""),
];

#[cfg(test)]
mod tests {
    use super::{Account, AccountKind};

    #[test]
    fn a_machine_is_told_by_its_kind_or_its_name() {
        let is_machine = |login: &str, kind| {
            let login = login.to_owned();
            Account { id: 1, login, kind }.is_machine()
        };
        for login in [
            "github-actions[bot]",
            "Copilot-Pull-Request-Reviewer[bot]",
            "project_3_bot",
            "project_3_bot_4ffca233d8298ea1",
            "group_12_bot1",
            "service_account_group_12_0fe1",
        ] {
            assert!(is_machine(login, AccountKind::Unstated), "{login}");
        }
        assert!(is_machine("release", AccountKind::Bot));
        for login in ["ada", "project_bot", "project_x_bot", "group_3", "robot"] {
            assert!(!is_machine(login, AccountKind::User), "{login}");
        }
    }
}
