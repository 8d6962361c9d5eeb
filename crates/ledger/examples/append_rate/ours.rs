//! Our ledger: every thread appends through one group.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use ledger::Ledger;
use ledger::append::NewLeaf;
use ledger::audit::Payloads;
use ledger::group::Group;
use ledger::leaf::LeafKind;
use ledger::read::Reader;

use crate::hash::LEAVES;
use crate::{Append, RECORD_BYTES, Result, record};

pub(crate) const ORIGIN: &str = "countersign.local/rate";

/// How many leaves were appended at once to the log that is verified.
const GROUP: usize = 64;

/// How soon after its acknowledgement a leaf can be read.
pub(crate) const PUBLISH_EVERY: Duration = Duration::from_millis(500);

pub(crate) struct Ours(Group);

impl Ours {
    pub(crate) fn open(folder: &Path) -> Result<Ours> {
        let ledger = Ledger::open_or_create_busy(folder, ORIGIN, [7; 32])?;
        Ok(Ours(Group::new(ledger, PUBLISH_EVERY)))
    }
}

impl Append for Ours {
    fn append(&self, record: &[u8]) {
        let record = NewLeaf::new(LeafKind::Observation, record.to_vec());
        let appended = self.0.append(record, Timestamp::UNIX_EPOCH, &mut random);
        appended.expect("the ledger obeys");
    }

    fn commits(&self) -> u64 {
        self.0.commits()
    }
}

pub(crate) fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the operating system has a random source");
    bytes
}

/// Returns how many leaves an audit of the folder verifies in a second, their payloads included.
pub(crate) fn verified_a_second(folder: &Path, time: Duration) -> Result<f64> {
    fill(folder)?;
    audits_a_second(&Reader::open(folder)?, &Payloads::AllPresent, time)
}

/// Returns how many leaves an audit of a copy of the public tree verifies in a second.
pub(crate) fn verified_at_a_second(folder: &Path, time: Duration) -> Result<f64> {
    let whole = folder.join("whole");
    std::fs::create_dir(&whole)?;
    fill(&whole)?;
    // A copy has no private key: without records, a folder with one is a ledger that lost them.
    for name in ["records", "log.key", "lock", "settled"] {
        let path = whole.join(name);
        match path.is_dir() {
            true => std::fs::remove_dir_all(path)?,
            false => std::fs::remove_file(path)?,
        }
    }
    let public = Payloads::Listed(BTreeSet::new());
    audits_a_second(&Reader::open(&whole)?, &public, time)
}

fn audits_a_second(reader: &Reader, wanted: &Payloads, time: Duration) -> Result<f64> {
    let (start, mut leaves) = (Instant::now(), 0);
    while start.elapsed() < time {
        leaves += reader.audit(wanted)?.entries.len();
    }
    Ok(leaves as f64 / start.elapsed().as_secs_f64())
}

fn fill(folder: &Path) -> Result<()> {
    let mut ledger = open(folder)?;
    for first in (0..LEAVES).step_by(GROUP) {
        let records = first..first + GROUP as u64;
        let records: Vec<Vec<u8>> = records.map(|number| record(0, number).to_vec()).collect();
        append(&mut ledger, &records)?;
    }
    Ok(())
}

fn open(folder: &Path) -> Result<Ledger> {
    Ok(Ledger::open_or_create(folder, ORIGIN, [7; 32])?)
}

fn append(ledger: &mut Ledger, records: &[Vec<u8>]) -> Result<()> {
    debug_assert!(records.iter().all(|record| record.len() == RECORD_BYTES));
    let leaf = |record: &Vec<u8>| NewLeaf::new(LeafKind::Observation, record.clone());
    let leaves = records.iter().map(leaf).collect();
    ledger.append(leaves, Timestamp::UNIX_EPOCH, &mut random)?;
    Ok(())
}
