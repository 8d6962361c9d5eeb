//! Servers that refuse, and connections that break before or after a push was stored.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use jiff::Timestamp;
use ledger::audit::Payloads;
use ledger::erase::Erasure;
use ledger::store::git::remote::Remote;
use ledger::{Ledger, shared};
use tempfile::TempDir;

use crate::daemon::Daemon;
use crate::server::{LEDGER, Machine, Server, append, audit, payloads, try_to_append};

/// What a proxy does to a push: the next one, or all that follow.
const PASSES: u8 = 0;
/// What the client sends is cut off where the objects begin.
const LOSES_PUSH: u8 = 1;
/// The server takes all of it, and the client learns nothing.
const LOSES_ANSWER: u8 = 2;
/// The same, and from then on nobody answers.
const LOSES_ANSWER_AND_DIES: u8 = 3;
const IS_DEAD: u8 = 4;

struct Proxy {
    port: u16,
    fault: Arc<AtomicU8>,
}

impl Proxy {
    fn before(daemon: &Daemon) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let fault = Arc::new(AtomicU8::new(PASSES));
        let (target, shared) = (daemon.port(), fault.clone());
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if shared.load(Ordering::SeqCst) == IS_DEAD {
                    continue;
                }
                let server = TcpStream::connect(("127.0.0.1", target)).unwrap();
                let fault = shared.clone();
                std::thread::spawn(move || relay(&client, &server, &fault));
            }
        });
        Proxy { port, fault }
    }

    fn remote(&self) -> Remote {
        Remote::new(&format!("git://127.0.0.1:{}/", self.port)).unwrap()
    }

    fn next(&self, fault: u8) {
        self.fault.store(fault, Ordering::SeqCst);
    }
}

/// Passes bytes on in both directions, until a push is to fail.
fn relay(client: &TcpStream, server: &TcpStream, fault: &AtomicU8) {
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let _broken = upwards(client, server, fault);
        });
        let _broken = io::copy(&mut &*server, &mut &*client);
        for stream in [client, server] {
            let _closed = stream.shutdown(Shutdown::Both);
        }
    });
}

fn upwards(mut client: &TcpStream, mut server: &TcpStream, fault: &AtomicU8) -> io::Result<()> {
    let mut bytes = vec![0; 1 << 16];
    loop {
        let read = client.read(&mut bytes)?;
        if read == 0 {
            return server.shutdown(Shutdown::Write);
        }
        let is_push = bytes[..read].windows(4).any(|window| window == b"PACK");
        match fault.load(Ordering::SeqCst) {
            LOSES_PUSH if is_push => {
                fault.store(PASSES, Ordering::SeqCst);
                client.shutdown(Shutdown::Both)?;
                return server.shutdown(Shutdown::Both);
            }
            kind @ (LOSES_ANSWER | LOSES_ANSWER_AND_DIES) if is_push => {
                // The client hears nothing more, but waits for the server: nothing was ever stored later than that.
                server.write_all(&bytes[..read])?;
                server.shutdown(Shutdown::Write)?;
                io::copy(&mut server, &mut io::sink())?;
                let after = if kind == LOSES_ANSWER {
                    PASSES
                } else {
                    IS_DEAD
                };
                fault.store(after, Ordering::SeqCst);
                return client.shutdown(Shutdown::Both);
            }
            _ => server.write_all(&bytes[..read])?,
        }
    }
}

fn chain(error: &dyn Error) -> String {
    let below = std::iter::successors(error.source(), |error: &&dyn Error| (*error).source());
    below.fold(error.to_string(), |shown, cause| {
        format!("{shown}: {cause}")
    })
}

fn pushes(server: &Server) -> String {
    server.git(&["rev-list", "--count", LEDGER], b"")
}

#[test]
fn a_push_whose_answer_was_lost_is_found_on_the_server() {
    let server = Server::new();
    let daemon = Daemon::over(&server);
    let proxy = Proxy::before(&daemon);
    let laptop = Machine::of(&proxy.remote());
    let mut ledger = laptop.create();
    proxy.next(LOSES_ANSWER);
    assert_eq!(append(&mut ledger, "first"), 0);
    assert_eq!(pushes(&server), "3", "nothing was pushed twice");
    assert_eq!(audit(&ledger, &server.remote()).entries.len(), 1);
}

#[test]
fn a_push_that_breaks_off_is_an_error_and_can_be_tried_again() {
    let server = Server::new();
    let daemon = Daemon::over(&server);
    let proxy = Proxy::before(&daemon);
    let laptop = Machine::of(&proxy.remote());
    let mut ledger = laptop.create();
    proxy.next(LOSES_PUSH);
    let error = chain(&try_to_append(&mut ledger, "first").unwrap_err());
    assert!(error.contains("did not answer a push"), "{error}");
    assert!(payloads(laptop.open().reader()).is_empty());
    assert_eq!(append(&mut ledger, "first"), 0);
    assert_eq!(payloads(&laptop.reader()), ["first"]);
}

#[test]
fn a_server_that_dies_with_the_answer_leaves_the_leaf_there_once() {
    let server = Server::new();
    let daemon = Daemon::over(&server);
    let proxy = Proxy::before(&daemon);
    let laptop = Machine::of(&proxy.remote());
    let mut ledger = laptop.create();
    proxy.next(LOSES_ANSWER_AND_DIES);
    let error = chain(&try_to_append(&mut ledger, "first").unwrap_err());
    assert!(error.contains("did not answer a push"), "{error}");
    let unreachable = chain(&laptop.try_to_open().unwrap_err());
    assert!(unreachable.contains("check the network"), "{unreachable}");
    // Once it can be reached, opening signs for what was stored, and the caller finds it.
    proxy.next(PASSES);
    assert_eq!(payloads(laptop.open().reader()), ["first"]);
    assert_eq!(append(&mut ledger, "second"), 1);
    assert_eq!(audit(&ledger, &server.remote()).entries.len(), 2);
}

#[test]
fn a_server_whose_hook_refuses_is_named_with_what_it_said() {
    let server = Server::new();
    let laptop = Machine::of(&server.remote());
    let mut ledger = laptop.create();
    append(&mut ledger, "first");
    let before = pushes(&server);
    let script = "echo 'only Sam may push' >&2; exit 1";
    let hook = hooked(&server, "pre-receive", script);
    let error = chain(&try_to_append(&mut ledger, "second").unwrap_err());
    for part in [
        "refuses the push: let this machine's credentials",
        "pre-receive hook declined",
        "only Sam may push",
    ] {
        assert!(error.contains(part), "{part}: {error}");
    }
    assert_eq!(pushes(&server), before);
    assert_eq!(payloads(&laptop.reader()), ["first"]);
    fs::remove_file(&hook).unwrap();
    assert_eq!(append(&mut ledger, "second"), 1);
}

#[test]
fn an_erasure_that_nobody_signed_for_has_destroyed_nothing() {
    let server = Server::new();
    let laptop = Machine::of(&server.remote());
    let mut ledger = laptop.create();
    append(&mut ledger, "first");
    let publish = "test \"$(git log -1 --format=%s \"$3\")\" != publish";
    let hook = hooked(&server, "update", publish);
    let erasure = Erasure::new([0].into(), BTreeSet::new(), "Robin", "asked for");
    let erase =
        |ledger: &mut Ledger| ledger.erase(&erasure, Timestamp::UNIX_EPOCH, &mut || [9; 32]);
    assert!(erase(&mut ledger).is_err());
    // A stranger finds what was signed, and all of it.
    assert_eq!(audit(&ledger, &server.remote()).erased.len(), 0);
    assert_eq!(payloads(&laptop.reader()), ["first"]);
    fs::remove_file(&hook).unwrap();
    let other = Machine::with_key_of(&laptop).open();
    let audited = audit(&other, &server.remote());
    assert_eq!(audited.erased.keys().collect::<Vec<_>>(), [&0]);
    assert_eq!(audited.entries.len(), 2);
}

#[test]
fn a_stranger_who_looks_while_others_erase_finds_nothing_wrong() {
    let server = Server::new();
    let laptop = Machine::of(&server.remote());
    let mut ledger = laptop.create();
    for payload in ["a", "b", "c", "d", "e", "f"] {
        append(&mut ledger, payload);
    }
    let (key, remote) = (ledger.reader().log().clone(), server.remote());
    let is_done = AtomicU8::new(0);
    std::thread::scope(|scope| {
        let stranger = scope.spawn(|| {
            let mut looks = 0;
            while is_done.load(Ordering::SeqCst) == 0 || looks == 0 {
                let folder = TempDir::new().unwrap();
                let payloads = Payloads::AllPresent;
                shared::audit(folder.path(), &remote, &key, &payloads).unwrap();
                looks += 1;
            }
            looks
        });
        for leaf in 0..6 {
            let erasure = Erasure::new([leaf].into(), BTreeSet::new(), "Robin", "asked for");
            ledger
                .erase(&erasure, Timestamp::UNIX_EPOCH, &mut || [9; 32])
                .unwrap();
        }
        is_done.store(1, Ordering::SeqCst);
        assert!(stranger.join().unwrap() > 1);
    });
}

#[test]
fn who_loses_a_race_against_an_erasure_tries_again() {
    let server = Server::new();
    let laptop = Machine::of(&server.remote());
    let mut ledger = laptop.create();
    for leaf in 0..6 {
        append(&mut ledger, &format!("payload {leaf}"));
    }
    let runner = Machine::with_key_of(&laptop);
    let mut other = runner.open();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for leaf in 0..6 {
                let erasure = Erasure::new([leaf].into(), BTreeSet::new(), "Robin", "asked for");
                ledger
                    .erase(&erasure, Timestamp::UNIX_EPOCH, &mut || [9; 32])
                    .unwrap();
            }
        });
        for record in 0..6 {
            append(&mut other, &format!("record {record}"));
        }
    });
    let audited = audit(&ledger, &server.remote());
    assert_eq!((audited.entries.len(), audited.erased.len()), (18, 6));
}

#[test]
fn a_git_that_was_killed_leaves_no_lock_for_good() {
    let server = Server::new();
    let laptop = Machine::of(&server.remote());
    let mut ledger = laptop.create();
    append(&mut ledger, "first");
    let copy = laptop.memory().join("git");
    let names = [
        "config.lock",
        "packed-refs.lock",
        "refs/found/ledger.lock",
        "refs/seen/keys.lock",
        "refs/made/ledger.lock",
    ];
    for name in names {
        fs::create_dir_all(copy.join(name).parent().unwrap()).unwrap();
        fs::write(copy.join(name), "").unwrap();
    }
    // Who has the log open, and who opens it.
    append(&mut ledger, "second");
    for name in names {
        assert!(!copy.join(name).exists(), "{name}");
        fs::write(copy.join(name), "").unwrap();
    }
    assert_eq!(payloads(&laptop.reader()), ["first", "second"]);
}

/// Lets the server run a script before it takes a push.
fn hooked(server: &Server, name: &str, script: &str) -> PathBuf {
    let hook = server.path().join("hooks").join(name);
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    hook
}

#[test]
fn a_server_that_takes_only_one_of_two_refs_takes_none() {
    let server = Server::new();
    let laptop = Machine::of(&server.remote());
    let mut ledger = laptop.create();
    let hook = hooked(&server, "update", "test $1 = refs/countersign/ledger");
    assert!(try_to_append(&mut ledger, "first").is_err());
    assert_eq!(pushes(&server), "1");
    fs::remove_file(&hook).unwrap();
    assert_eq!(append(&mut ledger, "first"), 0);
}
