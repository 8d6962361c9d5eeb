//! The paths that differ between two trees.

use super::objects::{Bytes, Objects, ReadError};
use gix::ObjectId;
use model::digest::Digest;
use std::cmp::Ordering;
use std::collections::HashMap;

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
    /// What the patch digest is of: a line for each path, in the order of their bytes.
    patch: Vec<u8>,
}

/// What every patch digest begins with.
const PATCH: &[u8] = b"countersign patch v1\n";

impl Paths {
    /// Returns SHA-256 over the paths that differ, in the order of their bytes, each with the modes and the ids of what it
    /// was and is; `None` where a tree was missing.
    ///
    /// A rebase over changes of other files keeps it, and nothing else does.
    pub(super) fn patch_digest(&self) -> Option<Digest> {
        self.complete
            .then(|| Digest::of_parts([PATCH, &self.patch]))
    }

    /// Returns each path with what it was and is, read back from what the digest is of.
    pub(super) fn touched(&self) -> Vec<Touched<'_>> {
        let mut rest = self.patch.as_slice();
        let mut touched = Vec::new();
        while let (Some(old), Some(new), Some(path)) =
            (side(&mut rest), side(&mut rest), sized(&mut rest))
        {
            touched.push(Touched { path, old, new });
        }
        touched
    }

    /// Lengths stand before bytes of any length, so that no two differences give the same text.
    fn add(&mut self, path: &[u8], old: Option<Entry<'_>>, new: Option<Entry<'_>>) {
        for side in [old, new] {
            match side.map(Entry::content) {
                Some((mode, id)) => {
                    self.patch.extend_from_slice(&mode.to_be_bytes());
                    self.patch.push(id.len() as u8);
                    self.patch.extend_from_slice(id);
                }
                None => self.patch.extend_from_slice(&[0; 5]),
            }
        }
        self.patch
            .extend_from_slice(&(path.len() as u64).to_be_bytes());
        self.patch.extend_from_slice(path);
        self.paths.push(String::from_utf8_lossy(path).into_owned());
    }
}

/// A path that differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Touched<'p> {
    /// Its bytes.
    pub(super) path: &'p [u8],
    /// Mode and content before.
    pub(super) old: Option<(u32, ObjectId)>,
    /// Mode and content after.
    pub(super) new: Option<(u32, ObjectId)>,
}

impl<'p> Touched<'p> {
    /// Returns the name in a folder whose own has so many bytes, and whether it is one of a folder.
    fn component(&self, at: usize) -> (&'p [u8], bool) {
        let rest = self.path.get(at..).unwrap_or_default();
        match rest.iter().position(|byte| *byte == b'/') {
            Some(end) => (&rest[..end], true),
            None => (rest, false),
        }
    }
}

/// Takes a side from the text of a patch digest; none at its end.
fn side(rest: &mut &[u8]) -> Option<Option<(u32, ObjectId)>> {
    let (mode, after) = rest.split_first_chunk::<4>()?;
    let (&length, after) = after.split_first()?;
    let (id, after) = after.split_at_checked(length.into())?;
    *rest = after;
    let id = ObjectId::try_from(id).ok();
    Some(id.map(|id| (u32::from_be_bytes(*mode), id)))
}

/// Takes bytes behind their length; none at the end.
fn sized<'p>(rest: &mut &'p [u8]) -> Option<&'p [u8]> {
    let (length, after) = rest.split_first_chunk::<8>()?;
    let length = usize::try_from(u64::from_be_bytes(*length)).ok()?;
    let (bytes, after) = after.split_at_checked(length)?;
    *rest = after;
    Some(bytes)
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
            complete: true,
            ..Paths::default()
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

/// Returns how many of these paths, in the order of their bytes, another tree has otherwise than they are now; `None` where
/// one of its trees is missing.
pub(super) fn unlike(
    objects: &mut Objects<'_>,
    touched: &[Touched<'_>],
    tree: ObjectId,
) -> Result<Option<u32>, DiffError> {
    unlike_below(objects, touched, 0, Some(tree))
}

/// The same for paths of one folder, whose name has so many bytes, and its tree; none where it is no folder there.
fn unlike_below(
    objects: &mut Objects<'_>,
    touched: &[Touched<'_>],
    at: usize,
    tree: Option<ObjectId>,
) -> Result<Option<u32>, DiffError> {
    let Some(id) = tree.filter(|id| !id.is_empty_tree()) else {
        let there = touched.iter().filter(|it| it.new.is_some());
        return Ok(Some(there.count() as u32));
    };
    let Some(bytes) = objects.tree(id)? else {
        return Ok(None);
    };
    let entries = entries(&bytes, id.as_slice().len());
    let entries = entries.map_err(|Malformed| DiffError::Malformed(id))?;
    let mut count = 0;
    let in_one = |one: &Touched<'_>, other: &Touched<'_>| one.component(at) == other.component(at);
    for group in touched.chunk_by(in_one) {
        let Some(first) = group.first() else { continue };
        let (name, is_folder) = first.component(at);
        let entry = entries
            .get(name)
            .filter(|entry| entry.is_tree() == is_folder);
        count += match is_folder {
            true => {
                let below = entry.map(|entry| entry.object());
                let next = at + name.len() + 1;
                match unlike_below(objects, group, next, below)? {
                    Some(count) => count,
                    None => return Ok(None),
                }
            }
            false => {
                let there = entry.map(|entry| (entry.content().0, entry.object()));
                u32::from(there != first.new)
            }
        };
    }
    Ok(Some(count))
}

fn entries(tree: &[u8], hash_bytes: usize) -> Result<HashMap<&[u8], Entry<'_>>, Malformed> {
    let (mut rest, mut entries) = (tree, HashMap::new());
    while let Some(entry) = Entry::first(rest, hash_bytes)? {
        rest = skip(rest, Some(entry));
        entries.insert(entry.name, entry);
    }
    Ok(entries)
}

struct Diff<'o, 'p> {
    objects: &'o mut Objects<'p>,
    folder: Vec<u8>,
    depth: usize,
    found: Paths,
}

#[derive(Clone, Copy)]
struct Entry<'a> {
    mode: u32,
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
        if entry.is_tree() {
            return self.folders(entry.name, old, new);
        }
        if old.map(Entry::content) == new.map(Entry::content) {
            return Ok(());
        }
        let length = self.folder.len();
        self.folder.extend_from_slice(entry.name);
        self.found.add(&self.folder, old, new);
        self.folder.truncate(length);
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

/// The bits of a mode that say what an entry is (inode(7)).
const FORMAT: u32 = 0o170_000;
const FOLDER: u32 = 0o040_000;
const FILE: u32 = 0o100_000;
const EXECUTABLE: u32 = 0o100;

fn octal(digits: &[u8]) -> u32 {
    let value = |digit: &u8| u32::from(digit.wrapping_sub(b'0') & 7);
    digits
        .iter()
        .fold(0, |mode, digit| mode << 3 | value(digit))
}

impl<'a> Entry<'a> {
    /// Returns the first entry of the rest of a tree, `None` at its end: mode, space, name, NUL, id.
    fn first(tree: &'a [u8], hash_bytes: usize) -> Result<Option<Entry<'a>>, Malformed> {
        if tree.is_empty() {
            return Ok(None);
        }
        let nul = nul_in(tree).ok_or(Malformed)?;
        let head = &tree[..nul];
        let space = head
            .iter()
            .position(|&byte| byte == b' ')
            .ok_or(Malformed)?;
        let id = tree.get(nul + 1..nul + 1 + hash_bytes).ok_or(Malformed)?;
        Ok(Some(Entry {
            mode: octal(&head[..space]),
            name: &head[space + 1..],
            bytes: &tree[..nul + 1 + hash_bytes],
            id,
        }))
    }

    fn is_tree(self) -> bool {
        self.mode & FORMAT == FOLDER
    }

    /// git knows two modes of a file, whatever early versions wrote (`canon_mode`).
    fn content(self) -> (u32, &'a [u8]) {
        let mode = match self.mode & FORMAT {
            FILE => FILE | (self.mode & EXECUTABLE),
            format => format,
        };
        (mode, self.id)
    }

    fn object(&self) -> ObjectId {
        ObjectId::from_bytes_or_panic(self.id)
    }

    /// git orders a folder as if its name ended in a slash (`base_name_compare`).
    fn key(&self) -> impl Iterator<Item = u8> + use<'a> {
        let slash = self.is_tree().then_some(b'/');
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
    while let Some(nul) = nul_in(&old[end..equal]) {
        match end + nul + 1 + hash_bytes {
            next if next <= equal => end = next,
            _ => break,
        }
    }
    end
}

fn equal_bytes(old: &[u8], new: &[u8]) -> usize {
    let coarse = equal_steps::<4096>(old, new);
    let fine = coarse + equal_steps::<64>(&old[coarse..], &new[coarse..]);
    let rest = old[fine..].iter().zip(&new[fine..]);
    fine + rest.take_while(|(old, new)| old == new).count()
}

fn equal_steps<const STEP: usize>(old: &[u8], new: &[u8]) -> usize {
    let steps = old.chunks_exact(STEP).zip(new.chunks_exact(STEP));
    steps.take_while(|(old, new)| old == new).count() * STEP
}

/// Returns where the first NUL is, looking at eight bytes at a time: this is asked for every entry of every tree.
fn nul_in(bytes: &[u8]) -> Option<usize> {
    const LOW: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        // The lowest byte with its high bit set is the first that was zero.
        let zeros = word.wrapping_sub(LOW) & !word & HIGH;
        if zeros != 0 {
            return Some(at * 8 + zeros.trailing_zeros() as usize / 8);
        }
    }
    let nul = rest.iter().position(|&byte| byte == 0)?;
    Some(bytes.len() - rest.len() + nul)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn the_first_nul_is_found(bytes in proptest::collection::vec(0_u8..4, 0..40)) {
            assert_eq!(nul_in(&bytes), bytes.iter().position(|&byte| byte == 0));
        }

        #[test]
        fn equal_bytes_are_counted(bytes in proptest::collection::vec(0_u8..255, 0..9000), at in 0_usize..9000) {
            let mut other = bytes.clone();
            if let Some(byte) = other.get_mut(at) {
                *byte ^= 1;
            }
            assert_eq!(equal_bytes(&bytes, &other), at.min(bytes.len()));
        }
    }

    fn entry(name: &str, id: u8) -> Vec<u8> {
        [b"100644 ", name.as_bytes(), b"\0", &[id; 20]].concat()
    }

    #[test]
    fn old_modes_are_the_same_files() {
        let content = |mode: &str| {
            let tree = [mode.as_bytes(), b" a\0", &[7; 20]].concat();
            let entry = Entry::first(&tree, 20).ok().flatten().unwrap();
            (entry.is_tree(), entry.content().0)
        };
        assert_eq!(content("100664"), content("100644"));
        assert_eq!(content("100775"), content("100755"));
        assert_ne!(content("100755"), content("100644"));
        assert_ne!(content("120000"), content("160000"));
        assert_eq!(content("40000"), content("040000"));
        assert!(content("40000").0 && !content("160000").0);
    }

    #[test]
    fn whole_entries_are_skipped() {
        let [a, b, c] = [entry("a", 0), entry("b", 0), entry("c", 0)];
        let check = |old: &[&[u8]], new: &[&[u8]], expect: usize| {
            assert_eq!(equal_entries(&old.concat(), &new.concat(), 20), expect);
        };
        check(&[&a, &b, &c], &[&a, &b, &c], a.len() * 3);
        check(&[&a, &b, &c], &[&a, &c], a.len());
        check(&[&a, &entry("b", 1)], &[&a, &b], a.len());
        check(&[&a], &[&b], 0);
        check(&[&a, b"torn"], &[&a, b"torn"], a.len());
        check(&[], &[&a], 0);
    }
}
