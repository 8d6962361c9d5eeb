//! What is a record of a key, and what is none.

use super::{KeyChange, KeyRecord, KeyRecordError, MAX_REASON_BYTES, MAX_RECORD_BYTES};
use tlog::key::{KeyName, SignerKey};
use tlog::note::{Note, Signature};

const ORIGIN: &str = "log.example/ada";

fn key(seed: u8) -> SignerKey {
    SignerKey::from_seed(KeyName::new(ORIGIN).unwrap(), &[seed; 32])
}

fn signed(text: &str, keys: &[&SignerKey]) -> Vec<u8> {
    let line = |key: &&SignerKey| Signature::by(&key.verifier(), key.sign(text).to_vec());
    let note = Note::of(text, keys.iter().map(line).collect()).unwrap();
    KeyRecord::to_leaf(&note).payload
}

fn rotation() -> KeyRecord {
    let change = KeyChange::Rotation {
        from: key(1).verifier(),
        to: key(2).verifier(),
    };
    KeyRecord::new(7, change, Some("planned")).unwrap()
}

#[test]
fn every_kind_of_record_comes_back() {
    let (old, new) = (key(1), key(2));
    let loss = KeyChange::Loss {
        from: old.verifier(),
        to: new.verifier(),
    };
    let revocation = KeyChange::Revocation {
        by: new.verifier(),
        key: old.verifier(),
        since: 3,
    };
    let records = [
        (rotation(), vec![&old, &new]),
        (KeyRecord::new(8, loss, None).unwrap(), vec![&new]),
        (
            KeyRecord::new(9, revocation, Some("laptop stolen")).unwrap(),
            vec![&new],
        ),
    ];
    for (record, keys) in records {
        let payload = signed(&record.to_string(), &keys);
        assert_eq!(KeyRecord::parse(&payload).unwrap(), record);
    }
}

#[test]
fn a_key_that_must_sign_and_did_not_refuses_the_record() {
    let text = rotation().to_string();
    for (signer, lacking) in [(1, 2), (2, 1)] {
        let refused = KeyRecord::parse(&signed(&text, &[&key(signer)])).unwrap_err();
        let lacks = matches!(&refused, KeyRecordError::Unsigned { key: it } if **it == key(lacking).verifier());
        assert!(lacks, "{refused}");
    }
    let refused = KeyRecord::parse(&signed(&text, &[&key(3)])).unwrap_err();
    assert!(matches!(refused, KeyRecordError::Signature(_)), "{refused}");
}

#[test]
fn another_text_of_the_same_meaning_is_none() {
    let text = rotation().to_string();
    for other in [
        text.replace("leaf 7", "leaf 07"),
        text.replace("leaf 7", "leaf +7"),
        text.replace("planned", "planned\nreason again"),
        text.replace("reason planned\n", "\n"),
        text.replace("countersign", "Countersign"),
    ] {
        let refused = KeyRecord::parse(&signed(&other, &[&key(1), &key(2)]));
        assert!(refused.is_err(), "{other}");
    }
}

#[test]
fn keys_of_two_logs_are_refused() {
    let other = SignerKey::from_seed(KeyName::new("log.example/bo").unwrap(), &[2; 32]);
    let change = KeyChange::Rotation {
        from: key(1).verifier(),
        to: other.verifier(),
    };
    let record = KeyRecord::new(7, change, None).unwrap();
    let refused = KeyRecord::parse(&signed(&record.to_string(), &[&key(1), &other]));
    assert!(matches!(refused, Err(KeyRecordError::OtherLog)));
}

#[test]
fn a_reason_is_one_line() {
    let long = "a".repeat(MAX_REASON_BYTES + 1);
    for reason in ["", " ", "a\nb", "a\u{1b}[2J", &long] {
        let refused = KeyRecord::new(7, rotation().change, Some(reason));
        assert!(matches!(refused, Err(KeyRecordError::Reason)), "{reason:?}");
    }
}

#[test]
fn other_shapes_and_versions_are_refused() {
    let version = KeyRecord::parse(br#"{"v":2,"note":""}"#);
    assert!(matches!(version, Err(KeyRecordError::Version { found: 2 })));
    let shape = KeyRecord::parse(br#"{"v":1}"#);
    assert!(matches!(shape, Err(KeyRecordError::Shape(_))));
    let long = KeyRecord::parse(&vec![b' '; MAX_RECORD_BYTES + 1]);
    assert!(matches!(long, Err(KeyRecordError::TooLong { .. })));
}
