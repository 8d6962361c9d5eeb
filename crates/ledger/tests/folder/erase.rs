//! Erasing payloads: what is left, what the log says of it, and what a crash between record and key leaves.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use ledger::Ledger;
use ledger::append::NewLeaf;
use ledger::audit::{AuditError, Payloads};
use ledger::erase::{EraseError, Erasure};
use ledger::leaf::LeafKind;
use ledger::read::{Entry, Kept, Reader};
use tempfile::TempDir;

use crate::common;

const RECORDS: &str = "records/00000000000000000000";

fn erasure(leaves: &[u64]) -> Erasure {
    let leaves = leaves.iter().copied().collect();
    Erasure::new(leaves, BTreeSet::new(), "Robin", "asked for by its subject")
}

fn erase(ledger: &mut Ledger, leaves: &[u64]) -> Result<(), EraseError> {
    let at = common::at();
    ledger
        .erase(&erasure(leaves), at, &mut || [9; 32])
        .map(drop)
}

fn payload(ledger: &Ledger, index: u64) -> Option<Vec<u8>> {
    let entry = &ledger.reader().entries(index..index + 1).unwrap()[0];
    ledger.reader().payload(entry).unwrap()
}

fn key_bytes_of(folder: &Path) -> Vec<u8> {
    fs::read(folder.join(RECORDS)).unwrap()
}

#[test]
fn an_erased_payload_is_gone_and_the_log_says_who_when_and_why() {
    let folder = TempDir::new().unwrap();
    let mut ledger = common::open(folder.path());
    common::append(&mut ledger, &["first", "second", "third"]);
    erase(&mut ledger, &[1]).unwrap();
    assert_eq!(payload(&ledger, 0).unwrap(), b"first");
    assert_eq!(payload(&ledger, 1), None);
    let audited = ledger.audit(&Payloads::AllPresent).unwrap();
    let erased = &audited.erased[&1];
    assert_eq!((erased.record, erased.at), (3, common::at()));
    assert_eq!(
        (erased.by.as_str(), erased.reason.as_str()),
        ("Robin", "asked for by its subject")
    );
    erase(&mut ledger, &[1, 2]).unwrap();
    assert_eq!(ledger.audit(&Payloads::AllPresent).unwrap().erased.len(), 2);
}

/// Returns what is read of each of these leaves in one pass, with its index.
fn passed(reader: &Reader, of: impl Fn(u64) -> bool) -> Vec<(u64, Option<Vec<u8>>)> {
    let size = reader.checkpoint().unwrap().checkpoint.size();
    let mut entries = reader.entries(0..size).unwrap();
    entries.retain(|entry| of(entry.index));
    let mut passed = Vec::new();
    let read = |entry: &Entry, kept: Option<Kept>| (entry.index, kept.map(|kept| kept.bytes));
    let all = reader.each_payload(&entries, read, |one| passed.push(one));
    all.unwrap();
    passed
}

#[test]
fn one_pass_hands_on_every_payload_in_its_place_and_nothing_for_what_was_erased() {
    let folder = TempDir::new().unwrap();
    let mut ledger = common::open(folder.path());
    let texts: Vec<String> = (0..100).map(|text| format!("text {text}")).collect();
    for some in texts.chunks(7) {
        let some: Vec<&str> = some.iter().map(String::as_str).collect();
        common::append(&mut ledger, &some);
    }
    erase(&mut ledger, &[0, 40, 99]).unwrap();
    let copy = TempDir::new().unwrap();
    let here: BTreeSet<u64> = (0..100)
        .filter(|leaf| ![0, 40, 99].contains(leaf))
        .collect();
    let copied = copy.path().join("copy");
    ledger.reader().export(&copied, &here).unwrap();
    for reader in [ledger.reader().clone(), Reader::open(&copied).unwrap()] {
        for of in [|_| true, |leaf| leaf % 3 == 0, |leaf| leaf == 40] as [fn(u64) -> bool; 3] {
            let expected = (0..100).filter(|leaf| of(*leaf)).map(|leaf| {
                let text = here.contains(&leaf).then(|| texts[leaf as usize].clone());
                (leaf, text.map(String::into_bytes))
            });
            let expected: Vec<_> = expected.collect();
            let found = passed(&reader, |leaf| leaf < 100 && of(leaf));
            assert_eq!(found, expected);
        }
        assert_eq!(passed(&reader, |_| false), []);
    }
}

#[test]
fn a_key_that_is_destroyed_without_a_record_is_a_loss() {
    let folder = TempDir::new().unwrap();
    let mut ledger = common::open(folder.path());
    common::append(&mut ledger, &["first"]);
    let key = [2; 32];
    let mut records = key_bytes_of(folder.path());
    let at = records
        .windows(32)
        .position(|window| window == key)
        .unwrap();
    records[at..at + 32].fill(0);
    fs::write(folder.path().join(RECORDS), records).unwrap();
    let error = ledger.audit(&Payloads::AllPresent).unwrap_err();
    assert!(
        matches!(error, AuditError::MissingPayload { index: 0, .. }),
        "{error}"
    );
}

#[test]
fn an_erasure_that_was_cut_off_behind_its_record_is_finished_by_the_next() {
    let folder = TempDir::new().unwrap();
    let mut ledger = common::open(folder.path());
    common::append(&mut ledger, &["first", "second"]);
    let record = serde_json::to_vec(&erasure(&[0])).unwrap();
    let leaf = NewLeaf::new(LeafKind::Erasure, record);
    ledger
        .append(vec![leaf], common::at(), &mut || [8; 32])
        .unwrap();
    let undone = ledger.audit(&Payloads::AllPresent).unwrap_err();
    assert!(
        matches!(
            undone,
            AuditError::NotErased {
                index: 0,
                record: 2
            }
        ),
        "{undone}"
    );
    let ledger = common::open(folder.path());
    assert_eq!(payload(&ledger, 0), None);
    ledger.audit(&Payloads::AllPresent).unwrap();
}

#[test]
fn a_record_erases_nothing_that_comes_after_it() {
    let (folder, copy) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let mut ledger = common::open(folder.path());
    common::append(&mut ledger, &["first"]);
    let record = serde_json::to_vec(&erasure(&[0, 1, 2, 3])).unwrap();
    let leaf = NewLeaf::new(LeafKind::Erasure, record);
    ledger
        .append(vec![leaf], common::at(), &mut || [8; 32])
        .unwrap();
    common::append(&mut ledger, &["second"]);
    drop(ledger);

    let ledger = common::open(folder.path());
    assert_eq!(payload(&ledger, 0), None);
    assert_eq!(payload(&ledger, 2).unwrap(), b"second");
    let audited = ledger.audit(&Payloads::AllPresent).unwrap();
    assert_eq!(audited.erased.keys().collect::<Vec<_>>(), [&0]);

    // What a copy leaves out is no erasure, whatever was written beforehand.
    let listed = ledger.reader().export(copy.path(), &BTreeSet::new());
    let reader = Reader::open(copy.path()).unwrap();
    let audited = reader.audit(&Payloads::Listed(listed.unwrap())).unwrap();
    assert_eq!(audited.payloads.len(), 1);
    assert_eq!(audited.erased.keys().collect::<Vec<_>>(), [&0]);
}

#[test]
fn an_erasure_is_finished_before_the_tree_around_it_is_settled() {
    let folder = TempDir::new().unwrap();
    let mut ledger = common::open(folder.path());
    common::append(&mut ledger, &["first"]);
    let record = serde_json::to_vec(&erasure(&[0])).unwrap();
    let large: Vec<u8> = (0..3_000_000_u32)
        .flat_map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes())
        .collect();
    let batch = vec![
        NewLeaf::new(LeafKind::Erasure, record),
        NewLeaf::new(LeafKind::Observation, large),
    ];
    ledger.append(batch, common::at(), &mut || [8; 32]).unwrap();
    assert!(folder.path().join("settled").exists());
    assert_eq!(payload(&ledger, 0), None);
}

#[test]
fn what_cannot_be_erased_is_refused_before_anything_is_recorded() {
    let folder = TempDir::new().unwrap();
    let mut ledger = common::open(folder.path());
    common::append(&mut ledger, &["first"]);
    erase(&mut ledger, &[0]).unwrap();
    assert!(matches!(erase(&mut ledger, &[]), Err(EraseError::Nothing)));
    assert!(matches!(erase(&mut ledger, &[2]), Err(EraseError::Read(_))));
    assert!(matches!(
        erase(&mut ledger, &[u64::MAX]),
        Err(EraseError::Read(_))
    ));
    assert!(matches!(
        erase(&mut ledger, &[1]),
        Err(EraseError::Needed { index: 1, .. })
    ));
    let unsaid = Erasure::new(BTreeSet::from([0]), BTreeSet::new(), "Robin", " ");
    let refused = ledger.erase(&unsaid, common::at(), &mut || [9; 32]);
    assert!(matches!(
        refused,
        Err(EraseError::Unsaid {
            what: "a reason, in one line"
        })
    ));
    assert_eq!(ledger.reader().checkpoint().unwrap().checkpoint.size(), 2);
}
