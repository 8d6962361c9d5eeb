//! What the looks at a branch show of each change: whether it was there, or was not there yet.

use model::change::Change;
use model::digest::CommitId;
use model::population::Sighting;
use std::collections::BTreeMap;

/// The looks at a branch in the order of their leaves, and its commits as far as the population shows them.
pub(super) struct Sighted<'a> {
    pub(super) sightings: &'a [Sighting],
    /// The first leaf from which on every look is among them.
    pub(super) unbroken_from: u64,
    /// The most commits that the branch had in any look up to each: a clone that was not fetched shows fewer than before.
    most: Vec<u64>,
    chain: Chain<'a>,
}

impl<'a> Sighted<'a> {
    pub(super) fn new(
        changes: &'a [Change],
        (sightings, unbroken_from): (&'a [Sighting], u64),
    ) -> Sighted<'a> {
        let most = sightings.iter().scan(0, |most, sighting| {
            *most = sighting.first_parent_commits.max(*most);
            Some(*most)
        });
        Sighted {
            sightings,
            unbroken_from,
            most: most.collect(),
            chain: Chain::of(changes),
        }
    }

    /// Returns the looks from a leaf on.
    pub(super) fn from(&self, leaf: u64) -> &'a [Sighting] {
        &self.sightings[self.before(leaf)..]
    }

    /// Returns how many looks came before a leaf.
    pub(super) fn before(&self, leaf: u64) -> usize {
        self.sightings
            .partition_point(|sighting| sighting.leaf < leaf)
    }

    /// Returns how many looks came before the first that shows the branch with a change.
    pub(super) fn before_it_landed(&self, change: &Change) -> usize {
        let position = u64::from(change.position);
        self.most.partition_point(|most| *most <= position)
    }

    /// Returns whether a look is of this very history, and shows the branch without a change.
    pub(super) fn lacks(&self, sighting: &Sighting, change: &Change) -> bool {
        !contains(sighting, change) && self.chain.holds(sighting)
    }
}

/// A branch of at most `position` first-parent commits cannot hold the change; one of more may.
pub(super) fn contains(sighting: &Sighting, change: &Change) -> bool {
    sighting.first_parent_commits > u64::from(change.position)
}

/// The commits of the branch by their position, as far as the population shows them.
struct Chain<'a>(BTreeMap<u64, &'a CommitId>);

impl<'a> Chain<'a> {
    fn of(changes: &'a [Change]) -> Chain<'a> {
        let before = changes.first().and_then(|first| {
            Some((
                u64::from(first.position).checked_sub(1)?,
                first.parents.first()?,
            ))
        });
        let within = changes
            .iter()
            .map(|change| (u64::from(change.position), &change.commit));
        Chain(before.into_iter().chain(within).collect())
    }

    /// Returns whether a sighting is of this very history: its tip stands where it stood then.
    fn holds(&self, sighting: &Sighting) -> bool {
        let position = sighting.first_parent_commits.checked_sub(1);
        position.and_then(|position| self.0.get(&position)) == Some(&&sighting.head)
    }
}
