//! What comes between a rotation and its commit: its own record, sent before, or nothing that proves anything.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tlog::merkle;

use super::{NEW, Shared, append, dies_at_commit, key, occasion};
use crate::Ledger;
use crate::commit::Commit;
use crate::file::FileError;
use crate::keyfile::{NEXT_PRIVATE, TRIED};
use crate::leaf::LeafKind;
use crate::open;
use crate::read::CHECKPOINT;
use crate::seal::Key;
use crate::signer::{KeySources, NewKey};
use crate::store::{Head, Objects, Store, StoreError, Visit};
use crate::succession::ChangeError;

type Deed = Box<dyn FnOnce() + Send>;

/// A store in which something is done just before the next commit.
struct Disturbed {
    store: Arc<dyn Store>,
    deed: Mutex<Option<Deed>>,
}

fn disturb(ledger: &mut Ledger, deed: impl FnOnce() + Send + 'static) {
    let store = Arc::new(Disturbed {
        store: ledger.store.clone(),
        deed: Mutex::new(Some(Box::new(deed))),
    });
    ledger.store = store;
}

fn rotate(ledger: &mut Ledger, seed: u8) -> Result<u64, ChangeError> {
    let sources = KeySources::default();
    let receipts = ledger.rotate(&NewKey::Seed([seed; 32]), &sources, occasion())?;
    Ok(receipts.receipts[0].index)
}

#[test]
fn a_rotation_whose_record_was_on_its_way_is_done() {
    let shared = Arc::new(Shared::new());
    let (_, staged) = dies_at_commit(&shared);
    let mut ledger = shared.open().unwrap();
    let (slow, heir) = (shared.clone(), staged.clone());
    disturb(&mut ledger, move || slow.arrives(&heir));
    assert_eq!(rotate(&mut ledger, 99).unwrap(), 3);
    assert_eq!(ledger.checkpoint().unwrap().key, staged.verifier());
    append(&mut ledger).unwrap();
    for name in [NEXT_PRIVATE, TRIED] {
        assert!(!shared.is_there(name), "{name}");
    }
    assert_eq!(*shared.open().unwrap().reader().log(), staged.verifier());
}

#[test]
fn a_checkpoint_of_a_stranger_costs_no_staged_key() {
    let shared = Arc::new(Shared::new());
    let mut ledger = shared.open().unwrap();
    ledger
        .rotate(&NEW, &KeySources::default(), occasion())
        .unwrap();
    let sound = shared.store().read(CHECKPOINT, 4096).unwrap().unwrap();
    let strange = open::sign(&key(8).into(), 0, merkle::empty_root()).unwrap();
    let disturbed = shared.clone();
    disturb(&mut ledger, move || {
        disturbed.commits(LeafKind::Report, b"first".to_vec());
        let text = strange.note.to_string();
        disturbed.store.replaces(CHECKPOINT, text.as_bytes());
    });
    let refused = rotate(&mut ledger, 99);
    assert!(
        matches!(refused, Err(ChangeError::Append(_))),
        "{refused:?}"
    );
    assert!(shared.is_there(NEXT_PRIVATE));
    shared.store.replaces(CHECKPOINT, &sound);
    append(&mut shared.open().unwrap()).unwrap();
    assert!(!shared.is_there(NEXT_PRIVATE));
}

impl fmt::Debug for Disturbed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.store.fmt(formatter)
    }
}

impl Objects for Disturbed {
    fn keeps_public_key(&self) -> bool {
        self.store.keeps_public_key()
    }

    fn place(&self, name: &str) -> PathBuf {
        self.store.place(name)
    }

    fn read_start(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, FileError> {
        self.store.read_start(name, limit)
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, FileError> {
        self.store.list(folder)
    }
}

impl Store for Disturbed {
    fn head(&self) -> Result<Head, StoreError> {
        self.store.head()
    }

    fn commit(
        &self,
        expected: &Head,
        commit: &Commit,
        keys: &[Key],
    ) -> Result<Option<Head>, StoreError> {
        let deed = self.deed.lock().unwrap().take();
        if let Some(deed) = deed {
            deed();
        }
        self.store.commit(expected, commit, keys)
    }

    fn commits(&self, from: u64, end: u64, visit: Visit<'_>) -> Result<(), StoreError> {
        self.store.commits(from, end, visit)
    }

    fn destroy(&self, leaves: &[u64]) -> Result<(), StoreError> {
        self.store.destroy(leaves)
    }

    fn write(&self, objects: &[(String, Vec<u8>)]) -> Result<(), StoreError> {
        self.store.write(objects)
    }

    fn publish(&self, expected: Option<&[u8]>, checkpoint: &[u8]) -> Result<bool, StoreError> {
        self.store.publish(expected, checkpoint)
    }

    fn settled(&self) -> Result<Option<Vec<u8>>, FileError> {
        self.store.settled()
    }
}
