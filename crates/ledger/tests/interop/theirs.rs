//! Logs that aics-tlog wrote, whose entries are lines of text, verified by us down to the last tile.

use std::convert::Infallible;
use std::fs;
use std::path::Path;

use tempfile::TempDir;
use tlog::checkpoint::{self, Checkpoint};
use tlog::key::VerifierKey;
use tlog::merkle::{Hash, leaf_hash};
use tlog::range::Node;
use tlog::tile::{self, Tile};
use tlog::tree::{self, TreeError};
use tlog::{consistency, inclusion};

use crate::aics::Aics;

const ORIGIN: &str = "example.com/theirs";

fn line(index: u64) -> String {
    format!("line {index} of a log that others wrote")
}

/// The lines of a range, as a file for the command line.
fn lines(aics: &Aics, range: std::ops::Range<u64>) -> String {
    let path = aics.path("lines");
    let text: String = range.map(|index| format!("{}\n", line(index))).collect();
    fs::write(&path, text).unwrap();
    path.display().to_string()
}

fn build(aics: &Aics, folder: &Path, size: u64) -> Checkpoint {
    let (lines, out) = (lines(aics, 0..size), folder.display().to_string());
    aics.accepts(&["build-tiles", "--leaves", &lines, "--out", &out]);
    signed(aics, folder, size)
}

fn append(aics: &Aics, folder: &Path, from: u64, to: u64) -> Checkpoint {
    let (lines, out) = (lines(aics, from..to), folder.display().to_string());
    let from = from.to_string();
    let words = [
        "append-tiles",
        "--leaves",
        &lines,
        "--out",
        &out,
        "--size",
        &from,
        "--no-fsync",
    ];
    aics.accepts(&words);
    signed(aics, folder, to)
}

fn signed(aics: &Aics, folder: &Path, size: u64) -> Checkpoint {
    let key: VerifierKey = aics.sign(folder, size, ORIGIN).parse().unwrap();
    let note = fs::read(folder.join("checkpoint")).unwrap();
    let (checkpoint, _) = checkpoint::open(&note, &key).unwrap();
    assert_eq!((checkpoint.origin(), checkpoint.size()), (ORIGIN, size));
    checkpoint
}

fn verdict(folder: &Path, checkpoint: &Checkpoint) -> Result<(), TreeError<String>> {
    tree::check(checkpoint, |tile| {
        fs::read(folder.join(tile.path())).map_err(|error| format!("{tile}: {error}"))
    })
}

/// Our proofs out of their tiles, of every seventh leaf and from every seventh size.
fn proves(folder: &Path, checkpoint: &Checkpoint) {
    let (size, root) = (checkpoint.size(), checkpoint.root());
    let hashes = |tile: Tile| {
        let bytes = fs::read(folder.join(tile.path())).unwrap();
        tile::decode(tile, &bytes).unwrap()
    };
    let node = |node: Node| -> Result<Hash, Infallible> {
        let location = tile::locate(node, size).unwrap();
        Ok(location.root(&hashes(location.tile)).unwrap())
    };
    let leaves: Vec<Hash> = (0..size)
        .map(|index| leaf_hash(line(index).as_bytes()))
        .collect();
    for index in (0..size).step_by(7) {
        let Ok(path) = inclusion::prove(index, size, node);
        let leaf = &leaves[index as usize];
        assert_eq!(inclusion::verify(leaf, index, size, &path, root), Ok(()));
        let Ok(path) = consistency::prove(index, size, node);
        let old = tlog::merkle::root(&leaves[..index as usize]);
        assert_eq!(consistency::verify(index, size, &path, &old, root), Ok(()));
    }
}

#[test]
fn a_log_that_was_built_at_once_holds() {
    let Some(aics) = Aics::find("we read what aics-tlog built") else {
        return;
    };
    for size in [1, 255, 256, 257, 70_000] {
        let folder = TempDir::new().unwrap();
        let checkpoint = build(&aics, folder.path(), size);
        assert_eq!(verdict(folder.path(), &checkpoint), Ok(()), "{size}");
        if size < 1_000 {
            proves(folder.path(), &checkpoint);
        }
    }
}

#[test]
fn a_log_that_grew_holds_at_each_of_its_sizes() {
    let Some(aics) = Aics::find("we read what aics-tlog appended") else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let mut size = 0;
    for next in [1, 200, 256, 300, 600] {
        let checkpoint = append(&aics, folder.path(), size, next);
        assert_eq!(verdict(folder.path(), &checkpoint), Ok(()), "{next}");
        proves(folder.path(), &checkpoint);
        size = next;
    }
}

#[test]
fn a_changed_line_of_theirs_is_found() {
    let Some(aics) = Aics::find("we refuse a changed log of aics-tlog") else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let checkpoint = build(&aics, folder.path(), 300);
    for tile in tile::all(300) {
        let path = folder.path().join(tile.path());
        let honest = fs::read(&path).unwrap();
        let mut changed = honest.clone();
        *changed.last_mut().unwrap() ^= 1;
        fs::write(&path, changed).unwrap();
        assert!(verdict(folder.path(), &checkpoint).is_err(), "{tile}");
        fs::write(&path, honest).unwrap();
    }
    assert_eq!(verdict(folder.path(), &checkpoint), Ok(()));
}
