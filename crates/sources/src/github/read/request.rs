//! Change requests, their commits, reviews and comments.

use crate::said;
use jiff::Timestamp;
use model::digest::CommitId;
use model::identity::Identity;
use model::request::ticket::{Standing, Ticket};
use model::request::{
    Account, ChangeRequest, Comment, ListedRequest, Merge, RequestCommit, Review, Tip,
};
use serde::Deserialize;

use super::{Fact, list, object};
use crate::forge::answer::{Unreadable, nullable, word};
use crate::forge::cut::Field;

/// Returns the change requests of a list.
pub fn requests(pages: &[&[u8]]) -> Result<Vec<ListedRequest>, Unreadable> {
    list("a list of pull requests", pages)
}

/// Returns a change request.
pub fn request(pages: &[&[u8]]) -> Result<ChangeRequest, Unreadable> {
    object("a pull request", pages)
}

/// Returns whether a change request may land, in the word of the forge; none where it does not know yet.
pub fn merge_state(pages: &[&[u8]]) -> Result<Option<String>, Unreadable> {
    let state: MergeState = object("a pull request", pages)?;
    Ok(state.0)
}

struct MergeState(Option<String>);

#[derive(Deserialize)]
struct MergeStateWire {
    mergeable_state: Option<String>,
}

impl Fact for MergeState {
    type Wire = MergeStateWire;

    fn of(wire: MergeStateWire) -> Result<MergeState, String> {
        Ok(MergeState(wire.mergeable_state.map(word)))
    }
}

/// Returns the commits of a change request.
pub fn request_commits(pages: &[&[u8]]) -> Result<Vec<RequestCommit>, Unreadable> {
    list("the commits of a pull request", pages)
}

/// Returns the reviews of a change request.
pub fn reviews(pages: &[&[u8]]) -> Result<Vec<Review>, Unreadable> {
    list("the reviews of a pull request", pages)
}

/// Returns how many comments there are beside the lines of a change request; none where it does not say.
pub fn line_comment_count(pages: &[&[u8]]) -> Result<Option<u64>, Unreadable> {
    let count: LineComments = object("a pull request", pages)?;
    Ok(count.0)
}

struct LineComments(Option<u64>);

#[derive(Deserialize)]
struct LineCommentsWire {
    review_comments: Option<u64>,
}

impl Fact for LineComments {
    type Wire = LineCommentsWire;

    fn of(wire: LineCommentsWire) -> Result<LineComments, String> {
        Ok(LineComments(wire.review_comments))
    }
}

/// Returns the comments of a change request, or those beside its lines.
pub fn comments(pages: &[&[u8]]) -> Result<Vec<Comment>, Unreadable> {
    list("the comments of a pull request", pages)
}

/// Returns the account whose token was shown.
pub fn account(pages: &[&[u8]]) -> Result<Account, Unreadable> {
    object("an account", pages)
}

/// Returns the ticket that an issue is.
pub fn issue(pages: &[&[u8]]) -> Result<Ticket, Unreadable> {
    object("an issue", pages)
}

#[derive(Deserialize)]
pub(in super::super) struct AccountWire {
    pub(super) id: u64,
    pub(super) login: String,
    #[serde(rename = "type")]
    kind: String,
}

impl Fact for Account {
    type Wire = AccountWire;

    fn of(wire: AccountWire) -> Result<Account, String> {
        Ok(wire.into())
    }
}

impl From<AccountWire> for Account {
    fn from(wire: AccountWire) -> Account {
        Account {
            id: wire.id,
            login: wire.login,
            kind: wire.kind.into(),
        }
    }
}

/// The fields of a list that are read.
pub const LISTED_FIELDS: &[Field] = &[
    &["number"],
    &["state"],
    &["head", "ref"],
    &["head", "sha"],
    &["head", "repo", "full_name"],
    &["base", "ref"],
    &["base", "sha"],
    &["base", "repo", "full_name"],
    &["updated_at"],
    &["merged_at"],
    &["merge_commit_sha"],
];

#[derive(Deserialize)]
pub(super) struct ListedWire {
    number: u64,
    state: String,
    head: TipWire,
    base: TipWire,
    updated_at: Timestamp,
    #[serde(deserialize_with = "nullable")]
    merged_at: Option<Timestamp>,
    #[serde(deserialize_with = "nullable")]
    merge_commit_sha: Option<CommitId>,
}

#[derive(Deserialize)]
pub(super) struct RequestWire {
    number: u64,
    state: String,
    title: String,
    #[serde(deserialize_with = "nullable")]
    body: Option<String>,
    #[serde(deserialize_with = "nullable")]
    user: Option<AccountWire>,
    draft: Option<bool>,
    base: TipWire,
    head: TipWire,
    labels: Vec<LabelWire>,
    created_at: Timestamp,
    #[serde(deserialize_with = "nullable")]
    closed_at: Option<Timestamp>,
    merged: bool,
    #[serde(deserialize_with = "nullable")]
    merged_at: Option<Timestamp>,
    #[serde(deserialize_with = "nullable")]
    merged_by: Option<AccountWire>,
    #[serde(deserialize_with = "nullable")]
    merge_commit_sha: Option<CommitId>,
    commits: u64,
}

#[derive(Deserialize)]
struct TipWire {
    #[serde(rename = "ref")]
    branch: String,
    sha: CommitId,
    #[serde(deserialize_with = "nullable")]
    repo: Option<RepositoryWire>,
}

#[derive(Deserialize)]
struct RepositoryWire {
    full_name: String,
}

#[derive(Deserialize)]
struct LabelWire {
    name: String,
}

impl Fact for ListedRequest {
    type Wire = ListedWire;

    fn of(wire: ListedWire) -> Result<ListedRequest, String> {
        Ok(ListedRequest {
            number: wire.number,
            state: wire.state.into(),
            head: wire.head.sha,
            base_branch: wire.base.branch,
            updated_at: wire.updated_at,
            merged_at: wire.merged_at,
            merge_commit: wire.merge_commit_sha,
        })
    }
}

impl Fact for ChangeRequest {
    type Wire = RequestWire;

    fn of(wire: RequestWire) -> Result<ChangeRequest, String> {
        // Of an open request, `merge_commit_sha` is a merge that was only tried.
        let trial = wire.merge_commit_sha.clone().filter(|_| !wire.merged);
        let merge = match (wire.merged, wire.merged_at, wire.merge_commit_sha) {
            (true, Some(at), Some(commit)) => Some(Merge {
                at,
                by: wire.merged_by.map(Account::from),
                commit,
            }),
            (false, None, _) => None,
            (true, ..) => Err("it is merged, and does not say when or as what")?,
            (false, Some(_), _) => Err("it is not merged, and says when it was")?,
        };
        Ok(ChangeRequest {
            number: wire.number,
            title: wire.title,
            body: wire.body.unwrap_or_default(),
            author: wire.user.map(Account::from),
            state: wire.state.into(),
            is_draft: wire.draft,
            base: wire.base.into(),
            head: wire.head.into(),
            labels: wire.labels.into_iter().map(|label| label.name).collect(),
            created_at: wire.created_at,
            closed_at: wire.closed_at,
            merge,
            trial,
            commit_count: Some(wire.commits),
        })
    }
}

impl From<TipWire> for Tip {
    fn from(wire: TipWire) -> Tip {
        Tip {
            branch: wire.branch,
            commit: wire.sha,
            repository: wire.repo.map(|repository| repository.full_name),
        }
    }
}

/// Returns the tip of a branch.
pub fn branch(pages: &[&[u8]]) -> Result<CommitId, Unreadable> {
    object::<BranchTip>("a branch", pages).map(|tip| tip.0)
}

struct BranchTip(CommitId);

#[derive(Deserialize)]
pub(super) struct BranchWire {
    commit: ObjectWire,
}

impl Fact for BranchTip {
    type Wire = BranchWire;

    fn of(wire: BranchWire) -> Result<BranchTip, String> {
        Ok(BranchTip(wire.commit.sha))
    }
}

#[derive(Deserialize)]
pub(super) struct IssueWire {
    title: String,
    #[serde(deserialize_with = "nullable")]
    body: Option<String>,
    pull_request: Option<serde::de::IgnoredAny>,
    state: String,
    #[serde(deserialize_with = "nullable")]
    closed_at: Option<Timestamp>,
}

impl Fact for Ticket {
    type Wire = IssueWire;

    fn of(wire: IssueWire) -> Result<Ticket, String> {
        let body = wire.body.unwrap_or_default();
        let standing = match wire.state.as_str() {
            "open" => Standing::Open,
            _ => Standing::Closed { at: wire.closed_at },
        };
        Ok(match wire.pull_request {
            Some(_) => Ticket::none("is a request itself, and no ticket"),
            None => said::ticket(&wire.title, &body).standing(standing),
        })
    }
}

#[derive(Deserialize)]
pub(super) struct CommitWire {
    sha: CommitId,
    commit: GitCommitWire,
    #[serde(deserialize_with = "nullable")]
    author: Option<PerhapsAccountWire>,
    #[serde(deserialize_with = "nullable")]
    committer: Option<PerhapsAccountWire>,
    parents: Vec<ObjectWire>,
}

#[derive(Deserialize)]
struct GitCommitWire {
    author: PersonWire,
    committer: PersonWire,
    tree: ObjectWire,
}

#[derive(Deserialize)]
struct PersonWire {
    name: String,
    email: String,
}

#[derive(Deserialize)]
struct ObjectWire {
    sha: CommitId,
}

/// GitHub's description allows an account, an empty object and null.
#[derive(Deserialize)]
struct PerhapsAccountWire {
    id: Option<u64>,
    login: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

impl Fact for RequestCommit {
    type Wire = CommitWire;

    fn of(wire: CommitWire) -> Result<RequestCommit, String> {
        let person = |person: &PersonWire| Identity::new(&person.name, &person.email);
        Ok(RequestCommit {
            id: wire.sha,
            tree: Some(wire.commit.tree.sha),
            parents: Some(wire.parents.into_iter().map(|parent| parent.sha).collect()),
            author: person(&wire.commit.author),
            author_account: perhaps(wire.author)?,
            committer: person(&wire.commit.committer),
            committer_account: perhaps(wire.committer)?,
        })
    }
}

fn perhaps(wire: Option<PerhapsAccountWire>) -> Result<Option<Account>, String> {
    let Some(PerhapsAccountWire { id, login, kind }) = wire else {
        return Ok(None);
    };
    match (id, login, kind) {
        (None, None, None) => Ok(None),
        (Some(id), Some(login), Some(kind)) => Ok(Some(Account {
            id,
            login,
            kind: kind.into(),
        })),
        _ => Err("an account lacks its number, its name or its type".to_owned()),
    }
}

#[derive(Deserialize)]
pub(super) struct ReviewWire {
    id: u64,
    #[serde(deserialize_with = "nullable")]
    user: Option<AccountWire>,
    state: String,
    #[serde(deserialize_with = "nullable")]
    commit_id: Option<CommitId>,
    submitted_at: Option<Timestamp>,
}

impl Fact for Review {
    type Wire = ReviewWire;

    fn of(wire: ReviewWire) -> Result<Review, String> {
        Ok(Review {
            id: wire.id,
            account: wire.user.map(Account::from),
            state: wire.state.into(),
            commit: wire.commit_id,
            submitted_at: wire.submitted_at,
        })
    }
}

#[derive(Deserialize)]
pub(super) struct CommentWire {
    id: u64,
    #[serde(deserialize_with = "nullable")]
    user: Option<AccountWire>,
    performed_via_github_app: Option<SlugWire>,
    created_at: Timestamp,
    updated_at: Timestamp,
    body: Option<String>,
}

#[derive(Deserialize)]
struct SlugWire {
    slug: Option<String>,
}

impl Fact for Comment {
    type Wire = CommentWire;

    fn of(wire: CommentWire) -> Result<Comment, String> {
        Ok(Comment {
            id: wire.id,
            account: wire.user.map(Account::from),
            app: wire.performed_via_github_app.and_then(|app| app.slug),
            created_at: wire.created_at,
            updated_at: wire.updated_at,
            body: wire.body.unwrap_or_default(),
        })
    }
}
