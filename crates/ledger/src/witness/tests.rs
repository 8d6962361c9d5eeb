//! A witness that is asked, killed and asked again.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::TempDir;
use tlog::checkpoint::Checkpoint;
use tlog::conflict::Conflict;
use tlog::cosignature;
use tlog::key::{KeyName, SignerKey};
use tlog::merkle::{Hash, leaf_hash, node_hash};
use tlog::note::Note;
use tlog::witness::origin_hash;
use tlog::witness::request::Request;

use crate::disk::{Disk, LocalDisk};
use crate::keyfile::KeyFileError;
use crate::witness::Witness;
use crate::witness::add::AddError;
use crate::witness::key::{OpenError, Seeds};
use crate::witness::logs::LogsError;
use crate::witness::state::StateError;

mod killed;

const ORIGIN: &str = "log.example/ada";
const NOW: u64 = 1_767_225_600;

fn log(seed: u8) -> SignerKey {
    SignerKey::from_seed(KeyName::new(ORIGIN).unwrap(), &[seed; 32])
}

fn name() -> KeyName {
    KeyName::new("witness.example/bo").unwrap()
}

fn seeds() -> Seeds {
    Seeds {
        ed25519: [2; 32],
        ml_dsa_44: [3; 32],
    }
}

/// A witness that watches the log of seed 1.
fn witness() -> (TempDir, Witness) {
    let folder = tempfile::tempdir().unwrap();
    let witness = Witness::create(&folder.path().join("w"), &name(), &seeds()).unwrap();
    witness.add_log(&log(1).verifier()).unwrap();
    (folder, witness)
}

/// The root of a tree of one or two leaves.
fn root(size: u64) -> Hash {
    match size {
        1 => leaf_hash(b"a"),
        _ => node_hash(&leaf_hash(b"a"), &leaf_hash(b"b")),
    }
}

fn note(size: u64, root: Hash) -> Note {
    let checkpoint = Checkpoint::new(ORIGIN, size, root).unwrap();
    Note::sign(&checkpoint.to_string(), &log(1)).unwrap()
}

fn body(old_size: u64, proof: Vec<Hash>, note: Note) -> Vec<u8> {
    let request = Request::new(old_size, proof, note).unwrap();
    request.to_string().into_bytes()
}

fn first() -> Vec<u8> {
    body(0, vec![], note(1, root(1)))
}

fn second() -> Vec<u8> {
    body(1, vec![leaf_hash(b"b")], note(2, root(2)))
}

fn forked() -> Vec<u8> {
    body(1, vec![], note(1, leaf_hash(b"fork")))
}

fn status(witness: &Witness, body: &[u8], now: u64) -> u16 {
    match witness.add_checkpoint(body, || now) {
        Ok(_) => 200,
        Err(error) => error.status(),
    }
}

fn state(witness: &Witness, file: &str) -> std::path::PathBuf {
    let logs = witness.folder().join("logs").join(origin_hash(ORIGIN));
    logs.join(file)
}

#[test]
fn a_checkpoint_is_cosigned_by_both_keys_and_shown_to_monitors() {
    let (_folder, witness) = witness();
    assert_eq!(witness.checkpoint(&origin_hash(ORIGIN)).unwrap(), None);
    let answer = witness.add_checkpoint(&first(), || NOW).unwrap();
    assert_eq!(answer.lines().len(), 2);
    let shown = witness.checkpoint(&origin_hash(ORIGIN)).unwrap().unwrap();
    let shown = Note::parse(&shown).unwrap();
    assert_eq!(shown.signatures()[1..], *answer.lines());
    let known = witness.cosigners();
    let found = cosignature::verify(&shown, &known).unwrap();
    assert!(found.iter().all(|one| one.time == NOW) && found.len() == 2);
}

#[test]
fn a_log_grows_only_from_where_it_was() {
    let (_folder, witness) = witness();
    assert_eq!(status(&witness, &first(), NOW), 200);
    assert_eq!(status(&witness, &second(), NOW + 1), 200);
    assert_eq!(status(&witness, &second(), NOW + 2), 409);
    let again = body(2, vec![], note(2, root(2)));
    assert_eq!(status(&witness, &again, NOW + 3), 200);
    assert_eq!(status(&witness, b"old", NOW + 4), 400);
    assert_eq!(
        status(&witness, &body(2, vec![], note(2, root(1))), NOW + 4),
        422
    );
    let other = Checkpoint::new("log.example/eve", 1, root(1)).unwrap();
    let other = Note::sign(&other.to_string(), &log(1)).unwrap();
    assert_eq!(status(&witness, &body(0, vec![], other), NOW + 4), 404);
    let unsigned = Checkpoint::new(ORIGIN, 2, root(2)).unwrap();
    let unsigned = Note::sign(&unsigned.to_string(), &log(9)).unwrap();
    assert_eq!(status(&witness, &body(2, vec![], unsigned), NOW + 4), 403);
    let logs = witness.logs().unwrap();
    assert_eq!(
        (logs[0].size, logs[0].cosigned_at),
        (Some(2), Some(NOW + 3))
    );
}

#[test]
fn a_log_that_contradicts_itself_leaves_the_proof() {
    let (_folder, witness) = witness();
    witness.add_checkpoint(&first(), || NOW).unwrap();
    // By 422 or by 409, twice or once: one file.
    for fork in [
        forked(),
        forked(),
        body(0, vec![], note(1, leaf_hash(b"fork"))),
    ] {
        assert!(status(&witness, &fork, NOW) >= 409);
    }
    let conflicts = witness.logs().unwrap().remove(0).conflicts;
    assert_eq!(conflicts.len(), 1, "{conflicts:?}");
    let conflict: Conflict = fs::read_to_string(&conflicts[0]).unwrap().parse().unwrap();
    assert_eq!(conflict.verify(&[log(1).verifier()]), Ok(()));
    assert_eq!(
        status(&witness, &second(), NOW),
        200,
        "it still knows which tree it cosigned"
    );
}

#[test]
fn conflicts_do_not_fill_the_disk() {
    let (_folder, witness) = witness();
    witness.add_checkpoint(&first(), || NOW).unwrap();
    for fork in 0..20_u8 {
        status(&witness, &body(1, vec![], note(1, leaf_hash(&[fork]))), NOW);
    }
    assert_eq!(witness.logs().unwrap()[0].conflicts.len(), 16);
}

#[test]
fn a_clock_that_was_set_back_stops_it() {
    let (_folder, witness) = witness();
    witness.add_checkpoint(&first(), || NOW).unwrap();
    let refused = witness.add_checkpoint(&second(), || NOW - 1).unwrap_err();
    let expected = "the clock says 1767225599, and 1767225600 was stated before: was it set back?";
    assert_eq!(refused.to_string(), expected);
    assert_eq!(
        witness.logs().unwrap()[0].size,
        Some(1),
        "nothing was recorded"
    );
    for now in [0, u64::MAX] {
        assert_eq!(status(&witness, &second(), now), 500);
    }
    assert_eq!(status(&witness, &second(), NOW), 200);
}

#[test]
fn a_record_that_was_lost_or_put_back_stops_it() {
    let (_folder, witness) = witness();
    witness.add_checkpoint(&first(), || NOW).unwrap();
    let older = fs::read(state(&witness, "latest")).unwrap();
    witness.add_checkpoint(&second(), || NOW).unwrap();
    let newer = fs::read(state(&witness, "latest")).unwrap();
    let refuse = |what: &str| {
        let refused = witness.add_checkpoint(&second(), || NOW).unwrap_err();
        let lost = matches!(refused, AddError::State(StateError::Lost { .. }));
        assert!(lost, "{what}: {refused:?}");
    };
    fs::write(state(&witness, "latest"), older).unwrap();
    refuse("older");
    fs::write(state(&witness, "latest"), note(2, root(1)).to_string()).unwrap();
    refuse("another root");
    fs::remove_file(state(&witness, "latest")).unwrap();
    refuse("absent");
    fs::write(state(&witness, "latest"), &newer[..newer.len() / 2]).unwrap();
    assert_eq!(status(&witness, &second(), NOW), 500);
    fs::write(state(&witness, "latest"), newer).unwrap();
    assert_eq!(status(&witness, &second(), NOW), 409);
}

#[test]
fn a_key_that_replaces_another_is_added_beside_it() {
    let (_folder, witness) = witness();
    witness.add_checkpoint(&first(), || NOW).unwrap();
    let by_new = Checkpoint::new(ORIGIN, 2, root(2)).unwrap();
    let by_new = Note::sign(&by_new.to_string(), &log(5)).unwrap();
    let request = body(1, vec![leaf_hash(b"b")], by_new);
    assert_eq!(status(&witness, &request, NOW), 403);
    for _ in 0..2 {
        witness.add_log(&log(5).verifier()).unwrap();
    }
    assert_eq!(witness.logs().unwrap()[0].keys.len(), 2);
    assert_eq!(status(&witness, &request, NOW), 200);
}

#[test]
fn logs_have_limits() {
    let (_folder, witness) = witness();
    for seed in 2..=16 {
        witness.add_log(&log(seed).verifier()).unwrap();
    }
    let refused = witness.add_log(&log(17).verifier());
    assert!(
        matches!(refused, Err(LogsError::TooManyKeys { .. })),
        "{refused:?}"
    );
    let long = KeyName::new(&"o".repeat(256)).unwrap();
    let refused = witness.add_log(&SignerKey::from_seed(long, &[1; 32]).verifier());
    assert!(
        matches!(refused, Err(LogsError::LongOrigin { bytes: 256 })),
        "{refused:?}"
    );
}

#[test]
fn monitors_reach_checkpoints_and_nothing_else() {
    let (_folder, witness) = witness();
    witness.add_checkpoint(&first(), || NOW).unwrap();
    let hash = origin_hash(ORIGIN);
    for other in [
        "",
        "..",
        "../..",
        &hash[1..],
        &hash.to_uppercase(),
        &"0".repeat(64),
    ] {
        assert_eq!(witness.checkpoint(other).unwrap(), None, "{other:?}");
    }
}

#[test]
fn a_witness_keeps_its_keys_to_itself() {
    let (_folder, witness) = witness();
    let path = witness.folder().join("witness.key");
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let public = fs::read_to_string(witness.folder().join("witness.vkey")).unwrap();
    let [ed25519, ml_dsa_44] = &witness.cosigners()[..] else {
        panic!("{witness:?}");
    };
    assert_eq!(public, format!("{ed25519}\n{ml_dsa_44}\n"));
    let again = Witness::open(witness.folder()).unwrap();
    assert_eq!(again.cosigners(), witness.cosigners());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let refused = Witness::open(witness.folder()).unwrap_err();
    let open = matches!(
        refused,
        OpenError::Key(KeyFileError::TooOpen { mode: 0o640, .. })
    );
    assert!(open, "{refused:?}");
}

#[test]
fn a_witness_is_made_once_and_nowhere_else() {
    let (folder, witness) = witness();
    let create = |folder: &Path| Witness::create(folder, &name(), &seeds()).unwrap_err();
    let refused = create(witness.folder());
    assert!(
        matches!(refused, OpenError::AlreadyThere { .. }),
        "{refused:?}"
    );
    let refused = create(folder.path());
    assert!(matches!(refused, OpenError::Foreign { .. }), "{refused:?}");
    let refused = Witness::open(folder.path()).unwrap_err();
    assert!(matches!(refused, OpenError::Absent { .. }), "{refused:?}");
}
