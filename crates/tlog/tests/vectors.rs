//! The verdicts of transparency-dev/merkle on inclusion and consistency proofs, and the examples of C2SP.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test panics where it fails, and says what it skipped"
)]

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use tlog::checkpoint::Checkpoint;
use tlog::merkle::Hash;
use tlog::note::Note;
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

/// Nobody published the keys of these examples, so only what they say is compared.
#[test]
fn the_cosigned_checkpoint_of_the_specification_reads_and_writes_back() {
    let Some(blocks) = examples("tlog-cosignature.md") else {
        return;
    };
    let note = Note::parse(blocks[0].as_bytes()).unwrap();
    assert_eq!(note.to_string(), blocks[0]);
    let line = &note.signatures()[1];
    assert_eq!(line.name.as_str(), "witness.example.com/w1");
    assert_eq!(line.bytes.len(), 8 + 64);
    assert_eq!(line.bytes[..8], 1_679_315_147_u64.to_be_bytes());
    assert!(note.text().parse::<Checkpoint>().is_ok());
}

#[derive(Deserialize)]
struct Example {
    file: String,
    block: String,
}

/// Returns the examples in a document of C2SP, or nothing where the test data is absent.
fn examples(file: &str) -> Option<Vec<String>> {
    let text = std::fs::read_to_string(data()?.join("c2sp/code_blocks.jsonl")).unwrap();
    let examples = text.lines().map(|line| serde_json::from_str(line).unwrap());
    let of_file = examples.filter(|example: &Example| example.file == file);
    Some(of_file.map(|example| example.block).collect())
}

fn data() -> Option<PathBuf> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/tlog");
    if !data.exists() {
        eprintln!("skipped: no test data");
        return None;
    }
    Some(data)
}

/// Returns how many vectors were judged, or nothing where the test data is absent.
fn each<T: DeserializeOwned>(folder: &str, mut judge: impl FnMut(&Path, T)) -> Option<usize> {
    let files = files_below(&data()?.join("merkle/testdata").join(folder));
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
