//! Appending, reading, proving and exporting, by one writer and by many.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use ledger::Ledger;
use ledger::append::{AppendError, NewLeaf};
use ledger::audit::Payloads;
use ledger::keyfile::KeyFileError;
use ledger::leaf::LeafKind;
use ledger::open::OpenError;
use ledger::read::{ReadError, Reader};
use model::digest::Digest;
use tempfile::TempDir;
use tlog::merkle::leaf_hash;

use crate::common::{self, chain};

/// Tells a child of the test that it is one, and where the ledger is.
const CHILD: &str = "LEDGER_TEST_FOLDER";

#[test]
fn a_new_ledger_is_empty_signed_and_ignored_by_git() {
    let parent = TempDir::new().unwrap();
    let folder = parent.path().join("new/.countersign");
    let ledger = common::open(&folder);
    let signed = ledger.reader().checkpoint().unwrap();
    assert_eq!(
        (signed.checkpoint.size(), signed.checkpoint.origin()),
        (0, common::ORIGIN)
    );
    assert_eq!(
        fs::read_to_string(folder.join(".gitignore")).unwrap(),
        "*\n"
    );
    let mode = folder
        .join("log.key")
        .metadata()
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o7777, 0o600);
    let key = fs::read_to_string(folder.join("log.key")).unwrap();
    assert!(
        key.starts_with("PRIVATE+KEY+countersign.local/0123456789abcdef+"),
        "{key}"
    );
}

#[test]
fn a_batch_that_rests_on_all_leaves_before_it_is_refused_when_there_are_more() {
    let folder = TempDir::new().unwrap();
    let mut ledger = common::open(folder.path());
    let batch = || vec![NewLeaf::new(LeafKind::Decisions, b"decided".to_vec())];
    let at = "2026-03-01T12:00:00Z".parse().unwrap();
    ledger.append_at(0, batch(), at, &mut || [1; 32]).unwrap();
    let error = ledger.append_at(0, batch(), at, &mut || [2; 32]);
    assert!(
        matches!(
            error,
            Err(AppendError::Grown {
                expected: 0,
                found: 1
            })
        ),
        "{error:?}"
    );
    assert_eq!(ledger.reader().checkpoint().unwrap().checkpoint.size(), 1);
    ledger.append_at(1, batch(), at, &mut || [3; 32]).unwrap();
}

#[test]
fn origin_and_seed_matter_only_when_a_ledger_is_created() {
    let folder = TempDir::new().unwrap();
    let first = common::open(folder.path()).reader().log().clone();
    let again = Ledger::open_or_create(folder.path(), "countersign.local/other", [8; 32]).unwrap();
    assert_eq!(*again.reader().log(), first);
    let bad = Ledger::open_or_create(&folder.path().join("bad"), "no spaces", [8; 32]);
    assert!(matches!(bad, Err(OpenError::Origin(_))), "{bad:?}");
}

#[test]
fn a_key_that_others_can_read_is_refused_with_the_remedy() {
    let folder = TempDir::new().unwrap();
    common::open(folder.path());
    let path = folder.path().join("log.key");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let error = Ledger::open_or_create(folder.path(), common::ORIGIN, [7; 32]).unwrap_err();
    assert!(
        matches!(
            error,
            OpenError::Key(KeyFileError::TooOpen { mode: 0o640, .. })
        ),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .ends_with(&format!("run `chmod 600 {}`", path.display())),
        "{error}"
    );
    assert!(
        Reader::open(folder.path()).is_ok(),
        "reading needs no private key"
    );
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    common::open(folder.path());
}

#[test]
fn a_log_without_its_key_is_never_begun_anew() {
    let folder = TempDir::new().unwrap();
    common::append(&mut common::open(folder.path()), &["payload"]);
    fs::remove_file(folder.path().join("log.key")).unwrap();
    let error = Ledger::open_or_create(folder.path(), common::ORIGIN, [8; 32]).unwrap_err();
    assert!(matches!(error, OpenError::KeyLost { .. }), "{error}");
}

#[test]
fn records_without_their_key_are_never_written_over() {
    let folder = TempDir::new().unwrap();
    common::append(&mut common::open(folder.path()), &["payload"]);
    fs::remove_file(folder.path().join("log.key")).unwrap();
    fs::remove_dir_all(folder.path().join("ledger/tile")).unwrap();
    let path = folder.path().join("records/00000000000000000000");
    let before = fs::read(&path).unwrap();
    let error = Ledger::open_or_create(folder.path(), common::ORIGIN, [8; 32]).unwrap_err();
    assert!(matches!(error, OpenError::KeyLost { .. }), "{error}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_ledger_without_its_records_does_not_hold() {
    let folder = TempDir::new().unwrap();
    common::append(&mut common::open(folder.path()), &["payload"]);
    fs::remove_dir_all(folder.path().join("records")).unwrap();
    let reader = Reader::open(folder.path()).unwrap();
    for payloads in [Payloads::AllPresent, Payloads::Listed(BTreeSet::new())] {
        let error = reader.audit(&payloads).unwrap_err();
        assert!(chain(&error).contains("holds 0 leaves"), "{error}");
    }
}

#[test]
fn a_log_is_not_begun_where_something_else_lies() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join(".gitignore"), "target\n").unwrap();
    let error = Ledger::open_or_create(folder.path(), common::ORIGIN, [8; 32]).unwrap_err();
    let named = matches!(&error, OpenError::Foreign { path } if path.ends_with(".gitignore"));
    assert!(named, "{error}");
    let left = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 1, "nothing was made there");
    fs::write(folder.path().join(".gitignore"), "*\n").unwrap();
    common::open(folder.path());
}

#[test]
fn an_appended_record_can_be_read_and_proved() {
    let folder = TempDir::new().unwrap();
    let mut ledger = common::open(folder.path());
    let receipts = common::append(&mut ledger, &["first", "second", "third"]);
    let reader = ledger.reader();
    assert_eq!(reader.checkpoint().unwrap(), receipts.signed);
    for (entry, receipt) in reader.entries(0..3).unwrap().iter().zip(&receipts.receipts) {
        assert_eq!((entry.index, &entry.leaf), (receipt.index, &receipt.leaf));
        assert_eq!(leaf_hash(&entry.bytes), receipt.hash);
        assert_eq!(entry.leaf.at, common::at());
        let proof = reader.proof(entry.index).unwrap();
        assert_eq!(
            proof.verify(&receipt.hash, reader.log()).unwrap(),
            receipts.signed.checkpoint
        );
    }
    let second = receipts.receipts[1].payload;
    assert_eq!(second.sha256, Digest::of(b"second"));
    let entry = &reader.entries(1..2).unwrap()[0];
    assert_eq!(reader.payload(entry).unwrap().unwrap(), b"second");
}

#[test]
fn a_leaf_reveals_nothing_of_its_payload() {
    let folder = TempDir::new().unwrap();
    let receipts = common::append(&mut common::open(folder.path()), &["alice@example.com"]);
    let plain = Digest::of(b"alice@example.com");
    let bundle = fs::read(folder.path().join("ledger/tile/entries/000.p/1")).unwrap();
    let bundle = String::from_utf8_lossy(&bundle);
    assert!(
        !bundle.contains("alice") && !bundle.contains(&plain.to_string()),
        "{bundle}"
    );
    let salted = [&[1; 32][..], b"alice@example.com"].concat();
    assert_eq!(
        receipts.receipts[0].payload.commitment.salted_sha256,
        Digest::of(&salted)
    );
}

#[test]
fn payloads_are_encrypted_under_keys_that_only_the_owner_reads() {
    let folder = TempDir::new().unwrap();
    common::append(&mut common::open(folder.path()), &["alice@example.com"]);
    let path = folder.path().join("records/00000000000000000000");
    let records = fs::read(&path).unwrap();
    assert!(!String::from_utf8_lossy(&records).contains("alice"));
    let mode = path.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
}

#[test]
fn an_empty_batch_changes_nothing() {
    let folder = TempDir::new().unwrap();
    let mut ledger = common::open(folder.path());
    let before = common::append(&mut ledger, &["payload"]);
    let nothing = common::append::<&str>(&mut ledger, &[]);
    assert_eq!((nothing.receipts.len(), nothing.signed), (0, before.signed));
}

#[test]
fn proofs_hold_for_every_leaf_and_between_all_checkpoints() {
    let folder = TempDir::new().unwrap();
    let mut ledger = common::open(folder.path());
    let mut checkpoints = vec![ledger.reader().checkpoint().unwrap().checkpoint];
    for count in [1, 4, 250, 1, 2, 300] {
        checkpoints.push(
            common::append(&mut ledger, &vec!["same"; count])
                .signed
                .checkpoint,
        );
    }
    let reader = ledger.reader();
    for (position, new) in checkpoints.iter().enumerate() {
        for old in &checkpoints[..=position] {
            let path = reader.consistency_path(old.size(), new.size()).unwrap();
            tlog::consistency::verify(old.size(), new.size(), &path, old.root(), new.root())
                .unwrap();
        }
        for entry in reader.entries(0..new.size()).unwrap().iter().step_by(17) {
            let path = reader.inclusion_path(entry.index, new.size()).unwrap();
            let leaf = leaf_hash(&entry.bytes);
            tlog::inclusion::verify(&leaf, entry.index, new.size(), &path, new.root()).unwrap();
        }
    }
    let beyond = reader.entries(557..559).unwrap_err();
    assert!(
        matches!(
            beyond,
            ReadError::BeyondEnd {
                end: 559,
                size: 558
            }
        ),
        "{beyond}"
    );
    for (index, size) in [(0, 559), (558, 558), (5, 5), (u64::MAX, 558), (0, 0)] {
        assert!(
            reader.inclusion_path(index, size).is_err(),
            "leaf {index} of {size}"
        );
    }
    for (old, new) in [(3, 559), (5, 3)] {
        assert!(
            reader.consistency_path(old, new).is_err(),
            "from {old} to {new}"
        );
    }
}

#[test]
fn partial_tiles_stay_until_the_full_tile_is_signed() {
    let folder = TempDir::new().unwrap();
    let mut ledger = common::open(folder.path());
    for count in [2, 3, 250] {
        common::append(&mut ledger, &vec!["same"; count]);
    }
    let partial = |level: &str| common::files(&folder.path().join("ledger/tile").join(level)).len();
    assert_eq!((partial("0"), partial("entries")), (3, 3));
    common::append(&mut ledger, &["same"]);
    assert_eq!((partial("0"), partial("entries"), partial("1")), (1, 1, 1));
    assert!(!folder.path().join("ledger/tile/0/000.p").exists());
}

#[test]
fn an_export_is_audited_like_the_ledger_itself() {
    let (folder, report) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let mut ledger = common::open(folder.path());
    let receipts = common::append(&mut ledger, &["first", "second", "third"]);
    common::append(&mut ledger, &vec!["same"; 280]);
    let chosen = BTreeSet::from([receipts.receipts[1].index]);
    let to = report.path().join("ledger of the report");
    let salted = ledger.reader().export(&to, &chosen).unwrap();
    let log = ledger.reader().log();
    let audited = ledger::audit(&to, log, &Payloads::Listed(salted)).unwrap();
    assert_eq!((audited.entries.len(), audited.payloads.len()), (283, 1));
    assert!(ledger::audit(&to, log, &Payloads::AllPresent).is_err());
    let names: Vec<_> = common::files(&to)
        .iter()
        .map(|path| path.file_name().unwrap().to_owned())
        .collect();
    assert!(!names.iter().any(|name| name == "log.key"), "{names:?}");
    assert!(
        ledger.reader().export(&to, &chosen).is_err(),
        "an export does not mix with another"
    );
    let absent = BTreeSet::from([283]);
    assert!(
        ledger
            .reader()
            .export(&report.path().join("other"), &absent)
            .is_err()
    );
}

#[test]
fn threads_that_append_at_once_lose_and_fork_nothing() {
    let folder = TempDir::new().unwrap();
    common::open(folder.path());
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let folder = folder.path();
            scope.spawn(move || append_many(folder, &format!("thread {thread}")));
        }
    });
    holds_all(
        folder.path(),
        &["thread 0", "thread 1", "thread 2", "thread 3"],
    );
}

#[test]
fn processes_that_append_at_once_lose_and_fork_nothing() {
    let folder = TempDir::new().unwrap();
    let child = |name: &str| {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "append::child_of_the_test_above", "--nocapture"])
            .env(CHILD, folder.path().join(name))
            .spawn()
            .unwrap()
    };
    let names = ["process 0", "process 1", "process 2"];
    let children = names.map(child);
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    holds_all(folder.path(), &names);
}

/// Does nothing but in the processes that the test above starts.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a child learns from its environment what it is to do"
)]
fn child_of_the_test_above() {
    if let Some(path) = std::env::var_os(CHILD) {
        let path = Path::new(&path);
        append_many(
            path.parent().unwrap(),
            path.file_name().unwrap().to_str().unwrap(),
        );
    }
}

fn append_many(folder: &Path, name: &str) {
    let mut ledger = common::open(folder);
    for number in 0..12 {
        let payloads: Vec<String> = (0..1 + number % 3)
            .map(|part| format!("{name}, {number}.{part}"))
            .collect();
        let receipts = common::append(&mut ledger, &payloads);
        let first = receipts.receipts[0].index;
        let entry = &ledger.reader().entries(first..first + 1).unwrap()[0];
        assert_eq!(leaf_hash(&entry.bytes), receipts.receipts[0].hash);
    }
}

fn holds_all(folder: &Path, names: &[&str]) {
    let ledger = common::open(folder);
    let audited = ledger.audit(&Payloads::AllPresent).unwrap();
    assert_eq!(
        (audited.entries.len(), audited.payloads.len()),
        (24 * names.len(), 24 * names.len())
    );
    let kept = ledger.reader().payloads_of(&audited.entries).unwrap();
    let kept: BTreeSet<Digest> = kept.into_values().map(|kept| kept.sha256).collect();
    for name in names {
        for number in 0..12 {
            let payload = Digest::of(format!("{name}, {number}.0").as_bytes());
            assert!(kept.contains(&payload), "{name}, {number}");
        }
    }
}
