//! Tree objects, computed from a flat map of paths.

use std::collections::BTreeMap;
use std::path::Path;

use super::object::{self, Hash, ObjectKind};

/// All files of a commit, by path.
pub(super) type Files = BTreeMap<Vec<u8>, Entry>;

/// What stands at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// The mode, in git's octal digits.
    pub(super) mode: &'static str,
    /// The name of the blob, or of the submodule's commit.
    pub(super) id: String,
}

impl Entry {
    /// Returns the content of a file; a link and a submodule have none to check out.
    pub(super) fn content(&self, git_dir: &Path) -> Option<Vec<u8>> {
        matches!(self.mode, "100644" | "100755").then(|| object::read(git_dir, &self.id))
    }
}

/// Writes the trees of these files and returns the name of the root.
pub(super) fn write(git_dir: &Path, hash: Hash, files: &Files) -> String {
    let mut folders: BTreeMap<&[u8], Files> = BTreeMap::new();
    let mut items: Vec<(Vec<u8>, &str, String)> = Vec::new();
    for (path, entry) in files {
        match path.iter().position(|&byte| byte == b'/') {
            Some(slash) => {
                let inside = folders.entry(&path[..slash]).or_default();
                inside.insert(path[slash + 1..].to_vec(), entry.clone());
            }
            None => items.push((path.clone(), entry.mode, entry.id.clone())),
        }
    }
    for (name, inside) in folders {
        items.push((name.to_vec(), "40000", write(git_dir, hash, &inside)));
    }
    items.sort_by_key(|(name, mode, _)| sort_key(name, mode));
    object::write(git_dir, hash, ObjectKind::Tree, &encode(&items))
}

/// git orders a folder as if its name ended in a slash.
fn sort_key(name: &[u8], mode: &str) -> Vec<u8> {
    let mut key = name.to_vec();
    if mode == "40000" {
        key.push(b'/');
    }
    key
}

fn encode(items: &[(Vec<u8>, &str, String)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, mode, id) in items {
        body.extend_from_slice(mode.as_bytes());
        body.push(b' ');
        body.extend_from_slice(name);
        body.push(0);
        body.extend(hex::decode(id).expect("an object's name is hexadecimal"));
    }
    body
}
