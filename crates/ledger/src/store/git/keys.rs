//! The keys of payloads: one blob for each commit of the ledger, all in one commit that has no past.

use std::collections::BTreeMap;

use crate::commit::Commit;
use crate::seal::{KEY_BYTES, Key};
use crate::store::StoreError;
use crate::store::git::cache::Cache;
use crate::store::git::import::Import;
use crate::store::git::snapshot::{Snapshot, keys_name};

/// Returns the keys of a commit, of which some may be destroyed.
pub(super) fn read(
    cache: &Cache,
    snapshot: &Snapshot,
    commit: &Commit,
) -> Result<Vec<Key>, StoreError> {
    let keys = read_all(cache, snapshot, commit.base)?;
    let leaves = commit.leaves.iter();
    let fits =
        |(leaf, key): (&crate::commit::NewEntry, &Key)| key.is_destroyed() || leaf.sealed.fits(key);
    match leaves.len() == keys.len() && leaves.zip(&keys).all(fits) {
        true => Ok(keys),
        false => {
            let why = "it does not hold the keys of these payloads".to_owned();
            Err(cache.garbage(&keys_name(commit.base), why).into())
        }
    }
}

fn read_all(cache: &Cache, snapshot: &Snapshot, base: u64) -> Result<Vec<Key>, StoreError> {
    let Some(blob) = snapshot.keys.get(&base) else {
        return Ok(Vec::new());
    };
    let bytes = cache.read(blob, blob.bytes)?;
    let (keys, _) = bytes.as_chunks::<KEY_BYTES>();
    Ok(keys.iter().copied().map(Key::from_bytes).collect())
}

/// Makes a commit of the keys that are there and those of a new commit.
pub(super) fn put_all(snapshot: &Snapshot, commit: &Commit, keys: &[Key], import: &mut Import) {
    put(snapshot, &BTreeMap::new(), import);
    import.put(&keys_name(commit.base), &encode(keys));
    import.commit_keys();
}

/// Makes a commit of all keys but those of some leaves; returns whether any of these was still there.
pub(super) fn put_without(
    cache: &Cache,
    snapshot: &Snapshot,
    leaves: &[u64],
    import: &mut Import,
) -> Result<bool, StoreError> {
    if let Some(leaf) = leaves.iter().find(|leaf| **leaf >= snapshot.head.size) {
        return Err(StoreError::Shorter {
            place: cache.place("").into(),
            found: snapshot.head.size,
            signed: leaf.saturating_add(1),
        });
    }
    let changed = without(cache, snapshot, leaves)?;
    if changed.is_empty() {
        return Ok(false);
    }
    put(snapshot, &changed, import);
    import.commit_keys();
    Ok(true)
}

/// Returns the keys of those commits that change when the keys of some leaves go.
fn without(
    cache: &Cache,
    snapshot: &Snapshot,
    leaves: &[u64],
) -> Result<BTreeMap<u64, Vec<Key>>, StoreError> {
    let mut changed: BTreeMap<u64, Vec<Key>> = BTreeMap::new();
    for leaf in leaves {
        let Some((base, _)) = snapshot.window(*leaf, leaf.saturating_add(1)).next() else {
            continue;
        };
        let read = || read_all(cache, snapshot, base);
        let mut keys = changed.get(&base).cloned().map_or_else(read, Ok)?;
        let position = usize::try_from(leaf - base).unwrap_or(usize::MAX);
        let key = keys.get_mut(position).filter(|key| !key.is_destroyed());
        if let Some(key) = key {
            *key = Key::DESTROYED;
            changed.insert(base, keys);
        }
    }
    Ok(changed)
}

fn put(snapshot: &Snapshot, changed: &BTreeMap<u64, Vec<Key>>, import: &mut Import) {
    for (base, blob) in &snapshot.keys {
        // Keys of a commit that is not there are nobody's.
        if !snapshot.records.contains_key(base) {
            continue;
        }
        match changed.get(base) {
            Some(keys) => import.put(&keys_name(*base), &encode(keys)),
            None => import.keep(&keys_name(*base), blob),
        }
    }
}

fn encode(keys: &[Key]) -> Vec<u8> {
    keys.iter().flat_map(|key| *key.as_bytes()).collect()
}
