//! Pipelines, their jobs, and the statuses of a commit.

use jiff::Timestamp;
use model::digest::CommitId;
use model::request::Account;
use model::request::check::{CheckRun, CommitStatus, Pipeline};
use model::request::words::{CheckConclusion, CheckStatus, StatusState};
use serde::Deserialize;

use super::{AccountWire, Wire, list};
use crate::forge::answer::{Unreadable, nullable, word};

/// Returns the pipelines of a merge request.
pub fn pipelines(pages: &[&[u8]]) -> Result<Vec<Pipeline>, Unreadable> {
    list::<PipelineWire>("the pipelines of a merge request", pages)
}

/// Returns the jobs of a pipeline. GitLab says of none which app reported it: whoever may push writes them.
pub fn jobs(pages: &[&[u8]]) -> Result<Vec<CheckRun>, Unreadable> {
    list::<JobWire>("the jobs of a pipeline", pages)
}

/// Returns the statuses of a commit: those of jobs, and those that others set.
pub fn statuses(pages: &[&[u8]]) -> Result<Vec<CommitStatus>, Unreadable> {
    list::<StatusWire>("the statuses of a commit", pages)
}

#[derive(Deserialize)]
struct PipelineWire {
    id: u64,
    sha: CommitId,
    #[serde(rename = "ref")]
    reference: String,
    status: String,
    source: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl Wire for PipelineWire {
    type Fact = Pipeline;

    fn fact(self) -> Result<Pipeline, String> {
        Ok(Pipeline {
            id: self.id,
            head: self.sha,
            reference: self.reference,
            status: self.status.into(),
            source: self.source.map(word),
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

#[derive(Deserialize)]
struct JobWire {
    id: u64,
    name: String,
    status: String,
    allow_failure: Option<bool>,
    #[serde(deserialize_with = "nullable")]
    started_at: Option<Timestamp>,
    #[serde(deserialize_with = "nullable")]
    finished_at: Option<Timestamp>,
    pipeline: OfPipelineWire,
    commit: Option<OfCommitWire>,
}

#[derive(Deserialize)]
struct OfPipelineWire {
    sha: CommitId,
}

#[derive(Deserialize)]
struct OfCommitWire {
    id: CommitId,
}

impl Wire for JobWire {
    type Fact = CheckRun;

    fn fact(self) -> Result<CheckRun, String> {
        let head = self.pipeline.sha;
        if self.commit.is_some_and(|commit| commit.id != head) {
            return Err("the job is of one commit, and its pipeline of another".to_owned());
        }
        let (status, conclusion) = progress(self.status);
        Ok(CheckRun {
            id: self.id,
            name: self.name,
            head,
            status,
            conclusion,
            started_at: self.started_at,
            completed_at: self.finished_at,
            app: None,
            may_fail: self.allow_failure,
        })
    }
}

/// "Jobs API": that a job may fail makes its failure no success.
fn progress(status: String) -> (CheckStatus, Option<CheckConclusion>) {
    let ended = |conclusion| (CheckStatus::Completed, Some(conclusion));
    match status.as_str() {
        "success" => ended(CheckConclusion::Success),
        "failed" => ended(CheckConclusion::Failure),
        "canceled" => ended(CheckConclusion::Cancelled),
        "skipped" => ended(CheckConclusion::Skipped),
        "running" | "canceling" => (CheckStatus::InProgress, None),
        "pending" => (CheckStatus::Queued, None),
        "created" | "preparing" => (CheckStatus::Requested, None),
        "waiting_for_resource" | "waiting_for_callback" => (CheckStatus::Waiting, None),
        // `manual` waits for a person, `scheduled` for a moment, and both may wait for ever.
        _ => (CheckStatus::Other(word(status)), None),
    }
}

#[derive(Deserialize)]
struct StatusWire {
    name: String,
    status: String,
    author: Option<AccountWire>,
    created_at: Timestamp,
    started_at: Option<Timestamp>,
    finished_at: Option<Timestamp>,
}

impl Wire for StatusWire {
    type Fact = CommitStatus;

    fn fact(self) -> Result<CommitStatus, String> {
        let last = self.finished_at.max(self.started_at);
        Ok(CommitStatus {
            context: self.name,
            state: state(self.status),
            creator: self.author.map(Account::from),
            created_at: self.created_at,
            // GitLab says when it began and ended, and not when it was changed otherwise.
            updated_at: last.map_or(self.created_at, |at| at.max(self.created_at)),
        })
    }
}

fn state(status: String) -> StatusState {
    match status.as_str() {
        "success" => StatusState::Success,
        "failed" => StatusState::Failure,
        "created" | "preparing" | "pending" | "running" => StatusState::Pending,
        _ => StatusState::Other(word(status)),
    }
}
