//! What lies in the folder of a report: files in folders, and nothing that the log does not name.

use super::VerifyError;
use crate::publish::{GITIGNORE, IGNORED};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

/// Files and folders in the largest report that is looked through.
pub(super) const MAX_FILES: usize = 1 << 20;
/// Folders inside each other; an entry bundle of the largest log lies nine deep.
pub(super) const MAX_DEPTH: usize = 16;

/// Everything below a folder, by paths relative to it.
#[derive(Debug, Default)]
pub(super) struct Contents {
    files: BTreeSet<String>,
    folders: BTreeSet<String>,
}

/// Returns what lies below a folder.
///
/// No link is followed and none is let through: what a link shows depends on the machine that it is looked at on.
pub(super) fn list(folder: &Path) -> Result<Contents, VerifyError> {
    let mut contents = Contents::default();
    contents.add(folder, "", 0)?;
    // Neither a link nor a pipe: those were refused.
    if contents.files.contains(GITIGNORE) && is_as_written(&folder.join(GITIGNORE)) {
        contents.files.remove(GITIGNORE);
    }
    Ok(contents)
}

/// Returns whether this is the file that keeps git away from a report, and says nothing else.
fn is_as_written(path: &Path) -> bool {
    let start = File::open(path).and_then(|file| {
        let mut bytes = Vec::new();
        let limit = IGNORED.len() as u64 + 1;
        file.take(limit).read_to_end(&mut bytes).map(|_| bytes)
    });
    start.is_ok_and(|bytes| bytes == IGNORED)
}

impl Contents {
    fn add(&mut self, folder: &Path, prefix: &str, depth: usize) -> Result<(), VerifyError> {
        let fail = |source: io::Error| VerifyError::Read {
            path: folder.into(),
            source,
        };
        for entry in fs::read_dir(folder).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            // The type of the entry itself: a link is a link, whatever it points at.
            let kind = entry.file_type().map_err(fail)?;
            if depth >= MAX_DEPTH || self.files.len() + self.folders.len() >= MAX_FILES {
                return Err(VerifyError::TooMany {
                    folder: folder.into(),
                });
            }
            if kind.is_dir() {
                self.add(&entry.path(), &format!("{name}/"), depth + 1)?;
                self.folders.insert(name);
            } else if kind.is_file() {
                self.files.insert(name);
            } else {
                return Err(VerifyError::Special { file: name.into() });
            }
        }
        Ok(())
    }

    /// Returns nothing when these are the files that are listed, and every folder is there for one of them.
    pub(super) fn are(&self, listed: &BTreeSet<String>) -> Result<(), VerifyError> {
        let holds_a_listed = |folder: &str| {
            let inside = format!("{folder}/");
            let next = listed.range(inside.clone()..).next();
            next.is_some_and(|name| name.starts_with(&inside))
        };
        let file = self.files.iter().find(|name| !listed.contains(*name));
        let folder = || self.folders.iter().find(|name| !holds_a_listed(name));
        if let Some(name) = file.or_else(folder) {
            return Err(VerifyError::Unlisted { file: name.into() });
        }
        // A record may list any text; only what was seen inside the folder is opened afterwards.
        match listed.iter().find(|name| !self.files.contains(*name)) {
            Some(name) => Err(VerifyError::Missing { file: name.into() }),
            None => Ok(()),
        }
    }
}
