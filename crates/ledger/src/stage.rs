//! Durable writes below one folder: every file appears whole under its name, and names are made durable together.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::disk::{Access, Disk};
use crate::file::{FileError, failed};

/// Where a file is written before it gets its name; the lock allows one writer, so one such file is enough.
pub(crate) const STAGED: &str = "staged";

/// The writes of one holder of the lock.
pub(crate) struct Stage<'d> {
    disk: &'d dyn Disk,
    folder: &'d Path,
    unsynced: BTreeSet<PathBuf>,
}

impl<'d> Stage<'d> {
    pub(crate) fn new(disk: &'d dyn Disk, folder: &'d Path) -> Stage<'d> {
        Stage {
            disk,
            folder,
            unsynced: BTreeSet::new(),
        }
    }

    /// Writes a file under a name below the folder; after [`Stage::sync`] it is there for good.
    pub(crate) fn write(
        &mut self,
        name: &str,
        bytes: &[u8],
        access: Access,
    ) -> Result<(), FileError> {
        let (staged, path) = (self.folder.join(STAGED), self.folder.join(name));
        self.make_folder_of(&path)?;
        self.disk
            .write(&staged, bytes, access)
            .and_then(|()| self.disk.sync_file(&staged))
            .map_err(failed("write", &staged))?;
        self.disk
            .rename(&staged, &path)
            .map_err(failed("rename a file to", &path))?;
        self.touched(&path);
        Ok(())
    }

    /// Marks a name as perhaps not durable, though this stage did not write it.
    pub(crate) fn doubt(&mut self, name: &str) {
        self.touched(&self.folder.join(name));
    }

    /// Makes durable what was written.
    pub(crate) fn sync(&mut self) -> Result<(), FileError> {
        // A folder can be removed after a name in it was touched; its own folder then says so.
        for folder in std::mem::take(&mut self.unsynced)
            .iter()
            .filter(|folder| folder.exists())
        {
            self.disk
                .sync_dir(folder)
                .map_err(failed("make durable", folder))?;
        }
        Ok(())
    }

    fn touched(&mut self, path: &Path) {
        let folder = path.parent().unwrap_or(path);
        // A relative path of one element has the parent "", which is the working directory.
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        self.unsynced.insert(folder.to_owned());
    }

    /// A folder that is there may be so only until a power cut, if its maker was killed:
    /// so the names of all folders above a file are made durable together with the file's.
    fn make_folder_of(&mut self, path: &Path) -> Result<(), FileError> {
        let above = path
            .ancestors()
            .skip(1)
            .take_while(|above| *above != self.folder);
        let mut folders: Vec<&Path> = above.collect();
        folders.reverse();
        for folder in folders {
            if !folder.exists() {
                self.disk
                    .make_dir(folder)
                    .map_err(failed("create", folder))?;
            }
            self.touched(folder);
        }
        Ok(())
    }
}
