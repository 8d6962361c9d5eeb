//! What comes between a rotation and its commit: its own record, sent before, or nothing that proves anything.

use std::sync::Arc;

use tlog::merkle;

use super::{NEW, Shared, append, dies_at_commit, key, occasion};
use crate::Ledger;
use crate::keyfile::{NEXT_PRIVATE, TRIED};
use crate::leaf::LeafKind;
use crate::open;
use crate::read::CHECKPOINT;
use crate::signer::{KeySources, NewKey};
use crate::store::Objects;
use crate::store::disturbed::{Disturbed, Moment};
use crate::succession::ChangeError;

fn disturb(ledger: &mut Ledger, deed: impl FnOnce() + Send + 'static) {
    ledger.store = Disturbed::store(ledger.store.clone(), Moment::BeforeCommit, deed);
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
