//! What lies on the remote at one moment: the trees of two commits, looked through before anything is read.

use std::collections::BTreeMap;

use tlog::checkpoint::Checkpoint;
use tlog::note::{MAX_NOTE_BYTES, Note};

use crate::commit::MAX_COMMIT_BYTES;
use crate::file::FileError;
use crate::read::CHECKPOINT;
use crate::seal::KEY_BYTES;
use crate::store::files::segment;
use crate::store::git::cache::Cache;
use crate::store::git::error::GitError;
use crate::store::git::objects::{Blob, Oid};
use crate::store::git::state;
use crate::store::{Head, StoreError};

/// The folder of the keys.
pub(super) const KEYS: &str = "keys";

/// Commits whose first leaves have the same thousands share a folder, so that few folders change at a time.
const SPREAD: u64 = 1000;

/// The commits that two refs stand at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tips {
    pub(super) ledger: Oid,
    pub(super) keys: Oid,
}

/// All that a moment of the remote holds, without the bytes.
#[derive(Debug)]
pub(super) struct Snapshot {
    pub(super) tips: Tips,
    pub(super) head: Head,
    /// What strangers may read, by name.
    pub(super) objects: BTreeMap<String, Blob>,
    /// The commits, by the index of their first leaf.
    pub(super) records: BTreeMap<u64, Blob>,
    /// The keys of each commit.
    pub(super) keys: BTreeMap<u64, Blob>,
}

/// Returns where a commit lies.
pub(super) fn record_name(base: u64) -> String {
    format!("{}/{:017}/{base:020}", segment::FOLDER, base / SPREAD)
}

/// Returns where the keys of a commit lie.
pub(super) fn keys_name(base: u64) -> String {
    format!("{KEYS}/{:017}/{base:020}", base / SPREAD)
}

impl Snapshot {
    /// Returns what the commits hold, if it is a ledger whose records and keys are all there.
    pub(super) fn load(cache: &Cache, tips: Tips) -> Result<Snapshot, StoreError> {
        let (mut objects, mut records) = (cache.files(&tips.ledger)?, BTreeMap::new());
        let in_folder = |name: &str, folder: &str| name.starts_with(&format!("{folder}/"));
        objects.retain(|name, blob| {
            let is_record = in_folder(name, segment::FOLDER);
            if let Some(base) = base_of(name, record_name).filter(|_| is_record) {
                records.insert(base, blob.clone());
            }
            !is_record
        });
        let keys = cache.files(&tips.keys)?.into_iter();
        let keys = keys.filter_map(|(name, blob)| Some((base_of(&name, keys_name)?, blob)));
        let snapshot = Snapshot {
            head: read_state(cache, &tips, &objects)?,
            keys: keys.collect(),
            tips,
            objects,
            records,
        };
        snapshot.check(cache)?;
        Ok(snapshot)
    }

    fn check(&self, cache: &Cache) -> Result<(), StoreError> {
        let garbage = |why: String| cache.garbage("", why);
        let (first, last) = (self.records.keys().next(), self.records.keys().last());
        match (self.head.size, first, last) {
            (0, None, None) => {}
            (size, Some(0), Some(last)) if *last < size => {}
            (size, _, _) => {
                return Err(garbage(format!("the records are not those of {size} leaves")).into());
            }
        }
        for (base, blob) in &self.records {
            if blob.bytes > MAX_COMMIT_BYTES {
                return Err(cache
                    .garbage(&record_name(*base), too_long(blob.bytes))
                    .into());
            }
            let keys = self.keys.get(base).map_or(0, |keys| keys.bytes);
            // Each leaf has a key, and is longer than one with its sealed payload.
            if keys == 0 || !keys.is_multiple_of(KEY_BYTES as u64) || keys > blob.bytes {
                let why = format!("it does not hold the keys of the leaves from {base} on");
                return Err(cache.garbage(&keys_name(*base), why).into());
            }
        }
        self.refuse_shorter(cache)
    }

    /// A log that is shorter than its checkpoint was put back from an older copy.
    fn refuse_shorter(&self, cache: &Cache) -> Result<(), StoreError> {
        let Some(blob) = self.objects.get(CHECKPOINT) else {
            return Err(cache.garbage(CHECKPOINT, "it is missing".to_owned()).into());
        };
        let limit = MAX_NOTE_BYTES as u64;
        if blob.bytes > limit {
            let path = cache.place(CHECKPOINT).into();
            return Err(FileError::TooLong { path, limit }.into());
        }
        let note = Note::parse(&cache.read(blob, limit)?).ok();
        let checkpoint = note.and_then(|note| note.text().parse::<Checkpoint>().ok());
        let (found, signed) = (self.head.size, checkpoint.map_or(0, |signed| signed.size()));
        match signed > found {
            true => Err(StoreError::Shorter {
                place: cache.place("").into(),
                found,
                signed,
            }),
            false => Ok(()),
        }
    }

    /// Returns the commits that reach into a window, by the index of their first leaf.
    pub(super) fn window(&self, from: u64, end: u64) -> impl Iterator<Item = (u64, &Blob)> {
        let first = self
            .records
            .range(..=from)
            .next_back()
            .map_or(0, |(base, _)| *base);
        let records = (from < end).then(|| self.records.range(first..end));
        records
            .into_iter()
            .flatten()
            .map(|(base, blob)| (*base, blob))
    }

    /// Returns where the commit ends that begins at a leaf.
    pub(super) fn end_of(&self, base: u64) -> u64 {
        let next = self.records.range(base.saturating_add(1)..).next();
        next.map_or(self.head.size, |(base, _)| *base)
    }
}

fn read_state(
    cache: &Cache,
    tips: &Tips,
    objects: &BTreeMap<String, Blob>,
) -> Result<Head, GitError> {
    let garbage = |why: String| cache.garbage(state::NAME, why);
    let blob = objects.get(state::NAME);
    let blob = blob.ok_or_else(|| garbage(format!("it is missing in {}", tips.ledger.as_str())))?;
    if blob.bytes > state::MAX_BYTES {
        return Err(garbage(too_long(blob.bytes)));
    }
    let bytes = cache.read(blob, state::MAX_BYTES)?;
    state::parse(&bytes).ok_or_else(|| garbage("it does not say where a log ends".to_owned()))
}

fn too_long(bytes: u64) -> String {
    format!("it has {bytes} bytes, more than any that is written")
}

/// Returns the index that such a name spells.
fn base_of(name: &str, spell: fn(u64) -> String) -> Option<u64> {
    let base = name.rsplit('/').next()?.parse().ok()?;
    (spell(base) == name).then_some(base)
}
