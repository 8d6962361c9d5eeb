//! Whoever may write makes any number of versions of an object, and a service any number of pages of them.

use tempfile::TempDir;

use crate::Ledger;
use crate::audit::{AuditError, Payloads};
use crate::store::object::fake::FakeBucket;
use crate::store::object::tests::erasing::{erase, key_of};
use crate::store::object::tests::{append, open_on, payloads_of};
use crate::store::{StoreError, Tampering};

/// More than were ever looked at at once.
const MANY: usize = 10_050;

fn begun() -> (TempDir, FakeBucket, Ledger) {
    let (folder, bucket) = (TempDir::new().unwrap(), FakeBucket::default());
    let mut ledger = open_on(&folder, bucket.bucket(), 0).unwrap();
    append(&mut ledger, &["first", "second"]);
    append(&mut ledger, &["third"]);
    let ledger = open_on(&folder, bucket.bucket(), 9).unwrap();
    (folder, bucket, ledger)
}

#[test]
fn a_record_below_any_number_of_versions_is_read_and_told() {
    let (_folder, bucket, ledger) = begun();
    let name = &bucket.names("records/")[1];
    bucket.bury(name, b"junk", MANY);
    assert_eq!(payloads_of(&ledger), ["first", "second", "third"]);
    let told = ledger.disturbances();
    assert_eq!((told.len(), told[0].tampering), (1, Tampering::Replaced));
}

#[test]
fn a_key_that_any_number_of_versions_hold_is_gone_from_all_of_them() {
    let (_folder, bucket, mut ledger) = begun();
    let name = &bucket.names("keys/")[0];
    let keys = bucket.versions(name)[0].clone().unwrap();
    bucket.bury(name, &keys, MANY);
    erase(&mut ledger, 0).unwrap();
    assert!(!bucket.has_anywhere(&key_of("first")));
    assert_eq!(bucket.versions(name).len(), 1);
}

#[test]
fn a_record_that_is_not_among_those_looked_at_is_not_called_damaged() {
    let (_folder, bucket, ledger) = begun();
    let name = &bucket.names("records/")[1];
    bucket.destroy(name);
    bucket.bury(name, b"junk", MANY);
    let error = ledger.audit(&Payloads::AllPresent).unwrap_err();
    assert!(
        matches!(error, AuditError::Store(StoreError::File(_))),
        "{error:?}"
    );
    let told = format!("{error:?}");
    assert!(told.contains("NotAmongOldest"), "{told}");
}

#[test]
fn a_list_without_an_end_is_given_up() {
    let (_folder, bucket, ledger) = begun();
    bucket.hide(&bucket.names("records/")[1]);
    bucket.list_for_ever();
    let error = ledger.audit(&Payloads::AllPresent).unwrap_err();
    assert!(
        matches!(error, AuditError::Store(StoreError::File(_))),
        "{error:?}"
    );
    let told = format!("{error:?}");
    assert!(told.contains("TooMany"), "{told}");
}
