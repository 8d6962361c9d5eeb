//! What its operator does with the ledger itself: looks at it, verifies it, proves a leaf, erases, copies.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use gates::interval::{self, Belief, Interval, Record};
use jiff::Timestamp;
use ledger::audit::{AuditError, Audited, Payloads};
use ledger::erase::EraseError;
use ledger::file::FileError;
use ledger::keys::history::{KeyHistory, Unvouched};
use ledger::leaf::LeafKind;
use ledger::place::home::Home;
use ledger::read::{Entry, ReadError, Reader};
use ledger::store::Disturbance;
use model::program::Program;
use model::program_file;
use sources::http::{self, Http, HttpError};
use tlog::key::VerifierKey;

use crate::log::LogError;
use crate::outsiders::gather;
use crate::outsiders::said::Said;
use crate::outsiders::standing::{self, LogStanding};
use crate::outsiders::{self, AskError, Asked, Whom};
use crate::publish::PublishError;
use crate::publish::copy::Copy;
use crate::steady;
use crate::verify::KeyOrigin;
use crate::verify::trust::log_keys;

pub mod erasing;
pub mod keys;
pub mod revoked;

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
    /// Leaves that were committed behind the checkpoint, and that nobody signed for yet.
    pub unsigned: u64,
    /// Who outside has signed it.
    pub outside: LogStanding,
    /// The keys that the log has had.
    pub keys: KeyHistory,
}

/// A ledger of which every byte was hashed again.
#[derive(Debug)]
pub struct Held {
    /// What was hashed.
    pub audited: Audited,
    /// The log's key.
    pub key: String,
    /// Whether the verifier supplied that key.
    pub key_origin: KeyOrigin,
    /// Who outside has signed it.
    pub outside: LogStanding,
    /// The leaf of the program that says who they are, where its payload is not here.
    pub program_absent: Option<u64>,
    /// What somebody did to the log that it withstood, one sentence each.
    pub disturbances: Vec<String>,
}

/// What lies between two records.
#[derive(Debug)]
pub struct Between {
    /// What outsiders' clocks say of it.
    pub interval: Interval,
    /// Who those outsiders are, and what speaks against the log.
    pub outside: LogStanding,
    /// The leaf of the program that says who they are, where its payload is not here.
    pub program_absent: Option<u64>,
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
    /// It is signed with a key that no trusted key vouches for.
    #[error("the log is signed with {key}, and a key that you trust does not vouch for it")]
    Unvouched {
        /// The key.
        key: String,
        /// What became of the trusted key.
        #[source]
        why: Unvouched,
    },
    /// What outsiders signed contradicts the log.
    #[error("the log contradicts what outsiders signed: {fault}")]
    Contradicted {
        /// What does not fit.
        fault: String,
    },
    /// There is no key to verify a served log with, or those of several logs.
    #[error("the trusted keys must hold a key of the log, `name+id+key`, and of no other log")]
    OneKey,
    /// The address is none that a log is served at.
    #[error("`{url}` is no address: it begins with http:// or https://")]
    NoAddress {
        /// What was given.
        url: String,
    },
    /// No log is served there.
    #[error("no log is served at {url}: its checkpoint would lie directly below that address")]
    NothingServed {
        /// The address.
        url: String,
    },
    /// The address cannot be asked.
    #[error(transparent)]
    Http(#[from] HttpError),
}

/// Returns what reads the ledger, or the copy of one.
pub fn reader(home: &Home) -> Result<Reader, LogError> {
    Ok(home.reader()?)
}

/// Returns what reads a log that is served at an address: under that of the trusted keys which signed it, else under
/// the key to which the records of the log lead from one of them. Whether that one vouches for it, an audit tells.
pub fn served(url: &str, trust: &[String]) -> Result<Reader, HoldError> {
    let keys = log_keys(trust);
    let Some(first) = keys.first().cloned() else {
        return Err(HoldError::OneKey);
    };
    if keys.iter().any(|key| key.name() != first.name()) {
        return Err(HoldError::OneKey);
    }
    if !["http://", "https://"]
        .iter()
        .any(|scheme| url.starts_with(scheme))
    {
        let url = http::without_login(url);
        return Err(HoldError::NoAddress { url });
    }
    for key in &keys {
        let reader = served_under(url, key.clone())?;
        match reader.checkpoint() {
            Ok(_) => return Ok(reader),
            Err(ReadError::NoCheckpoint { .. }) => {
                let url = http::without_login(url);
                return Err(HoldError::NothingServed { url });
            }
            Err(error @ ReadError::File(FileError::Io { .. })) => {
                return Err(LogError::from(error).into());
            }
            // By another key, or damaged: the audit tells.
            Err(_) => {}
        }
    }
    for key in keys {
        // What keeps the records from being followed is told by the audit.
        if let Ok(Some(reader)) = served_under(url, key)?.followed() {
            return Ok(reader);
        }
    }
    served_under(url, first)
}

fn served_under(url: &str, key: VerifierKey) -> Result<Reader, HoldError> {
    let http = Http::new()?;
    let base = url.trim_end_matches('/').to_owned();
    let get = move |name: &str, limit: u64| {
        let answer = http
            .get(&format!("{base}/{name}"), limit)
            .map_err(std::io::Error::other)?;
        match answer.status {
            200 => Ok(Some(answer.body)),
            404 | 410 => Ok(None),
            status => Err(std::io::Error::other(format!(
                "it answered with status {status}"
            ))),
        }
    };
    let place = http::without_login(url);
    Ok(Reader::fetching(&place, key, Box::new(get)))
}

/// Returns the program that the log recorded last, or one that names nobody.
pub fn recorded_program(reader: &Reader) -> Result<Program, LogError> {
    let size = reader.checkpoint()?.checkpoint.size();
    let entries = reader.entries(0..size)?;
    Ok(recorded(reader, &entries)?.0)
}

/// Returns the program among these entries that was recorded last, or one that names nobody; with its leaf where it is
/// not here, though outsiders signed.
fn recorded(reader: &Reader, entries: &[Entry]) -> Result<(Program, Option<u64>), LogError> {
    let of_kind = |kind| entries.iter().filter(move |entry| entry.leaf.kind == kind);
    let Some(last) = of_kind(LeafKind::Program).next_back() else {
        return Ok((nobody(), None));
    };
    let payload = match last.leaf.payload.bytes <= program_file::MAX_BYTES as u64 {
        true => reader.payload(last)?,
        false => None,
    };
    let text = payload.and_then(|payload| String::from_utf8(payload).ok());
    let program = text.and_then(|text| program_file::parse("the log", &text).ok());
    let is_signed_outside = of_kind(LeafKind::Outside).next().is_some();
    Ok(match program {
        Some(program) => (program, None),
        None => (nobody(), is_signed_outside.then_some(last.index)),
    })
}

/// Returns a program that names no outsider.
pub fn nobody() -> Program {
    let text = "version: 1\norganisation: {name: unnamed}\nprincipals: [{id: operator}]\n";
    program_file::parse("nobody", text).expect("the text is a program")
}

/// Returns the proof of a leaf, as C2SP tlog-proof writes it.
pub fn prove(home: &Home, leaf: u64) -> Result<String, LogError> {
    Ok(reader(home)?.proof(leaf)?.to_string())
}

/// Returns the leaves that record a program, and whose payloads are here.
pub fn programs(home: &Home) -> Result<Vec<u64>, LogError> {
    steady::ask(home, |reader| {
        let size = reader.checkpoint()?.checkpoint.size();
        let mut entries = reader.entries(0..size)?;
        entries.retain(|entry| entry.leaf.kind == LeafKind::Program);
        Ok(reader.payloads_of(&entries)?.into_keys().collect())
    })
}

/// Copies the public part of a ledger and the payloads of these leaves into a folder, which appears whole or not at
/// all, and lies neither in a ledger nor in a report.
pub fn export(home: &Home, to: &Path, leaves: &BTreeSet<u64>) -> Result<(), CustodyError> {
    let copy = Copy::new(to, &home.folder)?;
    let reader = reader(home)?;
    reader.export(copy.path(), leaves).map_err(LogError::from)?;
    Ok(copy.publish()?)
}

/// Makes everything again that follows from the records; returns the leaves.
pub fn rebuild(home: &Home) -> Result<u64, LogError> {
    Ok(home.open()?.rebuild()?.checkpoint.size())
}

/// Asks outsiders of the program to sign the log.
pub fn cosign(
    home: &Home,
    program: &Program,
    whom: Whom,
    now: Timestamp,
    entropy: &mut dyn FnMut() -> [u8; 32],
) -> Result<Vec<Asked>, CustodyError> {
    let mut ledger = home.open().map_err(LogError::from)?;
    Ok(outsiders::ask_all(
        &mut ledger,
        program,
        whom,
        now,
        entropy,
    )?)
}

/// Returns how a ledger stands.
pub fn status(reader: &Reader, program: &Program, now: Timestamp) -> Result<Status, LogError> {
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
    let keys = reader.keys(&entries, &signed.key)?;
    let outside = standing::standing(reader, (&entries, &keys), program, &[], now)?;
    Ok(Status {
        origin: signed.checkpoint.origin().to_owned(),
        key: signed.key.to_string(),
        keys,
        size,
        root: signed.checkpoint.root().to_string(),
        kinds,
        span,
        without_payload: size - kept,
        unsigned: reader.unsigned(&signed).map_err(ReadError::from)?,
        outside,
    })
}

/// Returns a ledger or a copy of one, after every byte of it was hashed again.
pub fn hold(
    reader: &Reader,
    program: Option<&Program>,
    trust: &[String],
    now: Timestamp,
) -> Result<Held, HoldError> {
    let (audited, key_origin) = audited(reader, trust)?;
    let key = audited.signed.key.to_string();
    let reader = reader.following(&audited);
    let (program, program_absent) = named(&reader, &audited, program)?;
    let leaves = (audited.entries.as_slice(), &audited.keys);
    let outside =
        standing::standing(&reader, leaves, &program, trust, now).map_err(LogError::from)?;
    let disturbances = reader.disturbances();
    Ok(Held {
        program_absent,
        disturbances: disturbances.iter().map(Disturbance::sentence).collect(),
        audited,
        key,
        key_origin,
        outside,
    })
}

/// Returns the program that was given, else the one that an audited log recorded last.
fn named<'p>(
    reader: &Reader,
    audited: &Audited,
    given: Option<&'p Program>,
) -> Result<(Cow<'p, Program>, Option<u64>), LogError> {
    match given {
        Some(program) => Ok((Cow::Borrowed(program), None)),
        None => recorded(reader, &audited.entries)
            .map(|(program, absent)| (Cow::Owned(program), absent)),
    }
}

/// Returns what the log holds, and whether the verifier supplied its key.
fn audited(reader: &Reader, trust: &[String]) -> Result<(Audited, KeyOrigin), HoldError> {
    let payloads = Payloads::Listed(BTreeSet::new());
    let audited = match reader.audit(&payloads) {
        // A served log is read under a trusted key, which need not be the one that signs it.
        Err(AuditError::Unvouched(why)) => {
            let key = reader.log().to_string();
            return Err(HoldError::Unvouched { key, why });
        }
        audited => audited.map_err(LogError::from)?,
    };
    let (trusted, key) = (log_keys(trust), audited.signed.key.clone());
    let origin = match audited.keys.vouched_by(&trusted) {
        _ if trusted.is_empty() => KeyOrigin::AuditedCompany,
        _ if trusted.contains(&key) => KeyOrigin::Verifier,
        Ok(()) => KeyOrigin::Vouched,
        Err(why) => return Err(unvouched(key.to_string(), why)),
    };
    Ok((audited, origin))
}

fn unvouched(key: String, why: Unvouched) -> HoldError {
    match why {
        Unvouched::Unknown => HoldError::UntrustedKey { key },
        Unvouched::Lost { .. } | Unvouched::Revoked { .. } => HoldError::Unvouched { key, why },
    }
}

/// Returns what lies between two records, by outsiders' clocks, after every byte of the log was hashed again.
pub fn interval(
    reader: &Reader,
    program: Option<&Program>,
    trust: &[String],
    (from, to): (u64, u64),
    now: Timestamp,
) -> Result<Between, HoldError> {
    let (audited, _) = audited(reader, trust)?;
    let size = audited.signed.checkpoint.size();
    if let Some(end) = [from, to].into_iter().find(|leaf| *leaf >= size) {
        let end = end.saturating_add(1);
        return Err(LogError::from(ReadError::BeyondEnd { end, size }).into());
    }
    let reader = reader.following(&audited);
    let (program, program_absent) = named(&reader, &audited, program)?;
    let leaves = (audited.entries.as_slice(), &audited.keys);
    let gathered = gather::of_entries(&reader, leaves, &program, trust).map_err(LogError::from)?;
    let said = Said::read(&reader, &audited.entries, &program).map_err(LogError::from)?;
    if let Some(fault) = gathered.faults.first() {
        let fault = fault.clone();
        return Err(HoldError::Contradicted { fault });
    }
    let record = |leaf: u64| {
        let entry = usize::try_from(leaf)
            .ok()
            .and_then(|leaf| audited.entries.get(leaf));
        let after = entry.and_then(|entry| entry.leaf.after);
        Record { leaf, after }
    };
    let belief = match trust.is_empty() {
        true => Belief::Claimed,
        false => Belief::Verified,
    };
    let facts = standing::facts(&gathered, &said, &program, now);
    let interval = interval::interval(&facts, record(from), record(to), belief);
    let outside = LogStanding::of(gathered, said, &program, now);
    Ok(Between {
        interval,
        outside,
        program_absent,
    })
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
    /// Nobody could be asked.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// The copy could not be written.
    #[error("the copy cannot be written")]
    Publish(#[from] PublishError),
}
