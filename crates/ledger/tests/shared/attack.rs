//! Somebody else who may push to the remote, and does what no append does.

use std::error::Error;

use jiff::Timestamp;
use ledger::audit::Payloads;
use ledger::open::OpenError;
use ledger::shared::{self, SharedAuditError};
use ledger::signer::{KeySources, NewKey};
use ledger::store::StoreError;
use ledger::store::git::error::GitError;
use ledger::succession::Occasion;
use tempfile::TempDir;
use tlog::checkpoint::Checkpoint;
use tlog::key::{KeyName, SignerKey};
use tlog::note::Note;

use crate::server::{KEYS, LEDGER, Machine, ORIGIN, Server, append, payloads};

const RECORD: &str = "records/00000000000000000/00000000000000000000";

/// A ledger with two leaves, which one machine saw.
fn begun() -> (Server, Machine) {
    let server = Server::new();
    let laptop = Machine::of(&server.remote());
    let mut ledger = laptop.create();
    append(&mut ledger, "first");
    append(&mut ledger, "second");
    (server, laptop)
}

fn chain(error: &dyn Error) -> String {
    let below = std::iter::successors(error.source(), |error: &&dyn Error| (*error).source());
    below.fold(error.to_string(), |shown, cause| {
        format!("{shown}: {cause}")
    })
}

/// Returns why a machine that saw the ledger does not follow, after checking that it says so each time.
fn rewritten(machine: &Machine) -> String {
    for opened in [machine.try_to_open(), machine.try_to_create()] {
        match opened {
            Err(OpenError::Store(StoreError::Git(GitError::Rewritten { .. }))) => {}
            other => panic!("{other:?}"),
        }
    }
    machine.try_to_open().unwrap_err().to_string()
}

/// Returns why a machine that was never there before refuses the ledger.
fn refused(server: &Server) -> String {
    let folder = TempDir::new().unwrap();
    let refused = ledger::read::Reader::open_shared(folder.path(), &server.remote());
    chain(&refused.unwrap_err())
}

#[test]
fn a_ledger_that_was_set_back_is_not_followed() {
    let (server, laptop) = begun();
    let tip = server.tip(LEDGER);
    server.git(&["update-ref", LEDGER, &format!("{LEDGER}~2")], b"");
    let why = rewritten(&laptop);
    assert!(why.contains("does not lead on from"), "{why}");
    // Once it is put back, all is well.
    server.git(&["update-ref", LEDGER, &tip], b"");
    append(&mut laptop.open(), "third");
}

#[test]
fn a_running_ledger_does_not_push_over_what_was_rewritten() {
    let (server, laptop) = begun();
    let mut ledger = laptop.open();
    server.replace(LEDGER, "state", Some(b"{}"), &[]);
    let before = server.tip(LEDGER);
    let error = crate::server::try_to_append(&mut ledger, "third").unwrap_err();
    assert!(chain(&error).contains("was rewritten"), "{error:?}");
    assert_eq!(server.tip(LEDGER), before);
}

#[test]
fn a_ledger_with_another_past_is_not_followed() {
    let (server, laptop) = begun();
    server.replace(LEDGER, "note", Some(b"the same log"), &[]);
    assert!(rewritten(&laptop).contains("does not lead on from"));
    let other = Server::new();
    let mallory = Machine::of(&other.remote());
    append(&mut mallory.create(), "another log under the same key");
    let fetch = format!("+{LEDGER}:{LEDGER}");
    server.git(
        &["fetch", "--quiet", other.path().to_str().unwrap(), &fetch],
        b"",
    );
    assert!(rewritten(&laptop).contains("does not lead on from"));
}

#[test]
fn a_commit_that_leads_on_and_changes_what_was_recorded_is_not_followed() {
    for (file, bytes) in [
        (RECORD, Some(&b"other"[..])),
        (RECORD, None),
        ("log.vkey", Some(b"other\n")),
        ("log.vkey", None),
    ] {
        let (server, laptop) = begun();
        server.replace(LEDGER, file, bytes, &[LEDGER]);
        let why = rewritten(&laptop);
        assert!(why.contains(&format!("changes {file}")), "{why}");
    }
}

#[test]
fn a_ledger_without_its_refs_is_not_followed() {
    let (server, laptop) = begun();
    server.git(&["update-ref", "-d", LEDGER], b"");
    let error = chain(&laptop.try_to_open().unwrap_err());
    assert!(error.contains("is no ledger: it is missing"), "{error}");
    server.git(&["update-ref", "-d", KEYS], b"");
    assert!(rewritten(&laptop).contains("it is gone"));
}

#[test]
fn garbage_is_one_clear_error_to_whoever_comes_first() {
    let long = vec![b' '; 2000];
    let huge = vec![b' '; 2_000_000];
    for (name, file, bytes, expected) in [
        (
            LEDGER,
            "state",
            Some(&b"{}"[..]),
            "it does not say where a log ends",
        ),
        (LEDGER, "state", None, "it is missing"),
        (LEDGER, "state", Some(&long), "it has 2000 bytes"),
        (
            LEDGER,
            RECORD,
            None,
            "the records are not those of 2 leaves",
        ),
        (LEDGER, "ledger/checkpoint", Some(&huge), "has more than"),
        (LEDGER, "ledger/checkpoint", None, "it is missing"),
        (LEDGER, "log.vkey", Some(b"key\n"), "holds no key"),
        (LEDGER, "log.vkey", Some(&huge), "has more than 4096 bytes"),
        (LEDGER, "log.vkey", None, "is missing"),
        (
            KEYS,
            "keys/00000000000000000/00000000000000000000",
            None,
            "does not hold the keys",
        ),
        (
            KEYS,
            "keys/00000000000000000/00000000000000000001",
            Some(b"short"),
            "does not hold the keys",
        ),
    ] {
        let (server, _) = begun();
        server.replace(name, file, bytes, &[]);
        let why = refused(&server);
        assert!(why.contains(expected), "{file}: {why}");
        assert!(why.contains(&server.remote().to_string()), "{file}: {why}");
    }
}

#[test]
fn a_spoilt_ledger_does_not_pass_an_audit() {
    for (name, file, bytes, expected) in [
        (LEDGER, RECORD, &[1; 100][..], "is damaged"),
        (
            LEDGER,
            "state",
            br#"{"version":1,"size":2,"chain":"0000000000000000000000000000000000000000000000000000000000000000"}"#,
            "do not lead to the end",
        ),
        (LEDGER, "ledger/tile/0/000.p/2", b"other", "does not fit"),
        (LEDGER, "ledger/tile/entries/000.p/2", b"other", "cut off"),
        (LEDGER, "ledger/tile/x", b"other", "is no part of a ledger"),
        (
            KEYS,
            "keys/00000000000000000/00000000000000000000",
            &[7; 32],
            "does not hold the keys",
        ),
        (
            KEYS,
            "keys/00000000000000000/00000000000000000000",
            &[0; 32],
            "is missing, and no record says",
        ),
        (
            LEDGER,
            "state",
            br#"{"version":1,"size":1,"chain":"00"}"#,
            "is no ledger",
        ),
    ] {
        let (server, laptop) = begun();
        let log = laptop.open().reader().log().clone();
        server.replace(name, file, Some(bytes), &[]);
        let folder = TempDir::new().unwrap();
        let audited = shared::audit(folder.path(), &server.remote(), &log, &Payloads::AllPresent);
        let error: SharedAuditError = audited.unwrap_err();
        assert!(
            chain(&error).contains(expected),
            "{file}: {}",
            chain(&error)
        );
    }
}

#[test]
fn files_of_others_beside_the_ledger_are_left_alone() {
    let (server, laptop) = begun();
    server.replace(LEDGER, "note", Some(b"of somebody"), &[LEDGER]);
    append(&mut laptop.open(), "third");
    assert_eq!(payloads(&laptop.reader()), ["first", "second", "third"]);
}

#[test]
fn who_stole_a_key_that_was_replaced_signs_nothing_that_is_believed() {
    let (server, laptop) = begun();
    let occasion = Occasion {
        reason: None,
        at: Timestamp::UNIX_EPOCH,
        entropy: &mut || [9; 32],
    };
    let mut ledger = laptop.open();
    let first = ledger.reader().log().clone();
    let sources = KeySources::default();
    ledger
        .rotate(&NewKey::Seed([8; 32]), &sources, occasion)
        .unwrap();
    let signed = ledger.reader().checkpoint().unwrap().checkpoint;
    let stolen = SignerKey::from_seed(KeyName::new(ORIGIN).unwrap(), &[7; 32]);
    let text = Checkpoint::new(ORIGIN, signed.size(), *signed.root()).unwrap();
    let note = Note::sign(&text.to_string(), &stolen).unwrap();
    let note = note.to_string().into_bytes();
    server.replace(LEDGER, "ledger/checkpoint", Some(&note), &[LEDGER]);
    for key in [&first, ledger.reader().log()] {
        let folder = TempDir::new().unwrap();
        let audited = shared::audit(folder.path(), &server.remote(), key, &Payloads::AllPresent);
        let error = chain(&audited.unwrap_err());
        assert!(error.contains("the key in force is"), "{error}");
    }
    // The machine with the present key signs again.
    let now = laptop.open();
    assert_eq!(now.reader().log(), ledger.reader().log());
    let folder = TempDir::new().unwrap();
    let audited = shared::audit(
        folder.path(),
        &server.remote(),
        &first,
        &Payloads::AllPresent,
    );
    assert_eq!(audited.unwrap().entries.len() as u64, signed.size());
}
