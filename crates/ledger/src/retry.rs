//! Appends to a store that fails, before or after it did what it was asked, and callers who try again.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use model::digest::Digest;
use tempfile::TempDir;
use tlog::key::{KeyName, SignerKey};
use tlog::merkle;

use crate::Ledger;
use crate::append::{AppendError, NewLeaf, Receipts};
use crate::audit::Payloads;
use crate::leaf::LeafKind;
use crate::open::{self, OpenError};
use crate::read::{ReadError, Reader};
use crate::store::fake::{FakeStore, Fault, Faults};

/// A store in memory, and the folder of a machine.
struct Shared {
    folder: TempDir,
    store: FakeStore,
}

/// A machine whose store fails, and the process that runs there.
struct Machine<'s> {
    folder: &'s Path,
    store: Arc<FakeStore>,
    ledger: Option<Ledger>,
    /// The leaves that the log had when this machine last knew.
    size: u64,
}

fn key() -> SignerKey {
    let name = KeyName::new("countersign.local/retry").unwrap();
    SignerKey::from_seed(name, &[9; 32])
}

fn append(ledger: &mut Ledger, payload: &str) -> Result<Receipts, AppendError> {
    let leaf = NewLeaf::new(LeafKind::Observation, payload.as_bytes().to_vec());
    let mut next = 0_u8;
    let mut entropy = || {
        next += 1;
        Digest::of_parts([payload.as_bytes(), &[next]])
            .as_bytes()
            .to_owned()
    };
    ledger.append(vec![leaf], Timestamp::UNIX_EPOCH, &mut entropy)
}

impl Shared {
    fn new() -> Shared {
        let key = key();
        let first = open::sign(&key.clone().into(), 0, merkle::empty_root()).unwrap();
        let public = format!("{}\n", key.verifier());
        let first = first.note.to_string();
        let name = key.verifier().name().clone();
        Shared {
            folder: TempDir::new().unwrap(),
            store: FakeStore::new(&name, public.as_bytes(), first.as_bytes()),
        }
    }

    fn machine(&self, faults: Faults) -> Machine<'_> {
        Machine {
            folder: self.folder.path(),
            store: Arc::new(self.store.machine(faults)),
            ledger: None,
            size: 0,
        }
    }

    /// Returns the indices of each payload, after the whole log was audited.
    fn payloads(&self) -> BTreeMap<Digest, Vec<u64>> {
        let ledger = open(
            self.folder.path(),
            Arc::new(self.store.machine(Faults::NONE)),
        )
        .unwrap();
        let audited = ledger.audit(&Payloads::AllPresent).unwrap();
        let mut found: BTreeMap<Digest, Vec<u64>> = BTreeMap::new();
        for (index, kept) in ledger.reader().payloads_of(&audited.entries).unwrap() {
            found.entry(kept.sha256).or_default().push(index);
        }
        found
    }
}

fn open(folder: &Path, store: Arc<FakeStore>) -> Result<Ledger, OpenError> {
    Ledger::over(folder, key().into(), store, None)
}

impl Machine<'_> {
    /// Returns the ledger of the process that runs, or of the next one.
    fn ledger(&mut self) -> Result<&mut Ledger, OpenError> {
        if self.ledger.is_none() {
            self.store = Arc::new(self.store.again());
            self.ledger = Some(open(self.folder, self.store.clone())?);
        }
        Ok(self.ledger.as_mut().unwrap())
    }

    /// Tries once, and lets the process die if that fails.
    fn try_to_append(&mut self, payload: &str) -> Option<u64> {
        let appended = self
            .ledger()
            .ok()
            .and_then(|ledger| append(ledger, payload).ok());
        let Some(receipts) = appended else {
            self.ledger = None;
            return None;
        };
        self.size = receipts.signed.checkpoint.size();
        Some(receipts.receipts[0].index)
    }

    /// Does what [`Ledger::append`] tells who wants the payload there once.
    fn append_once(&mut self, payload: &str) -> u64 {
        loop {
            if let Some(index) = self.try_to_append(payload) {
                return index;
            }
            if let Some(index) = self.look_for(payload) {
                return index;
            }
        }
    }

    fn look_for(&mut self, payload: &str) -> Option<u64> {
        let (from, digest) = (self.size, Digest::of(payload.as_bytes()));
        loop {
            let looked = self
                .ledger()
                .ok()
                .map(|ledger| find(ledger.reader(), from, &digest));
            match looked {
                Some(Ok(found)) => return found,
                _ => self.ledger = None,
            }
        }
    }
}

fn find(reader: &Reader, from: u64, payload: &Digest) -> Result<Option<u64>, ReadError> {
    let size = reader.checkpoint()?.checkpoint.size();
    let kept = reader.payloads_of(&reader.entries(from..size)?)?;
    let mut kept = kept.into_iter().filter(|(_, kept)| kept.sha256 == *payload);
    Ok(kept.next().map(|(index, _)| index))
}

#[test]
fn who_looks_before_trying_again_has_each_payload_once() {
    for fault in [Fault::Before, Fault::After] {
        for failures in [1, 2, 5] {
            let fails = |calls: &u32| {
                fails_and_is_tried_again(Faults {
                    calls: *calls,
                    failures,
                    fault,
                })
            };
            let calls = (0..).take_while(fails).count();
            assert!(calls > 20, "three appends have only {calls} calls");
        }
    }
}

/// Returns whether all failures happened, after checking that nothing was lost by them.
fn fails_and_is_tried_again(faults: Faults) -> bool {
    let shared = Shared::new();
    let (mut failing, mut other) = (shared.machine(faults), shared.machine(Faults::NONE));
    let mut acknowledged = Vec::new();
    for number in 0..3 {
        for (machine, name) in [(&mut failing, "failing"), (&mut other, "other")] {
            let payload = format!("{name} {number}");
            let index = machine.append_once(&payload);
            acknowledged.push((Digest::of(payload.as_bytes()), vec![index]));
        }
    }
    assert_eq!(
        shared.payloads(),
        acknowledged.into_iter().collect(),
        "{faults:?}"
    );
    failing.store.is_over()
}

#[test]
fn who_tries_again_without_a_look_may_have_a_payload_twice_and_loses_none() {
    let mut twice = 0;
    for fault in [Fault::Before, Fault::After] {
        for calls in 0..40 {
            let shared = Shared::new();
            let mut machine = shared.machine(Faults {
                calls,
                failures: 1,
                fault,
            });
            let mut acknowledged = BTreeMap::new();
            for payload in ["first", "second"] {
                let index = (0..).find_map(|_| machine.try_to_append(payload)).unwrap();
                acknowledged.insert(Digest::of(payload.as_bytes()), index);
            }
            let found = shared.payloads();
            for (payload, index) in acknowledged {
                assert!(found[&payload].contains(&index), "{fault:?} after {calls}");
                twice += found[&payload].len() - 1;
            }
        }
    }
    assert!(
        twice > 0,
        "a store that answers an error may have stored all the same"
    );
}
