//! The same on machines that share a log: a handover dies at every step of the disk and at every call of the store.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use tempfile::TempDir;
use tlog::key::{KeyName, SignerKey, VerifierKey};
use tlog::merkle;

use super::{CUTS, LOSSES, next_salt, temporary};
use crate::Ledger;
use crate::append::{AppendError, NewLeaf, Receipts};
use crate::audit::Payloads;
use crate::crash::disk::CrashingDisk;
use crate::disk::{Access, Disk, LocalDisk};
use crate::keyfile::{self, NEXT_PRIVATE, PRIVATE};
use crate::keys::record::{KeyChange, KeyRecord};
use crate::leaf::LeafKind;
use crate::open::machine::Machine;
use crate::open::{self, OpenError};
use crate::signer::{self, KeySources, LogKey, NewKey};
use crate::store::fake::{FakeStore, Fault, Faults};
use crate::succession::{ChangeError, Occasion};

mod attack;
mod late;

const NEW: NewKey = NewKey::Seed([77; 32]);

/// A store with three leaves, and the folder of a machine that has the key.
struct Shared {
    store: FakeStore,
    laptop: TempDir,
}

/// What is done to the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Rotate,
    TakeOver,
}

fn key(seed: u8) -> SignerKey {
    let name = KeyName::new("countersign.local/handover").unwrap();
    SignerKey::from_seed(name, &[seed; 32])
}

/// Returns the folder of a machine with this key.
fn with_key(key: SignerKey) -> TempDir {
    let folder = temporary();
    let text = keyfile::private_text(&LogKey::from(key));
    let path = folder.path().join(PRIVATE);
    LocalDisk
        .write(&path, text.as_bytes(), Access::Owner)
        .unwrap();
    folder
}

fn occasion() -> Occasion<'static> {
    Occasion {
        reason: Some("a test"),
        at: Timestamp::UNIX_EPOCH,
        entropy: Box::leak(Box::new(next_salt)),
    }
}

fn open(folder: &Path, store: FakeStore) -> Result<Ledger, OpenError> {
    open_on(folder, store, Box::new(LocalDisk))
}

fn open_on(folder: &Path, store: FakeStore, disk: Box<dyn Disk>) -> Result<Ledger, OpenError> {
    let sources = KeySources::default();
    let machine = Machine::new(folder, disk, &sources, "the fake".to_owned());
    Ledger::over_shared(machine, Arc::new(store), None)
}

fn change(folder: &Path, deed: Deed, store: FakeStore, disk: Box<dyn Disk>) -> bool {
    let sources = KeySources::default();
    match deed {
        Deed::Rotate => open_on(folder, store, disk)
            .is_ok_and(|mut ledger| ledger.rotate(&NEW, &sources, occasion()).is_ok()),
        Deed::TakeOver => {
            let machine = Machine::new(folder, disk, &sources, "the fake".to_owned());
            Ledger::take_over_shared(machine, Arc::new(store), &NEW, occasion()).is_ok()
        }
    }
}

fn append(ledger: &mut Ledger) -> Result<Receipts, AppendError> {
    let record = NewLeaf::new(LeafKind::Report, b"record".to_vec());
    ledger.append(vec![record], Timestamp::UNIX_EPOCH, &mut next_salt)
}

impl Shared {
    fn new() -> Shared {
        let first = open::sign(&key(1).into(), 0, merkle::empty_root()).unwrap();
        let (public, name) = (key(1).verifier(), key(1).verifier().name().clone());
        let checkpoint = first.note.to_string();
        let store = FakeStore::new(
            &name,
            format!("{public}\n").as_bytes(),
            checkpoint.as_bytes(),
        );
        let laptop = with_key(key(1));
        let mut ledger = open(laptop.path(), store.machine(Faults::NONE)).unwrap();
        for _ in 0..3 {
            append(&mut ledger).unwrap();
        }
        Shared { store, laptop }
    }

    fn store(&self) -> FakeStore {
        self.store.machine(Faults::NONE)
    }

    fn open(&self) -> Result<Ledger, OpenError> {
        open(self.laptop.path(), self.store())
    }

    fn is_there(&self, name: &str) -> bool {
        self.laptop.path().join(name).exists()
    }

    /// Commits the record of a key as an attempt of this machine that was only slow, and is not signed for.
    fn arrives(&self, heir: &LogKey) {
        self.hands_over(3, heir);
    }

    /// Commits the record that the first key hands the log over in a leaf.
    fn hands_over(&self, at: u64, heir: &LogKey) {
        let store = self.store();
        let from = key(1).verifier();
        let change = KeyChange::Rotation {
            from: from.clone(),
            to: heir.verifier(),
        };
        let record = KeyRecord::new(at, change, None).unwrap().to_string();
        let note = signer::sign(&record, &[&key(1).into(), heir]).unwrap();
        let leaf = KeyRecord::to_leaf(&note);
        let leaf = crate::append::prepare(0, leaf, Timestamp::UNIX_EPOCH, &mut next_salt).unwrap();
        let ledger =
            Ledger::unpublished(Path::new(""), (from, Default::default()), Arc::new(store));
        ledger.commit(Some(at), vec![leaf]).unwrap();
    }
}

#[test]
fn a_disk_that_dies_at_any_step_costs_no_key() {
    for deed in [Deed::Rotate, Deed::TakeOver] {
        for loss in LOSSES {
            for cut in CUTS {
                let dies = |step: &u32| {
                    let disk = CrashingDisk::new(*step, cut);
                    let case = format!("{deed:?}, step {step}, {cut:?}, {loss:?}");
                    let shared = Shared::new();
                    let done = attempt(&shared, deed, shared.store(), Box::new(disk.clone()));
                    disk.cut_power(loss);
                    goes_on(&shared, deed, done, &case);
                    disk.died()
                };
                let steps = (0..).take_while(dies).count();
                assert!(steps > 6, "{deed:?} has only {steps} steps");
            }
        }
    }
}

#[test]
fn a_machine_that_dies_at_any_call_of_the_store_loses_no_key() {
    for deed in [Deed::Rotate, Deed::TakeOver] {
        for fault in [Fault::Before, Fault::After] {
            for failures in [1, u32::MAX] {
                let dies = |calls: &u32| {
                    let calls = *calls;
                    let case = format!("{deed:?}, {fault:?} call {calls}, {failures} failures");
                    let shared = Shared::new();
                    let store = shared.store.machine(Faults {
                        calls,
                        failures,
                        fault,
                    });
                    let faults = store.again();
                    let done = attempt(&shared, deed, store, Box::new(LocalDisk));
                    goes_on(&shared, deed, done, &case);
                    faults.fell()
                };
                let calls = (0..).take_while(dies).count();
                assert!(calls > 10, "{deed:?} has only {calls} calls");
            }
        }
    }
}

fn attempt(shared: &Shared, deed: Deed, store: FakeStore, disk: Box<dyn Disk>) -> bool {
    if deed == Deed::TakeOver {
        fs::remove_file(shared.laptop.path().join(PRIVATE)).unwrap();
    }
    change(shared.laptop.path(), deed, store, disk)
}

/// Checks that the machine goes on, under the one key that the log has, and another machine once it has that key.
fn goes_on(shared: &Shared, deed: Deed, done: bool, case: &str) {
    let folder = shared.laptop.path();
    if deed == Deed::TakeOver && matches!(shared.open(), Err(OpenError::NoKey { .. })) {
        assert!(!done, "{case}: the log was taken over, and is lost again");
        assert!(
            change(folder, deed, shared.store(), Box::new(LocalDisk)),
            "{case}: it cannot be taken over"
        );
    }
    let mut ledger = shared.open().expect(case);
    append(&mut ledger).expect(case);
    let ledger = shared.open().expect(case);
    for name in [NEXT_PRIVATE, "log.key.tried"] {
        assert!(!shared.is_there(name), "{case}: {name}");
    }
    let audited = ledger.audit(&Payloads::AllPresent).expect(case);
    let held = keyfile::read_private(folder, &KeySources::default()).expect(case);
    let in_force = audited.keys.current();
    assert_eq!(held.unwrap().verifier(), *in_force, "{case}");
    assert!(audited.keys.changes().len() <= 1, "{case}");
    let changed = *in_force != key(1).verifier();
    assert!(
        changed || !done,
        "{case}: the key was replaced, and is the old one"
    );
    others_follow(shared, changed.then_some(in_force), case);
}

fn others_follow(shared: &Shared, changed: Option<&VerifierKey>, case: &str) {
    let other = with_key(key(1));
    match (open(other.path(), shared.store()), changed) {
        (Ok(_), None) => {}
        (Err(OpenError::KeyReplaced { id, held, .. }), Some(now)) => {
            assert_eq!((id, held), (now.id(), key(1).verifier().id()), "{case}");
        }
        (opened, changed) => panic!("{case}: {opened:?} {changed:?}"),
    }
    fs::copy(
        shared.laptop.path().join(PRIVATE),
        other.path().join(PRIVATE),
    )
    .unwrap();
    append(&mut open(other.path(), shared.store()).expect(case)).expect(case);
}

#[test]
fn a_record_that_arrives_after_its_machine_died_has_its_key() {
    let shared = Shared::new();
    let store = shared.store.machine(Faults::NONE);
    let mut ledger = open(shared.laptop.path(), store.again()).unwrap();
    // The commit is the fourth call: end and checkpoint twice come before it.
    let (_, staged) = dies_at_commit(&shared);
    drop(ledger);
    ledger = shared.open().unwrap();
    assert!(shared.is_there(NEXT_PRIVATE), "it may still arrive");
    shared.arrives(&staged);
    // Who had the log open meanwhile signs for it with the key that it kept.
    append(&mut ledger).unwrap();
    let now = shared.open().unwrap();
    assert!(!shared.is_there(NEXT_PRIVATE));
    assert_eq!(*now.reader().log(), staged.verifier());
}

#[test]
fn a_rotation_that_is_tried_again_keeps_the_key_that_may_arrive() {
    let shared = Shared::new();
    let (_, staged) = dies_at_commit(&shared);
    let mut ledger = shared.open().unwrap();
    let sources = KeySources::default();
    let agent = NewKey::Agent(*key(5).verifier().public_bytes());
    let refused = ledger.rotate(&agent, &sources, occasion());
    assert!(matches!(refused, Err(ChangeError::Pending)), "{refused:?}");
    let other = NewKey::Seed([99; 32]);
    ledger.rotate(&other, &sources, occasion()).unwrap();
    assert_eq!(*ledger.reader().log(), staged.verifier());
    append(&mut ledger).unwrap();
}

/// Lets a rotation die so that its commit is not in the store; returns the key that it staged.
fn dies_at_commit(shared: &Shared) -> (u32, LogKey) {
    let folder = shared.laptop.path();
    for calls in 0.. {
        let faults = Faults {
            calls,
            failures: u32::MAX,
            fault: Fault::Before,
        };
        let store = shared.store.machine(faults);
        assert!(!change(folder, Deed::Rotate, store, Box::new(LocalDisk)));
        if shared.is_there("log.key.tried") {
            let path = folder.join(NEXT_PRIVATE);
            let staged = keyfile::read_private_at(path, &KeySources::default());
            return (calls, staged.unwrap().unwrap());
        }
        drop(shared.open().unwrap());
    }
    unreachable!("the rotation has a commit")
}

#[test]
fn who_holds_the_old_key_appends_nothing_behind_the_handover() {
    let shared = Shared::new();
    let other = with_key(key(1));
    let mut stale = open(other.path(), shared.store()).unwrap();
    let mut late = open(other.path(), shared.store()).unwrap();
    let sources = KeySources::default();
    let mut ledger = shared.open().unwrap();
    ledger.rotate(&NEW, &sources, occasion()).unwrap();
    let id = ledger.reader().log().id();
    let refused = append(&mut stale);
    assert!(
        matches!(refused, Err(AppendError::KeyReplaced { id: now }) if now == id),
        "{refused:?}"
    );
    let refused = late.rotate(&NewKey::Seed([5; 32]), &sources, occasion());
    assert!(
        matches!(refused, Err(ChangeError::Overtaken { id: now }) if now == id),
        "{refused:?}"
    );
    assert!(!other.path().join(NEXT_PRIVATE).exists());
    let audited = ledger.audit(&Payloads::AllPresent).unwrap();
    assert_eq!(audited.entries.len(), 4);
}

#[test]
fn of_two_that_hand_the_log_over_at_once_one_does_and_the_other_says_so() {
    for _ in 0..20 {
        let shared = Shared::new();
        let machines = [with_key(key(1)), with_key(key(1))];
        let ledgers = machines
            .each_ref()
            .map(|folder| open(folder.path(), shared.store()).unwrap());
        let barrier = std::sync::Barrier::new(2);
        let told = std::thread::scope(|scope| {
            let barrier = &barrier;
            let mut seed = 10;
            let threads = ledgers.map(|mut ledger| {
                seed += 1;
                scope.spawn(move || {
                    barrier.wait();
                    ledger.rotate(
                        &NewKey::Seed([seed; 32]),
                        &KeySources::default(),
                        occasion(),
                    )
                })
            });
            threads.map(|thread| thread.join().unwrap())
        });
        let won = told.iter().position(Result::is_ok).unwrap();
        let lost = &told[1 - won];
        assert!(
            matches!(lost, Err(ChangeError::Overtaken { .. })),
            "{lost:?}"
        );
        assert!(!machines[1 - won].path().join(NEXT_PRIVATE).exists());
        let refused = open(machines[1 - won].path(), shared.store());
        assert!(
            matches!(refused, Err(OpenError::KeyReplaced { .. })),
            "{refused:?}"
        );
        let ledger = open(machines[won].path(), shared.store()).unwrap();
        let audited = ledger.audit(&Payloads::AllPresent).unwrap();
        assert_eq!(audited.keys.changes().len(), 1);
    }
}
