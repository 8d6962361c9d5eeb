//! Our witness and a client that others wrote, and our request and a witness that others wrote.
//!
//! The programs are `aics-witness` 0.1.0 and `aics-tlog` 0.2.1, in Python, which know Ed25519 cosignatures alone.

use crate::company::{self, Served, checkpoint, log, request};
use crate::http::{add_checkpoint, exchange};
use crate::runner;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use tlog::cosignature;
use tlog::cosignature::key::CosignerKey;
use tlog::note::Note;
use tlog::witness::answer::{self, Answer};
use tlog::witness::checkpoint_path;

/// Returns an installed program, or nothing where none were installed; where some were, none may be absent.
#[expect(
    clippy::disallowed_methods,
    reason = "a test reads what it was started with"
)]
fn counterpart(name: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("COUNTERPARTS") else {
        eprintln!("not run: COUNTERPARTS names no folder with a program {name}");
        return None;
    };
    let program = Path::new(&folder).join("bin").join(name);
    assert!(program.is_file(), "{} is absent", program.display());
    Some(program)
}

/// Returns the Python that a program was installed for, which has its library too.
fn python_of(program: &Path) -> PathBuf {
    let text = fs::read_to_string(program).unwrap();
    let line = text.lines().next().and_then(|line| line.strip_prefix("#!"));
    PathBuf::from(line.expect("a script that names its interpreter").trim())
}

fn succeeded(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    output
}

#[test]
fn our_witness_cosigns_for_the_client_of_aics_witness() {
    let Some(program) = counterpart("aics-witness") else {
        return;
    };
    let (runner, known) = company::witness();
    let server = Served::start(runner.home());
    let url = format!("http://{}", server.address);
    let output = succeeded(
        Command::new(python_of(&program))
            .args(["-c", include_str!("feed.py"), &url])
            .arg(known[0].to_string()),
    );
    // It signed as the log of seed 1, submitted three trees and lost the answer to the last once.
    let note = Note::parse(&output.stdout).unwrap();
    assert_eq!(note.text(), checkpoint(7).text());
    let who = cosignature::verify(&note, &known).unwrap();
    assert_eq!(who.len(), 1, "it keeps the line that it can verify");
    let path = format!("GET /{}", checkpoint_path(company::ORIGIN));
    let (status, _, shown) = exchange(server.address, &path, b"").unwrap();
    assert_eq!(status, 200);
    verified_by_aics_tlog(&shown, &known[0]);
}

/// The checkpoint that monitors read, with the cosignatures of both keys, holds under the rules of `aics-tlog`.
fn verified_by_aics_tlog(note: &[u8], cosigner: &CosignerKey) {
    let Some(program) = counterpart("aics-tlog") else {
        return;
    };
    let folder = runner();
    let path = folder.home().join("note");
    fs::write(&path, note).unwrap();
    let vkey = log().verifier().to_string();
    let cosigner = cosigner.to_string();
    let quorum = ["--quorum", "1", "--witness-key", &cosigner];
    succeeded(
        Command::new(program)
            .args(["verify-checkpoint", "--log-key", &vkey, "--note"])
            .arg(path)
            .args(quorum),
    );
}

/// `aics-witness serve`, killed when dropped.
struct Theirs {
    address: SocketAddr,
    key: CosignerKey,
    child: Child,
}

impl Theirs {
    fn start(program: &Path, folder: &Path) -> Theirs {
        let config = folder.join("witness.json");
        let run = |words: &[&str]| {
            let mut command = Command::new(program);
            command.args(words).arg("--config").arg(&config);
            command
        };
        let name = ["init", "--name", "witness.example/py"];
        let made = succeeded(run(&name).args(["--listen", "127.0.0.1:0"]));
        let key = String::from_utf8(made.stdout).unwrap();
        let vkey = log().verifier().to_string();
        succeeded(run(&["add-log"]).args(["--origin", company::ORIGIN, "--vkey", &vkey]));
        let serve = ["serve", "--listen", "127.0.0.1:0"];
        let mut child = run(&serve).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let mut lines = stderr.lines().map(Result::unwrap);
        let address = lines
            .find_map(|line| address_in(&line))
            .expect("an address");
        // What it logs later is read, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Theirs {
            address,
            key: key.trim().parse().unwrap(),
            child,
        }
    }
}

impl Drop for Theirs {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn address_in(line: &str) -> Option<SocketAddr> {
    let (_, rest) = line.split_once("listening on http://")?;
    rest.split(' ').next()?.parse().ok()
}

#[test]
fn aics_witness_cosigns_what_we_send() {
    let Some(program) = counterpart("aics-witness") else {
        return;
    };
    let folder = runner();
    let server = Theirs::start(&program, folder.home());
    let known = [server.key.clone()];
    for (old_size, size) in [(0, 3), (3, 3), (3, 8)] {
        let answered = add_checkpoint(server.address, &request(old_size, size)).unwrap();
        let Answer::Cosigned(lines) = answered else {
            panic!("{answered:?}");
        };
        let cosigned = answer::accept(&checkpoint(size), &lines, &known).unwrap();
        assert_eq!(cosigned.signatures().len(), 2);
    }
    let stale = add_checkpoint(server.address, &request(3, 8)).unwrap();
    assert_eq!(stale, Answer::Holds { size: 8 });
    let fork = format!("old 8\n\n{}", company::forked(8));
    let refused = add_checkpoint(server.address, fork.as_bytes()).unwrap();
    assert!(
        matches!(refused, Answer::Refused { status: 422, .. }),
        "{refused:?}"
    );
}
