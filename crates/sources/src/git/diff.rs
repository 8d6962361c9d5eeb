//! The paths that differ between two trees.

use super::objects::{Bytes, Objects, ReadError};
use gix::ObjectId;
use std::cmp::Ordering;

/// The deepest folder that is compared.
pub const MAX_DEPTH: usize = 512;
/// The most paths that one change may touch.
pub const MAX_PATHS: usize = 2_000_000;

/// Trees that cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum DiffError {
    /// A tree cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A tree has entries that are none.
    #[error("tree {0} is malformed")]
    Malformed(ObjectId),
    /// A tree lies too deep.
    #[error("tree {0} lies deeper than {MAX_DEPTH} folders")]
    TooDeep(ObjectId),
    /// Two trees differ in too many paths.
    #[error("tree {0} differs in more than {MAX_PATHS} paths")]
    TooManyPaths(ObjectId),
}

/// Paths that differ, and whether every tree was there to be compared.
#[derive(Debug, Default)]
pub(super) struct Paths {
    /// The paths, sorted, bytes that are not UTF-8 as U+FFFD.
    pub(super) paths: Vec<String>,
    /// Whether no tree was missing.
    pub(super) complete: bool,
}

/// Returns the paths that differ between `old` (none: an empty tree) and `new`.
pub(super) fn paths(
    objects: &mut Objects<'_>,
    old: Option<ObjectId>,
    new: ObjectId,
) -> Result<Paths, DiffError> {
    let mut diff = Diff {
        objects,
        folder: Vec::new(),
        depth: 0,
        found: Paths {
            paths: Vec::new(),
            complete: true,
        },
    };
    if old != Some(new) {
        diff.trees(old, Some(new))?;
    }
    let mut found = diff.found;
    found.paths.sort_unstable();
    found.paths.dedup();
    Ok(found)
}

struct Diff<'o, 'p> {
    objects: &'o mut Objects<'p>,
    folder: Vec<u8>,
    depth: usize,
    found: Paths,
}

#[derive(Clone, Copy)]
struct Entry<'a> {
    is_tree: bool,
    name: &'a [u8],
    /// Mode, name and id as they stand.
    bytes: &'a [u8],
    id: &'a [u8],
}

impl Diff<'_, '_> {
    fn trees(&mut self, old: Option<ObjectId>, new: Option<ObjectId>) -> Result<(), DiffError> {
        let (Some(before), Some(after)) = (self.tree(old)?, self.tree(new)?) else {
            self.found.complete = false;
            return Ok(());
        };
        let Some(id) = new.or(old) else {
            return Ok(());
        };
        let hash_bytes = id.as_slice().len();
        let (mut old, mut new) = (before.as_slice(), after.as_slice());
        loop {
            let equal = equal_entries(old, new, hash_bytes);
            (old, new) = (&old[equal..], &new[equal..]);
            let (one, two) = match (Entry::first(old, hash_bytes), Entry::first(new, hash_bytes)) {
                (Ok(one), Ok(two)) => (one, two),
                (Err(Malformed), _) | (_, Err(Malformed)) => return Err(DiffError::Malformed(id)),
            };
            match order(one, two) {
                None => return Ok(()),
                Some(Ordering::Less) => {
                    old = skip(old, one);
                    self.entries(one, None)?;
                }
                Some(Ordering::Greater) => {
                    new = skip(new, two);
                    self.entries(None, two)?;
                }
                Some(Ordering::Equal) => {
                    (old, new) = (skip(old, one), skip(new, two));
                    self.entries(one, two)?;
                }
            }
        }
    }

    /// Returns an empty tree for no id, and `None` for a tree that is missing.
    fn tree(&mut self, id: Option<ObjectId>) -> Result<Option<Bytes>, DiffError> {
        match id {
            Some(id) if id.is_empty_tree() => Ok(Some(Bytes::default())),
            Some(id) => Ok(self.objects.tree(id)?),
            None => Ok(Some(Bytes::default())),
        }
    }

    fn entries(&mut self, old: Option<Entry<'_>>, new: Option<Entry<'_>>) -> Result<(), DiffError> {
        let Some(entry) = new.or(old) else {
            return Ok(());
        };
        if entry.is_tree {
            return self.folders(entry.name, old, new);
        }
        let length = self.folder.len();
        self.folder.extend_from_slice(entry.name);
        let path = String::from_utf8_lossy(&self.folder).into_owned();
        self.folder.truncate(length);
        self.found.paths.push(path);
        match self.found.paths.len() > MAX_PATHS {
            true => Err(DiffError::TooManyPaths(entry.object())),
            false => Ok(()),
        }
    }

    fn folders(
        &mut self,
        name: &[u8],
        old: Option<Entry<'_>>,
        new: Option<Entry<'_>>,
    ) -> Result<(), DiffError> {
        let (old, new) = (
            old.map(|entry| entry.object()),
            new.map(|entry| entry.object()),
        );
        if old == new {
            return Ok(());
        }
        if let Some(id) = new.or(old).filter(|_| self.depth == MAX_DEPTH) {
            return Err(DiffError::TooDeep(id));
        }
        let length = self.folder.len();
        self.folder.extend_from_slice(name);
        self.folder.push(b'/');
        self.depth += 1;
        let result = self.trees(old, new);
        self.depth -= 1;
        self.folder.truncate(length);
        result
    }
}

struct Malformed;

impl<'a> Entry<'a> {
    /// Returns the first entry of the rest of a tree, `None` at its end: mode, space, name, NUL, id.
    fn first(tree: &'a [u8], hash_bytes: usize) -> Result<Option<Entry<'a>>, Malformed> {
        if tree.is_empty() {
            return Ok(None);
        }
        let nul = tree.iter().position(|&byte| byte == 0).ok_or(Malformed)?;
        let head = &tree[..nul];
        let space = head
            .iter()
            .position(|&byte| byte == b' ')
            .ok_or(Malformed)?;
        let id = tree.get(nul + 1..nul + 1 + hash_bytes).ok_or(Malformed)?;
        Ok(Some(Entry {
            is_tree: matches!(&head[..space], b"40000" | b"040000"),
            name: &head[space + 1..],
            bytes: &tree[..nul + 1 + hash_bytes],
            id,
        }))
    }

    fn object(&self) -> ObjectId {
        ObjectId::from_bytes_or_panic(self.id)
    }

    /// git orders a folder as if its name ended in a slash (`base_name_compare`).
    fn key(&self) -> impl Iterator<Item = u8> + use<'a> {
        let slash = self.is_tree.then_some(b'/');
        self.name.iter().copied().chain(slash)
    }
}

fn order(old: Option<Entry<'_>>, new: Option<Entry<'_>>) -> Option<Ordering> {
    match (old, new) {
        (None, None) => None,
        (Some(_), None) => Some(Ordering::Less),
        (None, Some(_)) => Some(Ordering::Greater),
        (Some(old), Some(new)) => Some(old.key().cmp(new.key())),
    }
}

fn skip<'a>(tree: &'a [u8], entry: Option<Entry<'a>>) -> &'a [u8] {
    &tree[entry.map_or(0, |entry| entry.bytes.len())..]
}

/// Returns how many bytes of whole entries the two begin with in common: two trees of a change differ in a few
/// entries of hundreds, and comparing bytes is much faster than reading entries.
fn equal_entries(old: &[u8], new: &[u8], hash_bytes: usize) -> usize {
    let equal = equal_bytes(old, new);
    let mut end = 0;
    loop {
        let Some(nul) = old[end..equal].iter().position(|&byte| byte == 0) else {
            return end;
        };
        match end + nul + 1 + hash_bytes {
            next if next <= equal => end = next,
            _ => return end,
        }
    }
}

fn equal_bytes(old: &[u8], new: &[u8]) -> usize {
    const STEP: usize = 64;
    let steps = old.chunks_exact(STEP).zip(new.chunks_exact(STEP));
    let start = steps.take_while(|(old, new)| old == new).count() * STEP;
    let rest = old[start..].iter().zip(&new[start..]);
    start + rest.take_while(|(old, new)| old == new).count()
}
