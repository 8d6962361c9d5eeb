//! The payload of a webhook: a push, a merge request, a pipeline, a comment, or something else.

use model::digest::CommitId;
use model::request::Account;
use model::request::words::{MAX_WORD, PipelineStatus};
use serde::Deserialize;
use serde_json::Value;

use super::super::read::{AccountWire, GITLAB};
use crate::forge::answer::Unreadable;

const WHAT: &str = "a webhook's payload";

/// What a payload is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// The project; some events have none.
    pub project: Option<AboutProject>,
    /// The account that caused it, where it is named whole.
    pub account: Option<Account>,
    /// What happened.
    pub happened: Happened,
}

/// The project of a payload.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AboutProject {
    /// The number, which stays when the project is renamed.
    pub id: u64,
    /// The path with all groups.
    #[serde(rename = "path_with_namespace")]
    pub path: String,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// Something of a merge request.
    Request {
        /// Its number in the project.
        number: u64,
        /// What, such as `open`, `update`, `approved` or `merge`; a test delivery has none.
        action: Option<String>,
        /// The commit that it brings.
        head: CommitId,
        /// The commit before, where one was pushed.
        head_before: Option<CommitId>,
        /// Where it is to land.
        target_branch: String,
    },
    /// A push to a branch or of a tag.
    Push {
        /// The ref.
        reference: String,
        /// What it named before; zeros where it was new.
        before: CommitId,
        /// What it names since; zeros where it was deleted.
        after: CommitId,
    },
    /// Something of a pipeline.
    Pipeline {
        /// Its number.
        id: u64,
        /// The commit.
        head: CommitId,
        /// How far it is, or how it ended.
        status: PipelineStatus,
        /// The merge request that it ran for.
        request: Option<u64>,
    },
    /// A comment.
    Comment {
        /// Its number.
        id: u64,
        /// The merge request that it is on; none where it is on something else.
        request: Option<u64>,
    },
    /// Any other event, by the name that GitLab gives it.
    Other(String),
}

#[derive(Deserialize)]
struct PayloadWire {
    object_kind: Option<String>,
    event_name: Option<String>,
    project: Option<AboutProject>,
    user: Option<PerhapsAccountWire>,
    // A push names who pushed at the top.
    user_id: Option<u64>,
    user_username: Option<String>,
    object_attributes: Option<Value>,
    merge_request: Option<NumberedWire>,
    #[serde(rename = "ref")]
    reference: Option<String>,
    before: Option<CommitId>,
    after: Option<CommitId>,
}

/// A system hook gives an account without its number.
#[derive(Deserialize)]
struct PerhapsAccountWire {
    id: Option<u64>,
    username: Option<String>,
}

#[derive(Deserialize)]
struct NumberedWire {
    iid: u64,
}

#[derive(Deserialize)]
struct RequestWire {
    iid: u64,
    action: Option<String>,
    last_commit: CommitWire,
    oldrev: Option<CommitId>,
    target_branch: String,
}

#[derive(Deserialize)]
struct CommitWire {
    id: CommitId,
}

#[derive(Deserialize)]
struct PipelineWire {
    id: u64,
    sha: CommitId,
    status: String,
}

#[derive(Deserialize)]
struct NoteWire {
    id: u64,
    noteable_type: String,
}

/// Returns what a payload is about.
pub fn payload(bytes: &[u8]) -> Result<Payload, Unreadable> {
    let mut wire: PayloadWire = GITLAB.read(WHAT, 1, bytes)?;
    let account = account(&mut wire);
    let kind = wire.object_kind.take().or_else(|| wire.event_name.take());
    let kind = kind.ok_or_else(|| GITLAB.unreadable(WHAT, 1, "it does not say what it is"))?;
    let project = wire.project.take();
    let happened = match kind.as_str() {
        "merge_request" => request(wire),
        "push" | "tag_push" => push(wire),
        "pipeline" => pipeline(wire),
        "note" => comment(wire),
        _ => Ok(Happened::Other(kind.chars().take(MAX_WORD).collect())),
    };
    Ok(Payload {
        project,
        account,
        happened: happened.map_err(|why| GITLAB.unreadable(WHAT, 1, why))?,
    })
}

fn account(wire: &mut PayloadWire) -> Option<Account> {
    let user = wire.user.take();
    let named = user.and_then(|user| user.id.zip(user.username));
    let pushed = wire.user_id.zip(wire.user_username.take());
    let (id, username) = named.or(pushed)?;
    Some(AccountWire { id, username }.into())
}

/// Returns what an event says of its object.
fn attributes<T: for<'de> Deserialize<'de>>(wire: &mut PayloadWire) -> Result<T, String> {
    let attributes = wire.object_attributes.take();
    let attributes = attributes.ok_or("it has no `object_attributes`")?;
    serde_json::from_value(attributes).map_err(|error| error.to_string())
}

fn request(mut wire: PayloadWire) -> Result<Happened, String> {
    let request: RequestWire = attributes(&mut wire)?;
    Ok(Happened::Request {
        number: request.iid,
        action: request.action,
        head: request.last_commit.id,
        head_before: request.oldrev,
        target_branch: request.target_branch,
    })
}

fn push(wire: PayloadWire) -> Result<Happened, String> {
    match (wire.reference, wire.before, wire.after) {
        (Some(reference), Some(before), Some(after)) => Ok(Happened::Push {
            reference,
            before,
            after,
        }),
        _ => Err("a push lacks its ref, or what it named before or since".to_owned()),
    }
}

fn pipeline(mut wire: PayloadWire) -> Result<Happened, String> {
    let pipeline: PipelineWire = attributes(&mut wire)?;
    Ok(Happened::Pipeline {
        id: pipeline.id,
        head: pipeline.sha,
        status: pipeline.status.into(),
        request: wire.merge_request.map(|request| request.iid),
    })
}

fn comment(mut wire: PayloadWire) -> Result<Happened, String> {
    let note: NoteWire = attributes(&mut wire)?;
    let request = wire.merge_request.map(|request| request.iid);
    match (note.noteable_type.as_str(), request) {
        ("MergeRequest", None) => Err("a comment lacks the merge request that it is on".to_owned()),
        ("MergeRequest", request) => Ok(Happened::Comment {
            id: note.id,
            request,
        }),
        _ => Ok(Happened::Comment {
            id: note.id,
            request: None,
        }),
    }
}
