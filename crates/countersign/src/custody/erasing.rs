//! Payloads that their operator destroys, each once.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use ledger::erase::Erasure;
use ledger::place::home::Home;
use ledger::read::Reader;
use model::program::Program;

use super::CustodyError;
use crate::log::LogError;

/// What is to be erased, and what the record is to say of it.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'w> {
    /// The leaves.
    pub leaves: &'w BTreeSet<u64>,
    /// Who erases.
    pub by: &'w str,
    /// Why.
    pub reason: &'w str,
    /// The program, which says how long payloads are kept.
    pub program: &'w Program,
}

/// What became of the payloads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// The leaves that were erased now.
    pub now: BTreeSet<u64>,
    /// Those of them whose period of retention had not ended, by the times that they claim.
    pub retained: BTreeSet<u64>,
    /// The leaf that records it; nothing was recorded where nothing was left to erase.
    pub record: Option<u64>,
    /// The leaves that were erased before, each with the leaf that records it.
    pub before: BTreeMap<u64, u64>,
}

/// Destroys the keys of payloads, and records who did it and why. What was erased before is not recorded again.
pub fn erase(
    home: &Home,
    wish: Wish<'_>,
    now: Timestamp,
    entropy: &mut dyn FnMut() -> [u8; 32],
) -> Result<Erased, CustodyError> {
    // Whoever opens it finishes what was recorded and not carried out.
    let mut ledger = home.open().map_err(LogError::from)?;
    let mut before = ledger.erasures().map_err(LogError::from)?;
    before.retain(|leaf, _| wish.leaves.contains(leaf));
    let mut leaves = wish.leaves.clone();
    leaves.retain(|leaf| !before.contains_key(leaf));
    let retained = retained(ledger.reader(), wish.program, &leaves, now)?;
    let record = match leaves.is_empty() && !before.is_empty() {
        true => None,
        false => {
            let erasure = Erasure::new(leaves.clone(), retained.clone(), wish.by, wish.reason);
            let receipts = ledger.erase(&erasure, now, entropy)?.receipts;
            receipts.first().map(|receipt| receipt.index)
        }
    };
    Ok(Erased {
        now: leaves,
        retained,
        record,
        before,
    })
}

/// Returns those of some leaves whose period of retention has not ended.
fn retained(
    reader: &Reader,
    program: &Program,
    leaves: &BTreeSet<u64>,
    now: Timestamp,
) -> Result<BTreeSet<u64>, LogError> {
    let period = SignedDuration::from_hours(24 * i64::from(program.ledger.retention_days));
    let size = reader.checkpoint()?.checkpoint.size();
    let entries = reader.entries(0..size)?.into_iter();
    let retained = entries.filter(|entry| {
        leaves.contains(&entry.index) && now.duration_since(entry.leaf.at) < period
    });
    Ok(retained.map(|entry| entry.index).collect())
}
