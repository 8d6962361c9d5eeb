//! The lock that lets one writer at a time into a folder (`flock` on Unix).

use std::fs::{File, OpenOptions};
use std::path::Path;

use crate::file::{FileError, failed};

const NAME: &str = "lock";

/// Held until dropped; the system lets go of it when the process dies.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

/// Waits until nobody else holds the lock.
pub(crate) fn exclusive(folder: &Path) -> Result<Lock, FileError> {
    let path = folder.join(NAME);
    let file = open(&path)?;
    file.lock().map_err(failed("lock", &path))?;
    Ok(Lock { _file: file })
}

/// Waits until no writer holds the lock.
pub(crate) fn shared(folder: &Path) -> Result<Lock, FileError> {
    let path = folder.join(NAME);
    let file = open(&path)?;
    file.lock_shared().map_err(failed("lock", &path))?;
    Ok(Lock { _file: file })
}

fn open(path: &Path) -> Result<File, FileError> {
    // The file stays where it is: whoever removed it would lock another one than those who wait.
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(failed("open", path))
}
