//! The folder of a machine whose ledger lies elsewhere: the key of the log, and how the machine got it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::disk::{Access, Disk, LocalDisk};
use crate::file::{FileError, failed};
use crate::keyfile::{self, KeyFileError};
use crate::open::{GITIGNORE, IGNORED, OpenError};
use crate::signer::{KeySources, LogKey};
use crate::store::files::segment;
use crate::store::git::cache;
use model::digest::Digest;

pub(crate) mod key;

/// The private key of a log while it is begun: whoever finds it there may have begun it, or not.
const BEGUN: &str = "log.key.begun";

/// What this machine saw last of a log in a bucket.
pub(crate) const SEEN: &str = "seen";

/// Where a machine keeps what it saw of logs that lie elsewhere, each place in a folder of its own: two logs that one
/// auditor looks at are no two histories of one.
const PLACES: &str = "places";

/// The file that says of which place such a folder is.
const PLACE: &str = "place";

/// The characters of a place's digest that its folder is called by.
const PLACE_CHARS: usize = 16;

/// Makes the folder, which may hold nothing of a ledger that nobody shares.
pub(crate) fn prepare(folder: &Path) -> Result<(), OpenError> {
    for name in [segment::FOLDER, "ledger"] {
        let path = folder.join(name);
        if path.exists() {
            return Err(OpenError::Unshared { path });
        }
    }
    fs::create_dir_all(folder).map_err(failed("create", folder))?;
    // The folder stands in a repository, where key and copy must not be committed by accident.
    let ignored = folder.join(GITIGNORE);
    match fs::metadata(&ignored) {
        // A power cut may leave it empty.
        Ok(there) if there.len() > 0 => Ok(()),
        _ => {
            let written = LocalDisk
                .write(&ignored, IGNORED, Access::Everyone)
                .and_then(|()| LocalDisk.sync_file(&ignored));
            written.map_err(failed("write", &ignored))?;
            Ok(sync(folder)?)
        }
    }
}

/// Returns the folder, made where there is none, of what this machine saw at one place.
pub(crate) fn memory(folder: &Path, place: &str) -> Result<PathBuf, FileError> {
    let digest = Digest::of(place.as_bytes()).to_string();
    let memory = folder.join(PLACES).join(&digest[..PLACE_CHARS]);
    fs::create_dir_all(&memory).map_err(failed("create", &memory))?;
    let named = memory.join(PLACE);
    if !named.exists() {
        fs::write(&named, format!("{place}\n")).map_err(failed("write", &named))?;
    }
    Ok(memory)
}

/// Returns what shows that this machine saw a log elsewhere, if it did: also in the folder itself, where it may lie
/// without the name of its place.
pub(crate) fn remembered(folder: &Path) -> Result<Option<PathBuf>, FileError> {
    let path = folder.join(PLACES);
    let mut memories = vec![folder.to_owned()];
    match fs::read_dir(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        listed => {
            for place in listed.map_err(failed("list", &path))? {
                memories.push(place.map_err(failed("list", &path))?.path());
            }
        }
    }
    let kept = |memory: PathBuf| [cache::FOLDER, SEEN].map(|name| memory.join(name));
    Ok(memories
        .into_iter()
        .flat_map(kept)
        .find(|path| path.exists()))
}

pub(crate) fn no_key(folder: &Path, place: &str) -> OpenError {
    OpenError::NoKey {
        path: folder.join(keyfile::PRIVATE),
        remote: place.to_owned(),
    }
}

/// Returns whether a key of a log lies in the folder, or one that may be its key by now.
pub(crate) fn has_key(folder: &Path) -> bool {
    let mut names = [keyfile::PRIVATE, keyfile::NEXT_PRIVATE].into_iter();
    names.any(|name| folder.join(name).exists())
}

/// Returns whether this machine began a log, and may have been killed before it knew that it did.
pub(crate) fn has_begun(folder: &Path) -> bool {
    folder.join(BEGUN).exists()
}

/// Returns the key to begin a log with: that of an attempt that was killed, else a new one.
///
/// It is durable before the log is: a log without its key would be lost.
pub(crate) fn key_to_begin(folder: &Path, new: LogKey) -> Result<LogKey, KeyFileError> {
    match keyfile::read_private_at(folder.join(BEGUN), &KeySources::default())? {
        Some(key) => Ok(key),
        None => {
            write(folder, &new)?;
            Ok(new)
        }
    }
}

/// Gives the key its name, once its log is there: so a key under this name was never one of no log.
pub(crate) fn keep_begun(folder: &Path) -> Result<(), FileError> {
    let path = folder.join(keyfile::PRIVATE);
    let named = LocalDisk.rename(&folder.join(BEGUN), &path);
    named.map_err(failed("rename a file to", &path))?;
    sync(folder)
}

/// Removes the key of a log that somebody else began first, and which signed nothing that anybody saw.
pub(crate) fn drop_begun(folder: &Path) -> Result<(), FileError> {
    let path = folder.join(BEGUN);
    LocalDisk.remove(&path).map_err(failed("remove", &path))?;
    sync(folder)
}

fn sync(folder: &Path) -> Result<(), FileError> {
    LocalDisk
        .sync_dir(folder)
        .map_err(failed("make durable", folder))
}

/// Writes a key so that it is there whole or not at all.
fn write(folder: &Path, key: &LogKey) -> Result<(), FileError> {
    let (staged, path) = (folder.join("staged"), folder.join(BEGUN));
    let text = keyfile::private_text(key);
    let write = || {
        LocalDisk.write(&staged, text.as_bytes(), Access::Owner)?;
        LocalDisk.sync_file(&staged)?;
        LocalDisk.rename(&staged, &path)?;
        LocalDisk.sync_dir(folder)
    };
    write().map_err(failed("write", &path))
}
