//! How long one record existed before another was made, by the clocks of outsiders on both sides.

use crate::outside::{Counted, Discounted, Judged, KeySource, LogFacts};
use jiff::{SignedDuration, Timestamp};
use model::digest::Digest;
use model::outcome::LogGrade;

/// A record of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// Its place in the log, from 0.
    pub leaf: u64,
    /// The SHA-256 of the bytes of an outside signature to which it commits: it was made after them.
    pub after: Option<Digest>,
}

/// Whose keys are believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belief {
    /// Those that the program names: the answer is claimed.
    Claimed,
    /// Those alone that the verifier supplied: the answer is verified.
    Verified,
}

/// What lies between two records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interval {
    /// When the first existed at the latest.
    pub existed_by: Result<Side, Absent>,
    /// When the second did not exist yet.
    pub not_before: Result<Side, Absent>,
}

/// One side of an interval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// The time, with the error of the outsider's clock taken off against the operator.
    pub time: Timestamp,
    /// The outsider whose clock it is, by its name in the program.
    pub outsider: String,
    /// What that outsider's signature gives.
    pub grade: LogGrade,
    /// Who supplied its key.
    pub key: KeySource,
}

/// Why a side of an interval is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Absent {
    /// The log has no such record.
    #[error("the log has no record {leaf}")]
    NoRecord {
        /// The record asked for.
        leaf: u64,
    },
    /// No signature that counts covers the record.
    #[error("no outsider signed a checkpoint that holds record {leaf}")]
    Unsigned {
        /// The record.
        leaf: u64,
    },
    /// The record says nothing of what it was made after.
    #[error("record {leaf} commits to no outside signature")]
    NoAnchor {
        /// The record.
        leaf: u64,
    },
    /// What the record commits to is not the signature of an outsider: a bare checkpoint, which the operator could prepare.
    #[error("what record {leaf} commits to is no outside signature, and could be prepared")]
    OtherAnchor {
        /// The record.
        leaf: u64,
    },
    /// The record commits to a signature that counts as nobody's.
    #[error("the signature that record {leaf} commits to does not count")]
    Discounted {
        /// The record.
        leaf: u64,
        /// Why.
        source: Discounted,
    },
    /// The record commits to a signature by a key that the verifier did not supply.
    #[error("the verifier has no key for the signature that record {leaf} commits to")]
    Unverified {
        /// The record.
        leaf: u64,
    },
    /// By one outsider the record existed before another's signature to which it commits.
    #[error(
        "record {leaf} existed by {existed_by} according to `{witness}`, and not before {not_before} according to `{anchor}`: one of their clocks is wrong"
    )]
    ClocksDisagree {
        /// The record.
        leaf: u64,
        /// Whose signature covers the record.
        witness: String,
        /// When.
        existed_by: Timestamp,
        /// Whose signature the record commits to.
        anchor: String,
        /// When.
        not_before: Timestamp,
    },
}

/// Returns what lies between two records.
///
/// The claimed times of the records play no part. A bare checkpoint proves nothing about when a record was made:
/// whoever holds the log key can compute the checkpoints of next week today; nobody can compute an outsider's signature.
pub fn interval(facts: &LogFacts<'_>, first: Record, second: Record, belief: Belief) -> Interval {
    let judged = facts.judge();
    Interval {
        existed_by: agreed(facts, &judged, first, belief)
            .and_then(|()| existed_by(facts, &judged, first, belief)),
        not_before: agreed(facts, &judged, second, belief)
            .and_then(|()| not_before(facts, &judged, second, belief)),
    }
}

impl Interval {
    /// Returns the shortest time that can lie between the two, where both sides are known; below zero it proves nothing.
    pub fn at_least(&self) -> Option<SignedDuration> {
        let (Ok(existed_by), Ok(not_before)) = (&self.existed_by, &self.not_before) else {
            return None;
        };
        Some(not_before.time.duration_since(existed_by.time))
    }

    /// Returns the lower grade of the two sides; `self` where one is not known.
    pub fn grade(&self) -> LogGrade {
        match (&self.existed_by, &self.not_before) {
            (Ok(existed_by), Ok(not_before)) => existed_by.grade.min(not_before.grade),
            (Err(_), _) | (_, Err(_)) => LogGrade::SelfSigned,
        }
    }
}

fn existed_by(
    facts: &LogFacts<'_>,
    judged: &Judged<'_>,
    record: Record,
    belief: Belief,
) -> Result<Side, Absent> {
    let leaf = record.leaf;
    if leaf >= facts.leaves.len() as u64 {
        return Err(Absent::NoRecord { leaf });
    }
    let covering = judged
        .counted
        .iter()
        .filter(|one| one.signature.size > leaf);
    let believed = covering.filter(|one| belief.takes(one));
    // At the same time the better signature speaks.
    let order = |one: &&Counted<'_>| {
        let signature = one.signature;
        let better = std::cmp::Reverse((signature.key, signature.grade()));
        (signature.made_by(), better)
    };
    let earliest = believed
        .min_by_key(order)
        .ok_or(Absent::Unsigned { leaf })?;
    Ok(side(earliest, earliest.signature.made_by()))
}

fn not_before(
    facts: &LogFacts<'_>,
    judged: &Judged<'_>,
    record: Record,
    belief: Belief,
) -> Result<Side, Absent> {
    let leaf = record.leaf;
    if leaf >= facts.leaves.len() as u64 {
        return Err(Absent::NoRecord { leaf });
    }
    let after = record.after.ok_or(Absent::NoAnchor { leaf })?;
    let mut counted = judged.counted.iter();
    if let Some(anchor) = counted.find(|one| one.signature.sha256 == after) {
        return match belief.takes(anchor) {
            true => Ok(side(anchor, anchor.signature.not_made_before())),
            false => Err(Absent::Unverified { leaf }),
        };
    }
    let mut discounted = judged.discounted.iter();
    match discounted.find(|(signature, _)| signature.sha256 == after) {
        Some((_, source)) => Err(Absent::Discounted {
            leaf,
            source: *source,
        }),
        None => Err(Absent::OtherAnchor { leaf }),
    }
}

/// A record that existed before what it commits to shows that an outsider's clock is wrong, and nobody knows whose.
fn agreed(
    facts: &LogFacts<'_>,
    judged: &Judged<'_>,
    record: Record,
    belief: Belief,
) -> Result<(), Absent> {
    let existed_by = existed_by(facts, judged, record, belief);
    let not_before = not_before(facts, judged, record, belief);
    match (existed_by, not_before) {
        (Ok(witness), Ok(anchor)) if witness.time < anchor.time => Err(Absent::ClocksDisagree {
            leaf: record.leaf,
            witness: witness.outsider,
            existed_by: witness.time,
            anchor: anchor.outsider,
            not_before: anchor.time,
        }),
        _ => Ok(()),
    }
}

fn side(counted: &Counted<'_>, time: Timestamp) -> Side {
    Side {
        time,
        outsider: counted.outsider.to_owned(),
        grade: counted.signature.grade(),
        key: counted.signature.key,
    }
}

impl Belief {
    fn takes(self, counted: &Counted<'_>) -> bool {
        match self {
            Belief::Claimed => true,
            Belief::Verified => counted.signature.key == KeySource::Verifier,
        }
    }
}
