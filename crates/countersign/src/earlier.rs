//! What the log held before a run: how far back it goes, and what earlier observations saw of the branch.

use crate::checks;
use crate::forge::facts::facts;
use crate::gate::again;
use jiff::{SignedDuration, Timestamp};
use ledger::leaf::LeafKind;
use ledger::read::{Entry, Kept, ReadError, Reader};
use model::check::CheckRun;
use model::population::{Observation, Sighting};
use model::program::Program;
use model::request::dossier::ForgeFacts;
use std::collections::{BTreeMap, BTreeSet};

/// Runs beside each other begin and append in different orders: a leaf may claim so much less than one before it.
const BESIDE: SignedDuration = SignedDuration::from_mins(5);
/// The version of observations that is known here.
const VERSION: u32 = 1;

/// The leaves before a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Earlier {
    /// How many there are.
    pub size: u64,
    /// When the first of them was appended, by the clock of its machine.
    pub began: Option<Timestamp>,
    /// Audits among them, whatever they were of.
    pub audits: u64,
    /// The first leaf that claims an earlier time than one before it, by more than runs beside each other do.
    pub backwards: Option<u64>,
    /// The latest time that any of them claims.
    pub latest: Option<Timestamp>,
    /// The observations among them whose payloads are here.
    pub observations: BTreeSet<u64>,
    /// What those of the same branch saw, oldest first.
    pub sightings: Vec<Sighting>,
    /// The leaf after the last observation that could not be read, or was of this branch and not whole.
    pub unbroken_from: u64,
    /// Observations whose payload is absent or of another version: what they saw is not compared.
    pub unread: u64,
    /// Observations of another repository or branch, or of a repository that was not whole.
    pub others: u64,
    /// Reports of checks, in the order of their leaves.
    pub checks: Vec<CheckRun>,
    /// The leaves of such reports that cannot be read: any of them could have failed.
    pub unread_checks: BTreeSet<u64>,
    /// What the log holds of the repository at its forge.
    pub forge: ForgeFacts,
    /// Records of forges, of gates and of what people stated, whatever they are about, and the programs that gates name.
    pub records: BTreeSet<u64>,
    /// The leaf that first observed each other repository and branch, by their names.
    pub elsewhere: BTreeMap<(String, String), u64>,
}

/// Returns what these leaves, the first of a log, say to a run that observes `now`.
///
/// All observations count, not those that a run chooses: one that is left out could be the one that saw a
/// commit which is gone. A leaf counts as no earlier than those before it: a clock that was set back between two
/// observations makes no wait longer.
pub fn earlier(
    reader: &Reader,
    entries: &[Entry],
    now: &Observation,
    program: &Program,
) -> Result<Earlier, ReadError> {
    let of_kind = |kind| entries.iter().filter(move |entry| entry.leaf.kind == kind);
    let observations: Vec<Entry> = of_kind(LeafKind::Observation).cloned().collect();
    let mut payloads = reader.payloads_of(&observations)?;
    let (checks, unread_checks) = checks::read(reader, entries)?;
    let place = (now.query.repository.as_str(), now.query.branch.as_str());
    let mut read = facts(reader, entries, program, place)?;
    let of_checks = (&checks[..], &unread_checks);
    let programs = again::decide(&mut read.facts, reader, entries, place.0, of_checks)?;
    read.present.extend(programs);
    let mut earlier = Earlier {
        forge: read.facts,
        records: read.present,
        checks,
        unread_checks,
        size: entries.len() as u64,
        began: entries.first().map(|entry| entry.leaf.at),
        audits: of_kind(LeafKind::Decisions).count() as u64,
        ..Earlier::default()
    };
    for entry in entries {
        let at = earlier.clocked(entry.index, entry.leaf.at);
        if entry.leaf.kind == LeafKind::Observation {
            earlier.observed(entry.index, at, payloads.remove(&entry.index), now);
        }
    }
    Ok(earlier)
}

impl Earlier {
    /// Returns the time of a leaf, no earlier than that of any leaf before it.
    fn clocked(&mut self, index: u64, claimed: Timestamp) -> Timestamp {
        let latest = self.latest.unwrap_or(claimed);
        if latest.duration_since(claimed) > BESIDE && self.backwards.is_none() {
            self.backwards = Some(index);
        }
        let at = latest.max(claimed);
        self.latest = Some(at);
        at
    }

    fn observed(&mut self, leaf: u64, at: Timestamp, kept: Option<Kept>, now: &Observation) {
        let seen = kept.as_ref().and_then(|kept| observation(&kept.bytes));
        self.observations.extend(kept.map(|_| leaf));
        match seen {
            None => {
                self.unread += 1;
                self.unbroken_from = leaf + 1;
            }
            Some(seen) if !is_of_branch(&seen, now) => {
                self.others += 1;
                let place = (seen.query.repository, seen.query.branch);
                self.elsewhere.entry(place).or_insert(leaf);
            }
            // A shallow clone counts fewer commits than the branch holds, and would show what had landed as absent.
            Some(seen) if !seen.incomplete.is_empty() => {
                self.others += 1;
                self.unbroken_from = leaf + 1;
            }
            Some(seen) => self.sightings.push(sighting(leaf, at, seen)),
        }
    }
}

/// Returns the time of each leaf of a kind, no earlier than that of any leaf before it.
pub(crate) fn clocked(entries: &[Entry], kind: LeafKind) -> BTreeMap<u64, Timestamp> {
    let mut latest = Timestamp::MIN;
    let mut clocked = BTreeMap::new();
    for entry in entries {
        latest = latest.max(entry.leaf.at);
        if entry.leaf.kind == kind {
            clocked.insert(entry.index, latest);
        }
    }
    clocked
}

/// Returns the observation that a payload is; one of another version may mean something else by the same words.
fn observation(payload: &[u8]) -> Option<Observation> {
    let seen: Observation = serde_json::from_slice(payload).ok()?;
    (seen.version == VERSION).then_some(seen)
}

fn is_of_branch(seen: &Observation, now: &Observation) -> bool {
    seen.query.repository == now.query.repository && seen.query.branch == now.query.branch
}

fn sighting(leaf: u64, at: Timestamp, seen: Observation) -> Sighting {
    Sighting {
        leaf,
        // No leaf that came behind the observation itself was there before it.
        looked_behind: seen.log_size.min(leaf),
        at,
        head: seen.head,
        first_parent_commits: seen.first_parent_commits,
        refs: seen.refs,
    }
}

#[cfg(test)]
mod tests {
    use super::{BESIDE, Earlier};
    use jiff::{SignedDuration, Timestamp};

    #[test]
    fn runs_beside_each_other_set_no_clock_back() {
        let second = SignedDuration::from_secs(1);
        let first = Timestamp::UNIX_EPOCH + BESIDE + second;
        let after = |claimed: Timestamp| {
            let mut earlier = Earlier::default();
            earlier.clocked(0, first);
            assert_eq!(earlier.clocked(1, claimed), first);
            earlier.backwards
        };
        assert_eq!(after(first - second), None);
        assert_eq!(after(first - BESIDE), None);
        assert_eq!(after(first - BESIDE - second), Some(1));
    }
}
