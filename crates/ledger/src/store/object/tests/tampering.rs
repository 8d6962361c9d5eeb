//! Whoever may write to the bucket puts delete markers and other bytes over what is locked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::TempDir;
use tlog::key::KeyName;

use crate::audit::Payloads;
use crate::open::OpenError;
use crate::read::CHECKPOINT;
use crate::store::object::fake::{FakeBucket, Fault};
use crate::store::object::tests::{ORIGIN, append, audited, open_on, payloads_of, with_key_of};
use crate::store::object::{BucketStore, open};
use crate::store::{Store, StoreError, Tampering};

const PAYLOADS: [&str; 4] = ["first", "second", "third", "fourth"];

/// Returns a bucket with a log of four records, and the folder of a machine that has its key.
fn begun() -> (TempDir, FakeBucket) {
    begun_by(0)
}

fn begun_by(writer: u8) -> (TempDir, FakeBucket) {
    let (folder, bucket) = (TempDir::new().unwrap(), FakeBucket::default());
    let mut ledger = open_on(&folder, bucket.bucket(), writer).unwrap();
    for payload in PAYLOADS {
        append(&mut ledger, &[payload]);
    }
    (folder, bucket)
}

#[test]
fn what_is_hidden_or_replaced_is_read_all_the_same_and_told() {
    for (tampering, junk) in [
        (Tampering::Deleted, None),
        (Tampering::Replaced, Some(&b"junk"[..])),
        (Tampering::Replaced, Some(b"")),
    ] {
        let (_, begun_with) = begun();
        let records = begun_with.names("records/");
        let keys = begun_with.names("keys/");
        assert_eq!((records.len(), keys.len()), (4, 4));
        for (index, folder) in (0..4).flat_map(|index| [(index, "records/"), (index, "keys/")]) {
            let (folder_of_key, bucket) = begun();
            let name = &bucket.names(folder)[index];
            match junk {
                Some(junk) => bucket.replace(name, junk),
                None => bucket.hide(name),
            }
            let ledger = open_on(&folder_of_key, bucket.bucket(), 9).unwrap();
            assert_eq!(payloads_of(&ledger), PAYLOADS, "{name}");
            let told = ledger.disturbances();
            assert_eq!((told.len(), told[0].tampering), (1, tampering), "{name}");
            assert!(told[0].place.ends_with(name), "{told:?}");
            // Who only reads is told as well.
            let auditor = TempDir::new().unwrap();
            let reader = open::find(auditor.path(), bucket.bucket(), [9; 16]);
            let reader = reader.unwrap().unwrap();
            reader.audit(&Payloads::AllPresent).unwrap();
            assert_eq!(reader.disturbances(), told, "{name}");
        }
    }
}

#[test]
fn a_state_that_is_hidden_or_spoilt_is_mended_by_the_next_append() {
    for junk in [None, Some("junk"), Some("")] {
        let (folder, bucket) = begun();
        match junk {
            Some(junk) => bucket.replace("state", junk.as_bytes()),
            None => bucket.hide("state"),
        }
        let mut ledger = open_on(&folder, bucket.bucket(), 9).unwrap();
        assert_eq!(ledger.disturbances().len(), 1);
        append(&mut ledger, &["fifth"]);
        let next = open_on(&folder, bucket.bucket(), 10).unwrap();
        assert_eq!(payloads_of(&next).len(), 5);
        assert_eq!(next.disturbances(), vec![]);
    }
}

#[test]
fn a_state_that_claims_any_size_lets_no_keys_be_read() {
    for size in [1 << 40, u64::MAX] {
        let (_folder, bucket) = begun();
        let digest = "ab".repeat(32);
        let claimed =
            format!(r#"{{"v":1,"size":{size},"chain":"{digest}","base":0,"last":"{digest}"}}"#);
        bucket.replace("state", claimed.as_bytes());
        let asked = Arc::new(AtomicBool::new(false));
        let are_keys_asked = asked.clone();
        let plan = move |_, request: &str| {
            are_keys_asked.fetch_or(request.contains("/keys/"), Ordering::Relaxed);
            Fault::None
        };
        let origin = KeyName::new(ORIGIN).unwrap();
        let line = bucket.bucket_with(1, Box::new(plan));
        let store = BucketStore::new(line, origin, [1; 16]).unwrap();
        let read = store.commits(0, size, &mut |_, _| Ok(()));
        assert!(matches!(read, Err(StoreError::Damaged { .. })), "{read:?}");
        assert!(!asked.load(Ordering::Relaxed), "{size}");
    }
}

#[test]
fn a_checkpoint_that_is_hidden_is_read_and_replaced() {
    let (folder, bucket) = begun();
    bucket.hide(CHECKPOINT);
    let mut ledger = open_on(&folder, bucket.bucket(), 9).unwrap();
    append(&mut ledger, &["fifth"]);
    assert_eq!(audited(&folder, &bucket).len(), 5);
}

#[test]
fn an_older_state_is_not_appended_to() {
    for back in 1..4 {
        let (folder, bucket) = begun();
        let versions = bucket.versions("state");
        let older = versions[versions.len() - 1 - back].clone().unwrap();
        bucket.replace("state", &older);
        let opened = open_on(&with_key_of(&folder), bucket.bucket(), 9);
        let is_told = matches!(opened, Err(OpenError::Unfinished(_) | OpenError::Store(_)));
        assert!(is_told, "{back}: {opened:?}");
        // With the checkpoint put back too, it is the records that betray it, if more than one is missing.
        let checkpoints = bucket.versions(CHECKPOINT);
        let older = checkpoints[checkpoints.len() - 1 - back].clone().unwrap();
        bucket.replace(CHECKPOINT, &older);
        let opened = open_on(&with_key_of(&folder), bucket.bucket(), 9);
        assert_eq!(opened.is_err(), back > 1, "{back}: {opened:?}");
        // A machine that saw the later one is not to be told otherwise.
        let opened = open_on(&folder, bucket.bucket(), 9);
        let is_told = matches!(opened, Err(OpenError::Unfinished(_)));
        assert!(is_told, "{back}: {opened:?}");
    }
}

#[test]
fn a_log_that_took_another_way_since_this_machine_saw_it_is_refused() {
    let (folder, bucket) = begun();
    let stranger = with_key_of(&folder);
    let (states, checkpoints) = (bucket.versions("state"), bucket.versions(CHECKPOINT));
    bucket.replace("state", states[states.len() - 2].as_ref().unwrap());
    let older = checkpoints[checkpoints.len() - 2].as_ref().unwrap();
    bucket.replace(CHECKPOINT, older);
    let mut forked = open_on(&stranger, bucket.bucket(), 8).unwrap();
    append(&mut forked, &["another third", "another fourth"]);
    for opened in [
        open_on(&folder, bucket.bucket(), 9).map(drop),
        open::find(folder.path(), bucket.bucket(), [9; 16]).map(drop),
    ] {
        let error = opened.unwrap_err();
        let told = format!("{error:?}");
        assert!(told.contains("does not lead on"), "{told}");
    }
}

#[test]
fn a_key_begins_no_second_log() {
    let (folder, _) = begun();
    let empty = FakeBucket::default();
    let copied = open_on(&with_key_of(&folder), empty.bucket(), 9);
    assert!(matches!(copied, Err(OpenError::NoLog { .. })), "{copied:?}");
    for seen in [
        open_on(&folder, empty.bucket(), 9).map(drop),
        open::find(folder.path(), empty.bucket(), [9; 16]).map(drop),
    ] {
        let is_told = matches!(seen, Err(OpenError::Store(StoreError::Shorter { .. })));
        assert!(is_told, "{seen:?}");
    }
    assert_eq!(empty.names(""), Vec::<String>::new());
}

#[test]
fn a_reader_needs_no_key_and_writes_nothing() {
    let (_, bucket) = begun();
    let auditor = TempDir::new().unwrap();
    let before = bucket.names("").len();
    let reader = open::find(auditor.path(), bucket.bucket(), [9; 16]);
    let reader = reader.unwrap().unwrap();
    let audited = reader.audit(&Payloads::AllPresent).unwrap();
    assert_eq!(audited.entries.len(), 4);
    assert_eq!(bucket.names("").len(), before);
    assert!(!auditor.path().join("log.key").exists());
}

#[test]
fn what_lies_in_the_folder_is_not_written_over() {
    let (bucket, folder) = (FakeBucket::default(), TempDir::new().unwrap());
    std::fs::write(folder.path().join(".gitignore"), "mine\n").unwrap();
    open_on(&folder, bucket.bucket(), 1).unwrap();
    let ignored = std::fs::read_to_string(folder.path().join(".gitignore"));
    assert_eq!(ignored.unwrap(), "mine\n");
}

#[test]
fn a_process_notices_that_the_state_went_back() {
    let (folder, bucket) = begun();
    let mut ledger = open_on(&folder, bucket.bucket(), 9).unwrap();
    let versions = bucket.versions("state");
    bucket.replace("state", versions[2].as_ref().unwrap());
    let head = ledger.store.head();
    assert!(
        matches!(
            head,
            Err(StoreError::Shorter {
                found: 3,
                signed: 4,
                ..
            })
        ),
        "{head:?}"
    );
    let batch = vec![];
    let refused = ledger.append(batch, jiff::Timestamp::UNIX_EPOCH, &mut || [1; 32]);
    assert!(refused.is_err());
}

#[test]
fn a_record_that_is_gone_with_all_its_versions_is_named() {
    for index in 0..4 {
        let (folder, bucket) = begun();
        let name = bucket.names("records/")[index].clone();
        let ledger = open_on(&folder, bucket.bucket(), 9).unwrap();
        bucket.destroy(&name);
        let audited = ledger
            .audit(&crate::audit::Payloads::AllPresent)
            .unwrap_err();
        assert!(
            audited.path().is_some_and(|path| path.ends_with(&name)),
            "{audited:?}"
        );
    }
}

#[test]
fn records_that_nobody_committed_disturb_nothing() {
    let (folder, bucket) = begun();
    let (_, other) = begun_by(1);
    let stranger = &other.names("records/")[2];
    let bytes = other.versions(stranger)[0].clone().unwrap();
    bucket.replace(stranger, &bytes);
    bucket.replace(&stranger.replace("records/", "keys/"), &[1; 32]);
    bucket.replace("records/junk", b"junk");
    let mut ledger = open_on(&folder, bucket.bucket(), 9).unwrap();
    append(&mut ledger, &["fifth"]);
    assert_eq!(payloads_of(&ledger).len(), 5);
    assert_eq!(ledger.disturbances(), vec![]);
}

#[test]
fn a_tile_that_others_put_something_over_is_written_again() {
    let (folder, bucket) = begun();
    let names = bucket.names("ledger/tile/").into_iter();
    let newest: Vec<String> = names.filter(|name| name.ends_with(".p/4")).collect();
    for name in &newest {
        bucket.replace(name, b"junk");
    }
    let ledger = open_on(&folder, bucket.bucket(), 9).unwrap();
    assert_eq!(payloads_of(&ledger).len(), 4);
    assert_eq!((newest.len(), ledger.disturbances().len()), (2, 2));
}

#[test]
fn a_bucket_must_lock_what_it_is_told_to_and_nothing_else() {
    for (whether, said) in [
        (false, "has no Object Lock"),
        (true, "take its default retention away"),
    ] {
        let (folder, bucket) = (TempDir::new().unwrap(), FakeBucket::default());
        bucket.lock_by_default(whether);
        let error = open_on(&folder, bucket.bucket(), 0).unwrap_err();
        let mut text = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(error) = source {
            text = format!("{text}: {error}");
            source = error.source();
        }
        assert!(text.contains(said), "{text}");
        assert_eq!(bucket.names(""), Vec::<String>::new());
    }
}

#[test]
fn a_log_is_not_begun_anew_where_one_is() {
    let (_, bucket) = begun();
    let other = TempDir::new().unwrap();
    let opened = open_on(&other, bucket.bucket(), 9);
    assert!(matches!(opened, Err(OpenError::NoKey { .. })), "{opened:?}");
    assert!(!other.path().join("log.key").exists());
}
