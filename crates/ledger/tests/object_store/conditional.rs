//! Of many who write one key at once, exactly one wins.

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::thread;

use object_store::path::Path;
use object_store::{Error, ObjectStoreExt, PutMode, PutResult};
use testkit::seaweed::WRITER;

use crate::store::{Bucket, block_on, put, replacing};

const WRITERS: usize = 8;
const ROUNDS: usize = 6;

/// What a writer puts. An ETag is the digest of the bytes, so a writer who puts back what was there before lets two
/// win: nothing may ever be written twice that is replaced under this condition.
fn text(round: usize, writer: usize) -> String {
    format!("round {round}, writer {writer}")
}

/// Lets all writers put one key at the same moment, and returns what each was told.
fn race(
    bucket: &Bucket,
    key: &str,
    round: usize,
    mode: &PutMode,
) -> Vec<object_store::Result<PutResult>> {
    let barrier = Barrier::new(WRITERS);
    thread::scope(|scope| {
        let writer = |number: usize| {
            let (barrier, mode) = (&barrier, mode.clone());
            scope.spawn(move || {
                let client = bucket.client(WRITER);
                barrier.wait();
                block_on(put(&client, key, &text(round, number), mode))
            })
        };
        let writers: Vec<_> = (0..WRITERS).map(writer).collect();
        writers
            .into_iter()
            .map(|writer| writer.join().unwrap())
            .collect()
    })
}

/// Returns the one that won, after checking that it is what the key now holds.
fn winner(bucket: &Bucket, key: &str, round: usize, mode: &PutMode) -> PutResult {
    let mut won = Vec::new();
    let told = race(bucket, key, round, mode);
    for (number, told) in told.into_iter().enumerate() {
        match told {
            Ok(result) => won.push((number, result)),
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => {}
            Err(other) => panic!("{key}: {other:?}"),
        }
    }
    let numbers: Vec<usize> = won.iter().map(|(number, _)| *number).collect();
    assert_eq!(won.len(), 1, "{key}: {numbers:?} won");
    let (number, result) = won.remove(0);
    let client = bucket.client(WRITER);
    let bytes = block_on(async {
        let found = client.get(&Path::from(key)).await.unwrap();
        assert_eq!(found.meta.e_tag, result.e_tag);
        found.bytes().await.unwrap()
    });
    assert_eq!(bytes, text(round, number));
    result
}

#[test]
fn one_of_many_creates_a_key() {
    let Some(bucket) = Bucket::find("a race to create in an object store") else {
        return;
    };
    for round in 0..ROUNDS {
        let key = format!("created/{round}");
        winner(&bucket, &key, round, &PutMode::Create);
    }
}

#[test]
fn one_of_many_replaces_what_all_have_seen() {
    let Some(bucket) = Bucket::find("a race to replace in an object store") else {
        return;
    };
    let key = "checkpoint";
    let mut now = block_on(put(&bucket.client(WRITER), key, "first", PutMode::Create)).unwrap();
    let mut versions = BTreeSet::from([now.version.clone()]);
    for round in 0..ROUNDS {
        // What the round before left is no longer there, so it replaces nothing.
        let stale = replacing(&now);
        now = winner(&bucket, key, round, &replacing(&now));
        let late = block_on(put(&bucket.client(WRITER), key, "late", stale));
        assert!(
            matches!(late, Err(Error::Precondition { .. })),
            "round {round}: {late:?}"
        );
        versions.insert(now.version.clone());
    }
    // Each that was replaced is still there, under a version of its own.
    assert_eq!(versions.len(), ROUNDS + 1);
    assert!(!versions.contains(&None));
}
