//! Proofs of random trees: every honest one holds, every changed one is refused.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

use std::convert::Infallible;

use proptest::prelude::*;
use proptest::sample::Index;
use tlog::checkpoint::Checkpoint;
use tlog::key::{KeyName, SignerKey};
use tlog::merkle::{Hash, leaf_hash, root};
use tlog::note::Note;
use tlog::proof::{Proof, ProofError, ProofTextError};
use tlog::range::Node;
use tlog::{consistency, inclusion, range};

/// A tree with the hashes of all its complete subtrees, the leaves first.
struct Tree(Vec<Vec<Hash>>);

impl Tree {
    fn new(size: u64) -> Tree {
        let mut levels = vec![leaves(size)];
        while let Some(below) = levels.last().filter(|below| below.len() > 1) {
            let above = below.chunks_exact(2).map(root).collect();
            levels.push(above);
        }
        Tree(levels)
    }

    fn read(&self) -> impl Fn(Node) -> Result<Hash, Infallible> {
        |node| Ok(self.0[usize::from(node.level)][node.index as usize])
    }

    fn size(&self) -> u64 {
        self.0[0].len() as u64
    }

    fn leaf(&self, index: u64) -> Hash {
        self.0[0][index as usize]
    }

    fn root_at(&self, size: u64) -> Hash {
        let Ok(root) = range::hash(0, size, &mut self.read());
        root
    }

    fn inclusion_path(&self, index: u64) -> Vec<Hash> {
        let Ok(path) = inclusion::prove(index, self.size(), self.read());
        path
    }

    fn consistency_path(&self, old_size: u64) -> Vec<Hash> {
        let Ok(path) = consistency::prove(old_size, self.size(), self.read());
        path
    }
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count)
        .map(|index| leaf_hash(&index.to_be_bytes()))
        .collect()
}

/// Every path that differs from this one in one hash, one hash less, or one hash more.
fn changed(path: &[Hash]) -> Vec<Vec<Hash>> {
    let flip = |position: usize| {
        let mut other = path.to_vec();
        other[position].0[position % 32] ^= 1;
        other
    };
    let drop = |position: usize| [&path[..position], &path[position + 1..]].concat();
    let mut all: Vec<Vec<Hash>> = (0..path.len())
        .flat_map(|at| [flip(at), drop(at)])
        .collect();
    all.push([path, &[leaf_hash(b"more")]].concat());
    all.push([&[leaf_hash(b"more")], path].concat());
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_leaf_of_a_tree_has_a_proof(size in 1_u64..600) {
        let tree = Tree::new(size);
        let root = root(&leaves(size));
        for index in 0..size {
            let path = tree.inclusion_path(index);
            prop_assert_eq!(inclusion::verify(&tree.leaf(index), index, size, &path, &root), Ok(()));
        }
    }

    #[test]
    fn every_tree_extends_every_smaller_one(size in 1_u64..600) {
        let tree = Tree::new(size);
        let new_root = root(&leaves(size));
        for old in 0..=size {
            let (path, old_root) = (tree.consistency_path(old), tree.root_at(old));
            prop_assert_eq!(consistency::verify(old, size, &path, &old_root, &new_root), Ok(()));
        }
    }

    #[test]
    fn a_changed_inclusion_proof_is_refused(size in 1_u64..600, pick in any::<Index>()) {
        let tree = Tree::new(size);
        let (root, index) = (tree.root_at(size), pick.index(size as usize) as u64);
        let (leaf, path) = (tree.leaf(index), tree.inclusion_path(index));
        for other in changed(&path) {
            prop_assert!(inclusion::verify(&leaf, index, size, &other, &root).is_err());
        }
        prop_assert!(inclusion::verify(&leaf_hash(b"other"), index, size, &path, &root).is_err());
        for at in (0..size).filter(|at| *at != index) {
            prop_assert!(inclusion::verify(&leaf, at, size, &path, &root).is_err());
        }
    }

    #[test]
    fn a_changed_consistency_proof_is_refused(size in 2_u64..600, pick in any::<Index>()) {
        let tree = Tree::new(size);
        let old = 1 + pick.index(size as usize - 1) as u64;
        let (old_root, new_root) = (tree.root_at(old), tree.root_at(size));
        let path = tree.consistency_path(old);
        for other in changed(&path) {
            prop_assert!(consistency::verify(old, size, &other, &old_root, &new_root).is_err());
        }
        prop_assert!(consistency::verify(old, size, &path, &new_root, &new_root).is_err());
        prop_assert!(consistency::verify(old, size, &path, &old_root, &old_root).is_err());
    }

    #[test]
    fn nothing_that_is_read_makes_a_parser_panic(text in "(c2sp.org/tlog-proof@v1\n)?(index 1\n)?[ -~\n\u{2014}]{0,80}") {
        let _ = text.parse::<Proof>();
        let _ = text.parse::<Checkpoint>();
        let _ = Note::parse(text.as_bytes());
        let _ = tlog::tile::Tile::from_path(&text);
        let _ = text.parse::<tlog::key::VerifierKey>();
    }
}

fn signer() -> SignerKey {
    SignerKey::from_seed(KeyName::new("example.com/log").unwrap(), &[9; 32])
}

fn proof_of(index: u64, size: u64) -> Proof {
    let tree = Tree::new(size);
    let checkpoint = Checkpoint::new("example.com/log", size, tree.root_at(size)).unwrap();
    let checkpoint = Note::sign(&checkpoint.to_string(), &signer()).unwrap();
    Proof {
        extra: None,
        index,
        path: tree.inclusion_path(index),
        checkpoint,
    }
}

#[test]
fn a_proof_text_reads_and_writes_back() {
    for extra in [None, Some(b"agent".to_vec())] {
        let proof = Proof {
            extra,
            ..proof_of(3, 7)
        };
        let text = proof.to_string();
        assert_eq!(text.parse(), Ok(proof.clone()), "{text}");
        let leaf = leaf_hash(&3_u64.to_be_bytes());
        assert_eq!(proof.verify(&leaf, &signer().verifier()).unwrap().size(), 7);
    }
    let alone = proof_of(0, 1).to_string();
    assert!(
        alone.starts_with("c2sp.org/tlog-proof@v1\nindex 0\n\nexample.com/log\n1\n"),
        "{alone}"
    );
    assert_eq!(alone.parse(), Ok(proof_of(0, 1)));
}

#[test]
fn changing_any_byte_of_a_proof_refuses_it() {
    let text = proof_of(3, 7).to_string();
    let (leaf, log) = (leaf_hash(&3_u64.to_be_bytes()), signer().verifier());
    for offset in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[offset] ^= 1;
        let Ok(changed) = String::from_utf8(bytes) else {
            continue;
        };
        let accepted = changed
            .parse::<Proof>()
            .is_ok_and(|proof| proof.verify(&leaf, &log).is_ok());
        assert!(!accepted, "byte {offset} of {text}");
    }
}

#[test]
fn a_proof_of_another_log_or_leaf_is_refused() {
    let proof = proof_of(3, 7);
    let leaf = leaf_hash(&3_u64.to_be_bytes());
    let other = SignerKey::from_seed(KeyName::new("example.com/log").unwrap(), &[8; 32]);
    let refused = proof.verify(&leaf, &other.verifier());
    assert!(
        matches!(refused, Err(ProofError::Checkpoint(_))),
        "{refused:?}"
    );
    let refused = proof.verify(&leaf_hash(b"other"), &signer().verifier());
    assert!(
        matches!(refused, Err(ProofError::Inclusion(_))),
        "{refused:?}"
    );
}

#[test]
fn malformed_proof_texts_are_refused_with_their_reason() {
    let text = proof_of(3, 7).to_string();
    let refused = |text: &str| text.parse::<Proof>().unwrap_err();
    assert_eq!(refused(&text.replace("@v1", "@v2")), ProofTextError::Header);
    assert_eq!(
        refused(&text.replace("index 3", "index 03")),
        ProofTextError::Index
    );
    assert_eq!(
        refused(&text.replace("index 3", "extra !\nindex 3")),
        ProofTextError::Extra
    );
    assert_eq!(
        refused("c2sp.org/tlog-proof@v1\nindex 0\n"),
        ProofTextError::NoCheckpoint
    );
    let short = refused(&text.replace("index 3\n", "index 3\nAAAA\n"));
    assert!(
        matches!(short, ProofTextError::PathHash { position: 1, .. }),
        "{short:?}"
    );
    let hash = format!("{}\n", leaf_hash(b""));
    let long = text.replace("index 3\n", &format!("index 3\n{}", hash.repeat(64)));
    assert_eq!(refused(&long), ProofTextError::TooManyHashes);
}
