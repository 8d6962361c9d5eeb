//! The offline check of a report: every byte against the log, every decision against the recorded facts.

use crate::assemble::{self, Recorded, Register};
use crate::evidence;
use crate::log::{Appended, LogError, Package};
use crate::outsiders::standing::{LogStanding, standing};
use crate::place;
use crate::record::DecisionsRecord;
use documents::text::count;
use gates::log_grade::SKEW;
use gates::package;
use jiff::Timestamp;
use model::change::Change;
use model::digest::Digest;
use model::population::Observation;
use model::program::Program;
use model::report::{AuditReport, LogReport};
use rayon::prelude::*;
use std::path::Path;

pub use self::error::VerifyError;
use self::files::{Again, compare_files, compare_hashes};
use self::records::Records;
use self::trust::key_origin;
pub use self::trust::read_trust;

mod contents;
mod error;
mod files;
mod records;
pub(crate) mod trust;

/// The longest file of a report that is read.
pub const MAX_FILE_BYTES: u64 = 4 << 30;
/// The folder of the chunks in a report.
const EVIDENCE: &str = "evidence";
/// The folder of the log's copy in a report.
pub const LEDGER: &str = "ledger";

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
    /// The key that signs the log.
    pub log_key: String,
    /// Whether the verifier supplied it.
    pub key: KeyOrigin,
    /// Who outside has signed the log, what was signed since the report among it.
    pub outside: LogStanding,
    /// The copy of the log, which holds the keys that it has had and the payloads that were erased.
    pub package: Package,
    /// The repositories that its program lists.
    pub repositories: Vec<String>,
    /// Why the report is not to be believed whole, though every byte of it fits.
    pub doubts: Vec<String>,
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
    /// The log itself: a key that the verifier supplied handed it over.
    Vouched,
}

/// Returns what a report shows, after everything in it was made again. `trusted` are keys that the verifier
/// got elsewhere; without any, the log's own key is used and called the audited company's.
pub fn verify(folder: &Path, trusted: &[String], now: Timestamp) -> Result<Verified, VerifyError> {
    refuse_other_folders(folder)?;
    let contents = contents::list(folder)?;
    let package = Package::open(&folder.join(LEDGER))?;
    let key = key_origin(&package, trusted)?;
    let records = Records::read(&package)?;
    contents.are(&records.listed(&package))?;
    let program = records.program.clone();
    let changes = changes(folder, &records.observation)?;
    let before = standing_before(&package, &records, &program)?;
    let mut report = again(&records, &program, &changes, &before)?;
    let register = Register::of(&report.changes);
    compare_decisions(&records.decisions, &report, &register)?;
    report.log = records.log_report(&package, report.log);
    let made = Again {
        records: &records,
        report: &report,
        register: &register,
        program: &program,
    };
    let not_rendered = compare_files(folder, made)?;
    let outside = standing_now(&package, &program, trusted, now)?;
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
        log_key: package.key(),
        doubts: doubts(&package, &records, &outside, now),
        key,
        outside,
        package,
        repositories: program
            .repositories
            .into_iter()
            .map(|one| one.name)
            .collect(),
        not_rendered,
        report,
    })
}

/// What has nothing of a report is none that was spoilt.
fn refuse_other_folders(folder: &Path) -> Result<(), VerifyError> {
    let marks = ["report.pdf", "index.html", "changes.csv"];
    if place::MARKS
        .iter()
        .chain(&marks)
        .any(|mark| folder.join(mark).exists())
    {
        return Ok(());
    }
    match folder.is_dir() {
        true => Err(VerifyError::NoReport {
            folder: folder.into(),
        }),
        // What cannot be listed is told by who lists it.
        false => Ok(()),
    }
}

/// Returns nothing when the log of a report and all its files hash to what the log says.
pub fn hashes(folder: &Path) -> Result<(), VerifyError> {
    let contents = contents::list(folder)?;
    let package = Package::open(&folder.join(LEDGER))?;
    let records = Records::read(&package)?;
    contents.are(&records.listed(&package))?;
    let chunks = records.observation.chunks.par_iter();
    let (chunks, files) = rayon::join(
        || {
            let read = |chunk| evidence::bytes(&folder.join(EVIDENCE), chunk).map(drop);
            chunks.map(read).collect::<Vec<_>>()
        },
        || compare_hashes(folder, &records),
    );
    chunks.into_iter().collect::<Result<(), _>>()?;
    files
}

/// Returns the place of a report in the log, from what an append answered; how the log stood before stays as it is.
pub fn log_report(appended: &Appended, before: LogReport) -> LogReport {
    let [program_leaf, observation_leaf, decisions_leaf] =
        std::array::from_fn(|place| appended.leaves.get(place).copied().unwrap_or_default());
    LogReport {
        origin: appended.origin.clone(),
        key: appended.key.clone(),
        size: appended.size,
        root: appended.root.clone(),
        program_leaf,
        observation_leaf,
        decisions_leaf,
        ..before
    }
}

/// Returns how the log stood when the report was made, by the keys of its program.
fn standing_before(
    package: &Package,
    records: &Records,
    program: &Program,
) -> Result<LogStanding, VerifyError> {
    let at = records.decisions.generated_at;
    let (reader, before) = (package.reader(), records.before(package));
    let signer = package.keys().at(before.len() as u64);
    let keys = reader.keys(before, signer).map_err(LogError::from)?;
    let standing = standing(reader, (before, &keys), program, &[], at);
    Ok(standing.map_err(LogError::from)?)
}

/// Returns how the log stands; one that contradicts what outsiders signed holds nothing.
fn standing_now(
    package: &Package,
    program: &Program,
    trusted: &[String],
    now: Timestamp,
) -> Result<LogStanding, VerifyError> {
    let leaves = (package.entries(), package.keys());
    let standing = standing(package.reader(), leaves, program, trusted, now);
    let standing = standing.map_err(LogError::from)?;
    match standing.faults.first() {
        Some(fault) => Err(VerifyError::OutsideContradicts {
            fault: fault.clone(),
        }),
        None => Ok(standing),
    }
}

/// A time that the operator only claims may be contradicted by outsiders' clocks, or by the verifier's.
fn doubts(
    package: &Package,
    records: &Records,
    outside: &LogStanding,
    now: Timestamp,
) -> Vec<String> {
    let mut doubts = Vec::new();
    let claimed = records.decisions.generated_at;
    if outside.assurance.is_ahead(records.decisions_leaf()) {
        doubts.push(format!(
            "somebody outside had signed the report before {claimed}, the time that it claims"
        ));
    }
    if claimed.duration_since(now) > SKEW {
        doubts.push(format!(
            "the report claims {claimed}, which has not come yet"
        ));
    }
    let absent = package.absent_erasures();
    if absent > 0 {
        let records = count(absent, "record", "records");
        doubts.push(format!("{records} of erasures cannot be read here"));
    }
    if outside.absent > 0 {
        let records = count(outside.absent, "record", "records");
        doubts.push(format!(
            "{records} of outside signatures cannot be read here"
        ));
    }
    doubts
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
    before: &LogStanding,
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
        outside: before,
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
        (
            "exception windows",
            recorded.windows_sha256 != assemble::windows_sha256(&report.windows),
        ),
        ("totals", recorded.totals != report.totals),
        ("decisions", recorded.register_sha256 != register.sha256()),
    ];
    match differs.into_iter().find(|(_, differs)| *differs) {
        Some((what, _)) => Err(VerifyError::Decided { what }),
        None => Ok(()),
    }
}
