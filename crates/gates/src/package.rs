//! Whether recorded facts hold together: the population is the one that its hash names, and its chain has no hole.

use model::change::{Change, Landed};
use model::digest::{CommitId, Digest};
use model::population::{Observation, population_sha256};

/// A fact that does not fit the others.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackageFault {
    /// The number of changes differs.
    #[error("the observation counts {expected} changes and the evidence holds {found}")]
    Count {
        /// What the observation says.
        expected: u64,
        /// What there is.
        found: u64,
    },
    /// The list of commits hashes to something else.
    #[error("the commits of the evidence hash to {found}, the population to {expected}")]
    Population {
        /// What the observation says.
        expected: Digest,
        /// What there is.
        found: Digest,
    },
    /// A change does not lie in the period.
    #[error("change {commit} does not lie in the period")]
    Period {
        /// The change.
        commit: CommitId,
    },
    /// A change does not follow the one before it.
    #[error("change {commit} does not follow {before} on the branch")]
    Chain {
        /// The change.
        commit: CommitId,
        /// The change recorded before it.
        before: CommitId,
    },
    /// The period is the whole history, and a part of it is absent.
    #[error("the whole history has {expected} changes and the evidence holds {found}")]
    Whole {
        /// First-parent commits of the branch.
        expected: u64,
        /// What there is.
        found: u64,
    },
    /// A change has more or fewer parents than the way in which it landed has.
    #[error("change {commit} has {parents} parents, and did not land as the evidence says")]
    Landed {
        /// The change.
        commit: CommitId,
        /// Its parents.
        parents: usize,
    },
    /// The oldest change has parents, and nothing says that they are absent.
    #[error(
        "change {commit} is the first of the branch and has parents, and the observation calls the repository whole"
    )]
    Beginning {
        /// The change.
        commit: CommitId,
    },
    /// A change lies at or beyond the tip of the branch, or the tip elsewhere.
    #[error(
        "change {commit} does not have the place that it should on the branch whose tip is {head}"
    )]
    Head {
        /// The change.
        commit: CommitId,
        /// The tip.
        head: CommitId,
    },
}

/// Returns the first fact that does not fit.
pub fn population_holds(observation: &Observation, changes: &[Change]) -> Result<(), PackageFault> {
    let found = changes.len() as u64;
    if found != observation.changes {
        return Err(PackageFault::Count {
            expected: observation.changes,
            found,
        });
    }
    let found = population_sha256(changes.iter().map(|change| &change.commit));
    if found != observation.population_sha256 {
        return Err(PackageFault::Population {
            expected: observation.population_sha256,
            found,
        });
    }
    let outside = changes
        .iter()
        .find(|change| !observation.query.period.contains(change.committed_at));
    if let Some(change) = outside {
        return Err(PackageFault::Period {
            commit: change.commit.clone(),
        });
    }
    landed_holds(changes)?;
    chain_holds(changes)?;
    beginning_holds(observation, changes)?;
    whole_history_holds(observation, changes)?;
    head_holds(observation, changes)
}

fn landed_holds(changes: &[Change]) -> Result<(), PackageFault> {
    let fits = |change: &Change| match (change.landed, change.parents.len()) {
        (Landed::Root, parents) => parents == 0,
        (Landed::RequestMerge | Landed::BranchMerge, parents) => parents > 1,
        (Landed::Squash | Landed::NotEvidenced, parents) => parents == 1,
    };
    match changes.iter().find(|change| !fits(change)) {
        Some(change) => Err(PackageFault::Landed {
            commit: change.commit.clone(),
            parents: change.parents.len(),
        }),
        None => Ok(()),
    }
}

fn beginning_holds(observation: &Observation, changes: &[Change]) -> Result<(), PackageFault> {
    let first = changes.first().filter(|change| change.position == 0);
    let cut =
        first.filter(|change| !change.parents.is_empty() && observation.incomplete.is_empty());
    match cut {
        Some(change) => Err(PackageFault::Beginning {
            commit: change.commit.clone(),
        }),
        None => Ok(()),
    }
}

/// Neighbours on the chain are child and parent; a gap is a change whose date lies outside the period.
fn chain_holds(changes: &[Change]) -> Result<(), PackageFault> {
    for pair in changes.windows(2) {
        let [before, after] = pair else { continue };
        let neighbours = after.position == before.position.wrapping_add(1);
        let follows = after.parents.first() == Some(&before.commit);
        if after.position <= before.position || neighbours != follows {
            return Err(PackageFault::Chain {
                commit: after.commit.clone(),
                before: before.commit.clone(),
            });
        }
    }
    Ok(())
}

/// No date lies outside the whole history, so there is no gap in it.
fn whole_history_holds(observation: &Observation, changes: &[Change]) -> Result<(), PackageFault> {
    let period = &observation.query.period;
    let (expected, found) = (observation.first_parent_commits, changes.len() as u64);
    if period.from.is_none() && period.to.is_none() && found != expected {
        return Err(PackageFault::Whole { expected, found });
    }
    Ok(())
}

/// The tip is the last place of the chain, and nothing lies beyond it.
fn head_holds(observation: &Observation, changes: &[Change]) -> Result<(), PackageFault> {
    let misplaced = changes.iter().find(|change| {
        let place = u64::from(change.position) + 1;
        let at_the_tip = place >= observation.first_parent_commits;
        let is_the_tip = change.commit == observation.head;
        place > observation.first_parent_commits || at_the_tip != is_the_tip
    });
    match misplaced {
        Some(change) => Err(PackageFault::Head {
            commit: change.commit.clone(),
            head: observation.head.clone(),
        }),
        None => Ok(()),
    }
}
