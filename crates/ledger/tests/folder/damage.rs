//! Records and trees that were cut off, torn, thrown away or put back.

use std::fs;

use ledger::Ledger;
use ledger::audit::Payloads;
use tempfile::TempDir;

use crate::common::{self, chain};

/// Where the first key of a frame stands, and how long it is.
const KEY: std::ops::Range<usize> = 52..84;

#[test]
fn a_checkpoint_that_the_records_do_not_lead_to_is_never_signed_over() {
    let folder = TempDir::new().unwrap();
    let mut ledger = common::open(folder.path());
    common::append(&mut ledger, &["first", "second"]);
    let other = TempDir::new().unwrap();
    common::append(&mut common::open(other.path()), &["first", "third"]);
    fs::copy(
        other.path().join("ledger/checkpoint"),
        folder.path().join("ledger/checkpoint"),
    )
    .unwrap();
    let refused = Ledger::open_or_create(folder.path(), common::ORIGIN, [7; 32]).unwrap_err();
    let shown = chain(&refused);
    assert!(shown.contains("was signed"), "{shown}");
}

#[test]
fn a_spoilt_tree_is_made_again_from_the_records() {
    let folder = TempDir::new().unwrap();
    common::append(&mut common::open(folder.path()), &["first", "second"]);
    for name in ["ledger/tile/0/000.p/2", "ledger/tile/entries/000.p/2"] {
        let path = folder.path().join(name);
        let original = fs::read(&path).unwrap();
        fs::write(&path, b"").unwrap();
        common::open(folder.path());
        assert_eq!(fs::read(&path).unwrap(), original, "{name}");
    }
}

#[test]
fn an_older_copy_of_the_records_under_a_newer_checkpoint_is_noticed() {
    let folder = TempDir::new().unwrap();
    let mut ledger = common::open(folder.path());
    common::append(&mut ledger, &["first"]);
    let path = folder.path().join("records/00000000000000000000");
    let old = common::written(&fs::read(&path).unwrap()).len();
    common::append(&mut ledger, &["second"]);
    drop(ledger);
    let new = fs::read(&path).unwrap();
    for cut in [old, old + 1, common::written(&new).len() - 1] {
        fs::write(&path, &new[..cut]).unwrap();
        let error = Ledger::open_or_create(folder.path(), common::ORIGIN, [7; 32]).unwrap_err();
        let shown = chain(&error);
        assert!(
            shown.contains("older copy") || shown.contains("damaged"),
            "{cut}: {shown}"
        );
        assert_eq!(fs::read(&path).unwrap().len(), cut, "nothing was cut off");
        let mut zeroed = new.clone();
        zeroed[cut..].fill(0);
        fs::write(&path, zeroed).unwrap();
        assert!(Ledger::open_or_create(folder.path(), common::ORIGIN, [7; 32]).is_err());
    }
    fs::remove_file(&path).unwrap();
    assert!(Ledger::open_or_create(folder.path(), common::ORIGIN, [7; 32]).is_err());
}

#[test]
fn damage_in_the_middle_of_the_records_is_never_cut_off() {
    let folder = TempDir::new().unwrap();
    let mut ledger = common::open(folder.path());
    for payload in ["first", "second", "third"] {
        common::append(&mut ledger, &[payload]);
    }
    drop(ledger);
    let path = folder.path().join("records/00000000000000000000");
    let whole = fs::read(&path).unwrap();
    for offset in (62..common::written(&whole).len()).step_by(7) {
        let mut spoilt = whole.clone();
        spoilt[offset] ^= 1;
        fs::write(&path, &spoilt).unwrap();
        // A key that is torn costs its payload alone, which an audit tells.
        let opened = Ledger::open_or_create(folder.path(), common::ORIGIN, [7; 32]);
        if let Err(refused) = &opened {
            let shown = chain(refused);
            assert!(!shown.contains("interrupted"), "byte {offset}: {shown}");
        }
        let audited = opened.map(|ledger| ledger.audit(&Payloads::AllPresent).is_ok());
        assert!(!matches!(audited, Ok(true)), "byte {offset}");
        assert_eq!(fs::read(&path).unwrap(), spoilt, "byte {offset}");
    }
}

#[test]
fn keys_that_a_power_cut_tore_take_their_commit_with_them_unless_it_was_signed() {
    let folder = TempDir::new().unwrap();
    let mut ledger = common::open(folder.path());
    let (records, checkpoint) = (
        folder.path().join("records/00000000000000000000"),
        folder.path().join("ledger/checkpoint"),
    );
    common::append(&mut ledger, &["first"]);
    let frame = common::written(&fs::read(&records).unwrap()).len();
    let of_first = fs::read(&checkpoint).unwrap();
    common::append(&mut ledger, &["second"]);
    drop(ledger);
    let whole = fs::read(&records).unwrap();
    let of_both = fs::read(&checkpoint).unwrap();
    for byte in [0, b'x'] {
        let mut torn = whole.clone();
        torn[frame..][KEY].fill(byte);
        fs::write(&records, &torn).unwrap();
        fs::write(&checkpoint, &of_both).unwrap();
        let refused = Ledger::open_or_create(folder.path(), common::ORIGIN, [7; 32]).unwrap_err();
        assert!(chain(&refused).contains("key 0"), "{}", chain(&refused));
        assert_eq!(fs::read(&records).unwrap(), torn);
        fs::write(&checkpoint, &of_first).unwrap();
        let mut ledger = common::open(folder.path());
        assert_eq!(ledger.reader().checkpoint().unwrap().checkpoint.size(), 1);
        common::append(&mut ledger, &["third"]);
        ledger.audit(&Payloads::AllPresent).unwrap();
    }
}

#[test]
fn a_tree_that_is_thrown_away_is_made_again_byte_for_byte() {
    let folder = TempDir::new().unwrap();
    let mut ledger = common::open(folder.path());
    for count in [2, 300, 1] {
        common::append(&mut ledger, &vec!["same"; count]);
    }
    let tree = || {
        let files = common::files(&folder.path().join("ledger"));
        let read = |path: std::path::PathBuf| (path.clone(), fs::read(path).unwrap());
        files.into_iter().map(read).collect::<Vec<_>>()
    };
    ledger.rebuild().unwrap();
    let before = tree();
    fs::remove_dir_all(folder.path().join("ledger/tile")).unwrap();
    ledger.rebuild().unwrap();
    // Partial tiles of smaller trees are not made again.
    let is_of_smaller = |path: &std::path::Path| {
        let folder = path.parent().unwrap().display().to_string();
        folder.ends_with(".p") && !path.ends_with("47") && !path.ends_with("1")
    };
    let mut expected = before;
    expected.retain(|(path, _)| !is_of_smaller(path));
    assert_eq!(tree(), expected);
    ledger.audit(&Payloads::AllPresent).unwrap();
}

#[test]
fn tiles_of_smaller_trees_are_mended_too() {
    let folder = TempDir::new().unwrap();
    let mut ledger = common::open(folder.path());
    let mut mended = Vec::new();
    for count in [2, 1, 256, 1] {
        common::append(&mut ledger, &vec!["same"; count]);
        let partials = [
            "0/000.p/2",
            "0/001.p/3",
            "entries/000.p/2",
            "entries/001.p/3",
        ];
        for name in partials {
            let partial = folder.path().join("ledger/tile").join(name);
            let Ok(original) = fs::read(&partial) else {
                continue;
            };
            mended.push((count, name));
            let spoilt = [&original[..40], b"spoilt"].concat();
            fs::write(&partial, spoilt).unwrap();
            // The tile of the size itself is mended by whoever opens the log.
            ledger.rebuild().unwrap();
            assert_eq!(fs::read(&partial).unwrap(), original, "{count} {name}");
            ledger.audit(&Payloads::AllPresent).unwrap();
        }
    }
    let expected = [
        (2, "0/000.p/2"),
        (2, "entries/000.p/2"),
        (1, "0/000.p/2"),
        (1, "entries/000.p/2"),
        (256, "0/001.p/3"),
        (256, "entries/001.p/3"),
        (1, "0/001.p/3"),
        (1, "entries/001.p/3"),
    ];
    assert_eq!(mended, expected);
}

#[test]
fn what_lies_among_the_tiles_and_is_none_goes_with_the_next_making() {
    let folder = TempDir::new().unwrap();
    let mut ledger = common::open(folder.path());
    common::append(&mut ledger, &["one"; 300]);
    let tiles = folder.path().join("ledger/tile");
    let strays = ["note", "0/notes/x001", "0/000.p/7"];
    for stray in strays {
        let path = tiles.join(stray);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, b"stray").unwrap();
    }
    // Of a tree that another process just made larger.
    let larger = tiles.join("0/001.p/45");
    fs::write(&larger, b"larger").unwrap();
    fs::write(tiles.join("0/000"), b"spoilt").unwrap();
    ledger.rebuild().unwrap();
    for stray in strays {
        assert!(!tiles.join(stray).exists(), "{stray}");
    }
    assert!(larger.exists());
    fs::remove_file(larger).unwrap();
    ledger.audit(&Payloads::AllPresent).unwrap();
}
