//! The locks that let one writer at a time into a folder (`flock` on Unix).

use std::fs::{File, OpenOptions};
use std::path::Path;

use crate::file::{FileError, failed};
use crate::keyfile;

/// Held by whoever appends.
const APPENDING: &str = "lock";

/// Held by whoever changes the tree or the checkpoint. Who holds both took the other one first.
const PUBLISHING: &str = "lock.tree";

/// Held by whoever creates a shared log, or makes, replaces or revokes a key; such a one takes the others behind it.
const CREATING: &str = "lock.key";

/// Held until dropped; the system lets go of it when the process dies.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

/// Waits until nobody else appends.
pub(crate) fn exclusive(folder: &Path) -> Result<Lock, FileError> {
    let path = folder.join(APPENDING);
    let file = open(&path)?;
    file.lock().map_err(failed("lock", &path))?;
    Ok(Lock { _file: file })
}

/// Waits until nobody else changes or reads the tree.
pub(crate) fn publishing(folder: &Path) -> Result<Lock, FileError> {
    let path = folder.join(PUBLISHING);
    let file = open(&path)?;
    file.lock().map_err(failed("lock", &path))?;
    Ok(Lock { _file: file })
}

/// Waits until nobody changes the key of the log any more, if one is to follow; nothing where none is.
pub(crate) fn of_change_under_way(folder: &Path) -> Result<Option<Lock>, FileError> {
    let next = [keyfile::NEXT_PRIVATE, keyfile::NEXT_PUBLIC, keyfile::TRIED];
    match next.iter().any(|name| folder.join(name).exists()) {
        true => creating(folder).map(Some),
        false => Ok(None),
    }
}

/// Waits until nobody else creates a shared log from this folder, or changes the key of the log in it.
pub(crate) fn creating(folder: &Path) -> Result<Lock, FileError> {
    let path = folder.join(CREATING);
    let file = open(&path)?;
    file.lock().map_err(failed("lock", &path))?;
    Ok(Lock { _file: file })
}

/// Waits until nobody changes the tree.
pub(crate) fn reading(folder: &Path) -> Result<Lock, FileError> {
    let path = folder.join(PUBLISHING);
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
