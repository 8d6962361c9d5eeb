//! The local copy of the remote: a bare repository, which also remembers what this machine saw there last.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use crate::file::{FileError, failed};
use crate::store::StoreError;
use crate::store::git::command::{Answer, Git};
use crate::store::git::error::{GitError, Said};
use crate::store::git::import::MADE;
use crate::store::git::objects::{Blob, Blobs, Oid};
use crate::store::git::remote::Remote;
use crate::store::git::snapshot::{KEYS, Tips};
use crate::store::git::{KEYS_REF, LEDGER_REF, garbled, stale};

/// The folder of the copy below the machine's own folder.
pub(crate) const FOLDER: &str = "git";

/// What the last fetch found, which nobody looked through yet.
const FOUND: &str = "refs/found";

/// What was looked through, and is followed.
const SEEN: &str = "refs/seen";

/// Stands there while keys that were destroyed may still lie in the copy.
const PURGE_DUE: &str = "purge-due";

/// The copy.
#[derive(Debug)]
pub(super) struct Cache {
    pub(super) git: Git,
    pub(super) remote: Remote,
    blobs: Blobs,
}

impl Cache {
    /// Returns the copy below a folder, made when there is none. The lock is held.
    pub(super) fn open(folder: &Path, remote: Remote) -> Result<Cache, StoreError> {
        let directory = folder.join(FOLDER);
        if !directory.exists() {
            // The keys of payloads lie there.
            let made = DirBuilder::new().mode(0o700).create(&directory);
            made.map_err(failed("create", &directory))?;
        }
        stale::remove_locks(&directory)?;
        let cache = Cache {
            git: Git::in_directory(directory),
            remote,
            blobs: Blobs::default(),
        };
        let path = cache.git.directory().to_string_lossy().into_owned();
        let init = [
            "init",
            "--quiet",
            "--bare",
            "--template=",
            "--object-format=sha1",
        ];
        let init = [&init[..], &["--initial-branch=none", "--", &path]].concat();
        cache.git.run(&init, b"")?;
        cache.purge_if_due()?;
        Ok(cache)
    }

    /// Returns how errors call something on the remote.
    pub(super) fn place(&self, name: &str) -> String {
        if name.split('/').next() == Some(KEYS) {
            return format!("{} {KEYS_REF}:{name}", self.remote);
        }
        match name.is_empty() {
            true => format!("{} {LEDGER_REF}", self.remote),
            false => format!("{} {LEDGER_REF}:{name}", self.remote),
        }
    }

    pub(super) fn garbage(&self, name: &str, why: String) -> GitError {
        let place = self.place(name);
        GitError::Garbage { place, why }
    }

    pub(super) fn read(&self, blob: &Blob, limit: u64) -> Result<Vec<u8>, GitError> {
        self.blobs.read(&self.git, blob, limit)
    }

    /// Returns the files of a commit with their lengths.
    pub(super) fn files(&self, commit: &Oid) -> Result<BTreeMap<String, Blob>, GitError> {
        let list = ["ls-tree", "-r", "-l", "-z", "--full-tree", commit.as_str()];
        let answer = self.git.run(&list, b"");
        // What was fetched is there: where it is no tree, the remote has none.
        let output = answer.map_err(|error| self.garbage("", chain(&error)))?;
        let output = String::from_utf8_lossy(&output);
        let lines = output.split_terminator('\0').map(|line| {
            let why = || "it is no file".to_owned();
            let (meta, name) = line.split_once('\t').ok_or_else(|| garbled(&self.git))?;
            let blob = blob_of(meta).ok_or_else(|| self.garbage(name, why()))?;
            Ok((name.to_owned(), blob))
        });
        lines.collect()
    }

    /// Returns what the remote has now, after it was seen to lead on from what it had before; nothing when there is
    /// no log. The lock is held.
    pub(super) fn fetch(&self) -> Result<Option<Tips>, StoreError> {
        let seen = self.tips(SEEN)?;
        let mut fetch = vec![
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-write-fetch-head",
            "--prune",
        ];
        if seen.is_none() {
            // All that ever was in the log is in its last commit.
            fetch.push("--depth=1");
        }
        let refs = format!("+refs/countersign/*:{FOUND}/*");
        fetch.extend(["--", self.remote.address(), &refs]);
        let answer = self.git.ask_remote(&self.remote, &fetch)?;
        // Git fails to fetch the last commits of nothing.
        if !answer.success && (seen.is_some() || !self.is_empty()?) {
            return Err(self.unreachable(&answer).into());
        }
        let found = self.tips(FOUND)?;
        match (&seen, &found) {
            (Some(seen), Some(found)) => self.refuse_rewritten(seen, found)?,
            (Some(_), None) => return Err(self.rewritten("it is gone".to_owned()).into()),
            (None, _) => {}
        }
        Ok(found)
    }

    /// Returns whether the remote answers, and has none of the refs.
    fn is_empty(&self) -> Result<bool, GitError> {
        let list = [
            "ls-remote",
            "--quiet",
            "--",
            self.remote.address(),
            "refs/countersign/*",
        ];
        let answer = self.git.ask_remote(&self.remote, &list)?;
        match answer.success {
            true => Ok(answer.output.is_empty()),
            false => Err(self.unreachable(&answer)),
        }
    }

    fn unreachable(&self, answer: &Answer) -> GitError {
        GitError::Unreachable {
            remote: self.remote.to_string(),
            source: Said(self.remote.redacted(&answer.said)),
        }
    }

    fn refuse_rewritten(&self, seen: &Tips, found: &Tips) -> Result<(), GitError> {
        if seen.ledger == found.ledger {
            return Ok(());
        }
        let (before, after) = (seen.ledger.as_str(), found.ledger.as_str());
        if !self.leads_to(&seen.ledger, &found.ledger)? {
            return Err(self.rewritten(format!("{after} does not lead on from {before}")));
        }
        let changed = self.changed(&seen.ledger, &found.ledger, &["records", "log.vkey"])?;
        match changed.first() {
            Some(name) => Err(self.rewritten(format!("{after} changes {name}"))),
            None => Ok(()),
        }
    }

    fn rewritten(&self, why: String) -> GitError {
        let remote = self.remote.to_string();
        GitError::Rewritten { remote, why }
    }

    /// Returns whether a commit is another one, or one of those before it.
    pub(super) fn leads_to(&self, before: &Oid, after: &Oid) -> Result<bool, GitError> {
        let (before, after) = (before.as_str(), after.as_str());
        self.git
            .tell(&["merge-base", "--is-ancestor", before, after])
    }

    /// Returns whether a commit that was made here leads to another one. One that was purged since does not: what is
    /// followed stays.
    pub(super) fn is_part_of(&self, made: &Oid, tip: &Oid) -> Result<bool, GitError> {
        let is_here = self.git.tell(&["cat-file", "-e", made.as_str()])?;
        Ok(is_here && self.leads_to(made, tip)?)
    }

    /// Returns the names that were there before, and have other bytes now or none.
    fn changed(&self, before: &Oid, after: &Oid, below: &[&str]) -> Result<Vec<String>, GitError> {
        let diff = [
            "diff-tree",
            "-r",
            "-z",
            "--no-renames",
            "--diff-filter=a",
            "--name-only",
        ];
        let diff = [&diff[..], &[before.as_str(), after.as_str(), "--"], below].concat();
        let output = self.git.run(&diff, b"")?;
        let output = String::from_utf8_lossy(&output);
        Ok(output.split_terminator('\0').map(str::to_owned).collect())
    }

    /// Remembers what was looked through, and forgets the rest; keys that are gone there are purged here.
    pub(super) fn follow(&self, tips: &Tips) -> Result<(), StoreError> {
        let seen = self.tips(SEEN)?;
        if let Some(seen) = seen.filter(|seen| seen.keys != tips.keys)
            && !self.changed(&seen.keys, &tips.keys, &[])?.is_empty()
        {
            let path = self.git.directory().join(PURGE_DUE);
            fs::write(&path, b"").map_err(failed("write", &path))?;
        }
        let mut refs = String::new();
        for (name, oid) in [("ledger", &tips.ledger), ("keys", &tips.keys)] {
            for folder in [FOUND, SEEN] {
                refs += &format!("update {folder}/{name} {}\n", oid.as_str());
            }
            refs += &format!("delete {MADE}/{name}\n");
        }
        self.git.run(&["update-ref", "--stdin"], refs.as_bytes())?;
        self.purge_if_due()
    }

    /// Removes every object that nothing refers to any more.
    fn purge_if_due(&self) -> Result<(), StoreError> {
        let path = self.git.directory().join(PURGE_DUE);
        if !path.exists() {
            return Ok(());
        }
        self.blobs.close();
        self.git.run(&["repack", "-a", "-d", "--quiet"], b"")?;
        self.git.run(&["prune", "--expire=now"], b"")?;
        Ok(fs::remove_file(&path).map_err(failed("remove", &path))?)
    }

    /// Returns where two refs stand.
    fn tips(&self, folder: &str) -> Result<Option<Tips>, GitError> {
        let list = ["for-each-ref", "--format=%(refname) %(objectname)", folder];
        let output = self.git.run(&list, b"")?;
        let output = String::from_utf8_lossy(&output);
        let tip = |name: &str| {
            let name = format!("{folder}/{name}");
            let line = output.lines().filter_map(|line| line.split_once(' '));
            let mut oids = line.filter(|(found, _)| *found == name);
            oids.next().and_then(|(_, oid)| Oid::parse(oid))
        };
        match (tip("ledger"), tip("keys")) {
            (Some(ledger), Some(keys)) => Ok(Some(Tips { ledger, keys })),
            (None, None) => Ok(None),
            (None, Some(_)) => {
                Err(self.garbage("", "it is missing, but its keys are there".into()))
            }
            (Some(_), None) => Err(GitError::Garbage {
                place: format!("{} {KEYS_REF}", self.remote),
                why: "it is missing".to_owned(),
            }),
        }
    }
}

fn chain(error: &GitError) -> String {
    match error {
        GitError::Cache { source, .. } => source.to_string(),
        error => error.to_string(),
    }
}

/// Returns the blob of a line such as `100644 blob <name> <bytes>`.
fn blob_of(meta: &str) -> Option<Blob> {
    let mut fields = meta.split_ascii_whitespace();
    let (mode, kind) = (fields.next()?, fields.next()?);
    let oid = Oid::parse(fields.next()?)?;
    let bytes = fields.next()?.parse().ok()?;
    (mode == "100644" && kind == "blob").then_some(Blob { oid, bytes })
}

impl From<GitError> for FileError {
    fn from(error: GitError) -> FileError {
        let path = match &error {
            GitError::Cache { path, .. } => path.clone(),
            _ => LEDGER_REF.into(),
        };
        FileError::Io {
            action: "read",
            path,
            source: std::io::Error::other(error),
        }
    }
}
