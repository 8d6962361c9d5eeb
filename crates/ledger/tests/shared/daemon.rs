//! A server that somebody else wrote: `git daemon`, and several processes that append through it.

use std::collections::BTreeSet;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use ledger::Ledger;
use ledger::store::git::remote::Remote;

use crate::server::{Machine, Server, append, audit, payloads};

/// Tells a child of a test that it is one: its folder, and the remote.
const CHILD: &str = "LEDGER_TEST_MACHINE";
const REMOTE: &str = "LEDGER_TEST_REMOTE";

const APPENDS: usize = 6;

pub(crate) struct Daemon {
    process: Child,
    port: u16,
}

impl Daemon {
    /// Returns the daemon once it answers.
    pub(crate) fn over(server: &Server) -> Daemon {
        loop {
            let free = TcpListener::bind("127.0.0.1:0").unwrap();
            let port = free.local_addr().unwrap().port();
            drop(free);
            let mut daemon = Daemon {
                process: start(server.path(), port),
                port,
            };
            // Another process may have taken the port meanwhile.
            while daemon.process.try_wait().unwrap().is_none() {
                if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                    return daemon;
                }
                std::thread::yield_now();
            }
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    fn remote(&self) -> Remote {
        Remote::new(&self.address()).unwrap()
    }

    fn address(&self) -> String {
        format!("git://127.0.0.1:{}/", self.port)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// The daemon itself, without the `git` before it, which would outlive it.
fn start(path: &Path, port: u16) -> Child {
    let folder = Command::new("git").arg("--exec-path").output().unwrap();
    let folder = String::from_utf8(folder.stdout).unwrap();
    Command::new(Path::new(folder.trim_end()).join("git-daemon"))
        .args([
            "--listen=127.0.0.1",
            "--reuseaddr",
            "--export-all",
            "--enable=receive-pack",
        ])
        .arg(format!("--port={port}"))
        .arg(format!("--base-path={}", path.display()))
        .arg(path)
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn processes_that_append_at_once_lose_and_fork_nothing() {
    let server = Server::new();
    let daemon = Daemon::over(&server);
    let laptop = Machine::of(&daemon.remote());
    let ledger = laptop.create();
    let machines = [0, 1, 2].map(|_| Machine::with_key_of(&laptop));
    let child = |machine: &Machine| {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "daemon::child_of_the_test_above", "--nocapture"])
            .env(CHILD, machine.path())
            .env(REMOTE, daemon.address())
            .spawn()
            .unwrap()
    };
    for mut child in machines.each_ref().map(child) {
        assert!(child.wait().unwrap().success());
    }
    let reader = Machine::of(&daemon.remote()).reader();
    let found = payloads(&reader);
    let distinct: BTreeSet<&String> = found.iter().collect();
    assert_eq!(
        (found.len(), distinct.len()),
        (3 * APPENDS, 3 * APPENDS),
        "{found:?}"
    );
    assert_eq!(audit(&ledger, &daemon.remote()).entries.len(), 3 * APPENDS);
    server.git(&["fsck", "--strict", "--no-dangling"], b"");
}

/// Does nothing but in the processes that the test above starts.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a child learns from its environment what it is to do"
)]
fn child_of_the_test_above() {
    let (Ok(folder), Ok(remote)) = (std::env::var(CHILD), std::env::var(REMOTE)) else {
        return;
    };
    let remote = Remote::new(&remote).unwrap();
    let mut ledger = Ledger::open_shared(Path::new(&folder), &remote).unwrap();
    for number in 0..APPENDS {
        let payload = format!("{folder} {number}");
        let index = append(&mut ledger, &payload);
        let entry = &ledger.reader().entries(index..index + 1).unwrap()[0];
        let kept = ledger.reader().payload(entry).unwrap();
        assert_eq!(kept.unwrap(), payload.as_bytes());
    }
}
