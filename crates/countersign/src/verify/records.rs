//! What the log holds of a report: its record, the decisions, the program and the observation.

use super::{EVIDENCE, LEDGER, VerifyError, log_report};
use crate::audit::PDF;
use crate::earlier::{Earlier, earlier};
use crate::evidence;
use crate::log::{Appended, LogError, Package, Record};
use crate::program;
use crate::record::{self, DecisionsRecord, ReportRecord};
use ledger::leaf::LeafKind;
use ledger::read::Entry;
use model::digest::Digest;
use model::population::Observation;
use model::program::Program;
use model::program_file;
use model::report::LogReport;
use std::collections::BTreeSet;

/// The version of observations that is checked here.
const OBSERVATION_VERSION: u32 = 1;

/// The records that the last report of a log rests on.
pub(super) struct Records {
    pub(super) report: ReportRecord,
    pub(super) decisions: DecisionsRecord,
    pub(super) program_text: String,
    pub(super) program: Program,
    pub(super) observation: Observation,
    pub(super) earlier: Earlier,
    leaves: [u64; 3],
}

impl Records {
    pub(super) fn read(package: &Package) -> Result<Records, VerifyError> {
        let (last, report) = last_report(package)?;
        let leaves = batch(&last, report.log_size)?;
        let [programs, observed, decided] = leaves;
        let decided = find(
            package,
            decided,
            LeafKind::Decisions,
            &report.decisions_sha256,
        )?;
        let decisions: DecisionsRecord = json(&decided, "decisions")?;
        known_version(
            "the record of decisions",
            decisions.version,
            record::VERSION,
        )?;
        if decisions.generated_at != decided.at {
            return Err(VerifyError::Contradicted {
                leaf: decided.leaf,
                what: "the time of the audit",
            });
        }
        let programs = find(
            package,
            programs,
            LeafKind::Program,
            &decisions.program_sha256,
        )?;
        let sha256 = &decisions.observation_sha256;
        let observed = find(package, observed, LeafKind::Observation, sha256)?;
        let observation: Observation = json(&observed, "an observation")?;
        known_version("the observation", observation.version, OBSERVATION_VERSION)?;
        let before = &package.entries()[..programs.leaf as usize];
        let program_text = text(programs)?;
        let program = program_file::parse("the program in the log", &program_text)?;
        let earlier = earlier(package.reader(), before, &observation, &program);
        Ok(Records {
            program_text,
            program,
            earlier: earlier.map_err(LogError::from)?,
            leaves,
            report,
            decisions,
            observation,
        })
    }

    /// Returns the leaf of the decisions.
    pub(super) fn decisions_leaf(&self) -> u64 {
        let [.., decisions] = self.leaves;
        decisions
    }

    /// Returns the leaves that the log had before the report's own.
    pub(super) fn before<'p>(&self, package: &'p Package) -> &'p [Entry] {
        let [first, ..] = self.leaves;
        let first = usize::try_from(first).unwrap_or(usize::MAX);
        package.entries().get(..first).unwrap_or_default()
    }

    pub(super) fn log_report(&self, package: &Package, before: LogReport) -> LogReport {
        let appended = Appended {
            origin: package.origin().to_owned(),
            key: package.key_at(self.report.log_size),
            size: self.report.log_size,
            root: self.report.log_root.clone(),
            leaves: self.leaves.into(),
        };
        log_report(&appended, before)
    }

    /// Returns the paths of all files that the log names.
    pub(super) fn listed(&self, package: &Package) -> BTreeSet<String> {
        let own = self.report.files.keys().cloned();
        let chunks = self.observation.chunks.iter();
        let chunks = chunks.map(|sha256| format!("{EVIDENCE}/{}", evidence::file_name(sha256)));
        let log = package.files().into_iter();
        own.chain(chunks)
            .chain(log.map(|name| format!("{LEDGER}/{name}")))
            .collect()
    }
}

/// A report holds what can be made again, and no further page that only the log vouches for.
fn nothing_else_listed(report: &ReportRecord) -> Result<(), VerifyError> {
    let known = [
        "audit.json",
        "changes.csv",
        "index.html",
        program::FILE_NAME,
        PDF,
    ];
    match report
        .files
        .keys()
        .find(|name| !known.contains(&name.as_str()))
    {
        Some(name) => Err(VerifyError::Unlisted { file: name.into() }),
        None => Ok(()),
    }
}

fn known_version(what: &'static str, found: u32, known: u32) -> Result<(), VerifyError> {
    match found == known {
        true => Ok(()),
        false => Err(VerifyError::Version { what, found, known }),
    }
}

/// Returns the last report whose payload is here, with the leaf that holds it.
fn last_report(package: &Package) -> Result<(Record, ReportRecord), VerifyError> {
    let last = package.newest_present(LeafKind::Report)?;
    let last = last.ok_or_else(|| VerifyError::NoRecord {
        kind: LeafKind::Report,
        wanted: file_of(package, package.newest(LeafKind::Report)),
    })?;
    let report: ReportRecord = json(&last, "a report")?;
    known_version("the report", report.version, record::VERSION)?;
    if package.root_at(report.log_size).as_ref() != Some(&report.log_root) {
        return Err(VerifyError::Contradicted {
            leaf: last.leaf,
            what: "the root",
        });
    }
    nothing_else_listed(&report)?;
    Ok((last, report))
}

/// Returns the leaves that an audit appends at once: program, observation, decisions.
fn batch(last: &Record, log_size: u64) -> Result<[u64; 3], VerifyError> {
    match log_size.checked_sub(3) {
        Some(first) if log_size <= last.leaf => Ok([first, first + 1, first + 2]),
        _ => Err(VerifyError::Contradicted {
            leaf: last.leaf,
            what: "the size",
        }),
    }
}

fn find(
    package: &Package,
    leaf: u64,
    kind: LeafKind,
    sha256: &Digest,
) -> Result<Record, VerifyError> {
    let record = package.record(leaf, kind, sha256)?;
    record.ok_or_else(|| VerifyError::NoRecord {
        kind,
        wanted: file_of(package, Some(leaf)),
    })
}

fn file_of(package: &Package, leaf: Option<u64>) -> String {
    let file = leaf.and_then(|leaf| package.payload_file(leaf));
    file.map_or("its leaf".to_owned(), |file| format!("{LEDGER}/{file}"))
}

fn json<T: serde::de::DeserializeOwned>(
    record: &Record,
    expected: &'static str,
) -> Result<T, VerifyError> {
    serde_json::from_slice(&record.payload).map_err(|source| VerifyError::Record {
        leaf: record.leaf,
        expected,
        source: Some(source),
    })
}

fn text(record: Record) -> Result<String, VerifyError> {
    let leaf = record.leaf;
    String::from_utf8(record.payload).map_err(|_| VerifyError::Record {
        leaf,
        expected: "a program in UTF-8",
        source: None,
    })
}
