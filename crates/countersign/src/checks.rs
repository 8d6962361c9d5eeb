//! Reports of checks in the log: what a record holds, how it is made and how it is read back.

use crate::collect::{self, CollectError, Request};
use crate::earlier::clocked;
use crate::log::LogError;
use crate::steady;
use gates::check::{self, Judged};
use gates::rules::{Forge, Rules, RulesError};
use ledger::append::NewLeaf;
use ledger::leaf::LeafKind;
use ledger::place::home::Home;
use ledger::read::{Entry, ReadError, Reader};
use model::check::{CheckKind, CheckReport, CheckRun};
use model::digest::{CommitId, Digest};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sources::git::RevisionError;
use sources::scanners;
use std::collections::BTreeSet;

/// The version of the record.
const VERSION: u32 = 1;

/// The longest name of a report.
const MAX_NAME_CHARS: usize = 200;

/// What a record says of the report behind it: the first line of the payload, before the bytes of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckRecord {
    /// The version of this form.
    pub version: u32,
    /// What was checked; null where the file cannot be read and nobody said it.
    pub kind: Option<CheckKind>,
    /// What the operator calls the report.
    pub name: String,
    /// The commit whose content was checked.
    pub commit: CommitId,
    /// The tree of that commit, to which the report is bound.
    pub tree: CommitId,
    /// The leaf of an earlier report that this one stands in for.
    pub supersedes: Option<u64>,
    /// SHA-256 of the file.
    pub report_sha256: Digest,
    /// What the tool printed while it ran, which follows the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_log: Option<ToolLog>,
}

/// What a tool printed while it ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ToolLog {
    /// How long it is.
    pub bytes: usize,
    /// SHA-256 of it.
    pub sha256: Digest,
}

/// What is to be recorded.
#[derive(Debug)]
pub struct Wish<'a> {
    /// The bytes of the file.
    pub report: &'a [u8],
    /// What the tool printed while it ran.
    pub tool_log: Option<&'a [u8]>,
    /// What it is called.
    pub name: &'a str,
    /// What was checked; what the report alone can be of, where there is none.
    pub kind: Option<CheckKind>,
    /// The commit whose content was checked.
    pub revision: &'a str,
    /// The leaf of an earlier report that this one stands in for.
    pub supersedes: Option<u64>,
}

/// A report that the log holds.
#[derive(Debug)]
pub struct Recorded {
    /// The leaf.
    pub leaf: u64,
    /// What the record says.
    pub record: CheckRecord,
    /// What the report says, or why it is none.
    pub report: Result<CheckReport, String>,
    /// What it shows.
    pub judged: Judged,
}

/// A report that is not recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// Repository, program or ledger cannot be used.
    #[error(transparent)]
    Collect(#[from] CollectError),
    /// The commit cannot be found.
    #[error("the report cannot be bound to a commit")]
    Revision(#[from] RevisionError),
    /// The program cannot be applied.
    #[error("the program cannot be applied")]
    Rules(#[from] RulesError),
    /// The ledger cannot be used.
    #[error("the ledger cannot be used")]
    Ledger(#[from] LogError),
    /// Nobody said what was checked.
    #[error("{name} may be a report of several kinds of check")]
    Kind {
        /// The file.
        name: String,
        /// The kinds.
        kinds: Vec<CheckKind>,
    },
    /// The leaf that is to be superseded is no report of the same check.
    #[error("leaf {leaf} is no report of {kind} on the same content")]
    Supersedes {
        /// The leaf.
        leaf: u64,
        /// The check.
        kind: String,
    },
    /// The report is called what no line can hold.
    #[error("a report is called by one line of at most {MAX_NAME_CHARS} characters")]
    Name,
}

/// Records a report, whatever it says: one that failed, or that nobody can read, is evidence too.
pub fn record(mut request: Request<'_>, wish: &Wish<'_>) -> Result<Recorded, RecordError> {
    if wish.name.is_empty()
        || wish.name.chars().count() > MAX_NAME_CHARS
        || wish.name.contains(char::is_control)
    {
        return Err(RecordError::Name);
    }
    let found = collect::find(&request)?;
    let revision = found.repository().revision(wish.revision)?;
    let report = scanners::read(wish.report, wish.tool_log).map_err(|error| told(&error));
    let kind = kind_of(wish, &report)?;
    let (program, name) = collect::program_of(&found, &request)?;
    let rules = Rules::new(&program, &name, Forge::NotAsked)?;
    if let Some(leaf) = wish.supersedes
        && !is_superseded(&found.home, leaf, (kind, &revision.tree))?
    {
        let kind = kind.map_or("any check", CheckKind::name).to_owned();
        return Err(RecordError::Supersedes { leaf, kind });
    }
    let mut log = collect::open_log(&found.home, &mut request)?;
    let record = CheckRecord {
        version: VERSION,
        kind,
        name: wish.name.to_owned(),
        commit: revision.commit,
        tree: revision.tree,
        supersedes: wish.supersedes,
        report_sha256: Digest::of(wish.report),
        tool_log: wish.tool_log.map(|log| ToolLog {
            bytes: log.len(),
            sha256: Digest::of(log),
        }),
    };
    let leaf = NewLeaf::new(LeafKind::Check, payload(&record, wish));
    let appended = log.append(vec![leaf], request.now, &mut request.entropy)?;
    // A file that cannot be read is judged alike, whatever it is of.
    let of = kind.unwrap_or(CheckKind::UnitTests);
    let judged = check::judge(of, &record.commit, &report, &rules.thresholds);
    Ok(Recorded {
        leaf: *appended.leaves.first().expect("one leaf was appended"),
        record,
        report,
        judged,
    })
}

/// Returns whether a leaf holds a report of this check on this tree; a log that is not there holds none.
fn is_superseded(
    home: &Home,
    leaf: u64,
    (kind, tree): (Option<CheckKind>, &CommitId),
) -> Result<bool, LogError> {
    if home.find()?.is_none() {
        return Ok(false);
    }
    steady::ask(home, |reader| {
        let size = reader.checkpoint()?.checkpoint.size();
        let range = leaf.min(size)..leaf.saturating_add(1).min(size);
        let (runs, _) = read(reader, &reader.entries(range)?)?;
        let is_it = |run: &CheckRun| is_alike(run.kind, kind) && run.tree == *tree;
        Ok(runs.iter().any(is_it))
    })
}

/// A report that nobody can read may be of any kind.
fn is_alike(earlier: Option<CheckKind>, now: Option<CheckKind>) -> bool {
    earlier.is_none() || earlier == now
}

pub(crate) fn told(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        told = format!("{told}: {error}");
        cause = error.source();
    }
    told
}

fn kind_of(
    wish: &Wish<'_>,
    report: &Result<CheckReport, String>,
) -> Result<Option<CheckKind>, RecordError> {
    if wish.kind.is_some() {
        return Ok(wish.kind);
    }
    let kinds: Vec<CheckKind> = match report {
        // It may be of any kind, and keeps each from passing.
        Err(_) => return Ok(None),
        Ok(report) if !report.kinds.is_empty() => report.kinds.iter().copied().collect(),
        Ok(_) => CheckKind::ALL.to_vec(),
    };
    match kinds.as_slice() {
        [kind] => Ok(Some(*kind)),
        _ => Err(RecordError::Kind {
            name: wish.name.to_owned(),
            kinds,
        }),
    }
}

fn payload(record: &CheckRecord, wish: &Wish<'_>) -> Vec<u8> {
    let mut payload = serde_json::to_vec(record).expect("a record has text keys only");
    payload.push(b'\n');
    payload.extend_from_slice(wish.report);
    payload.extend_from_slice(wish.tool_log.unwrap_or_default());
    payload
}

/// The parts of a payload.
#[derive(Debug)]
pub struct Parsed<'a> {
    /// What is said of the report.
    pub record: CheckRecord,
    /// The bytes of the report.
    pub report: &'a [u8],
    /// What its tool printed.
    pub tool_log: Option<&'a [u8]>,
}

/// Returns the parts of the payload of a record.
pub fn parse(payload: &[u8]) -> Option<Parsed<'_>> {
    let end = payload.iter().position(|byte| *byte == b'\n')?;
    let (head, rest) = (&payload[..end], &payload[end + 1..]);
    let record: CheckRecord = serde_json::from_slice(head).ok()?;
    let (report, tool_log) = match &record.tool_log {
        Some(said) => {
            let (report, log) = rest.split_at_checked(rest.len().checked_sub(said.bytes)?)?;
            (said.sha256 == Digest::of(log)).then_some((report, Some(log)))?
        }
        None => (rest, None),
    };
    let fits = record.version == VERSION && record.report_sha256 == Digest::of(report);
    fits.then_some(Parsed {
        record,
        report,
        tool_log,
    })
}

/// Returns the reports among these entries, in the order of their leaves, and the leaves of those that cannot be read.
pub fn read(
    reader: &Reader,
    entries: &[Entry],
) -> Result<(Vec<CheckRun>, BTreeSet<u64>), ReadError> {
    let of_checks = entries
        .iter()
        .filter(|entry| entry.leaf.kind == LeafKind::Check);
    let of_checks: Vec<Entry> = of_checks.cloned().collect();
    let mut payloads = reader.payloads_of(&of_checks)?;
    let clocked = clocked(entries, LeafKind::Check);
    let (mut runs, mut unread) = (Vec::new(), BTreeSet::new());
    for entry in &of_checks {
        let kept = payloads.remove(&entry.index);
        match kept.as_ref().and_then(|kept| parse(&kept.bytes)) {
            Some(Parsed {
                record,
                report,
                tool_log,
            }) => runs.push(CheckRun {
                leaf: entry.index,
                at: clocked.get(&entry.index).copied().unwrap_or(entry.leaf.at),
                kind: record.kind,
                name: record.name,
                commit: record.commit,
                tree: record.tree,
                supersedes: record.supersedes,
                report: scanners::read(report, tool_log).map_err(|error| told(&error)),
            }),
            None => {
                unread.insert(entry.index);
            }
        }
    }
    Ok((runs, unread))
}
