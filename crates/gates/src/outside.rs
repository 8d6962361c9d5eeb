//! Signatures of outsiders on checkpoints of the log, and which of them count.

use jiff::{SignedDuration, Timestamp};
use model::digest::Digest;
use model::outcome::LogGrade;
use model::outsiders::{Relation, folded};
use model::program::Program;
use std::collections::{BTreeMap, BTreeSet};

/// One signature of an outsider on a checkpoint of this log, verified by a key at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutsideSignature {
    /// What signed.
    pub kind: OutsiderKind,
    /// The name in the program of the outsider whose key it is; `None` where the program names no such key.
    pub outsider: Option<String>,
    /// When it was made, by the clock of the outsider.
    pub time: Timestamp,
    /// How far that clock may be off, to either side.
    pub accuracy: SignedDuration,
    /// The leaves of the checkpoint that was signed.
    pub size: u64,
    /// Who supplied the key that verified it.
    pub key: KeySource,
    /// The SHA-256 of the bytes of the signature, to which a record may commit.
    pub sha256: Digest,
}

/// What an outsider does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OutsiderKind {
    /// It stamps a digest, and knows nothing of the log.
    TimestampAuthority,
    /// It signs what extends the checkpoint that it signed before, and nothing else.
    Witness,
}

/// Who supplied a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeySource {
    /// The program of the audited company, so that what rests on it is only claimed.
    Program,
    /// The verifier, who had it from elsewhere.
    Verifier,
}

/// Why a signature counts as nobody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Discounted {
    /// The program names no such key.
    #[error("the program does not name its key")]
    UnknownKey,
    /// The organisation or one of its principals made it.
    #[error("the organisation itself runs the signer")]
    Own,
    /// What the program said of the signer then is not known.
    #[error("a record of the program that may say who ran the signer then cannot be read here")]
    Unread,
    /// It is of a checkpoint with more leaves than the log has.
    #[error("it is of a checkpoint with more records than the log has")]
    BeyondLog,
    /// Its time has not come yet.
    #[error("its time lies in the future")]
    Future,
    /// The witness had signed a smaller checkpoint at a later time.
    #[error("its time is earlier than that of the signature before it")]
    Backwards,
}

/// What the program said of an outsider when the log recorded it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The leaf of the record.
    pub leaf: u64,
    /// What it does.
    pub kind: OutsiderKind,
    /// What the program of today calls the outsider whose key it is.
    pub outsider: String,
    /// Who ran it.
    pub run_by: String,
    /// How that stood to the organisation, as it was then.
    pub relation: Relation,
}

/// What is known of a log and of those who signed it.
#[derive(Debug, Clone, Copy)]
pub struct LogFacts<'a> {
    /// The time that each leaf claims for itself, in their order.
    pub leaves: &'a [Timestamp],
    /// The signatures of outsiders, in any order.
    pub signatures: &'a [OutsideSignature],
    /// What earlier programs said of those whom this one names, in the order of their leaves.
    pub statements: &'a [Statement],
    /// The leaves of earlier programs that could not be read: what they said is unknown.
    pub unread: &'a BTreeSet<u64>,
    /// What the organisation states: who the outsiders are, and how long they may be silent.
    pub program: &'a Program,
    /// The moment of the question.
    pub now: Timestamp,
}

/// A signature that counts.
#[derive(Debug, Clone)]
pub(crate) struct Counted<'a> {
    pub(crate) signature: &'a OutsideSignature,
    /// The name in the program.
    pub(crate) outsider: &'a str,
    /// Who runs it, as names are compared.
    pub(crate) organisation: String,
    pub(crate) relation: Relation,
}

/// Signatures that count, and the others, each in the order of their checkpoints and times.
#[derive(Debug, Clone, Default)]
pub(crate) struct Judged<'a> {
    pub(crate) counted: Vec<Counted<'a>>,
    pub(crate) discounted: Vec<(&'a OutsideSignature, Discounted)>,
}

impl OutsideSignature {
    /// Returns the moment by which it was made, whatever the error of the clock within its accuracy.
    pub fn made_by(&self) -> Timestamp {
        let latest = self.time.checked_add(self.accuracy);
        latest.unwrap_or(Timestamp::MAX)
    }

    /// Returns the moment before which it was not made.
    pub fn not_made_before(&self) -> Timestamp {
        let earliest = self.time.checked_sub(self.accuracy);
        earliest.unwrap_or(Timestamp::MIN)
    }

    /// Returns the grade that this one signature gives.
    pub fn grade(&self) -> LogGrade {
        match self.kind {
            OutsiderKind::TimestampAuthority => LogGrade::Timestamped,
            OutsiderKind::Witness => LogGrade::Witnessed,
        }
    }
}

impl<'a> LogFacts<'a> {
    /// Returns which signatures count.
    pub(crate) fn judge(&self) -> Judged<'a> {
        let mut signatures: Vec<&OutsideSignature> = self.signatures.iter().collect();
        signatures.sort_by_key(|signature| (signature.size, signature.time, signature.sha256));
        let mut judged = Judged::default();
        let mut latest = BTreeMap::new();
        for signature in signatures {
            match self.count(signature, &mut latest) {
                Ok(counted) => judged.counted.push(counted),
                Err(reason) => judged.discounted.push((signature, reason)),
            }
        }
        judged
    }

    /// `latest` holds the last time of each witness on the checkpoints before.
    fn count(
        &self,
        signature: &'a OutsideSignature,
        latest: &mut BTreeMap<&'a str, Timestamp>,
    ) -> Result<Counted<'a>, Discounted> {
        let (outsider, run_by, relation) = self.stood(signature)?;
        if signature.size > self.leaves.len() as u64 {
            return Err(Discounted::BeyondLog);
        }
        if signature.not_made_before() > self.now {
            return Err(Discounted::Future);
        }
        // A witness never goes back to a smaller checkpoint (C2SP tlog-witness), so its clock did.
        // An authority knows no order: it may stamp an old checkpoint late.
        if signature.kind == OutsiderKind::Witness {
            let before = latest.entry(outsider).or_insert(signature.time);
            if signature.time < *before {
                return Err(Discounted::Backwards);
            }
            *before = signature.time;
        }
        Ok(Counted {
            signature,
            outsider,
            organisation: folded(run_by),
            relation,
        })
    }

    /// Returns name, operator and relation of whoever outside signed, as they were stated when the signature was made.
    ///
    /// Who runs a witness counts from the record that first says so: nobody becomes an outsider backwards. A signature
    /// on a checkpoint with that record is younger than it; one that no record precedes is judged by the first.
    /// A record that cannot be read may have said the contrary of the one that would decide.
    fn stood(
        &self,
        signature: &OutsideSignature,
    ) -> Result<(&'a str, &'a str, Relation), Discounted> {
        let stated = self.stated(signature);
        let (name, run_by, declared) = stated.ok_or(Discounted::UnknownKey)?;
        let is_of = |it: &&Statement| it.kind == signature.kind && it.outsider == name;
        let mut statements = self.statements.iter().filter(is_of);
        let mut before = statements.clone().filter(|it| it.leaf < signature.size);
        let (then, decisive) = match before.next_back() {
            Some(then) => (Some(then), then.leaf + 1..signature.size),
            None => {
                let first = statements.next();
                (first, 0..first.map_or(u64::MAX, |first| first.leaf))
            }
        };
        let (run_by, relation) = match then {
            Some(then) => (then.run_by.as_str(), then.relation),
            None => (run_by, self.program.relation(run_by, declared)),
        };
        let is_unread = self.unread.range(decisive).next().is_some();
        match relation {
            Relation::Own => Err(Discounted::Own),
            Relation::Outside | Relation::Reciprocal if is_unread => Err(Discounted::Unread),
            Relation::Outside | Relation::Reciprocal => Ok((name, run_by, relation)),
        }
    }

    /// Returns name, operator and declared relation of whoever the program says signed.
    fn stated(&self, signature: &OutsideSignature) -> Option<(&'a str, &'a str, Relation)> {
        let name = signature.outsider.as_deref()?;
        let outsiders = &self.program.outsiders;
        match signature.kind {
            OutsiderKind::Witness => {
                let witness = outsiders.witnesses.iter().find(|one| one.name == name)?;
                Some((&witness.name, &witness.run_by, witness.relation))
            }
            OutsiderKind::TimestampAuthority => {
                let mut authorities = outsiders.timestamp_authorities.iter();
                let authority = authorities.find(|one| one.name == name)?;
                Some((&authority.name, &authority.run_by, authority.relation))
            }
        }
    }
}

/// Returns the grade that signers of these kinds and organisations give together.
///
/// Only witnesses make a log cross-witnessed: an authority would stamp two logs under one name alike.
pub(crate) fn together<'c>(signers: impl Iterator<Item = (OutsiderKind, &'c str)>) -> LogGrade {
    let mut witnesses = BTreeSet::new();
    let mut stamped = false;
    for (kind, organisation) in signers {
        match kind {
            OutsiderKind::Witness => {
                witnesses.insert(organisation);
            }
            OutsiderKind::TimestampAuthority => stamped = true,
        }
    }
    match (witnesses.len(), stamped) {
        (0, false) => LogGrade::SelfSigned,
        (0, true) => LogGrade::Timestamped,
        (1, _) => LogGrade::Witnessed,
        (2.., _) => LogGrade::CrossWitnessed,
    }
}
