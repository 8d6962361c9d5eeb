//! Which keys follow which, and whom a verifier believes.

use super::{HistoryError, KeyHistory, Unvouched};
use crate::keys::record::{KeyChange, KeyRecord};
use jiff::Timestamp;
use tlog::key::{KeyName, SignerKey, VerifierKey};

fn key(seed: u8) -> VerifierKey {
    let name = KeyName::new("log.example/ada").unwrap();
    SignerKey::from_seed(name, &[seed; 32]).verifier()
}

fn rotation(from: u8, to: u8) -> KeyChange {
    let (from, to) = (key(from), key(to));
    KeyChange::Rotation { from, to }
}

fn loss(from: u8, to: u8) -> KeyChange {
    let (from, to) = (key(from), key(to));
    KeyChange::Loss { from, to }
}

fn revocation(by: u8, key_: u8, since: u64) -> KeyChange {
    let (by, key) = (key(by), key(key_));
    KeyChange::Revocation { by, key, since }
}

/// Returns the history of changes, each at its leaf.
fn history(signer: u8, changes: &[(u64, KeyChange)]) -> Result<KeyHistory, HistoryError> {
    let record = |(leaf, change): &(u64, KeyChange)| {
        let record = KeyRecord::new(*leaf, change.clone(), None).unwrap();
        (*leaf, Timestamp::UNIX_EPOCH, record)
    };
    KeyHistory::new(&key(signer), changes.iter().map(record).collect())
}

#[test]
fn a_log_without_records_has_the_key_that_signed_it() {
    let history = history(1, &[]).unwrap();
    assert_eq!(history.at(9), &key(1));
    assert_eq!(history.vouched_by(&[key(1)]), Ok(()));
    assert_eq!(history.vouched_by(&[key(2)]), Err(Unvouched::Unknown));
    assert_eq!(history.vouched_by(&[]), Err(Unvouched::Unknown));
}

#[test]
fn a_rotation_is_followed_from_either_side() {
    let history = history(3, &[(4, rotation(1, 2)), (9, rotation(2, 3))]).unwrap();
    for (size, seed) in [(0, 1), (4, 1), (5, 2), (9, 2), (10, 3)] {
        assert_eq!(history.at(size), &key(seed), "{size}");
    }
    for seed in [1, 2, 3] {
        assert_eq!(history.vouched_by(&[key(seed)]), Ok(()), "{seed}");
    }
}

#[test]
fn a_key_is_named_whole_up_to_its_id_or_by_it() {
    let history = history(2, &[(4, rotation(1, 2))]).unwrap();
    for seed in [1, 2] {
        let key = key(seed);
        let id = format!("{:08x}", key.id());
        let up_to_id = format!("{}+{id}", key.name());
        for name in [key.to_string(), up_to_id, id.clone(), id.to_uppercase()] {
            assert_eq!(history.named(&name), Some(&key), "{name}");
        }
    }
    for nobody in ["", "log.example/ada", "00000000", &key(3).to_string()] {
        assert_eq!(history.named(nobody), None, "{nobody}");
    }
}

#[test]
fn a_loss_is_followed_from_no_key_before_it() {
    let changes = [(4, rotation(1, 2)), (9, loss(2, 3)), (12, rotation(3, 4))];
    let history = history(4, &changes).unwrap();
    let lost = Err(Unvouched::Lost { leaf: 9 });
    assert_eq!(history.vouched_by(&[key(1)]), lost);
    assert_eq!(history.vouched_by(&[key(2), key(7)]), lost);
    for seed in [3, 4] {
        assert_eq!(history.vouched_by(&[key(1), key(seed)]), Ok(()), "{seed}");
    }
}

#[test]
fn a_key_that_is_revoked_before_its_handover_vouches_for_nothing() {
    let after = history(2, &[(4, rotation(1, 2)), (5, revocation(2, 1, 5))]).unwrap();
    assert_eq!(after.vouched_by(&[key(1)]), Ok(()));
    let before = history(2, &[(4, rotation(1, 2)), (5, revocation(2, 1, 3))]).unwrap();
    let revoked = Unvouched::Revoked { leaf: 4, since: 3 };
    assert_eq!(before.vouched_by(&[key(1)]), Err(revoked));
    assert_eq!(before.vouched_by(&[key(2)]), Ok(()));
    assert!(before.is_believed(&key(1), 3) && !before.is_believed(&key(1), 4));
    assert!(before.is_believed(&key(2), 100));
}

#[test]
fn the_earliest_of_two_revocations_counts() {
    let changes = [
        (4, rotation(1, 2)),
        (5, revocation(2, 1, 5)),
        (6, revocation(2, 1, 2)),
        (7, revocation(2, 1, 4)),
    ];
    assert_eq!(history(2, &changes).unwrap().revoked(&key(1)), Some(2));
}

#[test]
fn records_that_do_not_follow_are_refused() {
    let refused = |signer, changes: &[(u64, KeyChange)]| history(signer, changes).unwrap_err();
    let error = refused(3, &[(4, rotation(1, 2)), (9, rotation(1, 3))]);
    assert!(matches!(error, HistoryError::NotInForce { leaf: 9 }));
    let error = refused(1, &[(4, rotation(1, 2)), (9, rotation(2, 1))]);
    assert!(matches!(error, HistoryError::ComesBack { leaf: 9 }));
    let error = refused(2, &[(4, rotation(1, 2)), (9, revocation(2, 2, 4))]);
    assert!(matches!(error, HistoryError::NoEarlierKey { leaf: 9 }));
    let error = refused(2, &[(4, rotation(1, 2)), (9, revocation(2, 3, 4))]);
    assert!(matches!(error, HistoryError::NoEarlierKey { leaf: 9 }));
    let error = refused(2, &[(4, rotation(1, 2)), (9, revocation(1, 2, 4))]);
    assert!(matches!(error, HistoryError::NotInForce { leaf: 9 }));
    let error = refused(1, &[(4, rotation(1, 2))]);
    assert!(matches!(error, HistoryError::OtherSigner { .. }));
}

#[test]
fn a_record_holds_at_its_own_leaf_alone() {
    let record = KeyRecord::new(4, rotation(1, 2), None).unwrap();
    let moved = KeyHistory::new(&key(2), vec![(5, Timestamp::UNIX_EPOCH, record)]);
    let moved = moved.unwrap_err();
    assert!(matches!(
        moved,
        HistoryError::Moved {
            leaf: 5,
            made_for: 4
        }
    ));
}
