//! The keys that a log has had, computed from its records, and which of them vouches for which.

use jiff::Timestamp;
use tlog::key::VerifierKey;

use crate::keys::record::{KeyChange, KeyRecord};

/// The digits of the ID of a key.
const ID_DIGITS: usize = 8;

/// The keys of a log, one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHistory {
    first: VerifierKey,
    changes: Vec<Change>,
}

/// A record with the time that its leaf claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What became of the key.
    pub record: KeyRecord,
    /// When, by the clock of the machine that recorded it.
    pub at: Timestamp,
}

/// Why the records of a log's keys do not follow from each other.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// A record was made for another place.
    #[error("leaf {leaf} holds a record of a key that was made for leaf {made_for}")]
    Moved {
        /// The leaf.
        leaf: u64,
        /// The leaf that the record names.
        made_for: u64,
    },
    /// A record is not about the key in force.
    #[error("leaf {leaf} records a change of a key that was not in force there")]
    NotInForce {
        /// The leaf.
        leaf: u64,
    },
    /// A key that went comes back.
    #[error("leaf {leaf} brings back a key that the log had before")]
    ComesBack {
        /// The leaf.
        leaf: u64,
    },
    /// A revocation names a key that the log did not have before, or the one in force.
    #[error("leaf {leaf} revokes what is no earlier key of the log")]
    NoEarlierKey {
        /// The leaf.
        leaf: u64,
    },
    /// The checkpoint is signed by a key that is not in force.
    #[error(
        "the log is signed by {signer:08x}, but by its records the key in force is {in_force:08x}"
    )]
    OtherSigner {
        /// The ID of the key that signed.
        signer: u32,
        /// The ID of the key in force.
        in_force: u32,
    },
}

/// Why a key that is trusted does not stand for the one in force.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unvouched {
    /// The log never had it.
    #[error("it is no key of this log")]
    Unknown,
    /// It, or one of its successors, was lost.
    #[error(
        "it was lost: from leaf {leaf} on the log is signed by a key that the one before did not vouch for"
    )]
    Lost {
        /// The leaf.
        leaf: u64,
    },
    /// It, or one of its successors, was revoked before it handed the log over.
    #[error(
        "it was revoked from leaf {since} on, before it handed the log over in leaf {leaf}, so that it does not vouch for the key after it"
    )]
    Revoked {
        /// The leaf of the handover.
        leaf: u64,
        /// The leaf from which on it is not believed.
        since: u64,
    },
}

impl KeyHistory {
    /// Returns the keys that these records lead through, from the first one to the one that signed the whole log.
    ///
    /// Each record has the leaf that holds it. Where there is none, the log has had one key.
    pub fn new(
        signer: &VerifierKey,
        records: Vec<(u64, Timestamp, KeyRecord)>,
    ) -> Result<KeyHistory, HistoryError> {
        let first = match records.first().map(|(_, _, record)| &record.change) {
            Some(KeyChange::Rotation { from: first, .. } | KeyChange::Loss { from: first, .. }) => {
                first.clone()
            }
            Some(KeyChange::Revocation { by, .. }) => by.clone(),
            None => signer.clone(),
        };
        let mut history = KeyHistory {
            first,
            changes: Vec::new(),
        };
        for (leaf, at, record) in records {
            history.refuse(leaf, &record)?;
            history.changes.push(Change { record, at });
        }
        let in_force = history.current();
        match in_force == signer {
            true => Ok(history),
            false => Err(HistoryError::OtherSigner {
                signer: signer.id(),
                in_force: in_force.id(),
            }),
        }
    }

    fn refuse(&self, leaf: u64, record: &KeyRecord) -> Result<(), HistoryError> {
        if record.leaf != leaf {
            let made_for = record.leaf;
            return Err(HistoryError::Moved { leaf, made_for });
        }
        let is_earlier = |key: &VerifierKey| self.keys().any(|earlier| earlier == key);
        let (actor, comes_back, no_earlier) = match &record.change {
            KeyChange::Rotation { from, to } | KeyChange::Loss { from, to } => {
                // Of two keys with one ID a signature could be of either.
                let same_id = self.keys().any(|earlier| earlier.id() == to.id());
                (from, same_id, false)
            }
            KeyChange::Revocation { by, key, .. } => (by, false, key == by || !is_earlier(key)),
        };
        match (actor == self.current(), comes_back, no_earlier) {
            (false, _, _) => Err(HistoryError::NotInForce { leaf }),
            (true, true, _) => Err(HistoryError::ComesBack { leaf }),
            (true, _, true) => Err(HistoryError::NoEarlierKey { leaf }),
            (true, false, false) => Ok(()),
        }
    }

    /// Returns the changes in the order of their leaves.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Returns the keys in the order in which they were in force.
    pub fn keys(&self) -> impl Iterator<Item = &VerifierKey> {
        let successors = self.changes.iter();
        std::iter::once(&self.first)
            .chain(successors.filter_map(|change| change.record.change.successor()))
    }

    /// Returns the key that a text names: whole, up to its ID, or by its ID alone where one key has that.
    pub fn named(&self, wanted: &str) -> Option<&VerifierKey> {
        let is_id =
            wanted.len() == ID_DIGITS && wanted.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_it = |key: &&VerifierKey| {
            let id = format!("{:08x}", key.id());
            let up_to_id = format!("{}+{id}", key.name());
            key.to_string() == wanted
                || up_to_id == wanted
                || is_id && id.eq_ignore_ascii_case(wanted)
        };
        let mut found = self.keys().filter(is_it);
        found.next().filter(|_| found.next().is_none())
    }

    /// Returns the key in force.
    pub fn current(&self) -> &VerifierKey {
        self.at(u64::MAX)
    }

    /// Returns the key that signs the tree of so many leaves.
    pub fn at(&self, size: u64) -> &VerifierKey {
        let before = self.changes.iter().rev();
        let mut before = before.filter(|change| change.record.leaf < size);
        let last = before.find_map(|change| change.record.change.successor());
        last.unwrap_or(&self.first)
    }

    /// Returns the first leaf for which a key is not believed, if it was revoked.
    pub fn revoked(&self, wanted: &VerifierKey) -> Option<u64> {
        let since = |change: &Change| match &change.record.change {
            KeyChange::Revocation { key, since, .. } if key == wanted => Some(*since),
            _ => None,
        };
        self.changes.iter().filter_map(since).min()
    }

    /// Returns whether the signature of a key under the tree of so many leaves is believed.
    pub fn is_believed(&self, key: &VerifierKey, size: u64) -> bool {
        self.revoked(key).is_none_or(|since| size <= since)
    }

    /// Checks that one of the keys that a verifier trusts stands for the one in force: it is that one, or it handed
    /// the log over, by whatever keys lie between, and none of them was lost or revoked before it did.
    pub fn vouched_by(&self, trusted: &[VerifierKey]) -> Result<(), Unvouched> {
        let mut why = Unvouched::Unknown;
        for key in trusted {
            match self.vouches(key) {
                Ok(()) => return Ok(()),
                Err(Unvouched::Unknown) => {}
                Err(error) => why = error,
            }
        }
        Err(why)
    }

    fn vouches(&self, trusted: &VerifierKey) -> Result<(), Unvouched> {
        if !self.keys().any(|key| key == trusted) {
            return Err(Unvouched::Unknown);
        }
        let mut begun = self.first == *trusted;
        for Change { record, .. } in &self.changes {
            let leaf = record.leaf;
            match &record.change {
                KeyChange::Rotation { from, .. } if begun => match self.revoked(from) {
                    Some(since) if since <= leaf => {
                        return Err(Unvouched::Revoked { leaf, since });
                    }
                    Some(_) | None => {}
                },
                KeyChange::Loss { .. } if begun => return Err(Unvouched::Lost { leaf }),
                KeyChange::Rotation { .. } | KeyChange::Loss { .. } => {
                    begun = record.change.successor() == Some(trusted);
                }
                KeyChange::Revocation { .. } => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
