//! A git server of its own for each test, and the machines that use it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use jiff::Timestamp;
use ledger::Ledger;
use ledger::append::{AppendError, NewLeaf, Receipts};
use ledger::audit::{Audited, Payloads};
use ledger::leaf::LeafKind;
use ledger::open::OpenError;
use ledger::read::Reader;
use ledger::shared;
use ledger::store::git::remote::Remote;
use model::digest::Digest;
use tempfile::TempDir;

pub(crate) const ORIGIN: &str = "countersign.local/0123456789abcdef";
pub(crate) const LEDGER: &str = "refs/countersign/ledger";
pub(crate) const KEYS: &str = "refs/countersign/keys";

/// A bare repository.
pub(crate) struct Server {
    folder: TempDir,
}

impl Server {
    pub(crate) fn new() -> Server {
        let folder = TempDir::new().unwrap();
        let server = Server { folder };
        server.git(&["init", "--quiet", "--bare"], b"");
        server
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn remote(&self) -> Remote {
        Remote::new(&format!("file://{}", self.path().display())).unwrap()
    }

    /// Returns what git answers in the repository, without the end of the line.
    pub(crate) fn git(&self, arguments: &[&str], input: &[u8]) -> String {
        let mut git = Command::new("git")
            .current_dir(self.path())
            .env("GIT_DIR", self.path())
            .env("GIT_INDEX_FILE", self.path().join("attack.index"))
            .args(["-c", "user.name=Mallory", "-c", "user.email=m@example.com"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        git.stdin.take().unwrap().write_all(input).unwrap();
        let answer = git.wait_with_output().unwrap();
        assert!(answer.status.success(), "{arguments:?}");
        String::from_utf8_lossy(&answer.stdout)
            .trim_end()
            .to_owned()
    }

    pub(crate) fn tip(&self, name: &str) -> String {
        self.git(&["rev-parse", name], b"")
    }

    /// Puts a commit on a ref that changes one file of another commit, and follows on some, or on none.
    pub(crate) fn replace(&self, name: &str, file: &str, bytes: Option<&[u8]>, parents: &[&str]) {
        self.git(&["read-tree", name], b"");
        match bytes {
            Some(bytes) => {
                let blob = self.git(&["hash-object", "-w", "--stdin"], bytes);
                let entry = format!("100644,{blob},{file}");
                self.git(&["update-index", "--add", "--cacheinfo", &entry], b"");
            }
            None => {
                let entry = format!("0 {}\t{file}\n", "0".repeat(40));
                self.git(&["update-index", "--index-info"], entry.as_bytes());
            }
        }
        let tree = self.git(&["write-tree"], b"");
        let parents = parents.iter().flat_map(|parent| ["-p", parent]);
        let commit: Vec<&str> = ["commit-tree", &tree, "-m", "changed"]
            .into_iter()
            .chain(parents)
            .collect();
        let commit = self.git(&commit, b"");
        self.git(&["update-ref", name, &commit], b"");
    }
}

/// A machine with a folder of its own.
pub(crate) struct Machine {
    pub(crate) folder: TempDir,
    pub(crate) remote: Remote,
}

impl Machine {
    pub(crate) fn of(remote: &Remote) -> Machine {
        Machine {
            folder: TempDir::new().unwrap(),
            remote: remote.clone(),
        }
    }

    /// Returns a machine with the key of another one, and nothing else.
    pub(crate) fn with_key_of(other: &Machine) -> Machine {
        let machine = Machine::of(&other.remote);
        let key = "log.key";
        std::fs::copy(other.path().join(key), machine.path().join(key)).unwrap();
        machine
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// Returns the folder of what it saw at the only place where it looked.
    pub(crate) fn memory(&self) -> PathBuf {
        let places = std::fs::read_dir(self.path().join("places")).unwrap();
        let [place] = places.collect::<Vec<_>>().try_into().unwrap();
        place.unwrap().path()
    }

    pub(crate) fn create(&self) -> Ledger {
        self.try_to_create().unwrap()
    }

    pub(crate) fn try_to_create(&self) -> Result<Ledger, OpenError> {
        Ledger::open_or_create_shared(&self.path(), &self.remote, ORIGIN, [7; 32])
    }

    pub(crate) fn open(&self) -> Ledger {
        self.try_to_open().unwrap()
    }

    pub(crate) fn try_to_open(&self) -> Result<Ledger, OpenError> {
        Ledger::open_shared(&self.path(), &self.remote)
    }

    pub(crate) fn reader(&self) -> Reader {
        Reader::open_shared(&self.path(), &self.remote).unwrap()
    }
}

pub(crate) fn try_to_append(ledger: &mut Ledger, payload: &str) -> Result<Receipts, AppendError> {
    let leaf = NewLeaf::new(LeafKind::Observation, payload.as_bytes().to_vec());
    let mut next = 0_u8;
    let mut entropy = || {
        next += 1;
        *Digest::of_parts([payload.as_bytes(), &[next]]).as_bytes()
    };
    ledger.append(vec![leaf], Timestamp::UNIX_EPOCH, &mut entropy)
}

/// Appends a payload, and returns its index.
pub(crate) fn append(ledger: &mut Ledger, payload: &str) -> u64 {
    try_to_append(ledger, payload).unwrap().receipts[0].index
}

/// Returns what a stranger finds in a fresh clone, with the key that the ledger had from the first.
pub(crate) fn audit(ledger: &Ledger, remote: &Remote) -> Audited {
    let folder = TempDir::new().unwrap();
    shared::audit(
        folder.path(),
        remote,
        ledger.reader().log(),
        &Payloads::AllPresent,
    )
    .unwrap()
}

/// Returns the payloads of the whole log, in its order.
pub(crate) fn payloads(reader: &Reader) -> Vec<String> {
    let size = reader.checkpoint().unwrap().checkpoint.size();
    let entries = reader.entries(0..size).unwrap();
    let kept = reader.payloads_of(&entries).unwrap().into_values();
    kept.map(|kept| String::from_utf8(kept.bytes).unwrap())
        .collect()
}
