//! The file operations of an append, each durable or not by itself, so that tests can cut between any two.

use std::fmt::Debug;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Only the owner: mode 0600.
    Owner,
    /// Whoever the umask lets.
    Everyone,
}

/// Where an append is written to.
///
/// `write` MUST have stored the whole content before it returns; what it leaves when cut off is undefined.
/// `rename` MUST replace the target at once or not at all.
/// Names that appear, change or go MUST be durable once `sync_dir` of their folder returned, and may be before.
pub(crate) trait Disk: Debug + Send + Sync {
    /// Creates or empties a file and writes it.
    fn write(&self, path: &Path, bytes: &[u8], access: Access) -> io::Result<()>;

    /// Moves a file over another one, or to a new name.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Creates one folder.
    fn make_dir(&self, path: &Path) -> io::Result<()>;

    /// Removes a file or an empty folder; a folder with files in it stays, and an absent name is no error.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Makes the names in a folder durable.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;
}

/// The disk of this machine.
#[derive(Debug)]
pub(crate) struct LocalDisk;

impl Disk for LocalDisk {
    fn write(&self, path: &Path, bytes: &[u8], access: Access) -> io::Result<()> {
        // The mode of an existing file would stay, and a leftover may have been public.
        self.remove(path)?;
        let mode = match access {
            Access::Owner => 0o600,
            Access::Everyone => 0o666,
        };
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn make_dir(&self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let removed = match path.is_dir() {
            true => fs::remove_dir(path),
            false => fs::remove_file(path),
        };
        match removed {
            Err(error) if is_harmless(&error) => Ok(()),
            other => other,
        }
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }
}

fn is_harmless(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::DirectoryNotEmpty
    )
}
