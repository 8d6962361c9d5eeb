//! Locks that git left in the copy when it was killed: nobody else removes them, and until then nothing runs there.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::file::{FileError, failed};

/// How often a lock is looked at again: git may outlive the process that started it, and holds a lock but briefly.
const LOOKS: u32 = 20;

/// The time between two looks.
const WAIT: Duration = Duration::from_millis(50);

/// Removes the locks in a bare repository that nobody lets go of. Whoever calls this is the only one to start git there.
pub(super) fn remove_locks(repository: &Path) -> Result<(), FileError> {
    let mut locks = locks(repository)?;
    for _ in 0..LOOKS {
        locks.retain(|lock| lock.exists());
        if locks.is_empty() {
            return Ok(());
        }
        std::thread::sleep(WAIT);
    }
    for lock in locks {
        match fs::remove_file(&lock) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(failed("remove", &lock)(error));
            }
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// Returns the locks of the repository itself and of its refs.
fn locks(repository: &Path) -> Result<Vec<PathBuf>, FileError> {
    let mut locks = Vec::new();
    let _objects_and_refs = look(repository, &mut locks)?;
    let mut folders = vec![repository.join("refs")];
    while let Some(folder) = folders.pop() {
        folders.extend(look(&folder, &mut locks)?);
    }
    Ok(locks)
}

/// Finds the locks in a folder; returns the folders in it.
fn look(folder: &Path, locks: &mut Vec<PathBuf>) -> Result<Vec<PathBuf>, FileError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed("list", folder))?,
    };
    let mut folders = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed("list", folder))?;
        let path = entry.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "lock")
        {
            locks.push(path);
        } else if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            folders.push(path);
        }
    }
    Ok(folders)
}
