//! Earlier keys of a log, as their operator names them, and whether one is revoked already.

use ledger::keys::history::KeyHistory;
use ledger::keys::record::KeyChange;
use tlog::key::VerifierKey;

/// The digits of the ID of a key.
const ID_DIGITS: usize = 8;

/// A revocation that the log holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revoked {
    /// The first leaf for which the key is not believed.
    pub since: u64,
    /// The leaf that records it.
    pub record: u64,
}

/// Returns the key that a text names: whole, up to its ID, or by its ID alone where one key has that.
pub fn named<'k>(keys: &'k KeyHistory, wanted: &str) -> Option<&'k VerifierKey> {
    let is_id = wanted.len() == ID_DIGITS && wanted.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_it = |key: &&VerifierKey| {
        let id = format!("{:08x}", key.id());
        let up_to_id = format!("{}+{id}", key.name());
        key.to_string() == wanted || up_to_id == wanted || is_id && id.eq_ignore_ascii_case(wanted)
    };
    let mut found = keys.keys().filter(is_it);
    found.next().filter(|_| found.next().is_none())
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
