//! The witness protocol: what is asked, what is decided, what is believed, and what shows that a log lied.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

mod answers;
mod conflicts;
mod decisions;
mod requests;

use std::convert::Infallible;

use tlog::checkpoint::Checkpoint;
use tlog::consistency;
use tlog::key::{KeyName, SignerKey};
use tlog::merkle::{Hash, leaf_hash, node_hash, root};
use tlog::note::Note;
use tlog::range::Node;
use tlog::witness::request::Request;

const ORIGIN: &str = "log.example/ada";

fn log(seed: u8) -> SignerKey {
    SignerKey::from_seed(KeyName::new(ORIGIN).unwrap(), &[seed; 32])
}

fn leaves(size: u64) -> Vec<Hash> {
    let leaf = |index: u64| leaf_hash(&index.to_be_bytes());
    (0..size).map(leaf).collect()
}

fn checkpoint(size: u64) -> Checkpoint {
    Checkpoint::new(ORIGIN, size, root(&leaves(size))).unwrap()
}

/// A checkpoint that no tree of these leaves has.
fn forked(size: u64) -> Checkpoint {
    let other = node_hash(&leaf_hash(b"fork"), checkpoint(size).root());
    Checkpoint::new(ORIGIN, size, other).unwrap()
}

fn signed(checkpoint: &Checkpoint, key: &SignerKey) -> Note {
    Note::sign(&checkpoint.to_string(), key).unwrap()
}

fn proof(old_size: u64, size: u64) -> Vec<Hash> {
    let leaves = leaves(size);
    let read = |node: Node| -> Result<Hash, Infallible> {
        let width = 1 << node.level;
        let start = node.index as usize * width;
        Ok(root(&leaves[start..start + width]))
    };
    let Ok(path) = consistency::prove(old_size, size, read);
    path
}

/// The honest request of the log of seed 1.
fn request(old_size: u64, size: u64) -> Request {
    let note = signed(&checkpoint(size), &log(1));
    Request::new(old_size, proof(old_size, size), note).unwrap()
}
