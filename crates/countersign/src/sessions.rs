//! Records of AI coding sessions: what shows whose model wrote which commits.

use crate::checks::told;
use crate::collect::{self, CollectError, Request};
use crate::forge::facts::{Read, of_kind};
use crate::log::LogError;
use ledger::append::NewLeaf;
use ledger::leaf::LeafKind;
use ledger::read::{Entry, Kept, ReadError, Reader};
use model::digest::{CommitId, Digest};
use model::session::{SessionRecord, SessionSeen, VERSION};
use sources::git::Repo;
use sources::scanners::ReportError;
use sources::scanners::session;
use std::collections::BTreeSet;

/// A session that is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its leaf.
    pub leaf: u64,
    /// What was recorded.
    pub record: SessionRecord,
}

/// A session that is not recorded.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// Repository, program or ledger cannot be used.
    #[error(transparent)]
    Collect(#[from] CollectError),
    /// The ledger cannot be used.
    #[error("the ledger cannot be used")]
    Ledger(#[from] LogError),
    /// The file is no record of a session.
    #[error("{}", told(.0))]
    Unreadable(#[from] ReportError),
    /// It names no commit of the repository.
    #[error(
        "the session names no commit of this repository, so that it shows of nothing who wrote it"
    )]
    NoCommit,
}

/// Records what a file says of a session.
pub fn record(mut request: Request<'_>, file: &[u8]) -> Result<Recorded, SessionError> {
    let session = session::read(file)?;
    let found = collect::find(&request)?;
    let commits = commits(found.repository(), &session.commits);
    if commits.is_empty() {
        return Err(SessionError::NoCommit);
    }
    let (_, repository) = collect::program_of(&found, &request)?;
    let record = SessionRecord {
        version: VERSION,
        repository,
        agent: session.agent,
        session: session.id,
        provider: session.provider,
        models: session.models.into_iter().collect(),
        commits: commits.into_iter().collect(),
        file_sha256: Digest::of(file),
        at: request.now,
    };
    let mut log = collect::open_log(&found.home, &mut request)?;
    let leaf = NewLeaf::new(LeafKind::Session, payload(&record));
    let appended = log.append(vec![leaf], request.now, &mut request.entropy)?;
    Ok(Recorded {
        leaf: *appended.leaves.first().expect("one leaf was appended"),
        record,
    })
}

/// A session names commits that a rebase replaced; those that are not here are nobody's.
fn commits(repository: &Repo, said: &[String]) -> BTreeSet<CommitId> {
    let found = said
        .iter()
        .filter_map(|name| repository.revision(name).ok());
    found.map(|revision| revision.commit).collect()
}

/// Returns the payload of a record.
pub fn payload(record: &SessionRecord) -> Vec<u8> {
    serde_json::to_vec(record).expect("a record has text keys only")
}

/// Returns the record that a payload is.
pub fn parse(payload: &[u8]) -> Option<SessionRecord> {
    let record: SessionRecord = serde_json::from_slice(payload).ok()?;
    (record.version == VERSION).then_some(record)
}

/// Adds the sessions among these leaves that are of a repository.
pub(crate) fn enter(
    whole: &mut Read,
    reader: &Reader,
    entries: &[Entry],
    repository: &str,
) -> Result<(), ReadError> {
    let of_sessions = of_kind(entries, LeafKind::Session);
    if of_sessions.is_empty() {
        return Ok(());
    }
    let read = |entry: &Entry, kept: Option<Kept>| {
        let record = kept.as_ref().and_then(|kept| parse(&kept.bytes));
        (entry.index, kept.is_some(), record)
    };
    reader.each_payload(&of_sessions, read, |(leaf, is_here, record)| {
        whole.enter(leaf, is_here);
        let facts = &mut whole.facts;
        match record {
            Some(record) if record.repository == repository => {
                for commit in record.commits.clone() {
                    let record = record.clone();
                    let seen = SessionSeen { leaf, record };
                    facts.sessions.entry(commit).or_default().push(seen);
                }
            }
            Some(_) => {}
            None => drop(facts.unread_sessions.insert(leaf)),
        }
    })
}
