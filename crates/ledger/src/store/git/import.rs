//! New objects: blobs and commits, all written by one `git fast-import`.

use crate::store::git::command::Git;
use crate::store::git::error::GitError;
use crate::store::git::garbled;
use crate::store::git::objects::{Blob, Oid};

/// The name of nobody, at no time: a commit says nothing that the leaves do not say.
const COMMITTER: &str = "committer Countersign <ledger@countersign.invalid> 0 +0000\n";

/// Where new commits lie until they are pushed.
pub(super) const MADE: &str = "refs/made";

/// What is to be written.
#[derive(Debug)]
pub(super) struct Import {
    stream: Vec<u8>,
    changes: Vec<u8>,
    marks: u32,
    ledger: Option<u32>,
    keys: Option<u32>,
}

/// The commits that were written.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) ledger: Option<Oid>,
    pub(super) keys: Option<Oid>,
}

impl Import {
    pub(super) fn new() -> Import {
        Import {
            stream: b"feature done\n".to_vec(),
            changes: Vec::new(),
            marks: 0,
            ledger: None,
            keys: None,
        }
    }

    /// Gives a name to new bytes in the next commit.
    pub(super) fn put(&mut self, name: &str, bytes: &[u8]) {
        let mark = self.mark();
        self.stream
            .extend_from_slice(format!("blob\nmark :{mark}\ndata {}\n", bytes.len()).as_bytes());
        self.stream.extend_from_slice(bytes);
        self.stream.push(b'\n');
        self.change(&format!("M 100644 :{mark} {name}\n"));
    }

    /// Gives a name to a blob that is there in the next commit.
    pub(super) fn keep(&mut self, name: &str, blob: &Blob) {
        self.change(&format!("M 100644 {} {name}\n", blob.oid.as_str()));
    }

    /// Takes a name away in the next commit.
    pub(super) fn remove(&mut self, name: &str) {
        self.change(&format!("D {name}\n"));
    }

    /// Makes a commit of the ledger out of the changes.
    pub(super) fn commit_ledger(&mut self, before: Option<&Oid>, what: &str) {
        self.ledger = Some(self.commit("ledger", before, what));
    }

    /// Makes the one commit of the keys out of all of them.
    pub(super) fn commit_keys(&mut self) {
        self.keys = Some(self.commit("keys", None, "keys"));
    }

    fn commit(&mut self, name: &str, before: Option<&Oid>, what: &str) -> u32 {
        let mark = self.mark();
        let head = format!(
            "commit {MADE}/{name}\nmark :{mark}\n{COMMITTER}data {}\n{what}\n",
            what.len()
        );
        self.stream.extend_from_slice(head.as_bytes());
        if let Some(before) = before {
            self.stream
                .extend_from_slice(format!("from {}\n", before.as_str()).as_bytes());
        }
        self.stream.append(&mut self.changes);
        self.stream.push(b'\n');
        mark
    }

    fn mark(&mut self) -> u32 {
        self.marks += 1;
        self.marks
    }

    fn change(&mut self, line: &str) {
        self.changes.extend_from_slice(line.as_bytes());
    }

    /// Writes all of it, and returns the commits.
    pub(super) fn write(mut self, git: &Git) -> Result<Made, GitError> {
        for mark in [self.ledger, self.keys].into_iter().flatten() {
            self.stream
                .extend_from_slice(format!("get-mark :{mark}\n").as_bytes());
        }
        self.stream.extend_from_slice(b"done\n");
        let options = [
            "fast-import",
            "--quiet",
            "--force",
            "--done",
            "--date-format=raw",
        ];
        let output = git.run(&options, &self.stream)?;
        let output = String::from_utf8_lossy(&output);
        let mut made = output.lines().map(Oid::parse);
        let mut next = |wanted: Option<u32>| match wanted {
            Some(_) => made.next().flatten().map(Some).ok_or_else(|| garbled(git)),
            None => Ok(None),
        };
        Ok(Made {
            ledger: next(self.ledger)?,
            keys: next(self.keys)?,
        })
    }
}
