//! Audits of damaged ledgers: each damage is found, and the file is named that has it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use ledger::audit::{AuditError, Payloads};
use ledger::read::Reader;
use tempfile::TempDir;
use tlog::checkpoint::{Checkpoint, MAX_SIZE};
use tlog::key::{KeyName, SignerKey};
use tlog::merkle::leaf_hash;
use tlog::note::Note;

use crate::common;

/// A ledger that was appended to in these steps, each payload different.
fn ledger_of(steps: &[u32]) -> TempDir {
    let folder = TempDir::new().unwrap();
    let mut ledger = common::open(folder.path());
    let mut next = 0_u32;
    for step in steps {
        let payloads: Vec<[u8; 4]> = (next..next + step).map(u32::to_be_bytes).collect();
        common::append(&mut ledger, &payloads);
        next += step;
    }
    folder
}

/// A ledger whose leaves all commit to one payload, to keep the files few.
fn ledger_of_one_payload(leaves: usize) -> TempDir {
    let folder = TempDir::new().unwrap();
    let mut ledger = common::open(folder.path());
    common::append(&mut ledger, &vec![b"same"; leaves - 10]);
    common::append(&mut ledger, &[b"same"; 10]);
    folder
}

fn length(path: &Path) -> usize {
    let bytes = fs::read(path).unwrap();
    match path
        .parent()
        .is_some_and(|folder| folder.ends_with("records"))
    {
        true => common::written(&bytes).len(),
        false => bytes.len(),
    }
}

fn audit(folder: &Path) -> Result<u64, AuditError> {
    let key = common::open(folder).reader().log().clone();
    audit_under(folder, &key)
}

fn audit_under(folder: &Path, key: &tlog::key::VerifierKey) -> Result<u64, AuditError> {
    Ok(ledger::audit(folder, key, &Payloads::AllPresent)?
        .signed
        .checkpoint
        .size())
}

#[test]
fn a_checkpoint_that_claims_any_size_costs_no_more_than_what_is_there() {
    let (folder, copy) = (ledger_of(&[300]), TempDir::new().unwrap());
    let ledger = common::open(folder.path());
    let exported = ledger.reader().export(copy.path(), &BTreeSet::new());
    let name = KeyName::new(common::ORIGIN).unwrap();
    let key = SignerKey::from_seed(name, &[7; 32]);
    for size in [1 << 40, 1 << 60, MAX_SIZE] {
        let claimed = Checkpoint::new(common::ORIGIN, size, leaf_hash(b"")).unwrap();
        let note = Note::sign(&claimed.to_string(), &key).unwrap().to_string();
        fs::write(copy.path().join("ledger/checkpoint"), note).unwrap();
        let wanted = Payloads::Listed(exported.as_ref().unwrap().clone());
        let refused = ledger::audit(copy.path(), &key.verifier(), &wanted).unwrap_err();
        let missing = copy.path().join("ledger/tile/entries/001");
        assert!(
            matches!(&refused, AuditError::MissingFile { path } if *path == missing),
            "{refused}"
        );
    }
}

/// Changes a file, checks that the audit names it, and changes it back.
fn refused_with(folder: &Path, path: &Path, change: impl FnOnce(&mut Vec<u8>)) -> AuditError {
    let key = Reader::open(folder).unwrap().log().clone();
    refused_under(folder, &key, path, change)
}

fn refused_under(
    folder: &Path,
    key: &tlog::key::VerifierKey,
    path: &Path,
    change: impl FnOnce(&mut Vec<u8>),
) -> AuditError {
    let original = fs::read(path).unwrap();
    let mut changed = original.clone();
    change(&mut changed);
    fs::write(path, changed).unwrap();
    let error = audit_under(folder, key).unwrap_err();
    fs::write(path, original).unwrap();
    let of_payload = matches!(
        error,
        AuditError::MissingPayload { .. } | AuditError::SealedPayload { .. }
    );
    if !of_payload {
        assert_eq!(error.path(), Some(path), "{error}");
    }
    error
}

#[test]
fn honest_ledgers_hold() {
    for steps in [
        &[][..],
        &[1],
        &[5],
        &[2, 3],
        &[256],
        &[255, 1],
        &[300, 1, 2],
    ] {
        let folder = ledger_of(steps);
        assert_eq!(
            audit(folder.path()).unwrap(),
            u64::from(steps.iter().sum::<u32>()),
            "{steps:?}"
        );
    }
}

#[test]
fn every_changed_byte_of_a_small_ledger_is_found_in_its_file() {
    let folder = ledger_of(&[2, 3]);
    let key = Reader::open(folder.path()).unwrap().log().clone();
    let files = common::public_files(folder.path());
    assert_eq!(files.len(), 7, "{files:#?}");
    for path in files {
        for offset in 0..length(&path) {
            refused_under(folder.path(), &key, &path, |bytes| bytes[offset] ^= 1);
        }
    }
    assert_eq!(audit(folder.path()).unwrap(), 5);
}

#[test]
fn changed_bytes_of_a_larger_ledger_are_found_in_their_file() {
    let folder = ledger_of_one_payload(300);
    let names: Vec<String> = common::public_files(folder.path())
        .iter()
        .map(|path| {
            path.strip_prefix(folder.path())
                .unwrap()
                .display()
                .to_string()
        })
        .collect();
    for level in [
        "ledger/tile/1/000.p/1",
        "ledger/tile/0/000",
        "ledger/tile/entries/001.p/44",
    ] {
        assert!(names.iter().any(|name| name == level), "{names:#?}");
    }
    for path in common::public_files(folder.path()) {
        let length = length(&path);
        for offset in [0, 1, length / 3, length / 2, length - 1] {
            refused_with(folder.path(), &path, |bytes| bytes[offset] ^= 0x10);
        }
    }
}

#[test]
fn a_changed_tile_is_named_with_the_very_byte() {
    let folder = ledger_of(&[2, 3]);
    let path = folder.path().join("ledger/tile/0/000.p/5");
    let error = refused_with(folder.path(), &path, |bytes| {
        bytes[77] = bytes[77].wrapping_add(1)
    });
    assert!(
        matches!(error, AuditError::FileMismatch { offset: 77, .. }),
        "{error}"
    );
}

#[test]
fn a_changed_entry_is_named_by_where_it_begins() {
    let folder = ledger_of(&[5]);
    let path = folder.path().join("ledger/tile/entries/000.p/5");
    let length = fs::read(&path).unwrap().len() as u64 / 5;
    let error = refused_with(folder.path(), &path, |bytes| {
        bytes[length as usize + 40] ^= 1
    });
    let AuditError::FileMismatch { offset, why, .. } = error else {
        panic!("{error}")
    };
    assert_eq!(
        (offset, why),
        (length, "the entry does not hash to its leaf")
    );
}

#[test]
fn cut_off_files_and_appended_bytes_are_found() {
    let folder = ledger_of(&[2, 3]);
    for path in common::public_files(folder.path()) {
        let length = length(&path);
        for keep in [0, 1, length / 2, length - 1] {
            refused_with(folder.path(), &path, |bytes| bytes.truncate(keep));
        }
        // Behind the checkpoint stands what is not published yet, or was cut off by a crash.
        if path.starts_with(folder.path().join("records")) {
            continue;
        }
        for garbage in [&b"\0"[..], b"\n", b"more"] {
            refused_with(folder.path(), &path, |bytes| {
                bytes.extend_from_slice(garbage)
            });
        }
    }
}

#[test]
fn the_end_of_a_tile_is_told_from_its_content() {
    let folder = ledger_of(&[5]);
    for name in [
        "ledger/tile/0/000.p/5",
        "ledger/tile/entries/000.p/5",
        "log.vkey",
    ] {
        let path = folder.path().join(name);
        let length = fs::read(&path).unwrap().len() as u64;
        let error = refused_with(folder.path(), &path, |bytes| bytes.push(0));
        assert!(
            matches!(error, AuditError::TrailingBytes { offset, .. } if offset == length),
            "{error}"
        );
        let error = refused_with(folder.path(), &path, |bytes| {
            bytes.truncate(bytes.len() - 1)
        });
        assert!(matches!(error, AuditError::Truncated { .. }), "{error}");
    }
}

#[test]
fn a_missing_file_is_named() {
    let folder = ledger_of(&[5]);
    let key = Reader::open(folder.path()).unwrap().log().clone();
    for path in common::public_files(folder.path()) {
        let bytes = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        let error = audit_under(folder.path(), &key).unwrap_err();
        fs::write(&path, bytes).unwrap();
        match error {
            AuditError::MissingFile { path: named } => assert_eq!(named, path),
            AuditError::Store(_) => assert!(path.starts_with(folder.path().join("records"))),
            other => panic!("{other}"),
        }
    }
}

#[test]
fn a_file_that_no_ledger_has_is_named() {
    let folder = ledger_of(&[5]);
    let key = Reader::open(folder.path()).unwrap().log().clone();
    for name in ["ledger/tile/0/0", "ledger/tile/readme"] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "x").unwrap();
        let error = audit_under(folder.path(), &key).unwrap_err();
        assert!(
            matches!(&error, AuditError::ForeignFile { path: named } if *named == path),
            "{error}"
        );
        fs::remove_file(&path).unwrap();
    }
    fs::write(folder.path().join("ledger/tile/0/.DS_Store"), "x").unwrap();
    assert_eq!(audit_under(folder.path(), &key).unwrap(), 5);
}

#[test]
fn a_log_that_was_replaced_as_a_whole_fails_under_its_old_checkpoint() {
    let (folder, other) = (ledger_of(&[5]), ledger_of_one_payload(15));
    let mut shorter = common::open(other.path());
    common::append(&mut shorter, &[b"x"]);
    let key = Reader::open(folder.path()).unwrap().log().clone();
    let replaced = ledger_of(&[4]);
    common::append(&mut common::open(replaced.path()), &[b"another fifth"]);
    fs::copy(
        folder.path().join("ledger/checkpoint"),
        replaced.path().join("ledger/checkpoint"),
    )
    .unwrap();
    let error = audit_under(replaced.path(), &key).unwrap_err();
    assert!(matches!(error, AuditError::RootMismatch { .. }), "{error}");
}

#[test]
fn a_log_under_another_key_is_refused() {
    let (folder, other) = (ledger_of(&[5]), TempDir::new().unwrap());
    let foreign = ledger::Ledger::open_or_create(other.path(), common::ORIGIN, [8; 32]).unwrap();
    let error = audit_under(folder.path(), foreign.reader().log()).unwrap_err();
    assert_eq!(
        error.path(),
        Some(&*folder.path().join("log.vkey")),
        "{error}"
    );
    fs::copy(
        other.path().join("log.vkey"),
        folder.path().join("log.vkey"),
    )
    .unwrap();
    let error = audit_under(folder.path(), foreign.reader().log()).unwrap_err();
    assert!(matches!(error, AuditError::Checkpoint { .. }), "{error}");
}

#[test]
fn a_payload_of_a_copy_lacks_only_where_it_is_called_for() {
    let (folder, copy) = (ledger_of(&[5]), TempDir::new().unwrap());
    let reader = Reader::open(folder.path()).unwrap();
    let to = copy.path().join("copy");
    let salted = reader.export(&to, &(0..5).collect()).unwrap();
    let mut rest = salted.clone();
    let absent = rest.pop_first().unwrap();
    let hex = absent.to_string();
    fs::remove_file(to.join("payloads").join(&hex[..2]).join(&hex)).unwrap();
    for wanted in [Payloads::AllPresent, Payloads::Listed(salted)] {
        let error = ledger::audit(&to, reader.log(), &wanted).unwrap_err();
        let named = matches!(error, AuditError::MissingPayload { salted_sha256, .. } if salted_sha256 == absent);
        assert!(named, "{error}");
    }
    let audited = ledger::audit(&to, reader.log(), &Payloads::Listed(rest)).unwrap();
    assert_eq!((audited.entries.len(), audited.payloads.len()), (5, 4));
}

#[test]
fn a_file_that_no_copy_has_is_named() {
    let (folder, copy) = (ledger_of(&[5]), TempDir::new().unwrap());
    let reader = Reader::open(folder.path()).unwrap();
    let to = copy.path().join("copy");
    reader.export(&to, &(0..5).collect()).unwrap();
    for name in ["payloads/secret", "payloads/ab/cd"] {
        let path = to.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "x").unwrap();
        let error = audit_under(&to, reader.log()).unwrap_err();
        let named = matches!(&error, AuditError::ForeignFile { path: named } if *named == path);
        assert!(named, "{error}");
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn every_changed_byte_of_a_copy_is_found_in_its_file() {
    let (folder, copy) = (ledger_of(&[2, 3]), TempDir::new().unwrap());
    let reader = Reader::open(folder.path()).unwrap();
    let to = copy.path().join("copy");
    reader.export(&to, &(0..5).collect()).unwrap();
    for path in common::files(&to) {
        for offset in 0..length(&path) {
            refused_under(&to, reader.log(), &path, |bytes| bytes[offset] ^= 1);
        }
    }
}

#[test]
fn a_listed_payload_of_no_leaf_is_refused() {
    let (folder, copy) = (ledger_of(&[1]), TempDir::new().unwrap());
    let reader = Reader::open(folder.path()).unwrap();
    let to = copy.path().join("copy");
    reader.export(&to, &BTreeSet::from([0])).unwrap();
    let listed = BTreeSet::from([model::digest::Digest::of(b"nothing")]);
    let error = ledger::audit(&to, reader.log(), &Payloads::Listed(listed)).unwrap_err();
    assert!(
        matches!(error, AuditError::UnknownPayload { .. }),
        "{error}"
    );
}

#[test]
fn an_audit_knows_the_root_of_every_earlier_size() {
    let folder = TempDir::new().unwrap();
    let mut ledger = common::open(folder.path());
    let roots: Vec<_> = [2_usize, 3, 260]
        .map(|count| {
            common::append(&mut ledger, &vec![b"same"; count])
                .signed
                .checkpoint
        })
        .into();
    let audited = ledger.audit(&Payloads::AllPresent).unwrap();
    for checkpoint in roots {
        assert_eq!(audited.root_at(checkpoint.size()), Some(*checkpoint.root()));
    }
    assert_eq!(audited.root_at(266), None);
}
