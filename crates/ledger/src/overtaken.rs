//! Publishing while another machine appends and publishes.

use jiff::Timestamp;
use tempfile::TempDir;

use crate::Ledger;
use crate::append::NewLeaf;
use crate::audit::Payloads;
use crate::leaf::LeafKind;
use crate::store::disturbed::{Disturbed, Moment};

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
    let store = overtaken.store.clone();
    overtaken.store = Disturbed::store(store, Moment::AfterHead, move || {
        append(&mut other, "in between");
    });
    let published = overtaken.publish().unwrap();
    assert_eq!(published.checkpoint.size(), 2);
    assert_eq!(overtaken.reader().checkpoint().unwrap(), published);
    overtaken.audit(&Payloads::AllPresent).unwrap();
}
