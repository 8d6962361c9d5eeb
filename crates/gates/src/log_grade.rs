//! Who besides the operator has signed the log, record by record, and where nobody did.

use crate::outside::{
    Counted, Discounted, Judged, KeySource, LogFacts, OutsideSignature, OutsiderKind, together,
};
use jiff::{SignedDuration, Timestamp};
use model::outcome::LogGrade;
use model::outsiders::Relation;
use std::collections::{BTreeMap, BTreeSet};

/// How far the clocks of two honest machines may differ.
pub const SKEW: SignedDuration = SignedDuration::from_mins(5);

/// The grade of a log and of its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogAssurance {
    /// The grade of the newest record that an outsider has signed, or should have by now.
    pub standing: Standing,
    /// The records in their order, those alike together; they cover the log.
    pub spans: Vec<Span>,
    /// The signature that counts on the most records, the last of those.
    pub last_contact: Option<Contact>,
    /// The same among those by a key that the verifier supplied.
    pub last_verified_contact: Option<Contact>,
    /// Outsiders with signatures that count whose own logs this organisation witnesses.
    pub reciprocal: BTreeSet<String>,
    /// The signatures that count as nobody's, and why.
    pub discounted: Vec<(OutsideSignature, Discounted)>,
}

/// A grade as it is claimed and as it is verified; the second is never the higher one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// By every key that the program names.
    pub claimed: LogGrade,
    /// By the keys alone that the verifier supplied.
    pub verified: LogGrade,
}

/// Records that follow each other and stand alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The first record, from 0.
    pub first: u64,
    /// The last record.
    pub last: u64,
    /// The earliest time that one of them claims.
    pub from: Timestamp,
    /// The latest time that one of them claims.
    pub to: Timestamp,
    /// Their grade.
    pub standing: Standing,
    /// Whether an outsider signed them in time.
    pub cover: Cover,
}

/// Whether an outsider signed a record in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cover {
    /// Within the hours that the program allows.
    InTime,
    /// No outsider had ever signed the log, and the first came too late for this record.
    BeforeFirst,
    /// The first signature on it came too late to vouch for its time.
    Late,
    /// It claims a later time than a signature on it.
    Ahead,
    /// No outsider signed it, and the time for that has passed.
    Missing,
    /// No outsider signed it yet, and there is still time.
    Pending,
}

/// A signature that counts: when, and whose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// When, by the clock of the outsider.
    pub time: Timestamp,
    /// The name in the program.
    pub outsider: String,
    /// The records that it signed.
    pub size: u64,
}

/// Returns the grade of a log and of its parts.
///
/// A record has the grade of those who signed it no later than the program's hours after the time that it claims.
/// Self-reported time may thus lower a grade; it raises none, for an outsider has signed in any case.
pub fn log_grade(facts: &LogFacts<'_>) -> LogAssurance {
    let judged = facts.judge();
    let spans = spans(facts, &judged.counted);
    let reciprocal = judged
        .counted
        .iter()
        .filter(|one| one.relation == Relation::Reciprocal);
    LogAssurance {
        standing: newest(&spans),
        last_contact: last_contact(judged.counted.iter()),
        last_verified_contact: last_contact(judged.counted.iter().filter(|one| is_verified(one))),
        reciprocal: reciprocal.map(|one| one.outsider.to_owned()).collect(),
        discounted: discounted(&judged),
        spans,
    }
}

impl LogAssurance {
    /// Returns whether somebody outside had signed a record before the time that it claims.
    pub fn is_ahead(&self, record: u64) -> bool {
        let mut ahead = self.spans.iter().filter(|span| span.cover == Cover::Ahead);
        ahead.any(|span| (span.first..=span.last).contains(&record))
    }

    /// Returns the spans for whose time nobody outside vouches, other than those that can still be signed.
    pub fn gaps(&self) -> impl Iterator<Item = &Span> {
        self.spans.iter().filter(|span| match span.cover {
            Cover::BeforeFirst | Cover::Late | Cover::Ahead | Cover::Missing => true,
            Cover::InTime | Cover::Pending => false,
        })
    }
}

impl Standing {
    const NOBODY: Standing = Standing {
        claimed: LogGrade::SelfSigned,
        verified: LogGrade::SelfSigned,
    };

    /// Returns whether the verifier can believe the whole grade.
    pub fn is_verified(&self) -> bool {
        self.claimed == self.verified
    }
}

fn newest(spans: &[Span]) -> Standing {
    let due = spans.iter().rev().find(|span| span.cover != Cover::Pending);
    due.map_or(Standing::NOBODY, |span| span.standing)
}

fn last_contact<'c>(counted: impl Iterator<Item = &'c Counted<'c>>) -> Option<Contact> {
    // An old checkpoint that is signed anew says nothing of what came behind it.
    let last = counted.max_by_key(|one| (one.signature.size, one.signature.time))?;
    Some(Contact {
        time: last.signature.time,
        outsider: last.outsider.to_owned(),
        size: last.signature.size,
    })
}

fn discounted(judged: &Judged<'_>) -> Vec<(OutsideSignature, Discounted)> {
    let discounted = judged.discounted.iter();
    discounted
        .map(|(signature, reason)| ((*signature).clone(), *reason))
        .collect()
}

fn is_verified(counted: &Counted<'_>) -> bool {
    counted.signature.key == KeySource::Verifier
}

/// Who signs: two witnesses of one organisation are one signer.
type Signer<'c> = (OutsiderKind, &'c str, KeySource);

/// Goes from the last record to the first, so that each signature is looked at once.
fn spans(facts: &LogFacts<'_>, counted: &[Counted<'_>]) -> Vec<Span> {
    let limit = SignedDuration::from_hours(facts.program.outsiders.silence_hours.into());
    let first = counted.iter().map(|one| one.signature.made_by()).min();
    let mut signatures = counted.iter().rev().peekable();
    let mut earliest: BTreeMap<Signer<'_>, Timestamp> = BTreeMap::new();
    let mut spans: Vec<Span> = Vec::new();
    for (index, claimed) in facts.leaves.iter().enumerate().rev() {
        let index = index as u64;
        while let Some(one) = signatures.next_if(|one| one.signature.size > index) {
            let signature = one.signature;
            let signer = (signature.kind, one.organisation.as_str(), signature.key);
            let known = earliest.entry(signer).or_insert(Timestamp::MAX);
            *known = signature.made_by().min(*known);
        }
        let (standing, cover) = stand(*claimed, &earliest, first, limit, facts.now);
        match spans.last_mut() {
            Some(span) if (span.standing, span.cover) == (standing, cover) => {
                span.begin_with(index, *claimed);
            }
            _ => spans.push(Span {
                first: index,
                last: index,
                from: *claimed,
                to: *claimed,
                standing,
                cover,
            }),
        }
    }
    spans.reverse();
    spans
}

impl Span {
    fn begin_with(&mut self, index: u64, claimed: Timestamp) {
        self.first = index;
        self.from = self.from.min(claimed);
        self.to = self.to.max(claimed);
    }
}

/// Returns how a record stands whose signers have signed by these times.
fn stand(
    claimed: Timestamp,
    earliest: &BTreeMap<Signer<'_>, Timestamp>,
    first: Option<Timestamp>,
    limit: SignedDuration,
    now: Timestamp,
) -> (Standing, Cover) {
    let in_time = |time: Timestamp| (-SKEW..=limit).contains(&time.duration_since(claimed));
    let timely = || {
        earliest
            .iter()
            .filter(|(_, time)| in_time(**time))
            .map(|(signer, _)| signer)
    };
    let verified = timely().filter(|(_, _, key)| *key == KeySource::Verifier);
    let standing = Standing {
        claimed: together(timely().map(|(kind, organisation, _)| (*kind, *organisation))),
        verified: together(verified.map(|(kind, organisation, _)| (*kind, *organisation))),
    };
    let cover = match earliest.values().min() {
        Some(time) if in_time(*time) => Cover::InTime,
        Some(time) if time.duration_since(claimed) < -SKEW => Cover::Ahead,
        Some(time) if Some(*time) == first => Cover::BeforeFirst,
        Some(_) => Cover::Late,
        // A record that claims the future would otherwise wait for its signature for ever.
        None if in_time(now) => Cover::Pending,
        None => Cover::Missing,
    };
    (standing, cover)
}
