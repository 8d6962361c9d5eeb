//! A report folder that appears whole or not at all.
//!
//! The folder is staged beside its place under a name that begins with a dot, then put there by one rename.
//! All of it is made durable before that rename, and the rename before the earlier report is removed.
//! A killed run leaves only that staged folder, which the next run removes.

use rustix::fs::{CWD, FlockOperation, RenameFlags};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// A report that is being written.
#[derive(Debug)]
pub struct Staged {
    folder: tempfile::TempDir,
    target: PathBuf,
    /// Held so that no other run takes the folder for a leftover.
    _lock: File,
}

/// A report that cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// A file operation failed.
    #[error("cannot {doing} {}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Something else lies there.
    #[error("{} exists and is not of a report, so its folder is not replaced", path.display())]
    Foreign {
        /// What lies there.
        path: PathBuf,
    },
}

/// What a report holds: a folder with anything else in it is not replaced.
const OWN: [&str; 7] = [
    "audit.json",
    "changes.csv",
    "countersign.yaml",
    "evidence",
    "index.html",
    "ledger",
    "report.pdf",
];

/// The extension of an earlier report while another takes its place.
const MOVED_ASIDE: &str = "old";

impl Staged {
    /// Returns a folder to be put at `target`, after leftovers of killed runs were removed.
    pub fn new(target: &Path) -> Result<Staged, PublishError> {
        let absolute = std::path::absolute(target).map_err(io_error("find", target))?;
        refuse_foreign(&absolute)?;
        let parent = absolute.parent().unwrap_or(Path::new("/"));
        fs::create_dir_all(parent).map_err(io_error("create", parent))?;
        let prefix = prefix(&absolute);
        // Until the new folder is locked itself, no other run may look for leftovers.
        let _one_at_a_time = locked(parent)?;
        restore(parent, &prefix, &absolute)?;
        remove_leftovers(parent, &prefix);
        let folder = tempfile::Builder::new()
            .prefix(&prefix)
            .tempdir_in(parent)
            .map_err(io_error("create a folder in", parent))?;
        let lock = File::open(folder.path()).map_err(io_error("open", folder.path()))?;
        rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive)
            .map_err(|error| io_error("lock", folder.path())(error.into()))?;
        readable_by_others(folder.path())?;
        Ok(Staged {
            folder,
            target: absolute,
            _lock: lock,
        })
    }

    /// Returns the folder in which files are written until [`Staged::publish`].
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes one file; its folder is made if need be.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), PublishError> {
        let path = self.path().join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(io_error("create", folder))?;
        }
        fs::write(&path, bytes).map_err(io_error("write", &path))
    }

    /// Puts the folder in its place; an earlier report there is replaced in the same moment.
    pub fn publish(self) -> Result<PathBuf, PublishError> {
        let target = self.target.clone();
        make_durable(self.path())?;
        let parent = target.parent().unwrap_or(Path::new("/"));
        let one_at_a_time = locked(parent)?;
        let sync = || {
            one_at_a_time
                .sync_all()
                .map_err(io_error("make durable", parent))
        };
        if target.exists() {
            // Here lies the earlier report then, which goes with this value.
            let _earlier = self.exchange(&target)?;
            sync()?;
        } else {
            fs::rename(self.path(), &target).map_err(io_error("rename to", &target))?;
            let _moved = self.folder.keep();
            sync()?;
        }
        Ok(target)
    }

    /// Where the file system cannot exchange two names, the old report is moved aside first:
    /// a crash between the two renames leaves it under a staged name.
    fn exchange(self, target: &Path) -> Result<Staged, PublishError> {
        match rustix::fs::renameat_with(CWD, self.path(), CWD, target, RenameFlags::EXCHANGE) {
            Ok(()) => Ok(self),
            Err(rustix::io::Errno::NOSYS | rustix::io::Errno::INVAL) => {
                let old = self.path().with_added_extension(MOVED_ASIDE);
                fs::rename(target, &old).map_err(io_error("move aside", target))?;
                fs::rename(self.path(), target).map_err(io_error("rename to", target))?;
                fs::remove_dir_all(&old).map_err(io_error("remove", &old))?;
                Ok(self)
            }
            Err(error) => Err(io_error("replace", target)(error.into())),
        }
    }
}

/// Syncs every file and folder below a folder, and the folder.
fn make_durable(folder: &Path) -> Result<(), PublishError> {
    for entry in fs::read_dir(folder).map_err(io_error("read", folder))? {
        let path = entry.map_err(io_error("read", folder))?.path();
        match path.is_dir() {
            true => make_durable(&path)?,
            false => sync(&path)?,
        }
    }
    sync(folder)
}

fn sync(path: &Path) -> Result<(), PublishError> {
    let file = File::open(path).map_err(io_error("open", path))?;
    file.sync_all().map_err(io_error("make durable", path))
}

/// Waits until no other run stages or publishes beside this one; the system unlocks when the file is closed.
fn locked(folder: &Path) -> Result<File, PublishError> {
    let file = File::open(folder).map_err(io_error("open", folder))?;
    file.lock().map_err(io_error("lock", folder))?;
    Ok(file)
}

fn refuse_foreign(target: &Path) -> Result<(), PublishError> {
    if !target.exists() {
        return Ok(());
    }
    let entries = fs::read_dir(target).map_err(io_error("read", target))?;
    for entry in entries {
        let name = entry.map_err(io_error("read", target))?.file_name();
        if !OWN.iter().any(|own| name == *own) {
            return Err(PublishError::Foreign {
                path: target.join(name),
            });
        }
    }
    Ok(())
}

fn prefix(target: &Path) -> String {
    let name = target
        .file_name()
        .map_or_else(|| "report".into(), |name| name.to_string_lossy());
    format!(".{name}.partial-")
}

/// Puts an earlier report back that a run had moved aside when it was killed.
fn restore(parent: &Path, prefix: &str, target: &Path) -> Result<(), PublishError> {
    let aside = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(prefix) && path.extension().is_some_and(|it| it == MOVED_ASIDE)
    };
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    match entries.map(|entry| entry.path()).find(aside) {
        Some(old) if !target.exists() => {
            fs::rename(&old, target).map_err(io_error("rename to", target))
        }
        _ => Ok(()),
    }
}

/// A leftover that cannot be removed is in nobody's way.
fn remove_leftovers(parent: &Path, prefix: &str) {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix)) {
        let Ok(folder) = File::open(entry.path()) else {
            continue;
        };
        if rustix::fs::flock(&folder, FlockOperation::NonBlockingLockExclusive).is_ok() {
            let _best_effort = fs::remove_dir_all(entry.path());
        }
    }
}

/// A temporary folder is private; a report is handed on.
fn readable_by_others(folder: &Path) -> Result<(), PublishError> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))
        .map_err(io_error("set the mode of", folder))
}

fn io_error(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> PublishError + use<> {
    let path = path.to_owned();
    move |source| PublishError::Io {
        doing,
        path,
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::Staged;
    use std::fs;

    #[test]
    fn a_report_that_a_killed_run_had_moved_aside_is_put_back() {
        let folder = tempfile::tempdir().unwrap();
        let aside = folder.path().join(".report.partial-abc.old");
        fs::create_dir(&aside).unwrap();
        fs::write(aside.join("audit.json"), "{}").unwrap();
        let target = folder.path().join("report");
        let staged = Staged::new(&target).unwrap();
        assert!(target.join("audit.json").is_file());
        staged.write("audit.json", b"[]").unwrap();
        staged.publish().unwrap();
        assert_eq!(fs::read(target.join("audit.json")).unwrap(), b"[]");
        let names: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(names.len(), 1, "{names:?}");
    }
}
