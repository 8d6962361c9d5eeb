//! Merge requests and their commits.

use jiff::Timestamp;
use model::digest::CommitId;
use model::identity::Identity;
use model::request::words::{AccountKind, RequestState};
use model::request::{
    Account, ChangeRequest, ListedRequest, Merge, RequestCommit, RequestVersion, Tip,
};
use serde::Deserialize;

use super::{Wire, list, object};
use crate::forge::answer::{Unreadable, nullable};
use crate::forge::cut::Field;

/// Returns the merge requests of a list.
pub fn requests(pages: &[&[u8]]) -> Result<Vec<ListedRequest>, Unreadable> {
    list::<ListedWire>("a list of merge requests", pages)
}

/// Returns a merge request.
pub fn request(pages: &[&[u8]]) -> Result<ChangeRequest, Unreadable> {
    object::<RequestWire>("a merge request", pages)
}

/// Returns the number of the project that a merge request is one of.
pub fn project(pages: &[&[u8]]) -> Result<u64, Unreadable> {
    object::<ProjectWire>("a merge request", pages)
}

/// Returns the commits of a merge request, the oldest first, as other forges list them.
pub fn request_commits(pages: &[&[u8]]) -> Result<Vec<RequestCommit>, Unreadable> {
    let mut commits = list::<CommitWire>("the commits of a merge request", pages)?;
    commits.reverse();
    Ok(commits)
}

/// Returns what a merge request brought since each push.
pub fn versions(pages: &[&[u8]]) -> Result<Vec<RequestVersion>, Unreadable> {
    list::<VersionWire>("the versions of a merge request", pages)
}

/// Returns the merge of a request that GitLab tried last.
pub fn merge_ref(pages: &[&[u8]]) -> Result<CommitId, Unreadable> {
    object::<MergeRefWire>("the trial merge of a merge request", pages)
}

/// Returns the tip of a branch.
pub fn branch(pages: &[&[u8]]) -> Result<CommitId, Unreadable> {
    object::<BranchWire>("a branch", pages)
}

/// GitLab says of no account whether a person signs in to it.
#[derive(Deserialize)]
pub(in super::super) struct AccountWire {
    pub(in super::super) id: u64,
    pub(in super::super) username: String,
}

impl From<AccountWire> for Account {
    fn from(wire: AccountWire) -> Account {
        Account {
            id: wire.id,
            login: wire.username,
            kind: AccountKind::Unstated,
        }
    }
}

/// "Merge requests": `merged` is an end too, and `locked` is neither open nor closed while a merge is under way.
pub(super) fn state(word: String) -> RequestState {
    match word.as_str() {
        "opened" => RequestState::Open,
        "closed" | "merged" => RequestState::Closed,
        _ => RequestState::Other(crate::forge::answer::word(word)),
    }
}

/// The fields of a list that are read.
pub const LISTED_FIELDS: &[Field] = &[
    &["iid"],
    &["state"],
    &["sha"],
    &["target_branch"],
    &["updated_at"],
    &["merged_at"],
    &["merge_commit_sha"],
    &["squash_commit_sha"],
];

#[derive(Deserialize)]
struct ListedWire {
    iid: u64,
    state: String,
    sha: CommitId,
    target_branch: String,
    updated_at: Timestamp,
    #[serde(deserialize_with = "nullable")]
    merged_at: Option<Timestamp>,
    merge_commit_sha: Option<CommitId>,
    squash_commit_sha: Option<CommitId>,
}

impl Wire for ListedWire {
    type Fact = ListedRequest;

    fn fact(self) -> Result<ListedRequest, String> {
        let merged_at = is_merged(&self.state, self.merged_at)?;
        let landed = self.merge_commit_sha.or(self.squash_commit_sha);
        Ok(ListedRequest {
            merge_commit: merged_at.map(|_| landed.unwrap_or_else(|| self.sha.clone())),
            number: self.iid,
            state: state(self.state),
            head: self.sha,
            base_branch: self.target_branch,
            updated_at: self.updated_at,
            merged_at: self.merged_at,
        })
    }
}

/// Returns when a request was merged, if state and moment agree.
pub(super) fn is_merged(state: &str, at: Option<Timestamp>) -> Result<Option<Timestamp>, String> {
    match (state, at) {
        ("merged", None) => Err("it is merged, and does not say when".to_owned()),
        ("merged", at) | (_, at @ None) => Ok(at),
        (_, Some(_)) => Err("it is not merged, and says when it was".to_owned()),
    }
}

#[derive(Deserialize)]
struct RequestWire {
    iid: u64,
    state: String,
    title: String,
    #[serde(deserialize_with = "nullable")]
    description: Option<String>,
    #[serde(deserialize_with = "nullable")]
    author: Option<AccountWire>,
    draft: Option<bool>,
    work_in_progress: Option<bool>,
    target_branch: String,
    source_branch: String,
    target_project_id: u64,
    #[serde(deserialize_with = "nullable")]
    source_project_id: Option<u64>,
    references: Option<ReferencesWire>,
    sha: CommitId,
    #[serde(deserialize_with = "nullable")]
    diff_refs: Option<DiffWire>,
    labels: Vec<String>,
    created_at: Timestamp,
    #[serde(deserialize_with = "nullable")]
    closed_at: Option<Timestamp>,
    #[serde(deserialize_with = "nullable")]
    merged_at: Option<Timestamp>,
    merge_user: Option<AccountWire>,
    merged_by: Option<AccountWire>,
    #[serde(deserialize_with = "nullable")]
    merge_commit_sha: Option<CommitId>,
    #[serde(deserialize_with = "nullable")]
    squash_commit_sha: Option<CommitId>,
}

#[derive(Deserialize)]
struct ProjectWire {
    target_project_id: u64,
}

impl Wire for ProjectWire {
    type Fact = u64;

    fn fact(self) -> Result<u64, String> {
        Ok(self.target_project_id)
    }
}

#[derive(Deserialize)]
struct ReferencesWire {
    full: String,
}

#[derive(Deserialize)]
struct DiffWire {
    head_sha: CommitId,
    start_sha: CommitId,
}

impl Wire for RequestWire {
    type Fact = ChangeRequest;

    fn fact(self) -> Result<ChangeRequest, String> {
        let merged_at = is_merged(&self.state, self.merged_at)?;
        let refs = self
            .diff_refs
            .ok_or("it does not say yet what it compares")?;
        if refs.head_sha != self.sha {
            return Err("its head is one commit, and what it compares another".to_owned());
        }
        let number = |id: u64| id.to_string();
        let target = self.references.and_then(|it| path(&it.full));
        let target = target.unwrap_or_else(|| number(self.target_project_id));
        let source = self
            .source_project_id
            .map(|id| match id == self.target_project_id {
                true => target.clone(),
                false => number(id),
            });
        // "Merge requests": a fast-forward leaves both null, and then the head itself lies on the branch.
        let landed = self.merge_commit_sha.or(self.squash_commit_sha);
        let landed = landed.unwrap_or_else(|| self.sha.clone());
        let merged_by = self.merge_user.or(self.merged_by).map(Account::from);
        Ok(ChangeRequest {
            number: self.iid,
            title: self.title,
            body: self.description.unwrap_or_default(),
            trial: None,
            author: self.author.map(Account::from),
            state: state(self.state),
            is_draft: self.draft.or(self.work_in_progress),
            base: Tip {
                branch: self.target_branch,
                commit: refs.start_sha,
                repository: Some(target),
            },
            head: Tip {
                branch: self.source_branch,
                commit: self.sha,
                repository: source,
            },
            labels: self.labels.into_iter().collect(),
            created_at: self.created_at,
            // GitLab says of a merged request only when it was merged.
            closed_at: self.closed_at.or(merged_at),
            merge: merged_at.map(|at| Merge {
                at,
                by: merged_by,
                commit: landed,
            }),
            commit_count: None,
        })
    }
}

/// Returns the path of the project in `group/project!7`.
fn path(reference: &str) -> Option<String> {
    let (path, number) = reference.rsplit_once('!')?;
    let is_number = number.parse::<u64>().is_ok();
    (is_number && !path.is_empty()).then(|| path.to_owned())
}

#[derive(Deserialize)]
struct CommitWire {
    id: CommitId,
    #[serde(default)]
    parent_ids: Vec<CommitId>,
    author_name: String,
    author_email: String,
    committer_name: String,
    committer_email: String,
}

impl Wire for CommitWire {
    type Fact = RequestCommit;

    fn fact(self) -> Result<RequestCommit, String> {
        Ok(RequestCommit {
            id: self.id,
            tree: None,
            // In this list GitLab leaves them out, and writes an empty list for it.
            parents: Some(self.parent_ids).filter(|it| !it.is_empty()),
            author: Identity::new(&self.author_name, &self.author_email),
            author_account: None,
            committer: Identity::new(&self.committer_name, &self.committer_email),
            committer_account: None,
        })
    }
}

#[derive(Deserialize)]
struct VersionWire {
    id: u64,
    head_commit_sha: CommitId,
    created_at: Timestamp,
}

impl Wire for VersionWire {
    type Fact = RequestVersion;

    fn fact(self) -> Result<RequestVersion, String> {
        Ok(RequestVersion {
            id: self.id,
            head: self.head_commit_sha,
            created_at: self.created_at,
        })
    }
}

#[derive(Deserialize)]
struct MergeRefWire {
    commit_id: CommitId,
}

impl Wire for MergeRefWire {
    type Fact = CommitId;

    fn fact(self) -> Result<CommitId, String> {
        Ok(self.commit_id)
    }
}

#[derive(Deserialize)]
struct BranchWire {
    commit: TipWire,
}

#[derive(Deserialize)]
struct TipWire {
    id: CommitId,
}

impl Wire for BranchWire {
    type Fact = CommitId;

    fn fact(self) -> Result<CommitId, String> {
        Ok(self.commit.id)
    }
}
