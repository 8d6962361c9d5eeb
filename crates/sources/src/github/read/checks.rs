//! Runs of checks, and commit statuses.

use jiff::Timestamp;
use model::digest::CommitId;
use model::request::Account;
use model::request::check::{App, CheckRun, CommitStatus, Counted};
use serde::Deserialize;

use super::request::AccountWire;
use super::{Fact, GITHUB, extend, list};
use crate::forge::answer::{Unreadable, nullable};

const CHECK_RUNS: &str = "the check runs of a commit";

/// Returns the runs of checks on a commit, and how many GitHub says that there are.
pub fn check_runs(pages: &[&[u8]]) -> Result<Counted<CheckRun>, Unreadable> {
    #[derive(Deserialize)]
    struct Wire {
        total_count: u64,
        check_runs: Vec<RunWire>,
    }
    let (mut total, mut items) = (None, Vec::new());
    for (page, body) in (1..).zip(pages) {
        let wire: Wire = GITHUB.read(CHECK_RUNS, page, body)?;
        // It may grow between two pages, and then the first pages lack what is new.
        total = total.max(Some(wire.total_count));
        extend(&mut items, CHECK_RUNS, page, wire.check_runs)?;
    }
    let total = total.ok_or_else(|| GITHUB.unreadable(CHECK_RUNS, 0, "there is no page"))?;
    Ok(Counted { total, items })
}

/// Returns the statuses of a commit.
pub fn statuses(pages: &[&[u8]]) -> Result<Vec<CommitStatus>, Unreadable> {
    list("the statuses of a commit", pages)
}

/// Returns the last status of each name on a commit.
pub fn combined_statuses(pages: &[&[u8]]) -> Result<Vec<CommitStatus>, Unreadable> {
    const WHAT: &str = "the combined status of a commit";
    #[derive(Deserialize)]
    struct Wire {
        statuses: Vec<StatusWire>,
    }
    let mut items = Vec::new();
    for (page, body) in (1..).zip(pages) {
        let wire: Wire = GITHUB.read(WHAT, page, body)?;
        extend(&mut items, WHAT, page, wire.statuses)?;
    }
    Ok(items)
}

#[derive(Deserialize)]
pub(super) struct RunWire {
    id: u64,
    name: String,
    head_sha: CommitId,
    status: String,
    #[serde(deserialize_with = "nullable")]
    conclusion: Option<String>,
    started_at: Option<Timestamp>,
    completed_at: Option<Timestamp>,
    #[serde(deserialize_with = "nullable")]
    app: Option<AppWire>,
}

#[derive(Deserialize)]
struct AppWire {
    id: u64,
    slug: Option<String>,
}

impl Fact for CheckRun {
    type Wire = RunWire;

    fn of(wire: RunWire) -> Result<CheckRun, String> {
        Ok(CheckRun {
            may_fail: None,
            id: wire.id,
            name: wire.name,
            head: wire.head_sha,
            status: wire.status.into(),
            conclusion: wire.conclusion.map(Into::into),
            started_at: wire.started_at,
            completed_at: wire.completed_at,
            app: wire.app.map(|AppWire { id, slug }| App { id, slug }),
        })
    }
}

#[derive(Deserialize)]
pub(super) struct StatusWire {
    context: String,
    state: String,
    creator: Option<AccountWire>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl Fact for CommitStatus {
    type Wire = StatusWire;

    fn of(wire: StatusWire) -> Result<CommitStatus, String> {
        Ok(CommitStatus {
            context: wire.context,
            state: wire.state.into(),
            creator: wire.creator.map(Account::from),
            created_at: wire.created_at,
            updated_at: wire.updated_at,
        })
    }
}
