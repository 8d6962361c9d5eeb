//! The formats of the log: what two strangers must read alike, so each is written back as it was read.

use super::{owned, text};
use ledger::leaf::Leaf;
use model::digest::{CommitId, Digest};
use tlog::checkpoint::{self, Checkpoint};
use tlog::key::{KeyName, SignerKey, VerifierKey};
use tlog::merkle::{self, Hash};
use tlog::note::Note;
use tlog::proof::Proof;
use tlog::tile::{self, Tile};

const LEAF: &[u8] = br#"{"at":"2026-06-01T12:00:00Z","kind":"report","payload":{"bytes":12,"salted_sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},"version":1}"#;

pub(super) fn key() -> SignerKey {
    let name = KeyName::new("log.example/ada").expect("a name");
    SignerKey::from_seed(name, &[7; 32])
}

pub(super) fn signed() -> Note {
    let checkpoint = Checkpoint::new("log.example/ada", 4, merkle::empty_root());
    let text = checkpoint.expect("a checkpoint").to_string();
    Note::sign(&text, &key()).expect("a note")
}

/// A leaf; and a digest or an object's name, which leaves and file names hold.
pub fn leaf(bytes: &[u8]) {
    if let Ok(leaf) = Leaf::parse(bytes) {
        // Canonical JSON: two leaves of one meaning would be two hashes.
        assert_eq!(leaf.encode(), bytes);
    }
    let _digest = text(bytes).parse::<Digest>();
    let _commit = text(bytes).parse::<CommitId>();
}

pub(super) fn leaves() -> Vec<Vec<u8>> {
    owned(&[LEAF, &LEAF[77..]])
}

/// A signed note; and the keys of notes, public and private.
pub fn note(bytes: &[u8]) {
    let text = text(bytes);
    if let Ok(note) = Note::parse(bytes) {
        assert_eq!(note.to_string().as_bytes(), bytes);
        let _verified = note.verify(&[key().verifier()]);
    }
    if let Ok(key) = text.parse::<VerifierKey>() {
        assert_eq!(key.to_string(), text);
    }
    if let Ok(key) = text.parse::<SignerKey>() {
        assert_eq!(key.to_secret_text(), text);
    }
}

pub(super) fn notes() -> Vec<Vec<u8>> {
    let key = key();
    let texts = [
        signed().to_string(),
        key.verifier().to_string(),
        key.to_secret_text(),
    ];
    texts.map(String::into_bytes).into()
}

/// A checkpoint, alone and in its note.
pub fn checkpoint(bytes: &[u8]) {
    if let Ok(checkpoint) = text(bytes).parse::<Checkpoint>() {
        assert_eq!(checkpoint.to_string(), text(bytes));
    }
    let _opened = checkpoint::open(bytes, &key().verifier());
}

pub(super) fn checkpoints() -> Vec<Vec<u8>> {
    let signed = signed();
    let extended = format!("{}extension\n", signed.text());
    let texts = [signed.text().to_owned(), extended, signed.to_string()];
    texts.map(String::into_bytes).into()
}

/// A proof that a leaf is in a log.
pub fn proof(bytes: &[u8]) {
    if let Ok(proof) = text(bytes).parse::<Proof>() {
        assert_eq!(proof.to_string(), text(bytes));
        let _verified = proof.verify(&merkle::empty_root(), &key().verifier());
    }
    let _hash = text(bytes).parse::<Hash>();
}

pub(super) fn proofs() -> Vec<Vec<u8>> {
    let with = |extra: Option<Vec<u8>>| Proof {
        extra,
        index: 3,
        path: vec![merkle::empty_root(); 2],
        checkpoint: signed(),
    };
    [with(None), with(Some(vec![1, 2, 3]))]
        .map(|proof| proof.to_string().into_bytes())
        .into()
}

/// The path of a tile; and the hashes of one, in as many widths as there are bytes.
pub fn tile(bytes: &[u8]) {
    if let Some(tile) = Tile::from_path(&text(bytes)) {
        assert_eq!(tile.path(), text(bytes));
        let _hashes = tile::decode(tile, bytes);
    }
    let tile = Tile {
        level: tile::Level::Hashes(0),
        index: 0,
        width: (bytes.len() / 32) as u16,
    };
    if let Ok(hashes) = tile::decode(tile, bytes) {
        assert_eq!(tile::encode(&hashes), bytes);
    }
}

pub(super) fn tiles() -> Vec<Vec<u8>> {
    owned(&[
        b"tile/0/x001/x234/067.p/112",
        b"tile/entries/000",
        b"tile/7/000",
        &[7; 96],
    ])
}

/// A bundle of entries, as wide as its first byte says.
pub fn bundle(bytes: &[u8]) {
    let Some((width, bytes)) = bytes.split_first() else {
        return;
    };
    if let Ok(entries) = tlog::bundle::decode(bytes, u16::from(*width) + 1) {
        let entries: Vec<&[u8]> = entries.into_iter().map(|(_, entry)| entry).collect();
        assert_eq!(
            tlog::bundle::encode(&entries).expect("short entries"),
            bytes
        );
    }
}

pub(super) fn bundles() -> Vec<Vec<u8>> {
    owned(&[b"\x00\x00\x03abc", b"\x02\x00\x00\x00\x01a\x00\x02bc", &[0]])
}
