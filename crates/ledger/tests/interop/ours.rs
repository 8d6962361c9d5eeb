//! Ledgers that we wrote, read and verified by aics-tlog.

use std::fs;
use std::path::{Path, PathBuf};

use ledger::Ledger;
use ledger::append::NewLeaf;
use ledger::leaf::LeafKind;
use tempfile::TempDir;
use tlog::bundle;
use tlog::tile::{self, FULL_WIDTH};

use crate::aics::Aics;

/// On both sides of each border: no leaf, one, a full tile, a tile of the third level.
const SIZES: [u64; 6] = [0, 1, 255, 256, 257, 70_000];

/// A ledger as a stranger sees it: the tree below `ledger/`, and the public key from elsewhere.
struct Published {
    folder: TempDir,
    key: PathBuf,
}

impl Published {
    fn new(aics: &Aics) -> Published {
        let folder = TempDir::new().unwrap();
        open(folder.path());
        let key = aics.path("log.vkey");
        fs::copy(folder.path().join("log.vkey"), &key).unwrap();
        Published { folder, key }
    }

    fn tiles(&self) -> PathBuf {
        self.folder.path().join("ledger")
    }

    fn grow(&self, from: u64, to: u64) {
        let record = NewLeaf::new(LeafKind::Observation, b"seen".to_vec());
        let batch = vec![record; (to - from) as usize];
        let at = "2026-03-01T12:00:05Z".parse().unwrap();
        open(self.folder.path())
            .append(batch, at, &mut || [1; 32])
            .unwrap();
    }

    /// The words that name the log to every command.
    fn named(&self) -> [String; 4] {
        let (tiles, key) = (self.tiles(), &self.key);
        [
            "--tiles".to_owned(),
            tiles.display().to_string(),
            "--vkey-file".to_owned(),
            key.display().to_string(),
        ]
    }

    /// Returns the bytes of an entry, as they lie in their bundle.
    fn entry(&self, index: u64, size: u64) -> Vec<u8> {
        let tile = tile::bundles(index..index + 1, size).next().unwrap();
        let bytes = fs::read(self.tiles().join(tile.path())).unwrap();
        let entries = bundle::decode(&bytes, tile.width).unwrap();
        let (_, entry) = entries[(index % u64::from(FULL_WIDTH)) as usize];
        entry.to_vec()
    }
}

fn open(folder: &Path) -> Ledger {
    Ledger::open_or_create(folder, "countersign.local/0123456789abcdef", [7; 32]).unwrap()
}

#[test]
fn checkpoints_tiles_and_proofs_hold_at_every_size() {
    let Some(aics) = Aics::find("aics-tlog reads our ledger") else {
        return;
    };
    let log = Published::new(&aics);
    for (position, size) in SIZES.into_iter().enumerate() {
        log.grow(
            position.checked_sub(1).map_or(0, |before| SIZES[before]),
            size,
        );
        let tiles = tile::all(size).count() as u64;
        let bundles = size.div_ceil(u64::from(FULL_WIDTH));
        let (found_tiles, found_bundles) = aics.audit(&log.tiles(), &log.key);
        assert_eq!(
            (found_tiles, found_bundles),
            (tiles - bundles, bundles),
            "{size}"
        );
        holds(&aics, &log, size);
        for old in &SIZES[..position] {
            extends(&aics, &log, *old, size);
        }
    }
}

/// The checkpoint, which is kept, and the proofs of the first leaf, one in the middle, and the last.
fn holds(aics: &Aics, log: &Published, size: u64) {
    let kept = aics.path(&format!("checkpoint-{size}"));
    let kept = kept.display().to_string();
    let words = [
        &["verify-checkpoint".to_owned()][..],
        &log.named(),
        &["--save-checkpoint".to_owned(), kept],
    ];
    let checkpoint = aics.accepts(&words.concat());
    assert_eq!(
        (&checkpoint["size"], &checkpoint["log_ok"]),
        (&size.into(), &true.into())
    );
    for index in [0, size / 2, size.saturating_sub(1)] {
        if index < size {
            aics.accepts(&inclusion(aics, log, &log.entry(index, size), index));
        }
    }
}

fn extends(aics: &Aics, log: &Published, old: u64, size: u64) {
    let kept = aics.path(&format!("checkpoint-{old}"));
    let words = [
        &[
            "verify-consistency".to_owned(),
            "--old-checkpoint".to_owned(),
        ][..],
        &[kept.display().to_string()],
        &log.named(),
    ];
    let verdict = aics.accepts(&words.concat());
    assert_eq!(
        (&verdict["old_size"], &verdict["new_size"]),
        (&old.into(), &size.into()),
        "{verdict}"
    );
}

fn inclusion(aics: &Aics, log: &Published, entry: &[u8], index: u64) -> Vec<String> {
    let leaf = aics.path("leaf");
    fs::write(&leaf, entry).unwrap();
    let words = ["verify-inclusion", "--leaf"].map(str::to_owned);
    let place = ["--index".to_owned(), index.to_string()];
    [
        &words[..],
        &[leaf.display().to_string()],
        &place,
        &log.named(),
    ]
    .concat()
}

#[test]
fn what_was_changed_is_refused_by_the_other_side_too() {
    let Some(aics) = Aics::find("aics-tlog refuses a changed ledger") else {
        return;
    };
    let log = Published::new(&aics);
    log.grow(0, 257);
    let entry = log.entry(3, 257);
    aics.accepts(&inclusion(&aics, &log, &entry, 3));
    let other = [&entry[..], b" "].concat();
    aics.refuses(&inclusion(&aics, &log, &other, 3));

    let tile = log.tiles().join("tile/0/000");
    let honest = fs::read(&tile).unwrap();
    let mut changed = honest.clone();
    changed[5 * 32] ^= 1;
    fs::write(&tile, changed).unwrap();
    let error = aics.refuses(&inclusion(&aics, &log, &entry, 3));
    assert!(error.contains("tile/0/000"), "{error}");
    fs::write(&tile, honest).unwrap();

    let checkpoint = log.tiles().join("checkpoint");
    let text = fs::read_to_string(&checkpoint).unwrap();
    fs::write(&checkpoint, text.replace("\n257\n", "\n256\n")).unwrap();
    aics.refuses(&inclusion(&aics, &log, &entry, 3));
}
