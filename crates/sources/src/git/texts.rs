//! The texts that a commit holds, one after the other and no more than can be read while somebody waits.

use super::MAX_DEPTH;
use super::open::Repo;
use gix::ObjectId;
use gix::objs::tree::EntryKind;
use model::digest::CommitId;
use std::collections::BTreeSet;

/// How much is read of a commit.
#[derive(Debug, Clone, Copy)]
pub struct Within {
    /// The most files and folders that are looked at.
    pub entries: usize,
    /// The most bytes together.
    pub bytes: u64,
    /// The longest file.
    pub file_bytes: u64,
}

/// The longest folder that is read.
const MAX_TREE_BYTES: u64 = 8 << 20;
/// A file with a NUL among its first bytes is no text.
const LOOKED_AT: usize = 8_000;

impl Repo {
    /// Shows each text that a commit holds, with its path, until there were enough; those in the folders of these paths first.
    ///
    /// What the repository lacks is left out.
    pub fn each_text(
        &self,
        commit: &CommitId,
        near: &[&str],
        mut within: Within,
        mut each: impl FnMut(&str, &str),
    ) {
        let mut repo = self.local();
        repo.objects.ignore_replacements = true;
        let commit = repo.find_commit(ObjectId::from_bytes_or_panic(commit.as_bytes()));
        let Some(root) = commit.ok().and_then(|it| Some(it.tree_id().ok()?.detach())) else {
            return;
        };
        let near = folders(near);
        let mut folders = vec![(String::new(), 0, root)];
        while let Some((folder, depth, id)) = folders.pop() {
            let header = repo.find_header(id);
            if !header.is_ok_and(|it| it.size() <= MAX_TREE_BYTES) {
                continue;
            }
            let Ok(tree) = repo.find_tree(id) else {
                continue;
            };
            let (mut last, mut first) = (Vec::new(), Vec::new());
            for entry in tree.iter().map_while(Result::ok) {
                let Some(left) = within.entries.checked_sub(1) else {
                    return;
                };
                within.entries = left;
                let Ok(name) = std::str::from_utf8(entry.filename()) else {
                    continue;
                };
                let path = format!("{folder}{name}");
                match entry.mode().kind() {
                    EntryKind::Tree if depth < MAX_DEPTH => {
                        let path = format!("{path}/");
                        let is_near = near.contains(path.as_str());
                        let place = if is_near { &mut first } else { &mut last };
                        place.push((path, depth + 1, entry.object_id()));
                    }
                    EntryKind::Blob | EntryKind::BlobExecutable => {
                        let Some(bytes) = text(&repo, entry.object_id(), &mut within) else {
                            continue;
                        };
                        each(&path, &String::from_utf8_lossy(&bytes));
                    }
                    EntryKind::Tree | EntryKind::Link | EntryKind::Commit => {}
                }
            }
            // The one that was added last is read next.
            folders.extend(last.into_iter().rev());
            folders.extend(first.into_iter().rev());
        }
    }
}

/// Returns the folders above these paths.
fn folders<'p>(paths: &[&'p str]) -> BTreeSet<&'p str> {
    let above = |path: &'p str| path.match_indices('/').map(move |(at, _)| &path[..=at]);
    paths.iter().flat_map(|path| above(path)).collect()
}

fn text(repo: &gix::Repository, id: ObjectId, within: &mut Within) -> Option<Vec<u8>> {
    let bytes = repo.find_header(id).ok()?.size();
    if bytes > within.file_bytes || bytes > within.bytes {
        return None;
    }
    within.bytes -= bytes;
    let data = repo.find_object(id).ok()?.detach().data;
    (!data[..data.len().min(LOOKED_AT)].contains(&0)).then_some(data)
}
