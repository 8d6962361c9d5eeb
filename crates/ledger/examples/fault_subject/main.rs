//! What `cargo xtask faults` breaks: `fault_subject append FOLDER` and `fault_subject check FOLDER ACKNOWLEDGED`, and
//! the same for a witness (`cosign`, `check-cosigned`).
//!
//! The first appends a few batches and an outside signature, prints `INDEX HASH` for each leaf once it is acknowledged,
//! erases one and prints `erased INDEX`, and makes the tree again. The second is a stranger: it audits the folder, and
//! looks for everything that was ever acknowledged, of which the file has the lines.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::Path;

use jiff::Timestamp;
use ledger::Ledger;
use ledger::append::{NewLeaf, Receipt};
use ledger::audit::{AuditError, Audited, Payloads};
use ledger::erase::Erasure;
use ledger::leaf::LeafKind;
use ledger::outside::Outside;
use ledger::read::Reader;
use tlog::key::VerifierKey;
use tlog::merkle::{Hash, leaf_hash};
use tlog::tile::Level;
use tlog::{bundle, checkpoint, tree};

mod witness;

/// How many leaves each append has: the first tile becomes full within the second, and exactly full with the third.
const BATCHES: [usize; 4] = [1, 254, 1, 3];

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["append", folder] => append(Path::new(folder)),
        ["check", folder, acknowledged] => check(Path::new(folder), Path::new(acknowledged)),
        ["cosign", folder] => witness::cosign(Path::new(folder)),
        ["check-cosigned", folder, acknowledged] => {
            witness::check(Path::new(folder), Path::new(acknowledged))
        }
        _ => Err(
            "usage: fault_subject append|cosign FOLDER | check|check-cosigned FOLDER ACKNOWLEDGED"
                .into(),
        ),
    }
}

fn append(folder: &Path) -> Result<()> {
    let mut ledger = Ledger::open_or_create(folder, "countersign.local/faults", [7; 32])?;
    let begun = ledger.reader().checkpoint()?;
    for leaves in BATCHES {
        // Each batch has a payload of its own, and the leaves of a batch share it.
        let size = ledger.reader().checkpoint()?.checkpoint.size();
        let record = NewLeaf::new(LeafKind::Observation, format!("after {size}").into_bytes());
        acknowledged(&mut ledger, vec![record; leaves])?;
    }
    let outside = Outside {
        checkpoint: begun.note,
        token: None,
        refusal: None,
    };
    acknowledged(&mut ledger, vec![outside.to_leaf()])?;
    let first = begun.checkpoint.size();
    let erasure = Erasure::new(BTreeSet::from([first]), BTreeSet::new(), "ada", "a fault");
    let receipts = ledger.erase(&erasure, Timestamp::UNIX_EPOCH, &mut || [1; 32])?;
    print(&format!("{}erased {first}\n", lines(&receipts.receipts)))?;
    ledger.rebuild()?;
    Ok(())
}

fn acknowledged(ledger: &mut Ledger, batch: Vec<NewLeaf>) -> Result<()> {
    let receipts = ledger.append(batch, Timestamp::UNIX_EPOCH, &mut || [1; 32])?;
    print(&lines(&receipts.receipts))
}

fn lines(receipts: &[Receipt]) -> String {
    let line = |receipt: &Receipt| format!("{} {}\n", receipt.index, receipt.hash);
    receipts.iter().map(line).collect()
}

/// In one call, so that few of those that fail are ours alone.
fn print(text: &str) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    Ok(stdout.flush()?)
}

fn check(folder: &Path, acknowledged: &Path) -> Result<()> {
    let text = fs::read_to_string(acknowledged)?;
    let (gone, there): (Vec<&str>, Vec<&str>) =
        text.lines().partition(|line| line.starts_with(ERASED));
    let acknowledged = acknowledgements(&there)?;
    let is_there = |name: &str| folder.join(name).exists();
    if acknowledged.is_empty() && !(is_there("ledger/checkpoint") && is_there("log.vkey")) {
        // It died while the log was created; the next to open it creates the rest.
        return Ok(());
    }
    let log = Reader::open(folder)?.log().clone();
    let entries = entries(folder, &log)?;
    for (index, hash) in acknowledged {
        match entries.get(usize::try_from(index)?) {
            Some(found) if *found == hash => {}
            Some(_) => return Err(format!("leaf {index} is not the acknowledged one").into()),
            None => return Err(format!("leaf {index} was acknowledged, and is gone").into()),
        }
    }
    let erased: Vec<u64> = gone
        .iter()
        .map(|line| Ok(line.trim_start_matches(ERASED).parse()?))
        .collect::<Result<_>>()?;
    match ledger::audit(folder, &log, &Payloads::AllPresent) {
        Ok(Audited { erased: found, .. }) => match erased.iter().find(|it| !found.contains_key(it))
        {
            Some(leaf) => Err(format!("leaf {leaf} was erased, and no record says so").into()),
            None => Ok(()),
        },
        // It died between the record and the key; the next to open it destroys the key.
        Err(AuditError::NotErased { index, .. }) if !erased.contains(&index) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// What stands before the leaf of an erasure that was acknowledged.
const ERASED: &str = "erased ";

/// Returns the hashes of all entries, after every tile was compared with them, and they with the checkpoint.
fn entries(folder: &Path, log: &VerifierKey) -> Result<Vec<Hash>> {
    let tree = folder.join("ledger");
    let (checkpoint, _) = checkpoint::open(&fs::read(tree.join("checkpoint"))?, log)?;
    let mut entries = Vec::new();
    tree::check(&checkpoint, |tile| -> Result<Vec<u8>> {
        let bytes = fs::read(tree.join(tile.path()))?;
        if tile.level == Level::Entries {
            let decoded = bundle::decode(&bytes, tile.width)?;
            entries.extend(decoded.into_iter().map(|(_, entry)| leaf_hash(entry)));
        }
        Ok(bytes)
    })
    .map_err(|error| error.to_string())?;
    Ok(entries)
}

fn acknowledgements(lines: &[&str]) -> Result<Vec<(u64, Hash)>> {
    let acknowledgement = |line: &str| -> Result<(u64, Hash)> {
        let (index, hash) = line.split_once(' ').ok_or("no line `INDEX HASH`")?;
        Ok((index.parse()?, hash.parse()?))
    };
    lines.iter().map(|line| acknowledgement(line)).collect()
}
