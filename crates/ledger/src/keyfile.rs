//! The files of the log's key: private in the form of Go's `note` package or the name of a key in an agent, public as a
//! vkey.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tlog::key::{KeyError, VerifierKey};

use crate::file::{self, FileError, failed};
use crate::signer::{KeySources, LogKey};
use crate::store::Objects;

/// The longest key file that is read.
pub const MAX_KEY_BYTES: u64 = 4096;

/// The variable that holds the text of the private key, where no file does.
pub const VARIABLE: &str = "COUNTERSIGN_LOG_KEY";

/// The variable that holds a command which prints that text.
pub const COMMAND_VARIABLE: &str = "COUNTERSIGN_LOG_KEY_COMMAND";

/// What no other program is to inherit.
pub const VARIABLES: [&str; 2] = [VARIABLE, COMMAND_VARIABLE];

pub(crate) const PRIVATE: &str = "log.key";
pub(crate) const PUBLIC: &str = "log.vkey";

/// The key that is to follow, from before the record of it is committed until the checkpoint that it signs is durable.
pub(crate) const NEXT_PRIVATE: &str = "log.key.next";
pub(crate) const NEXT_PUBLIC: &str = "log.vkey.next";

/// The leaf at which the record of that key was tried last, where the log is shared.
pub(crate) const TRIED: &str = "log.key.tried";

/// Why a key file could not be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The file could not be read.
    #[error(transparent)]
    File(#[from] FileError),
    /// Others than the owner may read or write the private key.
    #[error("{} has mode {mode:04o}, so that others can use the key: run `chmod 600 {}`", path.display(), path.display())]
    TooOpen {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// The file is not one line of text.
    #[error("{} is not one line of text", path.display())]
    NoLine {
        /// The file.
        path: PathBuf,
    },
    /// The line is no key.
    #[error("{} holds no key", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with the line.
        source: KeyError,
    },
}

/// Returns the public key in a folder.
pub fn read_public(folder: &Path) -> Result<VerifierKey, KeyFileError> {
    let path = folder.join(PUBLIC);
    let bytes = file::read(&path, MAX_KEY_BYTES)?;
    parse_public(path, bytes)
}

/// Returns the public key in a folder that is to follow, if one is.
pub(crate) fn read_next_public(folder: &Path) -> Result<Option<VerifierKey>, KeyFileError> {
    let path = folder.join(NEXT_PUBLIC);
    let bytes = file::read_if_present(&path, MAX_KEY_BYTES)?;
    bytes.map(|bytes| parse_public(path, bytes)).transpose()
}

/// Returns the public key that lies where a log is kept.
pub(crate) fn read_public_in(objects: &dyn Objects) -> Result<VerifierKey, KeyFileError> {
    let (path, bytes) = (objects.place(PUBLIC), objects.read(PUBLIC, MAX_KEY_BYTES)?);
    match bytes {
        Some(bytes) => parse_public(path, bytes),
        None => Err(FileError::Missing { path }.into()),
    }
}

fn parse_public(path: PathBuf, bytes: Vec<u8>) -> Result<VerifierKey, KeyFileError> {
    let text = line(&path, bytes)?;
    text.parse()
        .map_err(|source| KeyFileError::Malformed { path, source })
}

/// Returns the private key in a folder, or nothing when there is none.
pub(crate) fn read_private(
    folder: &Path,
    sources: &KeySources,
) -> Result<Option<LogKey>, KeyFileError> {
    read_private_at(folder.join(PRIVATE), sources)
}

/// Returns the private key in a file, or nothing when there is none.
pub(crate) fn read_private_at(
    path: PathBuf,
    sources: &KeySources,
) -> Result<Option<LogKey>, KeyFileError> {
    let Some(bytes) = file::read_if_present(&path, MAX_KEY_BYTES)? else {
        return Ok(None);
    };
    refuse_open_mode(&path)?;
    let text = line(&path, bytes)?;
    let key = LogKey::parse(&text, sources);
    let key = key.map_err(|source| KeyFileError::Malformed { path, source })?;
    Ok(Some(key))
}

/// Returns the text of the file of a private key.
pub(crate) fn private_text(key: &LogKey) -> String {
    format!("{}\n", key.line())
}

/// Returns the text of the file of a public key.
pub(crate) fn public_text(key: &VerifierKey) -> String {
    format!("{key}\n")
}

pub(crate) fn refuse_open_mode(path: &Path) -> Result<(), KeyFileError> {
    let metadata = path.metadata().map_err(failed("read the mode of", path))?;
    let mode = metadata.permissions().mode() & 0o7777;
    if mode & !0o600 != 0 {
        return Err(KeyFileError::TooOpen {
            path: path.to_owned(),
            mode,
        });
    }
    Ok(())
}

fn line(path: &Path, bytes: Vec<u8>) -> Result<String, KeyFileError> {
    let text = String::from_utf8(bytes).ok();
    text.and_then(|text| text.strip_suffix('\n').map(str::to_owned))
        .ok_or_else(|| KeyFileError::NoLine {
            path: path.to_owned(),
        })
}

/// Where the private key of a log comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrivateKey {
    /// The file holds it.
    File {
        /// The file.
        path: PathBuf,
    },
    /// An SSH agent holds it, and the file names it.
    Agent {
        /// The file.
        path: PathBuf,
    },
    /// It was given to this machine otherwise than by a file.
    Given,
    /// The file holds or names a key that is not the one in force.
    Other {
        /// The file.
        path: PathBuf,
    },
    /// There is no file.
    Absent {
        /// Where it would lie.
        path: PathBuf,
    },
}

/// Returns where the private key of a log lies below a folder.
pub fn private_path(folder: &Path) -> PathBuf {
    folder.join(PRIVATE)
}

/// Returns where the private half of the key in force comes from, as the file in a folder tells.
pub fn private_key(folder: &Path, in_force: &VerifierKey) -> Result<PrivateKey, KeyFileError> {
    let path = folder.join(PRIVATE);
    let key = read_private(folder, &KeySources::default())?;
    Ok(match key {
        None => PrivateKey::Absent { path },
        Some(key) if key.verifier() != *in_force => PrivateKey::Other { path },
        Some(LogKey::Seed(_)) => PrivateKey::File { path },
        Some(LogKey::Agent { .. }) => PrivateKey::Agent { path },
    })
}
