//! Our ledger, as its API is now: one record at a time, behind a mutex.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use ledger::Ledger;
use ledger::append::NewLeaf;
use ledger::audit::Payloads;
use ledger::leaf::LeafKind;

use crate::{Append, RECORD_BYTES, Result, record};

/// The leaves that a verification reads.
const VERIFIED: u64 = 5_000;

pub(crate) struct Ours {
    ledger: Mutex<Ledger>,
    commits: AtomicU64,
}

impl Ours {
    pub(crate) fn open(folder: &Path) -> Result<Ours> {
        Ok(Ours {
            ledger: Mutex::new(open(folder)?),
            commits: AtomicU64::new(0),
        })
    }
}

impl Append for Ours {
    fn append(&self, record: &[u8]) {
        let mut ledger = self.ledger.lock().expect("no panic under the lock");
        append(&mut ledger, &[record.to_vec()]).expect("the ledger obeys");
        self.commits.fetch_add(1, Ordering::Relaxed);
    }

    fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }
}

/// Returns how many leaves an audit of the folder verifies in a second, their payloads included.
pub(crate) fn verified_a_second(folder: &Path, time: Duration) -> Result<f64> {
    let mut ledger = open(folder)?;
    let records: Vec<Vec<u8>> = (0..VERIFIED)
        .map(|number| record(0, number).to_vec())
        .collect();
    append(&mut ledger, &records)?;
    let (start, mut leaves) = (Instant::now(), 0);
    while start.elapsed() < time {
        let audited = ledger.audit(&Payloads::AllPresent)?;
        leaves += audited.entries.len();
    }
    Ok(leaves as f64 / start.elapsed().as_secs_f64())
}

fn open(folder: &Path) -> Result<Ledger> {
    Ok(Ledger::open_or_create(
        folder,
        "countersign.local/rate",
        [7; 32],
    )?)
}

fn append(ledger: &mut Ledger, records: &[Vec<u8>]) -> Result<()> {
    debug_assert!(records.iter().all(|record| record.len() == RECORD_BYTES));
    let leaf = |record: &Vec<u8>| NewLeaf::new(LeafKind::Observation, record.clone());
    let leaves = records.iter().map(leaf).collect();
    ledger.append(leaves, Timestamp::UNIX_EPOCH, &mut || [1; 32])?;
    Ok(())
}
