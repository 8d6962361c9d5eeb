//! What its operator does with the ledger itself: looks at it, verifies it, proves a leaf, erases, copies.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use gates::interval::{self, Belief, Interval, Record};
use gates::log_grade::{self, LogAssurance};
use gates::outside::LogFacts;
use jiff::Timestamp;
use ledger::Ledger;
use ledger::audit::{Audited, Payloads};
use ledger::erase::{EraseError, Erasure};
use ledger::leaf::LeafKind;
use ledger::read::Reader;
use model::program::Program;

use crate::log::LogError;
use crate::outsiders::gather::{self, Gathered};

/// A ledger as it stands.
#[derive(Debug)]
pub struct Status {
    /// The log's name.
    pub origin: String,
    /// The log's key.
    pub key: String,
    /// Its leaves.
    pub size: u64,
    /// The root hash over them, base64.
    pub root: String,
    /// Leaves of each kind.
    pub kinds: BTreeMap<LeafKind, u64>,
    /// The first and the last time that a leaf claims.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Leaves whose payloads cannot be read.
    pub without_payload: u64,
    /// Who outside has signed it.
    pub assurance: LogAssurance,
    /// What does not fit in the outside signatures.
    pub faults: Vec<String>,
}

/// A ledger of which every byte was hashed again.
#[derive(Debug)]
pub struct Held {
    /// What was hashed.
    pub audited: Audited,
    /// The log's key.
    pub key: String,
    /// Whether the verifier supplied that key.
    pub key_supplied: bool,
    /// Who outside has signed it.
    pub assurance: LogAssurance,
    /// What does not fit in the outside signatures.
    pub faults: Vec<String>,
}

/// Why a ledger does not hold.
#[derive(Debug, thiserror::Error)]
pub enum HoldError {
    /// It does not fit.
    #[error(transparent)]
    Log(#[from] LogError),
    /// It is signed with a key that the verifier does not know.
    #[error("the log is signed with a key that is not among the trusted keys: {key}")]
    UntrustedKey {
        /// The key.
        key: String,
    },
}

/// Returns a ledger that is there already.
pub fn open(folder: &Path) -> Result<Ledger, LogError> {
    Ok(Ledger::open(folder)?)
}

/// Returns how a ledger stands.
pub fn status(folder: &Path, program: &Program, now: Timestamp) -> Result<Status, LogError> {
    let reader = Reader::open(folder)?;
    let signed = reader.checkpoint()?;
    let size = signed.checkpoint.size();
    let entries = reader.entries(0..size)?;
    let mut kinds = BTreeMap::new();
    for entry in &entries {
        *kinds.entry(entry.leaf.kind).or_default() += 1;
    }
    let times = entries.iter().map(|entry| entry.leaf.at);
    let span = times.clone().min().zip(times.max());
    let kept = reader.payloads_of(&entries)?.len() as u64;
    let gathered = gather::gather(&reader, program, &[])?;
    Ok(Status {
        origin: signed.checkpoint.origin().to_owned(),
        key: reader.log().to_string(),
        size,
        root: signed.checkpoint.root().to_string(),
        kinds,
        span,
        without_payload: size - kept,
        assurance: assurance(&gathered, program, now),
        faults: gathered.faults,
    })
}

/// Returns a ledger or a copy of one, after every byte of it was hashed again.
pub fn hold(
    reader: &Reader,
    program: &Program,
    trust: &[String],
    now: Timestamp,
) -> Result<Held, HoldError> {
    let key = reader.log().to_string();
    let key_supplied = trust.contains(&key);
    let log_keys = trust.iter().filter(|line| is_log_key(line));
    if log_keys.count() > 0 && !key_supplied {
        return Err(HoldError::UntrustedKey { key });
    }
    let payloads = Payloads::Listed(BTreeSet::new());
    let audited = reader.audit(&payloads).map_err(LogError::from)?;
    let gathered = gather::gather(reader, program, trust).map_err(LogError::from)?;
    Ok(Held {
        audited,
        key,
        key_supplied,
        assurance: assurance(&gathered, program, now),
        faults: gathered.faults,
    })
}

/// Returns what lies between two records, by outsiders' clocks.
pub fn interval(
    reader: &Reader,
    program: &Program,
    trust: &[String],
    (from, to): (u64, u64),
    now: Timestamp,
) -> Result<Interval, LogError> {
    let gathered = gather::gather(reader, program, trust)?;
    let record = |leaf: u64| -> Result<Record, LogError> {
        let entries = reader.entries(leaf..leaf.saturating_add(1))?;
        let after = entries.first().and_then(|entry| entry.leaf.after);
        Ok(Record { leaf, after })
    };
    let facts = facts(&gathered, program, now);
    let belief = match trust.is_empty() {
        true => Belief::Claimed,
        false => Belief::Verified,
    };
    Ok(interval::interval(
        &facts,
        record(from)?,
        record(to)?,
        belief,
    ))
}

/// Destroys the keys of payloads, and records who did it and why.
pub fn erase(
    folder: &Path,
    erasure: &Erasure,
    now: Timestamp,
    entropy: &mut dyn FnMut() -> [u8; 32],
) -> Result<u64, CustodyError> {
    let mut ledger = open(folder)?;
    let receipts = ledger.erase(erasure, now, entropy)?;
    Ok(receipts.receipts.first().map_or(0, |receipt| receipt.index))
}

/// Why the operator's wish was not done.
#[derive(Debug, thiserror::Error)]
pub enum CustodyError {
    /// The ledger cannot be used.
    #[error(transparent)]
    Log(#[from] LogError),
    /// Nothing was erased.
    #[error(transparent)]
    Erase(#[from] EraseError),
}

fn facts<'a>(gathered: &'a Gathered, program: &'a Program, now: Timestamp) -> LogFacts<'a> {
    LogFacts {
        leaves: &gathered.leaves,
        signatures: &gathered.signatures,
        program,
        now,
    }
}

fn assurance(gathered: &Gathered, program: &Program, now: Timestamp) -> LogAssurance {
    log_grade::log_grade(&facts(gathered, program, now))
}

/// A log's key is of another type than a witness's, and a certificate's digest is no key.
fn is_log_key(line: &str) -> bool {
    line.parse::<tlog::key::VerifierKey>().is_ok()
}
