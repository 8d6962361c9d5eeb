//! A laptop, CI runners that live for one append, and a reader.

use std::collections::BTreeSet;
use std::fs;

use jiff::Timestamp;
use ledger::append::NewLeaf;
use ledger::audit::Payloads;
use ledger::erase::Erasure;
use ledger::leaf::LeafKind;
use ledger::shared;
use tempfile::TempDir;

use crate::server::{KEYS, LEDGER, Machine, Server, append, audit, payloads};

#[test]
fn a_laptop_and_runners_that_are_destroyed_append_in_turn_and_lose_nothing() {
    let server = Server::new();
    let (laptop, reader) = (Machine::of(&server.remote()), Machine::of(&server.remote()));
    let mut ledger = laptop.create();
    let mut appended = Vec::new();
    for round in 0..20 {
        let payload = format!("round {round}");
        let index = match round % 2 {
            0 => append(&mut ledger, &payload),
            _ => append(&mut Machine::with_key_of(&laptop).open(), &payload),
        };
        assert_eq!(index, round);
        appended.push(payload);
        assert_eq!(payloads(&reader.reader()), appended);
    }
    let audited = audit(&ledger, &server.remote());
    assert_eq!((audited.entries.len(), audited.payloads.len()), (20, 20));
    server.git(&["fsck", "--strict", "--no-dangling"], b"");
}

#[test]
fn tiles_that_become_full_replace_the_partial_ones() {
    let server = Server::new();
    let laptop = Machine::of(&server.remote());
    let mut ledger = laptop.create();
    for size in [200, 50, 5, 1, 3] {
        let leaves = (0..size).map(|number| {
            let payload = format!("{size}, {number}").into_bytes();
            ledger::append::NewLeaf::new(ledger::leaf::LeafKind::Observation, payload)
        });
        let batch = leaves.collect();
        let at = Timestamp::UNIX_EPOCH;
        ledger.append(batch, at, &mut || [size; 32]).unwrap();
    }
    let names = server.git(
        &["ls-tree", "-r", "--name-only", LEDGER, "--", "ledger/tile"],
        b"",
    );
    let names: Vec<&str> = names.lines().collect();
    assert!(names.contains(&"ledger/tile/0/000") && names.contains(&"ledger/tile/0/001.p/3"));
    assert!(
        !names
            .iter()
            .any(|name| name.starts_with("ledger/tile/0/000.p")),
        "{names:?}"
    );
    assert_eq!(audit(&ledger, &server.remote()).entries.len(), 259);
}

#[test]
fn an_erased_key_is_in_no_history_and_in_no_copy() {
    let server = Server::new();
    let (laptop, other) = (Machine::of(&server.remote()), Machine::of(&server.remote()));
    let mut ledger = laptop.create();
    append(&mut ledger, "first");
    append(&mut ledger, "second");
    assert_eq!(payloads(&other.reader()), ["first", "second"]);
    let keys = format!("{KEYS}:keys/00000000000000000/00000000000000000000");
    let key = server.tip(&keys);
    let leaves = BTreeSet::from([0]);
    let erasure = Erasure::new(leaves, BTreeSet::new(), "Robin", "asked for by its subject");
    ledger
        .erase(&erasure, Timestamp::UNIX_EPOCH, &mut || [9; 32])
        .unwrap();
    let reader = other.reader();
    let entries = reader.entries(0..2).unwrap();
    assert_eq!(reader.payload(&entries[0]).unwrap(), None);
    assert_eq!(reader.payload(&entries[1]).unwrap().unwrap(), b"second");
    assert_eq!(audit(&ledger, &server.remote()).erased.len(), 1);
    assert_eq!(server.git(&["rev-list", "--count", KEYS], b""), "1");
    // What the server keeps without a ref is its own affair: it goes when the server cleans up.
    server.git(&["gc", "--quiet", "--prune=now"], b"");
    for machine in [
        laptop.memory().join("git"),
        other.memory().join("git"),
        server.path().to_owned(),
    ] {
        let objects = server.git(
            &[
                "--git-dir",
                machine.to_str().unwrap(),
                "cat-file",
                "--batch-check",
                "--batch-all-objects",
            ],
            b"",
        );
        assert!(!objects.contains(&key), "{}", machine.display());
    }
}

#[test]
fn an_erasure_is_one_push_with_the_checkpoint_that_covers_its_record() {
    let server = Server::new();
    let laptop = Machine::of(&server.remote());
    let mut ledger = laptop.create();
    append(&mut ledger, "first");
    let pushes = || server.git(&["rev-list", "--count", LEDGER], b"");
    assert_eq!(
        pushes(),
        "3",
        "the log was begun, appended to and published"
    );
    let erasure = Erasure::new(BTreeSet::from([0]), BTreeSet::new(), "Robin", "asked for");
    let record = serde_json::to_vec(&erasure).unwrap();
    // Whoever dies behind this append has destroyed the key.
    let leaf = NewLeaf::new(LeafKind::Erasure, record);
    ledger
        .append(vec![leaf], Timestamp::UNIX_EPOCH, &mut || [8; 32])
        .unwrap();
    assert_eq!(pushes(), "5");
    let audited = audit(&ledger, &server.remote());
    assert_eq!(audited.erased.keys().collect::<Vec<_>>(), [&0]);
}

#[test]
fn a_record_erases_nothing_that_is_pushed_with_it_or_after_it() {
    let server = Server::new();
    let laptop = Machine::of(&server.remote());
    let mut ledger = laptop.create();
    append(&mut ledger, "zero");
    let erasure = Erasure::new((0..4).collect(), BTreeSet::new(), "Robin", "asked for");
    let record = serde_json::to_vec(&erasure).unwrap();
    let kinds = [
        LeafKind::Observation,
        LeafKind::Erasure,
        LeafKind::Observation,
    ];
    let leaves = kinds.map(|kind| NewLeaf::new(kind, record.clone()));
    let mut next = 0;
    let mut salts = || {
        next += 1;
        [next; 32]
    };
    ledger
        .append(leaves.into(), Timestamp::UNIX_EPOCH, &mut salts)
        .unwrap();
    append(&mut ledger, "last");
    let audited = audit(&ledger, &server.remote());
    assert_eq!(audited.erased.keys().collect::<Vec<_>>(), [&0, &1]);
    assert_eq!(audited.payloads.len(), 3);
}

#[test]
fn what_was_committed_and_not_published_is_published_by_the_next() {
    let server = Server::new();
    let laptop = Machine::of(&server.remote());
    let mut ledger = laptop.create();
    append(&mut ledger, "first");
    append(&mut ledger, "second");
    // The runner died between its two pushes.
    server.git(&["update-ref", LEDGER, &format!("{LEDGER}~1")], b"");
    let runner = Machine::with_key_of(&laptop);
    assert_eq!(payloads(runner.open().reader()), ["first", "second"]);
    assert_eq!(audit(&ledger, &server.remote()).entries.len(), 2);
}

#[test]
fn keys_and_copy_are_readable_by_the_owner_alone_and_ignored_by_git() {
    use std::os::unix::fs::PermissionsExt;
    let server = Server::new();
    let laptop = Machine::of(&server.remote());
    append(&mut laptop.create(), "alice@example.com");
    let (key, copy) = (laptop.path().join("log.key"), laptop.memory().join("git"));
    for (path, mode) in [(key, 0o600), (copy, 0o700)] {
        let found = path.metadata().unwrap().permissions().mode();
        assert_eq!(found & 0o7777, mode, "{}", path.display());
    }
    assert_eq!(fs::read(laptop.path().join(".gitignore")).unwrap(), b"*\n");
    let log = server.git(&["log", "--format=%an %ae %ad %cn %ce %B", LEDGER], b"");
    let lines: BTreeSet<&str> = log.lines().filter(|line| line.contains('@')).collect();
    assert_eq!(lines.len(), 3, "{log}");
    let blobs = server.git(&["grep", "-c", "-a", "", LEDGER], b"");
    assert!(!blobs.is_empty());
    let folder = TempDir::new().unwrap();
    let log = laptop.reader().log().clone();
    shared::audit(folder.path(), &server.remote(), &log, &Payloads::AllPresent).unwrap();
}
