//! Settings, deploy keys, collaborators and environments of a repository.

use std::collections::BTreeSet;

use jiff::Timestamp;
use model::request::access::{
    AccountOrTeam, Collaborator, DeployKey, Environment, EnvironmentRule, RepositorySettings,
};
use model::request::check::Counted;
use model::request::words::MergeMethod;
use model::request::{Account, Readable};
use serde::Deserialize;

use super::super::endpoint::MERGE_METHODS_NEED;
use super::request::AccountWire;
use super::{Fact, GITHUB, extend, list, object};
use crate::forge::answer::{Unreadable, word};

/// Returns the settings of a repository.
pub fn settings(pages: &[&[u8]]) -> Result<RepositorySettings, Unreadable> {
    object("a repository", pages)
}

/// Returns the keys of machines.
pub fn deploy_keys(pages: &[&[u8]]) -> Result<Vec<DeployKey>, Unreadable> {
    list("the deploy keys of a repository", pages)
}

/// Returns those who may reach a repository.
pub fn collaborators(pages: &[&[u8]]) -> Result<Vec<Collaborator>, Unreadable> {
    list("the collaborators of a repository", pages)
}

/// Returns where a repository is deployed to, and how many GitHub says that there are.
pub fn environments(pages: &[&[u8]]) -> Result<Counted<Environment>, Unreadable> {
    const WHAT: &str = "the environments of a repository";
    #[derive(Deserialize)]
    struct Wire {
        total_count: u64,
        environments: Vec<EnvironmentWire>,
    }
    let (mut total, mut items) = (None, Vec::new());
    for (page, body) in (1..).zip(pages) {
        let wire: Wire = GITHUB.read(WHAT, page, body)?;
        total = total.max(Some(wire.total_count));
        extend(&mut items, WHAT, page, wire.environments)?;
    }
    let total = total.ok_or_else(|| GITHUB.unreadable(WHAT, 0, "there is no page"))?;
    Ok(Counted { total, items })
}

#[derive(Deserialize)]
pub(super) struct SettingsWire {
    id: u64,
    full_name: String,
    owner: AccountWire,
    default_branch: String,
    visibility: Option<String>,
    private: bool,
    archived: Option<bool>,
    allow_merge_commit: Option<bool>,
    allow_squash_merge: Option<bool>,
    allow_rebase_merge: Option<bool>,
}

impl Fact for RepositorySettings {
    type Wire = SettingsWire;

    fn of(wire: SettingsWire) -> Result<RepositorySettings, String> {
        let allowed = [
            (wire.allow_merge_commit, MergeMethod::Merge),
            (wire.allow_squash_merge, MergeMethod::Squash),
            (wire.allow_rebase_merge, MergeMethod::Rebase),
        ];
        Ok(RepositorySettings {
            id: wire.id,
            full_name: wire.full_name,
            owner: Account::from(wire.owner),
            default_branch: wire.default_branch,
            is_private: wire.private,
            visibility: wire.visibility.map(Into::into),
            is_archived: wire.archived,
            merge_methods: merge_methods(allowed),
        })
    }
}

/// "Get a repository": who may not push is not shown the settings of merges.
fn merge_methods(allowed: [(Option<bool>, MergeMethod); 3]) -> Readable<BTreeSet<MergeMethod>> {
    let mut methods = BTreeSet::new();
    for (is_allowed, method) in allowed {
        match is_allowed {
            Some(true) => _ = methods.insert(method),
            Some(false) => {}
            None => {
                return Readable::Withheld {
                    needs: MERGE_METHODS_NEED.to_owned(),
                };
            }
        }
    }
    Readable::Known(methods)
}

#[derive(Deserialize)]
pub(super) struct KeyWire {
    id: u64,
    title: String,
    key: String,
    read_only: bool,
    created_at: Timestamp,
    added_by: Option<String>,
    last_used: Option<Timestamp>,
    enabled: Option<bool>,
}

impl Fact for DeployKey {
    type Wire = KeyWire;

    fn of(wire: KeyWire) -> Result<DeployKey, String> {
        Ok(DeployKey {
            id: wire.id,
            title: wire.title,
            key: wire.key,
            is_read_only: wire.read_only,
            created_at: wire.created_at,
            added_by: wire.added_by,
            last_used: wire.last_used,
            is_enabled: wire.enabled,
        })
    }
}

#[derive(Deserialize)]
pub(super) struct CollaboratorWire {
    #[serde(flatten)]
    account: AccountWire,
    role_name: String,
}

impl Fact for Collaborator {
    type Wire = CollaboratorWire;

    fn of(wire: CollaboratorWire) -> Result<Collaborator, String> {
        Ok(Collaborator {
            account: Account::from(wire.account),
            role: wire.role_name.into(),
        })
    }
}

#[derive(Deserialize)]
pub(super) struct EnvironmentWire {
    name: String,
    protection_rules: Option<Vec<RuleWire>>,
    can_admins_bypass: Option<bool>,
}

#[derive(Deserialize)]
struct RuleWire {
    #[serde(rename = "type")]
    kind: String,
    wait_timer: Option<u64>,
    reviewers: Option<Vec<ReviewerWire>>,
    prevent_self_review: Option<bool>,
}

#[derive(Deserialize)]
struct ReviewerWire {
    reviewer: NamedWire,
}

#[derive(Deserialize)]
struct NamedWire {
    login: Option<String>,
    slug: Option<String>,
}

impl Fact for Environment {
    type Wire = EnvironmentWire;

    fn of(wire: EnvironmentWire) -> Result<Environment, String> {
        let rules = wire.protection_rules;
        let rules = rules.map(|rules| rules.into_iter().map(rule).collect::<Result<_, _>>());
        Ok(Environment {
            name: wire.name,
            rules: rules.transpose()?,
            administrators_bypass: wire.can_admins_bypass,
        })
    }
}

fn rule(wire: RuleWire) -> Result<EnvironmentRule, String> {
    match (wire.kind.as_str(), wire.wait_timer, wire.reviewers) {
        ("wait_timer", Some(minutes), _) => Ok(EnvironmentRule::WaitTimer { minutes }),
        ("required_reviewers", _, Some(reviewers)) => Ok(EnvironmentRule::RequiredReviewers {
            reviewers: reviewers
                .into_iter()
                .map(reviewer)
                .collect::<Result<_, _>>()?,
            prevents_self_review: wire.prevent_self_review,
        }),
        ("wait_timer" | "required_reviewers", ..) => {
            Err(format!("the rule {} lacks what it asks for", wire.kind))
        }
        ("branch_policy", ..) => Ok(EnvironmentRule::BranchPolicy),
        _ => Ok(EnvironmentRule::Other(word(wire.kind))),
    }
}

fn reviewer(wire: ReviewerWire) -> Result<(AccountOrTeam, String), String> {
    match (wire.reviewer.login, wire.reviewer.slug) {
        (Some(login), _) => Ok((AccountOrTeam::Account, login)),
        (None, Some(slug)) => Ok((AccountOrTeam::Team, slug)),
        (None, None) => Err("a reviewer has no name".to_owned()),
    }
}
