//! Threads that append through one group: each record once, in one log, and published soon.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use ledger::append::{NewLeaf, Receipt};
use ledger::audit::Payloads;
use ledger::group::{Group, GroupError};
use ledger::leaf::LeafKind;
use ledger::read::Reader;
use tempfile::TempDir;

use crate::common;

const SOON: Duration = Duration::from_millis(50);

fn append(group: &Group, payload: String) -> Result<Receipt, GroupError> {
    static NEXT: AtomicU8 = AtomicU8::new(1);
    let mut entropy = || [NEXT.fetch_add(1, Ordering::Relaxed).max(1); 32];
    let record = NewLeaf::new(LeafKind::Observation, payload.into_bytes());
    group.append(record, common::at(), &mut entropy)
}

#[test]
fn every_record_of_many_threads_is_in_the_log_once() {
    let folder = TempDir::new().unwrap();
    let group = Group::new(common::open(folder.path()), SOON);
    let indices = std::thread::scope(|scope| {
        let threads = (0..32).map(|thread| {
            let group = &group;
            scope.spawn(move || {
                let append = |number| append(group, format!("{thread}.{number}")).unwrap().index;
                (0..20).map(append).collect::<Vec<u64>>()
            })
        });
        let threads: Vec<_> = threads.collect();
        let indices = threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap());
        indices.collect::<BTreeSet<u64>>()
    });
    assert_eq!(indices, (0..640).collect());
    drop(group);
    assert_eq!(published(folder.path()), 640);
    let audited = ledger::audit(
        folder.path(),
        common::open(folder.path()).reader().log(),
        &Payloads::AllPresent,
    );
    let audited = audited.unwrap();
    assert_eq!((audited.entries.len(), audited.payloads.len()), (640, 640));
}

#[test]
fn two_groups_on_one_folder_fork_nothing() {
    let folder = TempDir::new().unwrap();
    let groups = [(); 2].map(|()| Group::new(common::open(folder.path()), SOON));
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let group = &groups[thread % 2];
            scope.spawn(move || {
                for number in 0..10 {
                    append(group, format!("{thread}.{number}")).unwrap();
                }
            });
        }
    });
    drop(groups);
    assert_eq!(published(folder.path()), 80);
    let ledger = common::open(folder.path());
    assert_eq!(
        ledger.audit(&Payloads::AllPresent).unwrap().entries.len(),
        80
    );
}

#[test]
fn nobody_waits_for_ever_when_the_commit_fails() {
    let folder = TempDir::new().unwrap();
    let group = Group::new(common::open(folder.path()), SOON);
    append(&group, "first".to_owned()).unwrap();
    let segment = folder.path().join("records/00000000000000000000");
    let whole = fs::read(&segment).unwrap();
    fs::write(&segment, b"something else").unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| append(&group, "lost".to_owned()).unwrap_err());
        }
    });
    fs::write(&segment, whole).unwrap();
    assert_eq!(append(&group, "second".to_owned()).unwrap().index, 1);
}

/// Returns the leaves of the checkpoint, before anybody opens the ledger and publishes what is left.
fn published(folder: &Path) -> u64 {
    let signed = Reader::open(folder).unwrap().checkpoint().unwrap();
    signed.checkpoint.size()
}
