//! The payloads of an audited log: each must be what a leaf commits to, under the name of its salted digest.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::audit::{AuditError, Erased, Payloads, is_hidden};
use crate::erase::Erasure;
use crate::leaf::LeafKind;
use crate::payload::{self, SALT_BYTES, Stored};
use crate::read::{Entry, Reader};
use model::digest::Digest;

/// Returns the payloads that are present, if each matches a leaf and none that is wanted lacks.
pub(super) fn check(
    reader: &Reader,
    entries: &[Entry],
    wanted: &Payloads,
) -> Result<BTreeSet<Digest>, AuditError> {
    let names = reader.store.list(payload::FOLDER)?;
    let commitments: BTreeMap<Digest, u64> = match names.is_empty() {
        true => BTreeMap::new(),
        false => entries.iter().map(promised).collect(),
    };
    let mut present = BTreeSet::new();
    for name in names.iter().filter(|name| !is_hidden(name)) {
        let name = format!("{}/{name}", payload::FOLDER);
        let path = reader.store.place(&name);
        let Some(named) = payload::from_name(&name) else {
            return Err(AuditError::ForeignFile { path });
        };
        let file = reader.store.read(&name, payload::MAX_FILE_BYTES)?;
        check_one(path, &file.unwrap_or_default(), &named, &commitments)?;
        present.insert(named);
    }
    refuse_missing(entries, wanted, &present)?;
    Ok(present)
}

/// Returns what the records of erasures say that are here.
pub(super) fn erased(
    reader: &Reader,
    entries: &[Entry],
) -> Result<BTreeMap<u64, Erased>, AuditError> {
    let mut erased = BTreeMap::new();
    let records = entries
        .iter()
        .filter(|entry| entry.leaf.kind == LeafKind::Erasure);
    for entry in records {
        let name = payload::name(&entry.leaf.payload.salted_sha256);
        let file = reader.store.read(&name, payload::MAX_FILE_BYTES)?;
        let erasure = file.and_then(|file| Erasure::parse(file.get(SALT_BYTES..)?));
        if let Some(erasure) = erasure {
            Erased::note(&mut erased, entry, &erasure);
        }
    }
    Ok(erased)
}

fn promised(entry: &Entry) -> (Digest, u64) {
    let payload = entry.leaf.payload;
    (payload.salted_sha256, payload.bytes)
}

fn check_one(
    path: PathBuf,
    file: &[u8],
    named: &Digest,
    commitments: &BTreeMap<Digest, u64>,
) -> Result<(), AuditError> {
    let Some(found) = Stored::parse(file).map(Stored::commitment) else {
        return Err(AuditError::Truncated {
            path,
            offset: file.len() as u64,
        });
    };
    let salted = found.salted_sha256;
    if salted != *named {
        return Err(AuditError::FileMismatch {
            path,
            offset: 0,
            expected: named.to_string(),
            found: salted.to_string(),
            why: "salt and payload do not hash to the name of their file",
        });
    }
    match commitments.get(&salted) {
        Some(bytes) if *bytes == found.bytes => Ok(()),
        Some(bytes) => Err(AuditError::FileMismatch {
            path,
            offset: SALT_BYTES as u64 + bytes.min(&found.bytes),
            expected: format!("{bytes} bytes"),
            found: format!("{} bytes", found.bytes),
            why: "the leaf commits to another length",
        }),
        None => Err(AuditError::FileMismatch {
            path,
            offset: 0,
            expected: "a salted digest that a leaf commits to".to_owned(),
            found: salted.to_string(),
            why: "no leaf commits to this salt with this payload",
        }),
    }
}

fn refuse_missing(
    entries: &[Entry],
    wanted: &Payloads,
    present: &BTreeSet<Digest>,
) -> Result<(), AuditError> {
    let is_wanted = |salted: &Digest| match wanted {
        Payloads::AllPresent => true,
        Payloads::Listed(listed) => listed.contains(salted),
    };
    for entry in entries {
        let salted_sha256 = entry.leaf.payload.salted_sha256;
        if is_wanted(&salted_sha256) && !present.contains(&salted_sha256) {
            return Err(AuditError::MissingPayload {
                index: entry.index,
                salted_sha256,
            });
        }
    }
    refuse_unknown(wanted, present)
}

/// What is listed and present matched a leaf; what is listed and absent was refused if any leaf has it.
fn refuse_unknown(wanted: &Payloads, present: &BTreeSet<Digest>) -> Result<(), AuditError> {
    let Payloads::Listed(listed) = wanted else {
        return Ok(());
    };
    match listed.iter().find(|salted| !present.contains(salted)) {
        Some(salted) => Err(AuditError::UnknownPayload {
            salted_sha256: *salted,
        }),
        None => Ok(()),
    }
}
