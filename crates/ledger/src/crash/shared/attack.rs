//! Who may write to the store, and holds no key of the log or one that was replaced.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::{NEW, Shared, append, dies_at_commit, key, next_salt, occasion, open, with_key};
use crate::Ledger;
use crate::append::{AppendError, NewLeaf};
use crate::audit::{AuditError, Payloads};
use crate::commit::Commit;
use crate::edge::Edge;
use crate::keyfile::{NEXT_PRIVATE, TRIED};
use crate::keys::history::HistoryError;
use crate::leaf::LeafKind;
use crate::open::OpenError;
use crate::payload;
use crate::read::{CHECKPOINT, ReadError, Reader};
use crate::seal::Key;
use crate::signer::KeySources;
use crate::store::disturbed::{Disturbed, Moment};
use crate::store::fake::{Fault, Faults};
use crate::store::{Objects, Store};

impl Shared {
    /// Replaces the key; returns the ledger under the new one.
    fn rotated(&self) -> Ledger {
        let mut ledger = self.open().unwrap();
        let sources = KeySources::default();
        ledger.rotate(&NEW, &sources, occasion()).unwrap();
        ledger
    }

    /// Commits a payload as who may append and holds no key; nobody signs for it.
    pub(super) fn commits(&self, kind: LeafKind, payload: Vec<u8>) {
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

#[test]
fn a_tree_that_ends_before_the_handover_is_not_believed_under_the_key_before() {
    let shared = Shared::new();
    let stolen = shared.store().read(CHECKPOINT, 4096).unwrap().unwrap();
    let ledger = shared.rotated();
    let audit = || {
        let first = Reader::appending(Path::new(""), key(1).verifier(), Arc::new(shared.store()));
        first.audit(&Payloads::AllPresent)
    };
    assert_eq!(audit().unwrap().entries.len(), 4);
    let store = shared.store();
    let now = store.read(CHECKPOINT, 4096).unwrap();
    shared.store.replaces(CHECKPOINT, &stolen);
    assert_ne!(now.as_ref(), Some(&stolen));
    // What is no record hides no handover.
    shared.commits(LeafKind::Key, b"no record".to_vec());
    let unknown = audit().unwrap_err();
    let id = ledger.reader().log().id();
    assert!(
        matches!(unknown, AuditError::HandedOver { leaf: 3, id: now, .. } if now == id),
        "{unknown:?}"
    );
}

#[test]
fn a_handover_that_nobody_can_read_is_not_taken_for_none() {
    let shared = Shared::new();
    let stolen = shared.store().read(CHECKPOINT, 4096).unwrap().unwrap();
    let mut ledger = shared.rotated();
    append(&mut ledger).unwrap();
    let first = ledger.reader().believing(key(1).verifier(), None);
    let record = ledger.reader().entries(3..4).unwrap().remove(0);
    shared.store.replaces(CHECKPOINT, &stolen);
    shared.store().destroy(&[3]).unwrap();
    // It lies beside the tiles, too.
    let told = first.audit(&Payloads::AllPresent).unwrap_err();
    assert!(matches!(told, AuditError::HandedOver { leaf: 3, .. }));
    for calls in 0.. {
        let store = shared.store.machine(Faults {
            calls,
            failures: 1,
            fault: Fault::Before,
        });
        let faults = store.again();
        let failing = Reader::appending(Path::new(""), key(1).verifier(), Arc::new(store));
        let told = crate::audit::run(&failing, &Payloads::AllPresent);
        assert!(
            told.is_err(),
            "call {calls} failed, and the tree before it passes"
        );
        if !faults.is_over() {
            break;
        }
    }
    let public = payload::public_name(&record.leaf.payload.salted_sha256);
    shared.store.replaces(&public, b"");
    let unknown = first.audit(&Payloads::AllPresent).unwrap_err();
    let id = key(1).verifier().id();
    assert!(
        matches!(unknown, AuditError::UnreadHandover { leaf: 3, signer } if signer == id),
        "{unknown:?}"
    );
    assert!(shared.open().is_err());
}

#[test]
fn who_holds_the_present_key_signs_over_a_checkpoint_that_was_put_back() {
    let shared = Shared::new();
    let stolen = shared.store().read(CHECKPOINT, 4096).unwrap().unwrap();
    drop(shared.rotated());
    shared.store.replaces(CHECKPOINT, &stolen);
    let ledger = shared.open().unwrap();
    let audited = ledger.audit(&Payloads::AllPresent).unwrap();
    assert_eq!(audited.entries.len(), 4);
    assert_eq!(audited.signed.key, key(77).verifier());
}

impl Shared {
    /// Has a key that is not in force sign everything that was committed, as whoever stole it can.
    fn is_signed_whole_by(&self, seed: u8) {
        let store = self.store();
        let size = store.head().unwrap().size;
        let mut edge = Edge::empty();
        let grow = &mut |commit: Commit, _: Vec<Key>| {
            for entry in &commit.leaves {
                edge.push(&entry.leaf)?;
            }
            Ok(())
        };
        store.commits(0, size, grow).unwrap();
        let signed = crate::open::sign(&key(seed).into(), size, edge.root()).unwrap();
        let text = signed.note.to_string();
        self.store.replaces(CHECKPOINT, text.as_bytes());
    }

    fn is_under(&self, seed: u8) {
        let mut ledger = self.open().unwrap();
        append(&mut ledger).unwrap();
        let audited = ledger.audit(&Payloads::AllPresent).unwrap();
        assert_eq!(audited.signed.key, key(seed).verifier());
        for name in [NEXT_PRIVATE, TRIED] {
            assert!(!self.is_there(name), "{name}");
        }
    }
}

#[test]
fn a_record_of_a_key_that_was_destroyed_is_read_beside_the_tiles() {
    let shared = Shared::new();
    let mut ledger = shared.rotated();
    append(&mut ledger).unwrap();
    shared.store().destroy(&[3]).unwrap();
    let ledger = shared.open().unwrap();
    assert_eq!(ledger.history().unwrap().changes().len(), 1);
    ledger.rebuild().unwrap();
    let missing = ledger.audit(&Payloads::AllPresent).unwrap_err();
    assert!(
        matches!(missing, AuditError::MissingPayload { index: 3, .. }),
        "{missing:?}"
    );
}

#[test]
fn who_holds_the_present_key_signs_over_a_whole_tree_that_the_one_before_signed() {
    let shared = Shared::new();
    drop(shared.rotated());
    shared.is_signed_whole_by(1);
    let first = Reader::appending(Path::new(""), key(1).verifier(), Arc::new(shared.store()));
    assert!(first.audit(&Payloads::AllPresent).is_err());
    // A machine that has only the key before notices nothing.
    let other = with_key(key(1));
    append(&mut open(other.path(), shared.store()).unwrap()).unwrap();
    shared.is_under(77);
    assert!(open(other.path(), shared.store()).is_err());
}

#[test]
fn a_rotation_that_died_keeps_its_key_where_the_one_before_signed_its_record() {
    let shared = Shared::new();
    let (_, staged) = dies_at_commit(&shared);
    shared.arrives(&staged);
    shared.is_signed_whole_by(1);
    drop(shared.open().unwrap());
    assert!(!shared.is_there(NEXT_PRIVATE));
    let ledger = shared.open().unwrap();
    assert_eq!(ledger.checkpoint().unwrap().key, staged.verifier());
    ledger.audit(&Payloads::AllPresent).unwrap();
}

#[test]
fn a_rotation_whose_record_the_key_before_signed_at_once_is_signed_by_the_new_key() {
    let shared = Arc::new(Shared::new());
    let mut ledger = shared.open().unwrap();
    let thief = shared.clone();
    ledger.store = Disturbed::store(ledger.store.clone(), Moment::AfterCommit, move || {
        thief.is_signed_whole_by(1);
    });
    let sources = KeySources::default();
    ledger.rotate(&NEW, &sources, occasion()).unwrap();
    assert_eq!(ledger.checkpoint().unwrap().key, key(77).verifier());
    shared.is_under(77);
}

#[test]
fn who_saw_the_handover_and_lacks_its_key_appends_nothing_behind_it() {
    let shared = Shared::new();
    let other = with_key(key(1));
    let mut stale = open(other.path(), shared.store()).unwrap();
    // The record is there, and nobody signed for it.
    shared.hands_over(3, &key(6).into());
    assert!(stale.publish().is_err());
    for _ in 0..2 {
        let refused = append(&mut stale);
        let id = key(6).verifier().id();
        assert!(
            matches!(refused, Err(AppendError::KeyReplaced { id: now }) if now == id),
            "{refused:?}"
        );
    }
    assert_eq!(shared.store().head().unwrap().size, 4);
}

#[test]
fn a_store_that_cannot_be_read_is_no_store_that_is_signed_by_a_stranger() {
    let shared = Shared::new();
    let mut stale = open(with_key(key(1)).path(), shared.store()).unwrap();
    let now = shared.rotated();
    let reading = |calls: u32| {
        let store = shared.store.machine(Faults {
            calls,
            failures: u32::MAX,
            fault: Fault::Before,
        });
        Reader::appending(Path::new(""), key(1).verifier(), Arc::new(store))
    };
    let errors = (0..).map_while(|calls| {
        let reader = reading(calls).under_key_in_force();
        reader.map_err(|error| error.to_string()).err()
    });
    let errors: Vec<String> = errors.collect();
    assert!(errors.len() > 2, "{errors:?}");
    for error in &errors {
        assert!(error.contains("cannot reach the fake"), "{error}");
    }
    let calls = u32::try_from(errors.len()).unwrap();
    let found = reading(calls).under_key_in_force().unwrap();
    assert_eq!(*found.log(), key(77).verifier());
    assert_eq!(now.checkpoint().unwrap().key, *found.log());
    // The checkpoint is read, and nothing more.
    for calls in 1..calls {
        stale.reader = reading(calls);
        let failed = stale.checkpoint().unwrap_err();
        let is_unread = matches!(
            failed,
            AppendError::Read(ReadError::File(_) | ReadError::Store(_))
        );
        assert!(is_unread, "{calls}: {failed:?}");
    }
}
