//! A project's settings, and who and what may reach it.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use model::request::access::{DeployKey, Environment, RepositorySettings};
use model::request::level::{AccessLevel, Member, MergeSettings};
use model::request::words::{AccountKind, MergeMethod, Visibility};
use model::request::{Account, Readable};
use serde::Deserialize;

use super::{AccountWire, Wire, list, object};
use crate::forge::answer::{Unreadable, nullable, word};

/// What is shown only to those who are members: how requests may land.
const MERGE_METHODS_NEED: &str = "read_api and the role Guest";

/// Returns the settings of a project.
pub fn settings(pages: &[&[u8]]) -> Result<RepositorySettings, Unreadable> {
    object::<SettingsWire>("a project", pages)
}

/// Returns what must hold before a request of a project lands, from the same answer as its settings.
pub fn merge_settings(pages: &[&[u8]]) -> Result<MergeSettings, Unreadable> {
    object::<MergeWire>("a project", pages)
}

/// Returns the keys of machines.
pub fn deploy_keys(pages: &[&[u8]]) -> Result<Vec<DeployKey>, Unreadable> {
    list::<KeyWire>("the deploy keys of a project", pages)
}

/// Returns those who may reach a project.
pub fn members(pages: &[&[u8]]) -> Result<Vec<Member>, Unreadable> {
    list::<MemberWire>("the members of a project", pages)
}

/// Returns where a project is deployed to; what a deployment must pass stands with the protected environments.
pub fn environments(pages: &[&[u8]]) -> Result<Vec<Environment>, Unreadable> {
    list::<EnvironmentWire>("the environments of a project", pages)
}

#[derive(Deserialize)]
struct SettingsWire {
    id: u64,
    path_with_namespace: String,
    namespace: NamespaceWire,
    #[serde(deserialize_with = "nullable")]
    default_branch: Option<String>,
    visibility: String,
    archived: Option<bool>,
    merge_method: Option<String>,
    squash_option: Option<String>,
}

#[derive(Deserialize)]
struct NamespaceWire {
    id: u64,
    kind: String,
    full_path: String,
}

impl Wire for SettingsWire {
    type Fact = RepositorySettings;

    fn fact(self) -> Result<RepositorySettings, String> {
        let visibility = Visibility::from(self.visibility);
        Ok(RepositorySettings {
            id: self.id,
            full_name: self.path_with_namespace,
            owner: self.namespace.into(),
            default_branch: self.default_branch.ok_or("it has no branch")?,
            is_private: visibility != Visibility::Public,
            visibility: Some(visibility),
            is_archived: self.archived,
            merge_methods: merge_methods(self.merge_method, self.squash_option),
        })
    }
}

impl From<NamespaceWire> for Account {
    fn from(wire: NamespaceWire) -> Account {
        Account {
            id: wire.id,
            login: wire.full_path,
            kind: match wire.kind.as_str() {
                "group" => AccountKind::Organization,
                "user" => AccountKind::User,
                _ => AccountKind::Other(word(wire.kind)),
            },
        }
    }
}

/// "Projects API": the method says how requests land, and the option whether as one commit, before that.
fn merge_methods(
    method: Option<String>,
    squash: Option<String>,
) -> Readable<BTreeSet<MergeMethod>> {
    let (Some(method), Some(squash)) = (method, squash) else {
        return Readable::Withheld {
            needs: MERGE_METHODS_NEED.to_owned(),
        };
    };
    let landing = match method.as_str() {
        "merge" | "rebase_merge" => MergeMethod::Merge,
        "ff" => MergeMethod::Rebase,
        _ => MergeMethod::Other(word(method)),
    };
    Readable::Known(match squash.as_str() {
        "never" => BTreeSet::from([landing]),
        "always" | "default_on" | "default_off" => BTreeSet::from([landing, MergeMethod::Squash]),
        _ => BTreeSet::from([landing, MergeMethod::Other(word(squash))]),
    })
}

#[derive(Deserialize)]
struct MergeWire {
    only_allow_merge_if_pipeline_succeeds: Option<bool>,
    #[serde(default, deserialize_with = "unset")]
    allow_merge_on_skipped_pipeline: Option<bool>,
    only_allow_merge_if_all_discussions_are_resolved: Option<bool>,
    merge_pipelines_enabled: Option<bool>,
    merge_trains_enabled: Option<bool>,
    // Of another answer, everything above would merely be absent.
    #[serde(rename = "path_with_namespace")]
    _path: String,
}

/// "Projects API": a project that never set it has null there, and then it is off.
fn unset<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<bool>, D::Error> {
    Option::<bool>::deserialize(from).map(|set| Some(set.unwrap_or(false)))
}

impl Wire for MergeWire {
    type Fact = MergeSettings;

    fn fact(self) -> Result<MergeSettings, String> {
        Ok(MergeSettings {
            needs_pipeline: self.only_allow_merge_if_pipeline_succeeds,
            counts_skipped_pipeline: self.allow_merge_on_skipped_pipeline,
            needs_resolved_discussions: self.only_allow_merge_if_all_discussions_are_resolved,
            runs_on_merge: self.merge_pipelines_enabled,
            has_merge_train: self.merge_trains_enabled,
        })
    }
}

#[derive(Deserialize)]
struct KeyWire {
    id: u64,
    title: String,
    key: String,
    can_push: bool,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
}

impl Wire for KeyWire {
    type Fact = DeployKey;

    fn fact(self) -> Result<DeployKey, String> {
        Ok(DeployKey {
            id: self.id,
            title: self.title,
            key: self.key,
            is_read_only: !self.can_push,
            created_at: self.created_at,
            added_by: None,
            last_used: self.last_used_at,
            is_enabled: None,
        })
    }
}

#[derive(Deserialize)]
struct MemberWire {
    #[serde(flatten)]
    account: AccountWire,
    access_level: u64,
    state: Option<String>,
    #[serde(deserialize_with = "nullable")]
    expires_at: Option<Date>,
    created_at: Option<Timestamp>,
    member_role: Option<RoleWire>,
}

#[derive(Deserialize)]
struct RoleWire {
    name: String,
}

impl Wire for MemberWire {
    type Fact = Member;

    fn fact(self) -> Result<Member, String> {
        Ok(Member {
            account: self.account.into(),
            level: AccessLevel::of_number(self.access_level),
            custom_role: self.member_role.map(|role| word(role.name)),
            is_active: self.state.map(|state| state == "active"),
            expires_on: self.expires_at,
            since: self.created_at,
        })
    }
}

#[derive(Deserialize)]
struct EnvironmentWire {
    name: String,
    #[serde(rename = "state")]
    _state: String,
}

impl Wire for EnvironmentWire {
    type Fact = Environment;

    fn fact(self) -> Result<Environment, String> {
        Ok(Environment {
            name: self.name,
            rules: None,
            administrators_bypass: None,
        })
    }
}
