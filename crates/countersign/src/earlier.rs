//! What the log held before a run: how far back it goes, and what earlier observations saw of the branch.

use jiff::Timestamp;
use ledger::leaf::LeafKind;
use ledger::read::{Entry, ReadError, Reader};
use model::digest::Digest;
use model::population::{Observation, Sighting};
use std::collections::BTreeSet;

/// The leaves before a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Earlier {
    /// How many there are.
    pub size: u64,
    /// When the first of them was appended, by the clock of its machine.
    pub began: Option<Timestamp>,
    /// Reports among them.
    pub reports: u64,
    /// The payloads of the observations among them.
    pub observations: BTreeSet<Digest>,
    /// What those of the same branch saw, oldest first.
    pub sightings: Vec<Sighting>,
}

/// An earlier observation that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum EarlierError {
    /// The log cannot be read.
    #[error(transparent)]
    Ledger(#[from] ReadError),
    /// The payload is not there.
    #[error(
        "the payload of leaf {leaf}, an observation, is absent: what it saw cannot be compared"
    )]
    Absent {
        /// The leaf.
        leaf: u64,
    },
    /// The payload is not an observation.
    #[error("leaf {leaf} of the log does not hold an observation")]
    NotAnObservation {
        /// The leaf.
        leaf: u64,
        /// Why.
        source: serde_json::Error,
    },
}

/// Returns what these leaves, the first of a log, say to a run that observes `now`.
///
/// All observations count, not those that a run chooses: one that is left out could be the one that saw a
/// commit which is gone.
pub fn earlier(
    reader: &Reader,
    entries: &[Entry],
    now: &Observation,
) -> Result<Earlier, EarlierError> {
    let of_kind = |kind| entries.iter().filter(move |entry| entry.leaf.kind == kind);
    let observations: Vec<Entry> = of_kind(LeafKind::Observation).cloned().collect();
    let mut payloads = reader.payloads_of(&observations)?;
    let mut earlier = Earlier {
        size: entries.len() as u64,
        began: entries.first().map(|entry| entry.leaf.at),
        reports: of_kind(LeafKind::Report).count() as u64,
        ..Earlier::default()
    };
    for Entry {
        index: leaf,
        leaf: it,
        ..
    } in &observations
    {
        let leaf = *leaf;
        let kept = payloads
            .remove(&leaf)
            .ok_or(EarlierError::Absent { leaf })?;
        let seen: Observation = serde_json::from_slice(&kept.bytes)
            .map_err(|source| EarlierError::NotAnObservation { leaf, source })?;
        earlier.observations.insert(kept.sha256);
        earlier.sightings.extend(sighting(leaf, it.at, seen, now));
    }
    Ok(earlier)
}

/// Returns an earlier observation as a sighting, if it is of the same branch of the same repository and whole:
/// a shallow clone counts fewer commits than the branch holds, and would show changes as absent that had landed.
fn sighting(leaf: u64, at: Timestamp, seen: Observation, now: &Observation) -> Option<Sighting> {
    let same =
        seen.query.repository == now.query.repository && seen.query.branch == now.query.branch;
    let whole = seen.incomplete.is_empty();
    (same && whole).then_some(Sighting {
        leaf,
        at,
        head: seen.head,
        first_parent_commits: seen.first_parent_commits,
        refs: seen.refs,
    })
}
