//! Whether an earlier key of a log is revoked already.

use ledger::keys::history::KeyHistory;
use ledger::keys::record::KeyChange;
use tlog::key::VerifierKey;

/// A revocation that the log holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revoked {
    /// The first leaf for which the key is not believed.
    pub since: u64,
    /// The leaf that records it.
    pub record: u64,
}

/// Returns the revocation that a further one from this leaf on would add nothing to; without a leaf, one from behind the
/// handover of the key on.
pub fn before(keys: &KeyHistory, key: &VerifierKey, from_leaf: Option<u64>) -> Option<Revoked> {
    let revocations = keys.changes().iter().filter_map(|change| {
        let record = change.record.leaf;
        match &change.record.change {
            KeyChange::Revocation { key: of, since, .. } if of == key => Some(Revoked {
                since: *since,
                record,
            }),
            KeyChange::Revocation { .. } | KeyChange::Rotation { .. } | KeyChange::Loss { .. } => {
                None
            }
        }
    });
    // None reaches less far back than to the handover.
    let mut enough = revocations.filter(|it| from_leaf.is_none_or(|leaf| it.since <= leaf));
    enough.next()
}
