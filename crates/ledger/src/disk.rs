//! The file operations of a ledger, each durable or not by itself, so that tests can cut between any two.

use std::fmt::Debug;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Only the owner: mode 0600.
    Owner,
    /// Whoever the umask lets.
    Everyone,
}

/// What a ledger is written to.
///
/// Nothing is durable but by one of the three ways to make it so, and anything may be before.
/// `rename` MUST replace the target at once or not at all.
pub(crate) trait Disk: Debug + Send + Sync {
    /// Creates a file anew and writes it.
    fn write(&self, path: &Path, bytes: &[u8], access: Access) -> io::Result<()>;

    /// Opens a file that is there, to be changed.
    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>>;

    /// Moves a file over another one, or to a new name.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Creates one folder.
    fn make_dir(&self, path: &Path) -> io::Result<()>;

    /// Removes a file or an empty folder; a folder with files in it stays, and an absent name is no error.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Makes the content of a file durable.
    fn sync_file(&self, path: &Path) -> io::Result<()>;

    /// Makes the names in a folder durable.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;

    /// Makes everything durable that was written to the file system of a folder.
    fn sync_all(&self, folder: &Path) -> io::Result<()>;
}

/// A file that grows.
pub(crate) trait DiskFile: Debug + Send + Sync {
    /// Writes bytes at a place, and reaches beyond the end if need be.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;

    /// Makes the content durable.
    fn sync(&self) -> io::Result<()>;

    /// Returns the length.
    fn length(&self) -> io::Result<u64>;

    /// Returns whether so many bytes from a place on are zeros, or are not there.
    fn is_blank(&self, offset: u64, bytes: usize) -> io::Result<bool>;

    /// Cuts the file off.
    fn cut(&self, length: u64) -> io::Result<()>;
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
        file.write_all(bytes)
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(
            OpenOptions::new().read(true).write(true).open(path)?,
        ))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn make_dir(&self, path: &Path) -> io::Result<()> {
        match fs::create_dir(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            other => other,
        }
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

    fn sync_file(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        File::open(path)?.sync_all()
    }

    #[cfg(target_os = "linux")]
    fn sync_all(&self, folder: &Path) -> io::Result<()> {
        Ok(rustix::fs::syncfs(File::open(folder)?)?)
    }

    #[cfg(not(target_os = "linux"))]
    fn sync_all(&self, _folder: &Path) -> io::Result<()> {
        rustix::fs::sync();
        Ok(())
    }
}

impl DiskFile for File {
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.write_all_at(bytes, offset)
    }

    fn sync(&self) -> io::Result<()> {
        self.sync_data()
    }

    fn length(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn is_blank(&self, offset: u64, bytes: usize) -> io::Result<bool> {
        let mut there = Vec::with_capacity(bytes);
        let mut rest = self;
        rest.seek(SeekFrom::Start(offset))?;
        rest.take(bytes as u64).read_to_end(&mut there)?;
        Ok(there.iter().all(|byte| *byte == 0))
    }

    fn cut(&self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }
}

fn is_harmless(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::DirectoryNotEmpty
    )
}
