//! What this repository remembers of the commits that it wrote: parents and files.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::Files;

/// The commits written so far, by name.
#[derive(Debug, Default)]
pub(super) struct History {
    commits: BTreeMap<String, Remembered>,
}

#[derive(Debug)]
struct Remembered {
    parents: Vec<String>,
    files: Files,
}

impl History {
    pub(super) fn remember(&mut self, id: &str, parents: Vec<String>, files: Files) {
        let remembered = Remembered { parents, files };
        self.commits.insert(id.to_owned(), remembered);
    }

    /// Returns the files of a commit; none for one that was written raw.
    pub(super) fn files(&self, id: &str) -> Files {
        self.commits
            .get(id)
            .map_or_else(Files::new, |commit| commit.files.clone())
    }

    /// Returns the files of `first` with what `second` changed since the two met.
    pub(super) fn merged(&self, first: &str, second: &str) -> Files {
        let base = self.files(&self.meeting_point(first, second));
        let changed = self.files(second);
        let mut files = self.files(first);
        files.retain(|path, _| changed.contains_key(path) || !base.contains_key(path));
        for (path, entry) in changed {
            if base.get(&path) != Some(&entry) {
                files.insert(path, entry);
            }
        }
        files
    }

    /// Returns the first ancestor of `second`, along first parents, that `first` has too; the empty name if none.
    fn meeting_point(&self, first: &str, second: &str) -> String {
        let ancestors = self.ancestors(first);
        let mut here = second.to_owned();
        while !ancestors.contains(&here) {
            match self.parents(&here).first() {
                Some(parent) => here.clone_from(parent),
                None => return String::new(),
            }
        }
        here
    }

    fn ancestors(&self, id: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut pending = vec![id.to_owned()];
        while let Some(commit) = pending.pop() {
            if found.insert(commit.clone()) {
                pending.extend_from_slice(self.parents(&commit));
            }
        }
        found
    }

    fn parents(&self, id: &str) -> &[String] {
        self.commits
            .get(id)
            .map_or(&[], |commit| commit.parents.as_slice())
    }
}
