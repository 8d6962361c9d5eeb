//! Appends that die at every step, by a killed process and by a power cut, and what the next one finds.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use tempfile::TempDir;

use crate::Ledger;
use crate::append::{NewLeaf, Receipts};
use crate::audit::Payloads;
use crate::crash::disk::{CrashingDisk, Cut, Loss};
use crate::disk::Disk;
use crate::leaf::LeafKind;
use crate::read::Entry;

mod disk;
mod handover;
mod shared;

const ORIGIN: &str = "countersign.local/crash";

const CUTS: [Cut; 2] = [Cut::Midway, Cut::After];
const LOSSES: [Loss; 6] = [
    Loss::None,
    Loss::All,
    Loss::EverySecond,
    Loss::Oldest,
    Loss::Torn,
    Loss::Sector,
];

/// The tree is made durable after every append, or after none.
const SETTLES: [u64; 2] = [0, u64::MAX];

#[test]
fn no_cut_loses_an_acknowledged_leaf_or_leaves_a_broken_log() {
    for settle in SETTLES {
        dies_at_every_step(0, 1, Loss::All, settle);
        for loss in LOSSES {
            dies_at_every_step(5, 3, loss, settle);
        }
    }
}

#[test]
fn no_cut_breaks_a_log_whose_tiles_become_full() {
    for (leaves, batch, loss) in [
        (254, 1, Loss::None),
        (254, 5, Loss::All),
        (256, 2, Loss::All),
    ] {
        for settle in SETTLES {
            dies_at_every_step(leaves, batch, loss, settle);
        }
    }
}

#[test]
fn no_cut_breaks_the_creation_of_a_log() {
    for cut in CUTS {
        for loss in LOSSES {
            let steps = (0..)
                .take_while(|step| dies_creating(*step, cut, loss))
                .count();
            assert!(steps > 10, "a creation has only {steps} steps");
        }
    }
}

#[test]
fn a_power_cut_after_a_killed_append_finds_what_only_the_killed_one_saw() {
    for (leaves, stride) in [(3, 3), (255, 17)] {
        let base = ledger_of(leaves);
        for first in (0..).take_while(|step| !dies_twice(base.path(), *step, u32::MAX)) {
            let seconds = (first % stride..).step_by(stride as usize);
            let deaths = seconds
                .take_while(|second| dies_twice(base.path(), first, *second))
                .count();
            assert!(
                deaths > 0,
                "after step {first} the next append has only {deaths} steps"
            );
        }
    }
}

fn dies_at_every_step(leaves: usize, batch: u8, loss: Loss, settle: u64) {
    let base = ledger_of(leaves);
    for cut in CUTS {
        let steps = (0..)
            .take_while(|step| dies(base.path(), batch, settle, *step, cut, loss))
            .count();
        assert!(
            steps > 10,
            "an append of {batch} to {leaves} has only {steps} steps"
        );
    }
}

/// Returns whether the append died at this step, after checking what it left.
fn dies(base: &Path, batch: u8, settle: u64, step: u32, cut: Cut, loss: Loss) -> bool {
    let case = format!("step {step}, {cut:?}, {loss:?}");
    let folder = copy_of(base);
    let disk = CrashingDisk::new(step, cut);
    let before = entries(folder.path());
    let appended = append_on(folder.path(), Box::new(disk.clone()), batch, settle);
    let died = disk.died();
    let mut kept = before;
    if let Some(receipts) = appended {
        kept = entries(folder.path());
        let size = receipts.signed.checkpoint.size();
        assert_eq!(kept.len() as u64, size, "{case}");
    }
    assert!(died || kept == entries(folder.path()), "{case}");
    disk.cut_power(loss);
    holds_and_goes_on(folder.path(), &kept, &case);
    died
}

/// Returns whether the creation died at this step, after checking what it left.
fn dies_creating(step: u32, cut: Cut, loss: Loss) -> bool {
    let folder = temporary();
    let disk = CrashingDisk::new(step, cut);
    let _ = append_on(folder.path(), Box::new(disk.clone()), 1, 0);
    disk.cut_power(loss);
    holds_and_goes_on(
        folder.path(),
        &[],
        &format!("step {step}, {cut:?}, {loss:?}"),
    );
    disk.died()
}

/// Kills one append, then cuts the power during the next; returns whether the last of the two died.
fn dies_twice(base: &Path, first: u32, second: u32) -> bool {
    let folder = copy_of(base);
    let mut kept = entries(folder.path());
    let disk = CrashingDisk::new(first, Cut::Midway);
    let mut attempts = vec![append_on(
        folder.path(),
        Box::new(disk.clone()),
        3,
        u64::MAX,
    )];
    if second == u32::MAX {
        return !disk.died();
    }
    disk.revive(second);
    attempts.push(append_on(
        folder.path(),
        Box::new(disk.clone()),
        2,
        u64::MAX,
    ));
    let died = disk.died();
    if attempts.iter().any(Option::is_some) {
        kept = entries(folder.path());
        let acknowledged = attempts
            .into_iter()
            .flatten()
            .map(|receipts| receipts.signed.checkpoint.size());
        assert!(
            acknowledged.max() <= Some(kept.len() as u64),
            "steps {first} and {second}"
        );
    }
    disk.cut_power(Loss::All);
    holds_and_goes_on(folder.path(), &kept, &format!("steps {first} and {second}"));
    died
}

/// Checks that the log holds once opened, has these entries still, and can be appended to.
fn holds_and_goes_on(folder: &Path, kept: &[Entry], case: &str) {
    let ledger =
        Ledger::open_on(folder, ORIGIN, [9; 32], Box::new(CrashingDisk::never()), 0).expect(case);
    let audited = ledger.audit(&Payloads::AllPresent).expect(case);
    assert_eq!(audited.entries.get(..kept.len()), Some(kept), "{case}");
    append_on(folder, Box::new(CrashingDisk::never()), 2, 0).expect(case);
    let after = ledger.audit(&Payloads::AllPresent).expect(case);
    assert_eq!(after.entries.len(), audited.entries.len() + 2, "{case}");
    assert_eq!(
        after.entries[..audited.entries.len()],
        audited.entries,
        "{case}"
    );
    for left_over in ["staged", "staged.tree", "staged.hint"] {
        assert!(!folder.join(left_over).exists(), "{case}: {left_over}");
    }
    no_stale_tiles(folder, after.entries.len() as u64, case);
}

/// Checks that no tile lies there which a log of this size has no use for.
fn no_stale_tiles(folder: &Path, size: u64, case: &str) {
    let names = crate::file::list(&folder.join("ledger/tile")).unwrap();
    let tiles: BTreeSet<_> = names
        .iter()
        .map(|name| tlog::tile::Tile::from_path(&format!("tile/{name}")).expect(case))
        .collect();
    for tile in &tiles {
        assert!(tile.lies_within(size), "{case}: {tile} at size {size}");
    }
}

/// Returns the receipts, unless the append or the opening before it died.
fn append_on(folder: &Path, disk: Box<dyn Disk>, batch: u8, settle: u64) -> Option<Receipts> {
    let mut ledger = Ledger::open_on(folder, ORIGIN, [9; 32], disk, settle).ok()?;
    let shared = NewLeaf::new(LeafKind::Program, b"the same in every batch".to_vec());
    let own = (1..batch).map(|number| NewLeaf::new(LeafKind::Observation, vec![batch, number]));
    let batch = std::iter::once(shared).chain(own).collect();
    ledger
        .append(batch, Timestamp::UNIX_EPOCH, &mut next_salt)
        .ok()
}

/// A salt that differs from one attempt to the next, so that a stale payload cannot pass for a new one.
fn next_salt() -> [u8; 32] {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let mut salt = [0; 32];
    salt[..8].copy_from_slice(&NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    salt
}

fn ledger_of(leaves: usize) -> TempDir {
    let folder = temporary();
    let mut ledger = Ledger::open_on(
        folder.path(),
        ORIGIN,
        [9; 32],
        Box::new(CrashingDisk::never()),
        u64::MAX,
    )
    .unwrap();
    for size in [leaves / 2, leaves - leaves / 2] {
        let batch = vec![NewLeaf::new(LeafKind::Report, b"base".to_vec()); size];
        ledger
            .append(batch, Timestamp::UNIX_EPOCH, &mut || [1; 32])
            .unwrap();
    }
    folder
}

fn entries(folder: &Path) -> Vec<Entry> {
    let reader = crate::read::Reader::open(folder).unwrap();
    let size = reader.checkpoint().unwrap().checkpoint.size();
    reader.entries(0..size).unwrap()
}

/// Durability is the test disk's own, so memory serves, where there is such a folder.
fn temporary() -> TempDir {
    TempDir::new_in("/dev/shm").unwrap_or_else(|_| TempDir::new().unwrap())
}

fn copy_of(base: &Path) -> TempDir {
    let copy = temporary();
    for name in crate::file::list(base).unwrap() {
        let to = copy.path().join(&name);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(base.join(&name), to).unwrap();
    }
    copy
}
