//! Files read with a limit, and the errors that say which file it was.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Why a file could not be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The system refused.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is absent.
    #[error("{} is missing", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The file is longer than any that is written here.
    #[error("{} has more than {limit} bytes", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// The bytes that it may have.
        limit: u64,
    },
}

impl FileError {
    /// Returns whether something lies there that was never written there.
    pub fn is_damage(&self) -> bool {
        match self {
            FileError::TooLong { .. } => true,
            FileError::Io { .. } | FileError::Missing { .. } => false,
        }
    }
}

/// Returns an error about a path, from what the system said.
pub(crate) fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FileError {
    move |source| FileError::Io {
        action,
        path: path.to_owned(),
        source,
    }
}

/// Returns the bytes of a file, or nothing when it is absent.
pub(crate) fn read_if_present(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, FileError> {
    let Some(bytes) = read_start(path, limit.saturating_add(1))? else {
        return Ok(None);
    };
    if bytes.len() as u64 > limit {
        return Err(FileError::TooLong {
            path: path.to_owned(),
            limit,
        });
    }
    Ok(Some(bytes))
}

/// Returns the bytes of a file that must be there.
pub(crate) fn read(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    read_if_present(path, limit)?.ok_or_else(|| FileError::Missing {
        path: path.to_owned(),
    })
}

/// Returns the first bytes of a file, at most `limit` of them, or nothing when it is absent.
pub(crate) fn read_start(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, FileError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if is_absence(&error) => return Ok(None),
        Err(error) => return Err(failed("open", path)(error)),
    };
    let length = file.metadata().map_err(failed("look at", path))?.len();
    let mut bytes = Vec::with_capacity(length.min(limit).min(1 << 20) as usize);
    file.take(limit)
        .read_to_end(&mut bytes)
        .map_err(failed("read", path))?;
    Ok(Some(bytes))
}

/// Returns the files below a folder as sorted paths relative to it, `/` between the elements.
///
/// Links are not followed, and an absent folder has no files.
pub(crate) fn list(folder: &Path) -> Result<Vec<String>, FileError> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if is_absence(&error) => return Ok(Vec::new()),
        Err(error) => return Err(failed("list", folder)(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed("list", folder))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type().map_err(failed("list", folder))?.is_dir() {
            names.extend(
                list(&entry.path())?
                    .iter()
                    .map(|below| format!("{name}/{below}")),
            );
        } else {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn is_absence(error: &io::Error) -> bool {
    let kind = error.kind();
    kind == io::ErrorKind::NotFound || kind == io::ErrorKind::NotADirectory
}
