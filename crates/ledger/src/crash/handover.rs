//! Handovers of a log's key that die at every step, and what the next to open the ledger finds.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use tlog::key::VerifierKey;

use super::{
    CUTS, LOSSES, ORIGIN, SETTLES, copy_of, entries, holds_and_goes_on, ledger_of, next_salt,
};
use crate::Ledger;
use crate::audit::Payloads;
use crate::crash::disk::{CrashingDisk, Cut, Loss};
use crate::disk::Disk;
use crate::keyfile;
use crate::leaf::LeafKind;
use crate::open::OpenError;
use crate::read::Reader;
use crate::signer::{KeySources, NewKey};
use crate::succession::Occasion;

const NEW: NewKey = NewKey::Seed([77; 32]);

/// What is done to the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Rotate,
    TakeOver,
}

#[test]
fn no_cut_leaves_a_log_without_its_key() {
    for deed in [Deed::Rotate, Deed::TakeOver] {
        let base = base(deed);
        for loss in LOSSES {
            for (cut, settle) in CUTS.into_iter().zip(SETTLES) {
                let steps = (0..)
                    .take_while(|step| dies(base.path(), deed, *step, (cut, loss, settle)))
                    .count();
                assert!(steps > 15, "{deed:?} has only {steps} steps");
            }
        }
    }
}

/// A log with leaves; before a loss, one of them was committed and not signed for.
fn base(deed: Deed) -> tempfile::TempDir {
    let base = ledger_of(5);
    if deed == Deed::TakeOver {
        commit_unsigned(base.path());
        fs::remove_file(base.path().join(keyfile::PRIVATE)).unwrap();
    }
    base
}

fn commit_unsigned(folder: &Path) {
    let ledger = Ledger::open(folder).unwrap();
    let record = crate::append::NewLeaf::new(LeafKind::Report, b"unsigned".to_vec());
    let prepared = crate::append::prepare(0, record, Timestamp::UNIX_EPOCH, &mut next_salt);
    ledger.commit(None, vec![prepared.unwrap()]).unwrap();
}

/// Returns whether the deed died at this step, after checking what it left.
fn dies(base: &Path, deed: Deed, step: u32, (cut, loss, settle): (Cut, Loss, u64)) -> bool {
    let case = format!("{deed:?}, step {step}, {cut:?}, {loss:?}, {settle}");
    let folder = copy_of(base);
    let kept = entries(folder.path());
    let old = keyfile::read_public(folder.path()).unwrap();
    let disk = CrashingDisk::new(step, cut);
    let done = change_on(folder.path(), deed, Box::new(disk.clone()), settle);
    let died = disk.died();
    disk.cut_power(loss);
    if deed == Deed::TakeOver && is_lost(folder.path(), &case) {
        assert!(!done, "{case}: the log was taken over, and is lost again");
        assert!(
            change_on(folder.path(), deed, Box::new(CrashingDisk::never()), settle),
            "{case}: it cannot be taken over"
        );
    }
    holds_and_goes_on(folder.path(), &kept, &case);
    let new = has_one_key(folder.path(), &old, &case);
    assert!(
        new || !done,
        "{case}: the key was replaced, and is the old one"
    );
    died
}

fn change_on(folder: &Path, deed: Deed, disk: Box<dyn Disk>, settle: u64) -> bool {
    let sources = KeySources::default();
    let occasion = Occasion {
        reason: Some("a test"),
        at: Timestamp::UNIX_EPOCH,
        entropy: &mut next_salt,
    };
    match deed {
        Deed::Rotate => {
            let ledger = Ledger::open_on(folder, ORIGIN, [9; 32], disk, settle);
            ledger.is_ok_and(|mut ledger| ledger.rotate(&NEW, &sources, occasion).is_ok())
        }
        Deed::TakeOver => Ledger::take_over_on(folder, (&NEW, &sources), occasion, disk).is_ok(),
    }
}

/// Returns whether the log has no key: a change that was not committed leaves the ledger as it was.
fn is_lost(folder: &Path, case: &str) -> bool {
    match Ledger::open(folder) {
        Ok(_) => false,
        Err(OpenError::KeyLost { .. }) => {
            // A public key may be left, of which nobody has the private half.
            assert!(!folder.join(keyfile::NEXT_PRIVATE).exists(), "{case}");
            true
        }
        Err(error) => panic!("{case}: {error:?}"),
    }
}

/// Returns whether the key is another one, after checking that private key, public key, checkpoint and records agree.
fn has_one_key(folder: &Path, old: &VerifierKey, case: &str) -> bool {
    let reader = Reader::open(folder).expect(case);
    let held = keyfile::read_private(folder, &KeySources::default()).expect(case);
    let audited = reader.audit(&Payloads::AllPresent).expect(case);
    let log = reader.log();
    assert_eq!(held.map(|key| key.verifier()).as_ref(), Some(log), "{case}");
    assert_eq!(audited.keys.current(), log, "{case}");
    for name in [keyfile::NEXT_PRIVATE, keyfile::NEXT_PUBLIC] {
        assert!(!folder.join(name).exists(), "{case}: {name}");
    }
    log != old
}

#[test]
fn who_holds_the_old_key_signs_no_tree_that_the_new_one_took_over() {
    let base = ledger_of(3);
    let mut stale = Ledger::open(base.path()).unwrap();
    // A handover that dies when its record is committed and nothing is signed yet.
    let committed = (0..).find(|step| {
        let folder = copy_of(base.path());
        let disk = CrashingDisk::new(*step, Cut::After);
        change_on(folder.path(), Deed::Rotate, Box::new(disk), u64::MAX);
        let store = Ledger::open(folder.path()).unwrap().store;
        store.head().unwrap().size == 4
    });
    let disk = CrashingDisk::new(committed.unwrap(), Cut::After);
    change_on(base.path(), Deed::Rotate, Box::new(disk), u64::MAX);
    for _ in 0..2 {
        let error = stale.publish().unwrap_err();
        assert!(error.to_string().contains("open it again"), "{error}");
        let record = crate::append::NewLeaf::new(LeafKind::Report, b"late".to_vec());
        let appended = stale.append(vec![record], Timestamp::UNIX_EPOCH, &mut next_salt);
        assert!(appended.is_err());
    }
    let now = Ledger::open(base.path()).unwrap();
    assert_ne!(now.reader().log(), stale.reader().log());
    assert_eq!(now.audit(&Payloads::AllPresent).unwrap().entries.len(), 6);
    let error = stale.publish().unwrap_err();
    assert!(error.to_string().contains("open it again"), "{error}");
}
