//! Who may write to the store, and holds no key of the log or one that was replaced.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::{NEW, Shared, append, key, next_salt, occasion, open, with_key};
use crate::Ledger;
use crate::append::{AppendError, NewLeaf};
use crate::audit::Payloads;
use crate::keys::history::HistoryError;
use crate::leaf::LeafKind;
use crate::open::OpenError;
use crate::read::ReadError;
use crate::signer::KeySources;

impl Shared {
    /// Replaces the key; returns the ledger under the new one.
    fn rotated(&self) -> Ledger {
        let mut ledger = self.open().unwrap();
        let sources = KeySources::default();
        ledger.rotate(&NEW, &sources, occasion()).unwrap();
        ledger
    }

    /// Commits a payload as who may append and holds no key; nobody signs for it.
    fn commits(&self, kind: LeafKind, payload: Vec<u8>) {
        let leaf = NewLeaf::new(kind, payload);
        let leaf = crate::append::prepare(0, leaf, Timestamp::UNIX_EPOCH, &mut next_salt).unwrap();
        let (from, store) = (key(1).verifier(), Arc::new(self.store()));
        let ledger = Ledger::unpublished(Path::new(""), (from, Default::default()), store);
        ledger.commit(None, vec![leaf]).unwrap();
    }
}

#[test]
fn a_record_that_is_appended_again_is_signed_by_nobody() {
    let shared = Shared::new();
    let mut ledger = shared.rotated();
    let record = ledger.reader().entries(3..4).unwrap().remove(0);
    let record = ledger.reader().payload(&record).unwrap().unwrap();
    shared.commits(LeafKind::Key, record);
    let refused = append(&mut ledger);
    assert!(
        matches!(
            refused,
            Err(AppendError::Read(ReadError::KeyHistory(
                HistoryError::Moved {
                    leaf: 4,
                    made_for: 3
                }
            )))
        ),
        "{refused:?}"
    );
    let refused = shared.open().unwrap_err();
    assert!(matches!(refused, OpenError::Unfinished(_)), "{refused:?}");
    let audited = ledger.audit(&Payloads::AllPresent).unwrap();
    assert_eq!(audited.entries.len(), 4);
}

#[test]
fn a_record_of_a_key_that_is_not_in_force_is_signed_by_nobody() {
    let shared = Shared::new();
    let mut ledger = shared.rotated();
    // The key before is stolen, and hands the log over once more.
    shared.hands_over(4, &key(6).into());
    let refused = append(&mut ledger);
    assert!(
        matches!(
            refused,
            Err(AppendError::Read(ReadError::KeyHistory(
                HistoryError::NotInForce { leaf: 4 }
            )))
        ),
        "{refused:?}"
    );
    ledger.audit(&Payloads::AllPresent).unwrap();
    let other = with_key(key(6));
    assert!(open(other.path(), shared.store()).is_err());
}
