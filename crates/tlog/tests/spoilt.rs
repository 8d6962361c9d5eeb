//! No parser of the log's formats panics on spoilt input, and what it reads it writes back as it was.

use proptest::collection::vec;
use proptest::prelude::*;
use tlog::bundle;
use tlog::checkpoint::Checkpoint;
use tlog::key::{KeyName, SignerKey, VerifierKey};
use tlog::merkle;
use tlog::note::Note;
use tlog::proof::Proof;
use tlog::tile::Tile;

const CASES: u32 = 2_000;

fn key() -> SignerKey {
    let name = KeyName::new("log.example/ada").expect("a name");
    SignerKey::from_seed(name, &[7; 32])
}

fn note() -> Note {
    let checkpoint = Checkpoint::new("log.example/ada", 4, merkle::empty_root());
    let text = checkpoint.expect("a checkpoint").to_string();
    Note::sign(&text, &key()).expect("a note")
}

fn seeds() -> Vec<Vec<u8>> {
    let proof = Proof {
        extra: Some(vec![1, 2, 3]),
        index: 3,
        path: vec![merkle::empty_root(); 2],
        checkpoint: note(),
    };
    [
        note().to_string(),
        proof.to_string(),
        key().verifier().to_string(),
        key().to_secret_text(),
        "tile/0/x001/x234/067.p/112".to_owned(),
        "tile/entries/000".to_owned(),
    ]
    .map(String::into_bytes)
    .into()
}

/// Returns a good input in which bytes were set, dropped and doubled.
fn spoilt() -> impl Strategy<Value = Vec<u8>> {
    let edits = vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..4);
    (prop::sample::select(seeds()), edits).prop_map(|(mut bytes, edits)| {
        for (place, byte, kind) in edits {
            if bytes.is_empty() {
                break;
            }
            let at = place.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => {
                    bytes.remove(at);
                }
                _ => bytes.insert(at, bytes[at]),
            }
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(CASES) })]

    #[test]
    fn formats_of_text(bytes in spoilt()) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Ok(note) = Note::parse(&bytes) {
            prop_assert_eq!(note.to_string().into_bytes(), bytes);
        }
        if let Ok(proof) = text.parse::<Proof>() {
            prop_assert_eq!(proof.to_string(), text.clone());
        }
        if let Ok(key) = text.parse::<VerifierKey>() {
            prop_assert_eq!(key.to_string(), text.clone());
        }
        if let Some(tile) = Tile::from_path(&text) {
            prop_assert_eq!(tile.to_string(), text.clone());
        }
        let _checkpoint = text.parse::<Checkpoint>();
        let _secret = text.parse::<SignerKey>();
    }

    #[test]
    fn bundles(bytes in vec(any::<u8>(), 0..600), width in 0..=256_u16) {
        if let Ok(entries) = bundle::decode(&bytes, width) {
            let entries: Vec<&[u8]> = entries.into_iter().map(|(_, entry)| entry).collect();
            prop_assert_eq!(bundle::encode(&entries).expect("short entries"), bytes);
        }
    }
}
