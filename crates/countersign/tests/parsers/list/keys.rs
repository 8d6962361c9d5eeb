//! What becomes of a log's key: the records of it, and what an SSH agent says.

use super::log::key;
use super::text;
use ledger::keys::record::{KeyChange, KeyRecord};
use ledger::signer::agent;
use tlog::key::{KeyName, SignerKey};
use tlog::note::{Note, Signature};

const PUBLIC: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl ada";

/// The record of a key that was replaced, revoked or lost.
pub fn key_record(bytes: &[u8]) {
    if let Ok(record) = KeyRecord::parse(bytes) {
        assert!(!record.change.signers().is_empty());
    }
}

pub(super) fn records() -> Vec<Vec<u8>> {
    let name = KeyName::new("log.example/ada").expect("a name");
    let (old, new) = (key(), SignerKey::from_seed(name, &[8; 32]));
    let (from, to) = (old.verifier(), new.verifier());
    let changes = [
        KeyChange::Rotation {
            from: from.clone(),
            to: to.clone(),
        },
        KeyChange::Revocation {
            by: to.clone(),
            key: from.clone(),
            since: 3,
        },
        KeyChange::Loss { from, to },
    ];
    let payload = |change| {
        let record = KeyRecord::new(7, change, Some("planned")).expect("a line");
        let text = record.to_string();
        let line = |key: &SignerKey| Signature::by(&key.verifier(), key.sign(&text).to_vec());
        let note = Note::of(&text, vec![line(&old), line(&new)]).expect("a note");
        KeyRecord::to_leaf(&note).payload
    };
    changes.map(payload).into()
}

/// The answer of an SSH agent that was asked to sign; and the line of a public key.
pub fn agent(bytes: &[u8]) {
    let _signature = agent::signature(bytes);
    let _key = agent::public_key(&text(bytes));
}

pub(super) fn agents() -> Vec<Vec<u8>> {
    let mut signed = b"\x0e\0\0\0\x53\0\0\0\x0bssh-ed25519\0\0\0\x40".to_vec();
    signed.extend([7; 64]);
    vec![signed, vec![5], PUBLIC.into()]
}
