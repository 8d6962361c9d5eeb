//! What a forge says of a change request: who opened it, which commits it brought, who reviewed it and who merged it.
//!
//! Facts only. An absent field is never read as a good one, and a word that is not known stays as it was written.

use crate::digest::CommitId;
use crate::identity::Identity;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

pub mod access;
pub mod audit;
pub mod check;
pub mod dossier;
pub mod hook;
pub mod issue;
pub mod level;
pub mod protection;
pub mod rules;
pub mod ticket;
pub mod wanted;
pub mod words;

use check::Pipeline;
use words::{AccountKind, RequestState, ReviewState};

/// Something that a forge shows only to those who may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Readable<T> {
    /// It was shown.
    Known(T),
    /// It was not shown; nothing follows from that but that it is unknown.
    Withheld {
        /// The permission that would show it.
        needs: String,
    },
    /// It was asked, and what came is not whole or cannot be read.
    Unread {
        /// Why.
        why: String,
    },
    /// The plan of the organisation does not offer it, so there is nothing that could show it in force.
    NotOffered {
        /// What the forge said.
        said: String,
    },
}

impl<T> Readable<T> {
    /// Returns what follows from what was shown, or the same reason why nothing was.
    pub fn map<U>(self, of: impl FnOnce(T) -> U) -> Readable<U> {
        match self {
            Readable::Known(value) => Readable::Known(of(value)),
            Readable::Withheld { needs } => Readable::Withheld { needs },
            Readable::Unread { why } => Readable::Unread { why },
            Readable::NotOffered { said } => Readable::NotOffered { said },
        }
    }

    /// Returns what was shown, or why nothing was.
    pub fn known(&self) -> Result<&T, String> {
        match self {
            Readable::Known(value) => Ok(value),
            Readable::Withheld { needs } => {
                Err(format!("the token may not see it: it lacks {needs}"))
            }
            Readable::Unread { why } => Err(why.clone()),
            Readable::NotOffered { said } => Err(format!("the plan does not offer it: {said}")),
        }
    }
}

/// An account of a forge.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Account {
    /// The number, which stays when the account is renamed.
    pub id: u64,
    /// The name.
    pub login: String,
    /// What kind it is.
    pub kind: AccountKind,
}

/// A change request of one repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeRequest {
    /// The number.
    pub number: u64,
    /// The title.
    pub title: String,
    /// The description.
    pub body: String,
    /// Who opened it; none where the account is gone.
    pub author: Option<Account>,
    /// Whether it is open.
    pub state: RequestState,
    /// Whether it is a draft, where the forge says so.
    pub is_draft: Option<bool>,
    /// Where it is to land.
    pub base: Tip,
    /// What it brings.
    pub head: Tip,
    /// Its labels.
    pub labels: BTreeSet<String>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was closed, with or without a merge.
    pub closed_at: Option<Timestamp>,
    /// How it landed, if it did.
    pub merge: Option<Merge>,
    /// The merge of base and head that the forge tried, while it is open.
    pub trial: Option<CommitId>,
    /// How many commits it has, which may be more than a list of them shows; none where the forge does not say.
    pub commit_count: Option<u64>,
}

/// A change request as a list shows it; who merged it stands only in the request itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ListedRequest {
    /// The number.
    pub number: u64,
    /// Whether it is open.
    pub state: RequestState,
    /// What it brings.
    pub head: CommitId,
    /// The branch where it is to land.
    pub base_branch: String,
    /// When anything of it changed last.
    pub updated_at: Timestamp,
    /// When it was merged, if it was.
    pub merged_at: Option<Timestamp>,
    /// As what it landed, if it was merged; of an open one, the merge that was only tried.
    pub merge_commit: Option<CommitId>,
}

/// One side of a change request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tip {
    /// The branch.
    pub branch: String,
    /// The commit.
    pub commit: CommitId,
    /// The repository, `owner/name`, or its number where the forge names it by that; none where it is gone, as a deleted
    /// fork is.
    pub repository: Option<String>,
}

/// How a change request landed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Merge {
    /// When, by the clock of the forge.
    pub at: Timestamp,
    /// Who merged it; none where the account is gone.
    pub by: Option<Account>,
    /// The commit on the branch: a merge, the squashed commit, or the last of those that were rebased.
    pub commit: CommitId,
}

/// A commit of a change request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequestCommit {
    /// The commit.
    pub id: CommitId,
    /// Its tree; none where the forge does not say.
    pub tree: Option<CommitId>,
    /// Its parents; none where the forge does not say.
    pub parents: Option<Vec<CommitId>>,
    /// Who wrote it, as the commit says; a claim.
    pub author: Identity,
    /// The account that the forge found by the author's address.
    pub author_account: Option<Account>,
    /// Who committed it, as the commit says; a claim.
    pub committer: Identity,
    /// The account that the forge found by the committer's address.
    pub committer_account: Option<Account>,
}

/// A review of a change request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Review {
    /// The number; of a forge that numbers none and lets each account approve once, the account's.
    pub id: u64,
    /// Whose it is; none where the account is gone.
    pub account: Option<Account>,
    /// What it says.
    pub state: ReviewState,
    /// The commit that was reviewed; none where it is gone, or the forge names none.
    pub commit: Option<CommitId>,
    /// When it was submitted; none while it is pending, or where the forge does not say.
    pub submitted_at: Option<Timestamp>,
}

/// What a change request brought from one moment on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequestVersion {
    /// The number; a later version has a higher one.
    pub id: u64,
    /// The head.
    pub head: CommitId,
    /// Since when.
    pub created_at: Timestamp,
}

/// A comment on a change request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Comment {
    /// The number.
    pub id: u64,
    /// Whose it is; none where the account is gone.
    pub account: Option<Account>,
    /// The app that wrote it for the account, by its slug.
    pub app: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
    /// The text.
    pub body: String,
}

impl ChangeRequest {
    /// Returns the pipeline that counts for it: the last on its head, or on the merge that the forge tried, that was made
    /// before it landed.
    pub fn pipeline<'a>(&self, pipelines: &'a [Pipeline]) -> Option<&'a Pipeline> {
        let is_its =
            |head: &CommitId| *head == self.head.commit || Some(head) == self.trial.as_ref();
        let in_time = |at: Timestamp| self.merge.as_ref().is_none_or(|merge| at <= merge.at);
        let counts = |pipeline: &&Pipeline| is_its(&pipeline.head) && in_time(pipeline.created_at);
        let counting = pipelines.iter().filter(counts);
        counting.max_by_key(|pipeline| (pipeline.created_at, pipeline.id))
    }
}
