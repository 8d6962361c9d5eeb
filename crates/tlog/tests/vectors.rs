//! The verdicts of transparency-dev/merkle on inclusion and consistency proofs, all of them.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test panics where it fails, and says what it skipped"
)]

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use tlog::merkle::Hash;
use tlog::{consistency, inclusion};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Inclusion {
    leaf_idx: u64,
    tree_size: u64,
    root: String,
    leaf_hash: String,
    proof: Option<Vec<String>>,
    desc: String,
    want_err: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Consistency {
    size1: u64,
    size2: u64,
    root1: String,
    root2: String,
    proof: Option<Vec<String>>,
    desc: String,
    want_err: bool,
}

#[test]
fn inclusion_proofs_get_the_verdict_of_the_vectors() {
    let count = each("inclusion", |path, case: Inclusion| {
        let verdict = || {
            let leaf = hash(&case.leaf_hash)?;
            let proof = hashes(case.proof)?;
            inclusion::verify(
                &leaf,
                case.leaf_idx,
                case.tree_size,
                &proof,
                &hash(&case.root)?,
            )
            .ok()
        };
        assert_eq!(
            verdict().is_none(),
            case.want_err,
            "{path:?}: {}",
            case.desc
        );
    });
    assert!(count.is_none_or(|count| count > 50), "{count:?} vectors");
}

#[test]
fn consistency_proofs_get_the_verdict_of_the_vectors() {
    let count = each("consistency", |path, case: Consistency| {
        let verdict = || {
            let (old, new) = (hash(&case.root1)?, hash(&case.root2)?);
            consistency::verify(case.size1, case.size2, &hashes(case.proof)?, &old, &new).ok()
        };
        assert_eq!(
            verdict().is_none(),
            case.want_err,
            "{path:?}: {}",
            case.desc
        );
    });
    assert!(count.is_none_or(|count| count > 40), "{count:?} vectors");
}

/// Returns how many vectors were judged, or nothing where the test data is absent.
fn each<T: DeserializeOwned>(folder: &str, mut judge: impl FnMut(&Path, T)) -> Option<usize> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/tlog/merkle");
    if !data.exists() {
        eprintln!("skipped: no test data");
        return None;
    }
    let files = files_below(&data.join("testdata").join(folder));
    for path in &files {
        let text = std::fs::read_to_string(path).unwrap();
        judge(path, serde_json::from_str(&text).unwrap());
    }
    Some(files.len())
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                files_below(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

fn hash(text: &str) -> Option<Hash> {
    text.parse().ok()
}

fn hashes(texts: Option<Vec<String>>) -> Option<Vec<Hash>> {
    texts
        .unwrap_or_default()
        .iter()
        .map(|text| hash(text))
        .collect()
}
