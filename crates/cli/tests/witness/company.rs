//! A log, and a witness of it in a process of its own.

use crate::runner;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use testkit::Runner;
use tlog::checkpoint::Checkpoint;
use tlog::cosignature::key::CosignerKey;
use tlog::key::{KeyName, SignerKey};
use tlog::merkle::{self, Hash};
use tlog::note::Note;
use tlog::range::Node;
use tlog::witness::request::Request;

pub(crate) const ORIGIN: &str = "log.example/ada";

/// The log of seed 1.
pub(crate) fn log() -> SignerKey {
    SignerKey::from_seed(KeyName::new(ORIGIN).unwrap(), &[1; 32])
}

fn leaves(size: u64) -> Vec<Hash> {
    let leaf = |index: u64| merkle::leaf_hash(format!("leaf {index}").as_bytes());
    (0..size).map(leaf).collect()
}

/// Returns the signed checkpoint of its first leaves.
pub(crate) fn checkpoint(size: u64) -> Note {
    signed(size, merkle::root(&leaves(size)))
}

/// Returns a signed checkpoint of any size, with a root that no leaves have.
pub(crate) fn forked(size: u64) -> Note {
    signed(size, merkle::leaf_hash(b"fork"))
}

fn signed(size: u64, root: Hash) -> Note {
    let checkpoint = Checkpoint::new(ORIGIN, size, root).unwrap();
    Note::sign(&checkpoint.to_string(), &log()).unwrap()
}

/// Returns the body of an honest request.
pub(crate) fn request(old_size: u64, size: u64) -> Vec<u8> {
    let leaves = leaves(size);
    let read = |node: Node| {
        let width = 1 << node.level;
        let start = node.index as usize * width;
        Ok::<Hash, ()>(merkle::root(&leaves[start..start + width]))
    };
    let proof = tlog::consistency::prove(old_size, size, read).unwrap();
    let request = Request::new(old_size, proof, checkpoint(size)).unwrap();
    request.to_string().into_bytes()
}

/// Makes a witness of the log in the folder `witness` of the home, and returns its keys.
pub(crate) fn witness() -> (Runner, Vec<CosignerKey>) {
    let runner = runner();
    let init = ["witness", "init", "--name", "witness.example/bo"];
    let keys = runner.run(init).expect_code(0).stdout;
    let vkey = log().verifier().to_string();
    let added = runner.run(["witness", "log", "add", &vkey]);
    assert_eq!(added.expect_code(0).stdout, "watches log.example/ada\n");
    (
        runner,
        keys.lines().map(|key| key.parse().unwrap()).collect(),
    )
}

/// `countersign witness serve`, killed when dropped.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    child: Child,
}

impl Served {
    pub(crate) fn start(home: &Path) -> Served {
        let mut child = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .args(["witness", "serve", "--listen", "127.0.0.1:0"])
            .current_dir(home)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut url).unwrap();
        let address = url.trim().strip_prefix("http://").unwrap();
        let address = address.strip_suffix('/').unwrap().parse().unwrap();
        Served { address, child }
    }

    /// Asks it to end, and returns how it did.
    pub(crate) fn terminate(&mut self) -> ExitStatus {
        let pid = self.child.id().to_string();
        let asked = Command::new("sh")
            .args(["-c", "kill -TERM $0", &pid])
            .status();
        assert!(asked.unwrap().success());
        self.child.wait().unwrap()
    }

    /// Kills it where it stands.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
