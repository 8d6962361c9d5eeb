//! A witness that is broken while it cosigns, and what it must still know.

use std::convert::Infallible;
use std::fs;
use std::path::Path;

use ledger::witness::Witness;
use ledger::witness::key::{OpenError, Seeds};
use tlog::checkpoint::{self, Checkpoint};
use tlog::consistency;
use tlog::key::{KeyName, SignerKey};
use tlog::merkle::{self, Hash, leaf_hash};
use tlog::note::Note;
use tlog::range::Node;
use tlog::witness::origin_hash;
use tlog::witness::request::Request;

use crate::{Result, acknowledgements, print};

const ORIGIN: &str = "log.example/faults";

/// Checkpoints that one run has cosigned.
const CHECKPOINTS: u64 = 4;

/// Any time: each checkpoint is a second younger than the one before it.
const TIME: u64 = 1_767_225_600;

/// Has growing checkpoints of a log cosigned, and prints `SIZE ROOT` of each.
pub(super) fn cosign(folder: &Path) -> Result<()> {
    let seeds = Seeds {
        ed25519: [2; 32],
        ml_dsa_44: [3; 32],
    };
    let name = KeyName::new("witness.example/faults")?;
    let witness = match Witness::open(folder) {
        Err(OpenError::Absent { .. }) => Witness::create(folder, &name, &seeds)?,
        opened => opened?,
    };
    witness.add_log(&log()?.verifier())?;
    let held = held(&witness)?;
    for size in held + 1..=held + CHECKPOINTS {
        let checkpoint = Checkpoint::new(ORIGIN, size, root(size))?;
        let note = Note::sign(&checkpoint.to_string(), &log()?)?;
        let request = Request::new(size - 1, path(size - 1, size), note)?.to_string();
        witness.add_checkpoint(request.as_bytes(), || TIME + size)?;
        print(&format!("{size} {}\n", root(size)))?;
    }
    Ok(())
}

/// Returns nothing where the witness knows every checkpoint that it was seen to cosign.
pub(super) fn check(folder: &Path, acknowledged: &Path) -> Result<()> {
    let text = fs::read_to_string(acknowledged)?;
    let acknowledged = acknowledgements(&text.lines().collect::<Vec<_>>())?;
    let Some((last, _)) = acknowledged.last() else {
        // It died while the witness was made; the next to open it makes the rest.
        return Ok(());
    };
    let witness = Witness::open(folder)?;
    let held = held(&witness)?;
    if held < *last {
        return Err(format!("{last} leaves were cosigned, and {held} are recorded").into());
    }
    let shown = witness.checkpoint(&origin_hash(ORIGIN))?;
    let shown = shown.ok_or("nothing is shown to monitors")?;
    let (checkpoint, _) = checkpoint::open(&shown, &log()?.verifier())?;
    if *checkpoint.root() != root(checkpoint.size()) || checkpoint.size() < *last {
        return Err("monitors are shown another tree".into());
    }
    match acknowledged
        .iter()
        .find(|(size, hash)| *hash != root(*size))
    {
        Some((size, _)) => Err(format!("another tree of {size} leaves was cosigned").into()),
        None => Ok(()),
    }
}

fn log() -> Result<SignerKey> {
    Ok(SignerKey::from_seed(KeyName::new(ORIGIN)?, &[1; 32]))
}

fn held(witness: &Witness) -> Result<u64> {
    let logs = witness.logs()?;
    Ok(logs.first().and_then(|log| log.size).unwrap_or(0))
}

fn leaves(from: u64, to: u64) -> Vec<Hash> {
    (from..to)
        .map(|leaf| leaf_hash(&leaf.to_be_bytes()))
        .collect()
}

fn root(size: u64) -> Hash {
    merkle::root(&leaves(0, size))
}

fn path(old_size: u64, size: u64) -> Vec<Hash> {
    let read = |node: Node| -> std::result::Result<Hash, Infallible> {
        let start = node.index << node.level;
        Ok(merkle::root(&leaves(start, start + (1 << node.level))))
    };
    let Ok(path) = consistency::prove(old_size, size, read);
    path
}
