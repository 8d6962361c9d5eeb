//! Publishing while another machine appends and publishes.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use tempfile::TempDir;

use crate::Ledger;
use crate::append::NewLeaf;
use crate::audit::Payloads;
use crate::commit::Commit;
use crate::file::FileError;
use crate::leaf::LeafKind;
use crate::seal::Key;
use crate::store::{Head, Objects, Store, StoreError, Visit};

/// A store in which another machine appends just after somebody asked for the end.
#[derive(Debug)]
struct Overtaken {
    store: Arc<dyn Store>,
    other: Mutex<Option<Ledger>>,
}

fn append(ledger: &mut Ledger, payload: &str) {
    let leaf = NewLeaf::new(LeafKind::Observation, payload.as_bytes().to_vec());
    ledger
        .append(vec![leaf], Timestamp::UNIX_EPOCH, &mut || [1; 32])
        .unwrap();
}

#[test]
fn a_checkpoint_never_becomes_one_of_a_smaller_tree() {
    let folder = TempDir::new().unwrap();
    let open =
        || Ledger::open_or_create(folder.path(), "countersign.local/overtaken", [9; 32]).unwrap();
    let (mut other, mut overtaken) = (open(), open());
    append(&mut other, "first");
    overtaken.store = Arc::new(Overtaken {
        store: overtaken.store.clone(),
        other: Mutex::new(Some(other)),
    });
    let published = overtaken.publish().unwrap();
    assert_eq!(published.checkpoint.size(), 2);
    assert_eq!(overtaken.reader().checkpoint().unwrap(), published);
    overtaken.audit(&Payloads::AllPresent).unwrap();
}

impl Objects for Overtaken {
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

impl Store for Overtaken {
    fn head(&self) -> Result<Head, StoreError> {
        let head = self.store.head()?;
        if let Some(mut other) = self.other.lock().unwrap().take() {
            append(&mut other, "in between");
        }
        Ok(head)
    }

    fn commit(
        &self,
        expected: &Head,
        commit: &Commit,
        keys: &[Key],
    ) -> Result<Option<Head>, StoreError> {
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

    fn settle(&self, checkpoint: &[u8], size: u64) -> Result<(), StoreError> {
        self.store.settle(checkpoint, size)
    }
}
