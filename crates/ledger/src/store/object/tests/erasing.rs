//! Destroying keys: while records stay locked, no version of a key stays anywhere.

use std::collections::BTreeSet;

use jiff::Timestamp;
use tempfile::TempDir;

use crate::Ledger;
use crate::audit::{AuditError, Payloads};
use crate::erase::{EraseError, Erasure};
use crate::store::Tampering;
use crate::store::object::fake::{FakeBucket, Fault};
use crate::store::object::tests::{append, entropy_of, open_on, payloads_of};

/// Returns the key under which the first payload of a batch is sealed.
pub(super) fn key_of(first: &str) -> [u8; 32] {
    let mut entropy = entropy_of(first);
    entropy();
    entropy()
}

pub(super) fn erase(ledger: &mut Ledger, leaf: u64) -> Result<(), EraseError> {
    let erasure = Erasure::new([leaf].into(), BTreeSet::new(), "Robin", "asked for");
    let erased = ledger.erase(&erasure, Timestamp::UNIX_EPOCH, &mut || [9; 32]);
    erased.map(drop)
}

fn begun() -> (TempDir, FakeBucket) {
    let (folder, bucket) = (TempDir::new().unwrap(), FakeBucket::default());
    let mut ledger = open_on(&folder, bucket.bucket(), 0).unwrap();
    append(&mut ledger, &["first", "second"]);
    append(&mut ledger, &["third"]);
    (folder, bucket)
}

#[test]
fn a_key_is_gone_from_every_version() {
    let (folder, bucket) = begun();
    let mut ledger = open_on(&folder, bucket.bucket(), 1).unwrap();
    assert!(bucket.has_anywhere(&key_of("first")));
    erase(&mut ledger, 0).unwrap();
    assert!(!bucket.has_anywhere(&key_of("first")));
    assert!(bucket.has_anywhere(&key_of("third")));
    assert_eq!(bucket.names("destroying/"), Vec::<String>::new());
    let audited = ledger.audit(&Payloads::AllPresent).unwrap();
    assert_eq!(audited.erased.keys().collect::<Vec<_>>(), [&0]);
    assert_eq!(audited.payloads.len(), 3);
}

#[test]
fn a_key_that_was_hidden_is_destroyed_too() {
    let (folder, bucket) = begun();
    bucket.hide(&bucket.names("keys/")[0]);
    let mut ledger = open_on(&folder, bucket.bucket(), 1).unwrap();
    erase(&mut ledger, 0).unwrap();
    assert!(!bucket.has_anywhere(&key_of("first")));
    ledger.audit(&Payloads::AllPresent).unwrap();
}

#[test]
fn what_others_put_over_keys_costs_none_that_was_not_erased() {
    for junk in [&b"junk"[..], b"", &[7; 64], &[7; 65]] {
        let (folder, bucket) = begun();
        let name = bucket.names("keys/")[0].clone();
        bucket.replace(&name, junk);
        let mut ledger = open_on(&folder, bucket.bucket(), 1).unwrap();
        erase(&mut ledger, 0).unwrap();
        let told = ledger.disturbances();
        assert_eq!((told.len(), told[0].tampering), (1, Tampering::Replaced));
        assert!(!bucket.has_anywhere(&key_of("first")));
        assert_eq!(bucket.versions(&name).len(), 1);
        let audited = ledger.audit(&Payloads::AllPresent).unwrap();
        assert_eq!(audited.erased.keys().collect::<Vec<_>>(), [&0]);
        assert_eq!(audited.payloads.len(), 3);
    }
}

#[test]
fn a_mark_that_others_put_destroys_no_key() {
    let (folder, bucket) = begun();
    for name in bucket.names("keys/") {
        bucket.replace(&name, b"junk");
        bucket.replace(&name.replace("keys/", "destroying/"), b"");
    }
    bucket.replace("destroying/junk", b"");
    let unknown = format!("destroying/{:020}-{}", 1, "ab".repeat(32));
    bucket.replace(&unknown, b"");
    let ledger = open_on(&folder, bucket.bucket(), 1).unwrap();
    assert_eq!(payloads_of(&ledger), ["first", "second", "third"]);
    assert_eq!(bucket.names("destroying/"), Vec::<String>::new());
}

#[test]
fn keys_that_no_version_holds_are_a_loss_that_names_the_payloads() {
    let (folder, bucket) = begun();
    let name = bucket.names("keys/")[0].clone();
    bucket.destroy(&name);
    bucket.replace(&name, b"junk");
    let mut ledger = open_on(&folder, bucket.bucket(), 1).unwrap();
    let lost = ledger.audit(&Payloads::AllPresent).unwrap_err();
    let is_named = matches!(lost, AuditError::MissingPayload { index: 0, .. });
    assert!(is_named, "{lost:?}");
    assert_eq!(ledger.disturbances()[0].tampering, Tampering::Replaced);
    erase(&mut ledger, 0).unwrap();
    let lost = ledger.audit(&Payloads::AllPresent).unwrap_err();
    let is_named = matches!(lost, AuditError::MissingPayload { index: 1, .. });
    assert!(is_named, "{lost:?}");
    let entry = &ledger.reader().entries(2..3).unwrap();
    assert_eq!(ledger.reader().payloads_of(entry).unwrap().len(), 1);
}

#[test]
fn a_machine_that_dies_while_it_erases_is_finished_by_the_next() {
    let mut request = 0;
    loop {
        let (folder, bucket) = begun();
        let dead = move |number, _: &str| match number >= request {
            true => Fault::Before,
            false => Fault::None,
        };
        let opened = open_on(&folder, bucket.bucket_with(1, Box::new(dead)), 1);
        let is_erased = opened.is_ok_and(|mut ledger| erase(&mut ledger, 0).is_ok());
        let next = open_on(&folder, bucket.bucket(), 2).unwrap();
        let audited = next.audit(&Payloads::AllPresent).unwrap();
        let is_recorded = audited.erased.contains_key(&0);
        assert_eq!(
            bucket.has_anywhere(&key_of("first")),
            !is_recorded,
            "request {request}"
        );
        if is_erased {
            return;
        }
        request += 1;
    }
}

#[test]
fn who_lost_a_race_leaves_no_key_behind() {
    let (folder, bucket) = begun();
    let mut other = Some(open_on(&folder, bucket.bucket(), 1).unwrap());
    // Another machine appends just before the swap of this one, whose key is in the bucket by then.
    let overtaken = {
        let bucket = bucket.clone();
        move |_, request: &str| {
            if request == "PUT https://bucket.example/logs/some/prefix/state"
                && let Some(mut other) = other.take()
            {
                assert!(bucket.has_anywhere(&key_of("lost")));
                let appended = std::thread::spawn(move || append(&mut other, &["won"]));
                appended.join().unwrap();
            }
            Fault::None
        }
    };
    let mut ledger = open_on(&folder, bucket.bucket_with(1, Box::new(overtaken)), 2).unwrap();
    let receipts = append(&mut ledger, &["lost"]);
    assert_eq!(receipts.receipts[0].index, 4);
    assert_eq!(
        (bucket.names("records/").len(), bucket.names("keys/").len()),
        (5, 4)
    );
    erase(&mut ledger, 4).unwrap();
    assert!(!bucket.has_anywhere(&key_of("lost")));
    ledger.audit(&Payloads::AllPresent).unwrap();
}
