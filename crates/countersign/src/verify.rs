//! The offline check of a report: every byte against the log, every decision against the recorded facts.

use crate::assemble::{self, AssembleError, Recorded, Register};
use crate::audit::{self, COUNTERSIGN, PDF, RenderError};
use crate::earlier::{Earlier, EarlierError, earlier};
use crate::evidence::{self, ChunkError};
use crate::log::{self, Appended, LogError, Package, Record};
use crate::program;
use crate::record::{self, DecisionsRecord, ReportRecord};
use gates::package::{self, PackageFault};
use ledger::leaf::LeafKind;
use model::change::Change;
use model::digest::Digest;
use model::outcome::LogGrade;
use model::population::Observation;
use model::program::Program;
use model::program_file::{self, Faults};
use model::report::{AuditReport, LogReport};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

mod contents;

/// The longest file of a report that is read.
pub const MAX_FILE_BYTES: u64 = 4 << 30;
/// The version of observations that is checked here.
const OBSERVATION_VERSION: u32 = 1;
/// The folder of the chunks in a report.
const EVIDENCE: &str = "evidence";
/// The folder of the log's copy in a report.
const LEDGER: &str = "ledger";
/// Bytes shown on each side of a difference.
const SHOWN_BYTES: usize = 32;

/// A report that holds.
#[derive(Debug)]
pub struct Verified {
    /// The report, made again from the recorded facts.
    pub report: AuditReport,
    /// Leaves of the log that were re-hashed.
    pub leaves: u64,
    /// Files that were compared.
    pub files: usize,
    /// Decisions that were made again.
    pub decisions: u64,
    /// Whether the verifier supplied the log's key.
    pub key: KeyOrigin,
    /// Why the rendered pages could not be made again, where they could not: their digests were compared.
    pub not_rendered: Option<String>,
}

/// Where the key that a log was verified with came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyOrigin {
    /// The report itself: the audited company supplied it.
    AuditedCompany,
    /// The verifier.
    Verifier,
}

/// A report that does not hold, or cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// A file is absent or unreadable.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is longer than anything that was written.
    #[error("{} is longer than {MAX_FILE_BYTES} bytes", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
    },
    /// The verifier's own file of keys cannot be used.
    #[error("cannot use the trusted keys in {}", path.display())]
    Trust {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The log does not hold.
    #[error("the log does not hold")]
    Log(#[from] LogError),
    /// The log's key is not among those that the verifier trusts.
    #[error("the log is signed by {key}, which is not among the trusted keys")]
    UntrustedKey {
        /// The key, as the audited company supplied it.
        key: String,
    },
    /// A record in the log cannot be read.
    #[error("leaf {leaf} of the log does not hold {expected}")]
    Record {
        /// The leaf.
        leaf: u64,
        /// What it should hold.
        expected: &'static str,
        /// Why it does not.
        source: Option<serde_json::Error>,
    },
    /// The log has no leaf of a kind that a report needs, or its payload is not in the copy.
    #[error("the log holds no {kind} that the report could rest on: {wanted} is not there")]
    NoRecord {
        /// What is absent.
        kind: LeafKind,
        /// The file or the leaf that should hold it.
        wanted: String,
    },
    /// A record says other things than the log that holds it.
    #[error("{what} in leaf {leaf} of the log is not the one of the log")]
    Contradicted {
        /// The leaf.
        leaf: u64,
        /// What differs.
        what: &'static str,
    },
    /// A record is of a form that this version cannot check.
    #[error("{what} in the log has version {found}, and this Countersign checks version {known}")]
    Version {
        /// The record.
        what: &'static str,
        /// Its version.
        found: u32,
        /// The one that is known here.
        known: u32,
    },
    /// An earlier observation cannot be used.
    #[error("the log's earlier observations cannot be used")]
    Earlier(#[from] EarlierError),
    /// The program in the log has faults.
    #[error("the program in the log has faults")]
    Program(#[from] Faults),
    /// A chunk of evidence does not hold.
    #[error("the evidence does not hold")]
    Evidence(#[from] ChunkError),
    /// The facts do not fit each other.
    #[error("the recorded facts do not fit each other")]
    Facts(#[from] PackageFault),
    /// The program cannot be applied.
    #[error("the recorded program cannot be applied")]
    Assemble(#[from] AssembleError),
    /// The report cannot be rendered again.
    #[error("the report cannot be rendered again")]
    Render(#[from] RenderError),
    /// A byte of a file is not the one that the recorded facts give.
    #[error("{}: byte {offset} does not fit: expected “{expected}”, found “{found}”", file.display())]
    Byte {
        /// The file.
        file: PathBuf,
        /// The first byte that does not fit, from 0.
        offset: u64,
        /// What the facts give from there on.
        expected: String,
        /// What there is.
        found: String,
    },
    /// A file does not hash to what the log says.
    #[error("{}: hashes to {found}, the log says {expected}", file.display())]
    Hash {
        /// The file.
        file: PathBuf,
        /// What the log says.
        expected: Digest,
        /// What there is.
        found: Digest,
    },
    /// A file is there that the log does not name.
    #[error("{}: the log does not name this file", file.display())]
    Unlisted {
        /// The file.
        file: PathBuf,
    },
    /// A file is not there that the log names.
    #[error("{}: the log names this file, and it is missing", file.display())]
    Missing {
        /// The file.
        file: PathBuf,
    },
    /// A link, a device or anything else that is neither a file nor a folder.
    #[error("{}: a report holds files and folders only, and no links", file.display())]
    Special {
        /// Where it lies.
        file: PathBuf,
    },
    /// More than any report holds.
    #[error("{}: a report has at most {} files, {} folders deep", folder.display(), contents::MAX_FILES, contents::MAX_DEPTH)]
    TooMany {
        /// The folder at which the counting ended.
        folder: PathBuf,
    },
    /// What was decided differs from what the facts give.
    #[error("the log records other {what} than the recorded facts give")]
    Decided {
        /// What differs.
        what: &'static str,
    },
}

/// Returns what a report shows, after everything in it was made again. `trusted` are keys that the verifier
/// got elsewhere; without any, the log's own key is used and called the audited company's.
pub fn verify(folder: &Path, trusted: &[String]) -> Result<Verified, VerifyError> {
    let contents = contents::list(folder)?;
    let package = Package::open(&folder.join(LEDGER))?;
    let key = key_origin(&package, trusted)?;
    let records = Records::read(&package)?;
    contents.are(&records.listed(&package))?;
    let program = program_file::parse("the program in the log", &records.program_text)?;
    let changes = changes(folder, &records.observation)?;
    let mut report = again(&records, &program, &changes)?;
    let register = Register::of(&report.changes);
    compare_decisions(&records.decisions, &report, &register)?;
    report.log = records.log_report(&package);
    let not_rendered = compare_files(folder, &records, &report, &register, &program)?;
    let leaves = package.size();
    let decisions = report
        .changes
        .iter()
        .map(|change| change.decisions.len() as u64)
        .sum();
    Ok(Verified {
        leaves,
        files: records.report.files.len(),
        decisions,
        key,
        not_rendered,
        report,
    })
}

/// Returns nothing when the log of a report and all its files hash to what the log says.
pub fn hashes(folder: &Path) -> Result<(), VerifyError> {
    let contents = contents::list(folder)?;
    let package = Package::open(&folder.join(LEDGER))?;
    let records = Records::read(&package)?;
    contents.are(&records.listed(&package))?;
    let chunks = records.observation.chunks.par_iter();
    let (chunks, files) = rayon::join(
        || chunks.try_for_each(|chunk| evidence::bytes(&folder.join(EVIDENCE), chunk).map(drop)),
        || compare_hashes(folder, &records),
    );
    chunks?;
    files
}

/// Returns the place of a report in the log, from what an append answered.
pub fn log_report(appended: &Appended) -> LogReport {
    let [program_leaf, observation_leaf, decisions_leaf] =
        std::array::from_fn(|place| appended.leaves.get(place).copied().unwrap_or_default());
    LogReport {
        origin: appended.origin.clone(),
        key: appended.key.clone(),
        grade: LogGrade::SelfSigned,
        size: appended.size,
        root: appended.root.clone(),
        program_leaf,
        observation_leaf,
        decisions_leaf,
    }
}

/// Returns the verifier keys in a file, one a line; empty lines and lines that begin with `#` are passed over.
pub fn read_trust(path: &Path) -> Result<Vec<String>, VerifyError> {
    let fail = |source| VerifyError::Trust {
        path: path.into(),
        source,
    };
    let text = std::fs::read_to_string(path).map_err(fail)?;
    let keys: Vec<String> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(String::from)
        .collect();
    match keys.is_empty() {
        true => Err(fail(io::Error::new(
            io::ErrorKind::InvalidData,
            "it holds no key",
        ))),
        false => Ok(keys),
    }
}

fn key_origin(package: &Package, trusted: &[String]) -> Result<KeyOrigin, VerifyError> {
    if trusted.is_empty() {
        return Ok(KeyOrigin::AuditedCompany);
    }
    let key = package.key();
    match trusted.iter().any(|line| line.trim() == key) {
        true => Ok(KeyOrigin::Verifier),
        false => Err(VerifyError::UntrustedKey { key }),
    }
}

/// The records that the last report of a log rests on.
struct Records {
    report: ReportRecord,
    decisions: DecisionsRecord,
    program_text: String,
    observation: Observation,
    earlier: Earlier,
    leaves: [u64; 3],
}

impl Records {
    fn read(package: &Package) -> Result<Records, VerifyError> {
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
        Ok(Records {
            program_text: text(programs)?,
            earlier: earlier(package.reader(), before, &observation)?,
            leaves,
            report,
            decisions,
            observation,
        })
    }

    fn log_report(&self, package: &Package) -> LogReport {
        log_report(&Appended {
            origin: package.origin().to_owned(),
            key: package.key(),
            size: self.report.log_size,
            root: self.report.log_root.clone(),
            leaves: self.leaves.into(),
        })
    }

    /// Returns the paths of all files that the log names.
    fn listed(&self, package: &Package) -> BTreeSet<String> {
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
        wanted: "the payload of its leaf".into(),
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
        wanted: format!("leaf {leaf} with {LEDGER}/{}", log::payload_name(sha256)),
    })
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

fn changes(
    folder: &Path,
    observation: &Observation,
) -> Result<Vec<(Digest, Vec<Change>)>, VerifyError> {
    let folder = folder.join(EVIDENCE);
    let read = |sha256: &Digest| Ok((*sha256, evidence::read(&folder, sha256)?));
    observation.chunks.iter().map(read).collect()
}

fn again(
    records: &Records,
    program: &Program,
    chunks: &[(Digest, Vec<Change>)],
) -> Result<AuditReport, VerifyError> {
    let counts: Vec<(Digest, usize)> = chunks
        .iter()
        .map(|(sha256, changes)| (*sha256, changes.len()))
        .collect();
    let changes: Vec<Change> = chunks
        .iter()
        .flat_map(|(_, changes)| changes.iter().cloned())
        .collect();
    package::population_holds(&records.observation, &changes)?;
    Ok(assemble::assemble(&Recorded {
        countersign: &records.decisions.countersign,
        generated_at: records.decisions.generated_at,
        program,
        program_origin: records.decisions.program_origin,
        program_sha256: records.decisions.program_sha256,
        observation: &records.observation,
        changes: &changes,
        evidence: &evidence::digest_of_each(&counts),
        earlier: &records.earlier,
    })?)
}

fn compare_decisions(
    recorded: &DecisionsRecord,
    report: &AuditReport,
    register: &Register,
) -> Result<(), VerifyError> {
    let differs = [
        ("conclusions", recorded.conclusions != report.conclusions),
        (
            "deviations",
            recorded.exceptions_sha256 != assemble::exceptions_sha256(&report.exceptions),
        ),
        ("totals", recorded.totals != report.totals),
        ("decisions", recorded.register_sha256 != register.sha256()),
    ];
    match differs.into_iter().find(|(_, differs)| *differs) {
        Some((what, _)) => Err(VerifyError::Decided { what }),
        None => Ok(()),
    }
}

/// Returns why the pages could not be made again, if another version made them.
fn compare_files(
    folder: &Path,
    records: &Records,
    report: &AuditReport,
    register: &Register,
    program: &Program,
) -> Result<Option<String>, VerifyError> {
    compare(folder, program::FILE_NAME, records.program_text.as_bytes())?;
    let json = assemble::audit_json(report, register);
    compare(folder, "audit.json", &json)?;
    drop(json);
    let not_rendered = render_and_compare(folder, records, report, register, program)?;
    compare_hashes(folder, records)?;
    Ok(not_rendered)
}

fn render_and_compare(
    folder: &Path,
    records: &Records,
    report: &AuditReport,
    register: &Register,
    program: &Program,
) -> Result<Option<String>, VerifyError> {
    let version = &records.decisions.countersign;
    if version != COUNTERSIGN {
        return Ok(Some(format!(
            "version {version} rendered its pages and this is {COUNTERSIGN}: their digests were compared, not their text"
        )));
    }
    for (name, bytes) in audit::pages(report, register)? {
        compare(folder, &name, &bytes)?;
    }
    if !records.report.files.contains_key(PDF) {
        return Ok(None);
    }
    match audit::pdf(report, program)? {
        Some(bytes) => compare(folder, PDF, &bytes).map(|()| None),
        None => Ok(Some(format!(
            "this build sets no PDF: the digest of {PDF} was compared, not its text"
        ))),
    }
}

/// Returns the first byte of a file that is not the expected one.
fn compare(folder: &Path, name: &str, expected: &[u8]) -> Result<(), VerifyError> {
    // One byte more tells a file that goes on, however long it is.
    let found = read_start(&folder.join(name), expected.len() as u64 + 1)?;
    if found == expected {
        return Ok(());
    }
    let same = expected
        .iter()
        .zip(&found)
        .take_while(|(a, b)| a == b)
        .count();
    let shown = |bytes: &[u8]| {
        let rest = bytes.get(same..).unwrap_or_default();
        rest[..rest.len().min(SHOWN_BYTES)]
            .escape_ascii()
            .to_string()
    };
    Err(VerifyError::Byte {
        file: name.into(),
        offset: same as u64,
        expected: shown(expected),
        found: shown(&found),
    })
}

fn compare_hashes(folder: &Path, records: &Records) -> Result<(), VerifyError> {
    let files = records.report.files.par_iter();
    files.try_for_each(|(name, record)| {
        let path = folder.join(name);
        if record.bytes > MAX_FILE_BYTES {
            return Err(VerifyError::TooLong { path });
        }
        let found = Digest::of(&read_start(&path, record.bytes.saturating_add(1))?);
        match found == record.sha256 {
            true => Ok(()),
            false => Err(VerifyError::Hash {
                file: name.into(),
                expected: record.sha256,
                found,
            }),
        }
    })
}

/// Returns the first bytes of a file, at most `limit` of them.
fn read_start(path: &Path, limit: u64) -> Result<Vec<u8>, VerifyError> {
    let fail = |source| VerifyError::Read {
        path: path.into(),
        source,
    };
    let mut bytes = vec![];
    let file = File::open(path).map_err(fail)?;
    file.take(limit).read_to_end(&mut bytes).map_err(fail)?;
    Ok(bytes)
}
