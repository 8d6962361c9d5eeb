//! The ledger in a bucket: what every store keeps to, and what only this one has to withstand.

use jiff::Timestamp;
use tempfile::TempDir;
use tlog::key::{KeyName, SignerKey};

use crate::Ledger;
use crate::append::{AppendError, NewLeaf, Receipts};
use crate::audit::Payloads;
use crate::leaf::LeafKind;
use crate::open::OpenError;
use crate::signer::KeySources;
use crate::store::object::bucket::Bucket;
use crate::store::object::fake::FakeBucket;
use crate::store::object::open;

mod contract;
mod erasing;
mod faults;
mod rotating;
mod seaweed;
mod tampering;
mod versions;

const ORIGIN: &str = "countersign.local/bucket";

/// Opens the ledger in a bucket on a machine that has a copy of the log's key, or makes it.
fn open_on(folder: &TempDir, bucket: Bucket, writer: u8) -> Result<Ledger, OpenError> {
    let origin = KeyName::new(ORIGIN).unwrap();
    let new = SignerKey::from_seed(origin, &[7; 32]);
    open::open_or_create(
        folder.path(),
        (new.into(), &KeySources::default()),
        bucket,
        [writer; 16],
    )
}

fn try_append(ledger: &mut Ledger, payloads: &[&str]) -> Result<Receipts, AppendError> {
    let record = |payload: &&str| NewLeaf::new(LeafKind::Observation, payload.as_bytes().to_vec());
    let batch = payloads.iter().map(record).collect();
    let mut entropy = entropy_of(payloads[0]);
    ledger.append(batch, Timestamp::UNIX_EPOCH, &mut entropy)
}

/// Returns other salts and keys for every payload.
fn entropy_of(text: &str) -> impl FnMut() -> [u8; 32] {
    let text = text.to_owned();
    let mut count = 0_u8;
    move || {
        count += 1;
        *model::digest::Digest::of(format!("{text} {count}").as_bytes()).as_bytes()
    }
}

fn append(ledger: &mut Ledger, payloads: &[&str]) -> Receipts {
    try_append(ledger, payloads).unwrap()
}

/// Returns the payloads of a log in their order, after an audit of all of it by a machine that was never there.
fn audited(folder: &TempDir, bucket: &FakeBucket) -> Vec<String> {
    let stranger = with_key_of(folder);
    payloads_of(&open_on(&stranger, bucket.bucket(), 99).unwrap())
}

/// Returns the folder of a machine that has the key of another one, and saw nothing of the log.
fn with_key_of(folder: &TempDir) -> TempDir {
    let stranger = TempDir::new().unwrap();
    let key = ["log.key", "log.key.begun"]
        .into_iter()
        .find(|name| folder.path().join(name).exists());
    if let Some(key) = key {
        std::fs::copy(folder.path().join(key), stranger.path().join(key)).unwrap();
    }
    stranger
}

fn payloads_of(ledger: &Ledger) -> Vec<String> {
    let audited = ledger.audit(&Payloads::AllPresent).unwrap();
    let payloads = ledger.reader().payloads_of(&audited.entries).unwrap();
    let text = |kept: crate::read::Kept| String::from_utf8(kept.bytes).unwrap();
    payloads.into_values().map(text).collect()
}
