//! Facts of an earlier reading, so that a later one reads only what is new.
//!
//! Everything here is derived: a file that is missing, damaged or of another version, branch or set of keys makes
//! the reading start anew, with the same answers. Nothing is synced to the disk, for the same reason.

mod bytes;
mod chunk;
mod files;
mod known;
mod span;

pub(super) use self::known::KnownIds;
pub(super) use self::span::Span;

use super::branch::Branch;
use super::census::Options;
use super::open::Repo;
use gix::ObjectId;
use model::change::Change;
use model::digest::Digest;
use model::population::AllCommits;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;

/// To be raised whenever a rule of this module changes what a commit tells: facts of another version are read again.
const FACTS_VERSION: u32 = 9;
/// Changes in one file, so that several threads can read them.
const CHUNK_CHANGES: usize = 2048;
/// Appended files after which everything is written anew in whole chunks.
const MAX_APPENDED: usize = 64;

/// Where the facts of one branch are kept, and what they must fit.
pub(super) struct Cache {
    folder: PathBuf,
    identity: Identity,
    threads: usize,
}

/// What facts were read from and with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Identity {
    facts_version: u32,
    repository: String,
    branch: String,
    keys_sha256: [u8; 32],
    forge_addresses: BTreeSet<String>,
}

/// The file that names all others; whoever replaces it replaces everything.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Head {
    identity: Identity,
    tip: Vec<u8>,
    /// Changes from this second on are there; `None` means all.
    pub(super) from: Option<i64>,
    /// First-parent commits up to the tip.
    pub(super) first_parent_commits: u64,
    /// Counts over every commit up to the tip.
    pub(super) all_commits: AllCommits,
    chunks: Vec<Chunk>,
    ids: Vec<[u8; 32]>,
    appended: usize,
}

/// A file of changes.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Chunk {
    digest: [u8; 32],
    changes: usize,
    /// When they were committed.
    span: Span,
}

/// An earlier reading.
pub(super) struct Stored {
    /// What it read.
    pub(super) head: Head,
    /// Its changes in the span that was asked for, oldest first; older and newer ones may be among them.
    pub(super) changes: Vec<Change>,
}

/// What is written of a reading.
pub(super) struct Fresh<'a> {
    /// The tip up to which it went.
    pub(super) tip: ObjectId,
    /// Changes from this second on were read in full.
    pub(super) from: Option<i64>,
    /// First-parent commits up to the tip.
    pub(super) first_parent_commits: u64,
    /// Counts over every commit up to the tip.
    pub(super) all_commits: &'a AllCommits,
    /// The changes that are new, oldest first.
    pub(super) new_changes: &'a [Change],
    /// The commits that are new, in any order.
    pub(super) new_ids: Vec<ObjectId>,
}

impl Head {
    /// Returns the tip up to which was read.
    pub(super) fn tip(&self) -> Option<ObjectId> {
        ObjectId::try_from(self.tip.as_slice()).ok()
    }

    /// Returns whether every change from a second on is there.
    fn covers(&self, from: Option<i64>) -> bool {
        match (self.from, from) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(there), Some(wanted)) => there <= wanted,
        }
    }
}

impl Cache {
    /// Returns the place of a branch's facts.
    pub(super) fn of(repo: &Repo, branch: &Branch, options: &Options<'_>) -> Option<Cache> {
        let repository = repo.git_folder();
        let repository = repository.canonicalize().unwrap_or(repository);
        let identity = Identity {
            facts_version: FACTS_VERSION,
            repository: repository.to_string_lossy().into_owned(),
            branch: branch.full_name.clone(),
            keys_sha256: *options.keys_sha256.as_bytes(),
            forge_addresses: options.forge_addresses.clone(),
        };
        let place = format!("{}\n{}", identity.repository, identity.branch);
        let name = Digest::of(place.as_bytes()).to_string();
        Some(Cache {
            folder: options.cache?.join(&name[..16]),
            identity,
            threads: options.threads.max(1),
        })
    }

    /// Returns an earlier reading that has every change in a span, if it is whole.
    pub(super) fn load(&self, span: Span) -> Option<Stored> {
        let head: Head = files::read_head(&self.folder)?;
        if head.identity != self.identity || !head.covers(span.from) {
            return None;
        }
        let changes = self.changes(&head.chunks, span)?;
        Some(Stored { head, changes })
    }

    /// Returns the commits that an earlier reading knows.
    pub(super) fn known(&self, head: &Head) -> Option<KnownIds> {
        let lists = head
            .ids
            .iter()
            .map(|digest| files::read(&self.folder, digest));
        KnownIds::new(head.tip()?, lists.collect::<Option<_>>()?)
    }

    /// Writes a reading that continues `before`, or starts anew. Whether that succeeds changes no answer.
    pub(super) fn store(&self, fresh: Fresh<'_>, before: Option<(&Head, &KnownIds)>) {
        let _ = self.try_store(fresh, before).is_ok();
    }

    fn try_store(&self, fresh: Fresh<'_>, before: Option<(&Head, &KnownIds)>) -> io::Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        let mut head = Head {
            identity: self.identity.clone(),
            tip: fresh.tip.as_bytes().to_vec(),
            from: fresh.from,
            first_parent_commits: fresh.first_parent_commits,
            all_commits: fresh.all_commits.clone(),
            chunks: Vec::new(),
            ids: Vec::new(),
            appended: 0,
        };
        let mut ids = fresh.new_ids;
        match before {
            Some((before, _)) if before.appended < MAX_APPENDED => {
                head.appended = before.appended + 1;
                head.chunks.clone_from(&before.chunks);
                head.ids.clone_from(&before.ids);
            }
            Some((before, known)) => {
                let before = self.changes(&before.chunks, Span::ALL);
                let before = before.ok_or(io::ErrorKind::InvalidData)?;
                self.write(&before, &mut head.chunks)?;
                ids.extend(known.ids());
            }
            None => {}
        }
        self.write(fresh.new_changes, &mut head.chunks)?;
        let digest = files::write(&self.folder, &known::encode(ids))?;
        head.ids.push(digest);
        files::write_head(&self.folder, &head)?;
        let chunks = head.chunks.iter().map(|chunk| &chunk.digest);
        files::remove_others(&self.folder, chunks.chain(&head.ids))
    }

    fn write(&self, changes: &[Change], chunks: &mut Vec<Chunk>) -> io::Result<()> {
        let write = |changes: &[Change]| {
            Ok(Chunk {
                digest: files::write(&self.folder, &chunk::encode(changes))?,
                changes: changes.len(),
                span: Span::of(changes),
            })
        };
        let written: io::Result<Vec<Chunk>> =
            changes.par_chunks(CHUNK_CHANGES).map(write).collect();
        chunks.extend(written?);
        Ok(())
    }

    /// Reads the chunks that have changes in a span with all threads, each a share of neighbours.
    fn changes(&self, chunks: &[Chunk], span: Span) -> Option<Vec<Change>> {
        let chunks: Vec<Chunk> = chunks
            .iter()
            .copied()
            .filter(|chunk| chunk.span.meets(span))
            .collect();
        let mut shares = chunks.chunks(chunks.len().div_ceil(self.threads).max(1));
        let mut changes = Vec::with_capacity(room(&chunks));
        let first = shares.next().unwrap_or_default();
        std::thread::scope(|scope| {
            let read = |chunks| {
                scope.spawn(move || {
                    let mut changes = Vec::with_capacity(room(chunks));
                    self.share(chunks, span, &mut changes).map(|()| changes)
                })
            };
            let handles: Vec<_> = shares.map(read).collect();
            self.share(first, span, &mut changes)?;
            for handle in handles {
                changes.append(&mut handle.join().ok()??);
            }
            Some(changes)
        })
    }

    fn share(&self, chunks: &[Chunk], span: Span, changes: &mut Vec<Change>) -> Option<()> {
        let mut chunks = chunks.iter();
        chunks.try_for_each(|chunk| {
            let bytes = files::read(&self.folder, &chunk.digest)?;
            chunk::decode(&bytes, span, changes)
        })
    }
}

/// Returns how many changes to make room for: what a head claims is believed as far as a file can hold it.
fn room(chunks: &[Chunk]) -> usize {
    let changes = chunks.iter().map(|chunk| chunk.changes.min(CHUNK_CHANGES));
    changes.sum()
}
