//! What protects branches, who must approve, and what a push must keep.

use model::request::Account;
use model::request::level::{AccessLevel, ApprovalRule, Grantee, ProtectedBranch, PushRules};
use serde::Deserialize;

use super::{AccountWire, GITLAB, Wire, list, object};
use crate::forge::answer::Unreadable;

const PUSH_RULE: &str = "the push rules of a project";

/// Returns the branches that are protected.
pub fn protected_branches(pages: &[&[u8]]) -> Result<Vec<ProtectedBranch>, Unreadable> {
    list::<BranchWire>("the protected branches of a project", pages)
}

/// One of those who may push to a protected branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PushLevel {
    /// Its number, by which it is changed.
    pub id: u64,
    /// Who.
    pub grantee: Grantee,
}

/// Returns who may push, by the protection of one name.
pub fn push_levels(pages: &[&[u8]]) -> Result<Vec<PushLevel>, Unreadable> {
    object::<PushLevelsWire>("a protected branch", pages)
}

/// Returns who must approve.
pub fn approval_rules(pages: &[&[u8]]) -> Result<Vec<ApprovalRule>, Unreadable> {
    list::<RuleWire>("the approval rules of a project", pages)
}

/// Returns what a push must keep; none where the project has no such rules, and GitLab answers `null`.
pub fn push_rule(pages: &[&[u8]]) -> Result<Option<PushRules>, Unreadable> {
    let [page] = pages else {
        return Err(GITLAB.unreadable(PUSH_RULE, pages.len(), "it is one page"));
    };
    let wire: Option<PushWire> = GITLAB.read(PUSH_RULE, 1, page)?;
    Ok(wire.map(PushRules::from))
}

/// One of the four says who, and the level may stand beside it as a mere default.
#[derive(Deserialize)]
struct GranteeWire {
    access_level: Option<u64>,
    user_id: Option<u64>,
    group_id: Option<u64>,
    deploy_key_id: Option<u64>,
}

impl GranteeWire {
    fn grantee(&self) -> Result<Grantee, String> {
        let named = [
            self.user_id.map(Grantee::Account),
            self.group_id.map(Grantee::Group),
            self.deploy_key_id.map(Grantee::DeployKey),
        ];
        let mut named = named.into_iter().flatten();
        match (named.next(), named.next(), self.access_level) {
            (Some(grantee), None, _) => Ok(grantee),
            (None, _, Some(level)) => Ok(Grantee::Level(AccessLevel::of_number(level))),
            (None, _, None) => Err("a level of access lets through nobody who is named".to_owned()),
            (Some(_), Some(_), _) => Err("a level of access names two at once".to_owned()),
        }
    }
}

fn grantees(wires: &[GranteeWire]) -> Result<Vec<Grantee>, String> {
    wires.iter().map(GranteeWire::grantee).collect()
}

#[derive(Deserialize)]
struct BranchWire {
    name: String,
    push_access_levels: Vec<GranteeWire>,
    merge_access_levels: Vec<GranteeWire>,
    unprotect_access_levels: Option<Vec<GranteeWire>>,
    allow_force_push: bool,
    code_owner_approval_required: Option<bool>,
    inherited: Option<bool>,
}

impl Wire for BranchWire {
    type Fact = ProtectedBranch;

    fn fact(self) -> Result<ProtectedBranch, String> {
        let unprotectors = self.unprotect_access_levels.as_deref().map(grantees);
        Ok(ProtectedBranch {
            pattern: self.name,
            pushers: grantees(&self.push_access_levels)?,
            mergers: grantees(&self.merge_access_levels)?,
            unprotectors: unprotectors.transpose()?,
            allows_force_pushes: self.allow_force_push,
            needs_code_owner: self.code_owner_approval_required,
            is_of_group: self.inherited,
        })
    }
}

#[derive(Deserialize)]
struct PushLevelsWire {
    push_access_levels: Vec<PushLevelWire>,
}

#[derive(Deserialize)]
struct PushLevelWire {
    id: u64,
    #[serde(flatten)]
    grantee: GranteeWire,
}

impl Wire for PushLevelsWire {
    type Fact = Vec<PushLevel>;

    fn fact(self) -> Result<Vec<PushLevel>, String> {
        let levels = self.push_access_levels.into_iter();
        let read = |it: PushLevelWire| {
            Ok(PushLevel {
                id: it.id,
                grantee: it.grantee.grantee()?,
            })
        };
        levels.map(read).collect()
    }
}

#[derive(Deserialize)]
struct RuleWire {
    id: u64,
    name: String,
    rule_type: String,
    approvals_required: u64,
    eligible_approvers: Vec<AccountWire>,
    contains_hidden_groups: bool,
    applies_to_all_protected_branches: Option<bool>,
    protected_branches: Vec<NamedWire>,
}

#[derive(Deserialize)]
struct NamedWire {
    name: String,
}

impl Wire for RuleWire {
    type Fact = ApprovalRule;

    fn fact(self) -> Result<ApprovalRule, String> {
        // "Approval rules": with an empty list it holds for every branch.
        let branches = self.protected_branches.into_iter();
        let branches: Vec<String> = branches.map(|branch| branch.name).collect();
        Ok(ApprovalRule {
            id: self.id,
            name: self.name,
            kind: self.rule_type.into(),
            approvals: self.approvals_required,
            eligible: self
                .eligible_approvers
                .into_iter()
                .map(Account::from)
                .collect(),
            hides_groups: self.contains_hidden_groups,
            branches: Some(branches).filter(|branches| !branches.is_empty()),
            holds_for_protected: self.applies_to_all_protected_branches,
        })
    }
}

/// The number tells these rules from any other object.
#[derive(Deserialize)]
struct PushWire {
    #[serde(rename = "id")]
    _id: u64,
    reject_unsigned_commits: Option<bool>,
    member_check: Option<bool>,
    commit_committer_check: Option<bool>,
    prevent_secrets: Option<bool>,
    deny_delete_tag: Option<bool>,
}

impl From<PushWire> for PushRules {
    fn from(wire: PushWire) -> PushRules {
        PushRules {
            needs_signatures: wire.reject_unsigned_commits,
            needs_known_author: wire.member_check,
            needs_own_committer: wire.commit_committer_check,
            refuses_secrets: wire.prevent_secrets,
            keeps_tags: wire.deny_delete_tag,
        }
    }
}
