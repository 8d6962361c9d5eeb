//! Who may open a shared ledger, and what is told to those who may not.

use std::fs;

use ledger::Ledger;
use ledger::open::OpenError;
use ledger::read::Reader;
use ledger::store::StoreError;
use ledger::store::git::error::GitError;
use ledger::store::git::remote::Remote;
use tempfile::TempDir;

use crate::server::{LEDGER, Machine, ORIGIN, Server, append, payloads};

#[test]
fn a_machine_without_a_key_reads_and_appends_nothing() {
    let server = Server::new();
    append(&mut Machine::of(&server.remote()).create(), "first");
    let other = Machine::of(&server.remote());
    for refused in [other.try_to_open(), other.try_to_create()] {
        let error = refused.unwrap_err();
        assert!(matches!(error, OpenError::NoKey { .. }), "{error}");
        assert!(
            error.to_string().contains("log.key is missing: copy it"),
            "{error}"
        );
    }
    assert_eq!(payloads(&other.reader()), ["first"]);
}

#[test]
fn the_key_of_another_log_appends_nothing() {
    let server = Server::new();
    append(&mut Machine::of(&server.remote()).create(), "first");
    let elsewhere = Machine::of(&Server::new().remote());
    let elsewhere_server = Server::new();
    let of_another = Machine::of(&elsewhere_server.remote());
    Ledger::open_or_create_shared(&of_another.path(), &of_another.remote, ORIGIN, [8; 32]).unwrap();
    fs::copy(
        of_another.path().join("log.key"),
        elsewhere.path().join("log.key"),
    )
    .unwrap();
    let error = Ledger::open_shared(&elsewhere.path(), &server.remote()).unwrap_err();
    assert!(matches!(error, OpenError::OtherPublicKey { .. }), "{error}");
}

#[test]
fn a_key_never_begins_a_second_log() {
    let server = Server::new();
    let laptop = Machine::of(&server.remote());
    append(&mut laptop.create(), "first");
    server.git(&["update-ref", "-d", LEDGER], b"");
    server.git(&["update-ref", "-d", crate::server::KEYS], b"");
    let runner = Machine::with_key_of(&laptop);
    for refused in [runner.try_to_create(), runner.try_to_open()] {
        let no_log = matches!(
            refused,
            Err(OpenError::Store(StoreError::Git(GitError::NoLog { .. })))
        );
        assert!(no_log, "{refused:?}");
    }
    // Who saw the log knows more.
    let seen = laptop.try_to_create();
    let gone = matches!(
        seen,
        Err(OpenError::Store(StoreError::Git(
            GitError::Rewritten { .. }
        )))
    );
    assert!(gone, "{seen:?}");
}

#[test]
fn a_creation_that_was_killed_goes_on_with_the_same_key() {
    let server = Server::new();
    let laptop = Machine::of(&server.remote());
    drop(laptop.create());
    // As if it had died before the key got its name, and then before anything was pushed.
    fs::rename(
        laptop.path().join("log.key"),
        laptop.path().join("log.key.begun"),
    )
    .unwrap();
    let key = |ledger: &Ledger| ledger.reader().log().to_string();
    let begun =
        Ledger::open_or_create_shared(&laptop.path(), &server.remote(), ORIGIN, [8; 32]).unwrap();
    let first = key(&begun);
    let empty = Server::new();
    let second = Machine::of(&empty.remote());
    fs::rename(
        laptop.path().join("log.key"),
        second.path().join("log.key.begun"),
    )
    .unwrap();
    let begun =
        Ledger::open_or_create_shared(&second.path(), &empty.remote(), ORIGIN, [9; 32]).unwrap();
    assert_eq!(key(&begun), first);
}

#[test]
fn of_two_who_begin_a_log_at_once_one_does() {
    let server = Server::new();
    let machines = [1, 2, 3].map(|seed| (seed, Machine::of(&server.remote())));
    let opened = std::thread::scope(|scope| {
        let open = |(seed, machine): &(u8, Machine)| {
            Ledger::open_or_create_shared(&machine.path(), &machine.remote, ORIGIN, [*seed; 32])
        };
        let threads = machines
            .each_ref()
            .map(|machine| scope.spawn(move || open(machine)));
        threads.map(|thread| thread.join().unwrap())
    });
    assert_eq!(
        opened.iter().filter(|opened| opened.is_ok()).count(),
        1,
        "{opened:?}"
    );
    let lost = opened.iter().filter_map(|opened| opened.as_ref().err());
    for error in lost {
        assert!(matches!(error, OpenError::NoKey { .. }), "{error}");
    }
    let reader = Machine::of(&server.remote());
    assert_eq!(reader.reader().checkpoint().unwrap().checkpoint.size(), 0);
}

#[test]
fn a_folder_holds_a_shared_ledger_or_one_of_its_own() {
    let server = Server::new();
    let own = TempDir::new().unwrap();
    Ledger::open_or_create(own.path(), ORIGIN, [7; 32]).unwrap();
    let error = Ledger::open_or_create_shared(own.path(), &server.remote(), ORIGIN, [7; 32]);
    assert!(
        matches!(error, Err(OpenError::Unshared { .. })),
        "{error:?}"
    );
    let shared = Machine::of(&server.remote());
    drop(shared.create());
    let error = Ledger::open_or_create(&shared.path(), ORIGIN, [7; 32]);
    assert!(matches!(error, Err(OpenError::Shared { .. })), "{error:?}");
}

#[test]
fn a_remote_that_is_not_there_is_named_with_the_mend() {
    let folder = TempDir::new().unwrap();
    let remote = Remote::new("https://robin:secret@localhost:1/ledger").unwrap();
    let error = Reader::open_shared(folder.path(), &remote).unwrap_err();
    let shown = format!("{error:?} {error}");
    assert!(
        shown.contains("cannot read https://localhost:1/ledger: check the network"),
        "{shown}"
    );
    assert!(!shown.contains("secret"), "{shown}");
}
