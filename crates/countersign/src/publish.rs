//! A report folder that appears whole or not at all.
//!
//! The folder is staged beside its place under a name that begins with a dot, then put there by one rename.
//! All of it is made durable before that rename, and the rename before the earlier report is removed.
//! A killed run leaves only that staged folder, which the next run removes.

use crate::evidence;
use crate::place::{self, LEDGER_KEY, VERIFIER_KEY, is_report};
use rustix::fs::{CWD, FlockOperation, RenameFlags};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

pub(crate) mod copy;

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
    /// A report of another log lies there.
    #[error("the report in {} is of another log and is not replaced", path.display())]
    OtherLog {
        /// The folder of that report.
        path: PathBuf,
    },
    /// The folder would lie in a report or a ledger.
    #[error("{} is a report or a ledger, and nothing else can lie in it", path.display())]
    Inside {
        /// The folder of the other one.
        path: PathBuf,
    },
    /// Something lies there already.
    #[error("{} is not empty, and nothing is written over", path.display())]
    Taken {
        /// The folder.
        path: PathBuf,
    },
    /// The folder and that of the ledger would be one, or one would lie in the other.
    #[error("what is written and the ledger {} cannot lie in each other", ledger.display())]
    Overlap {
        /// The folder of the ledger.
        ledger: PathBuf,
    },
}

/// What a report holds: a folder with anything else in it is not replaced.
const OWN: [&str; 8] = [
    GITIGNORE,
    "audit.json",
    "changes.csv",
    "countersign.yaml",
    "evidence",
    "index.html",
    "ledger",
    "report.pdf",
];

/// What keeps git from taking a report into the repository that it was made of; no part of what the report says, and
/// whoever copies visible files alone leaves it behind.
pub(crate) const GITIGNORE: &str = ".gitignore";
pub(crate) const IGNORED: &[u8] = b"*\n";

/// The extension of an earlier report while another takes its place.
const MOVED_ASIDE: &str = "old";
/// Bytes of a verifier key that are compared.
const MAX_KEY_BYTES: u64 = 4096;

/// The folder of the evidence in a report.
const EVIDENCE: &str = "evidence";

impl Staged {
    /// Returns a folder to be put at `target`, after leftovers of killed runs were removed.
    pub fn new(target: &Path) -> Result<Staged, PublishError> {
        let absolute = std::path::absolute(target).map_err(io_error("find", target))?;
        refuse_foreign(&absolute)?;
        let parent = absolute.parent().unwrap_or(Path::new("/"));
        if let Some(path) = place::around(&absolute).map_err(io_error("find", &absolute))? {
            return Err(PublishError::Inside { path });
        }
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
        let staged = Staged {
            folder,
            target: absolute,
            _lock: lock,
        };
        staged.write(GITIGNORE, IGNORED)?;
        Ok(staged)
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

    /// Puts the folder in its place; an earlier report of the log that has had these keys is replaced in the same moment.
    pub fn publish(self, keys: &[String]) -> Result<PathBuf, PublishError> {
        let target = self.target.clone();
        make_durable(self.path())?;
        let parent = target.parent().unwrap_or(Path::new("/"));
        let one_at_a_time = locked(parent)?;
        // Meanwhile something else may have appeared there, such as the ledger of this very run.
        refuse_foreign(&target)?;
        refuse_other_log(&target, keys)?;
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

/// Refuses to replace anything but a whole report: what is called like a part of one may be somebody's own.
fn refuse_foreign(target: &Path) -> Result<(), PublishError> {
    if !target.exists() {
        return Ok(());
    }
    let names = names(target)?;
    let foreign = names.iter().find(|name| !OWN.contains(&name.as_str()));
    let foreign_evidence = || match target.join(EVIDENCE).is_dir() {
        true => Ok(self::names(&target.join(EVIDENCE))?
            .into_iter()
            .find(|name| !evidence::is_name(name))
            .map(|name| format!("{EVIDENCE}/{name}"))),
        false => Ok(None),
    };
    let key = || {
        let key = format!("ledger/{LEDGER_KEY}");
        target.join(&key).exists().then_some(key)
    };
    let first = || names.first().filter(|_| !is_report(target)).cloned();
    let found = match foreign.cloned() {
        Some(name) => Some(name),
        None => foreign_evidence()?.or_else(key).or_else(first),
    };
    match found {
        Some(name) => Err(PublishError::Foreign {
            path: target.join(name),
        }),
        None => Ok(()),
    }
}

/// Refuses a ledger that cannot stand beside a report: one that would lie in it, or another than that of the report
/// which is there. `keys` are the verifier keys that the ledger has had, none where it is still to be begun.
pub(crate) fn refuse_ledger(
    target: &Path,
    ledger: &Path,
    keys: &[String],
) -> Result<(), PublishError> {
    if place::overlap(target, ledger).map_err(io_error("find", ledger))? {
        return Err(PublishError::Overlap {
            ledger: ledger.into(),
        });
    }
    refuse_other_log(target, keys)
}

/// Refuses to replace the report of another log: of another repository, or of one whose log was begun anew.
fn refuse_other_log(target: &Path, keys: &[String]) -> Result<(), PublishError> {
    let path = target.join(VERIFIER_KEY);
    let there = match File::open(&path) {
        Ok(file) => io::read_to_string(file.take(MAX_KEY_BYTES)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => Err(error),
    };
    let there = there.map_err(io_error("read", &path))?;
    match keys.iter().any(|key| key == there.trim_end()) {
        true => Ok(()),
        false => Err(PublishError::OtherLog {
            path: target.into(),
        }),
    }
}

/// Returns the names in a folder, sorted.
fn names(folder: &Path) -> Result<Vec<String>, PublishError> {
    let entries = fs::read_dir(folder).map_err(io_error("read", folder))?;
    let name = |entry: io::Result<fs::DirEntry>| {
        entry.map(|entry| entry.file_name().to_string_lossy().into_owned())
    };
    let names: io::Result<Vec<String>> = entries.map(name).collect();
    let mut names = names.map_err(io_error("read", folder))?;
    names.sort();
    Ok(names)
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
    use super::{PublishError, Staged};
    use crate::place::MARKS;
    use std::fs;
    use std::path::{Path, PathBuf};

    /// Puts there what makes a folder a report.
    fn report(folder: &Path) {
        for mark in MARKS {
            let path = folder.join(mark);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "{}").unwrap();
        }
    }

    fn publish(target: &Path) -> Result<PathBuf, PublishError> {
        let staged = Staged::new(target)?;
        staged.write("audit.json", b"[]")?;
        staged.publish(&["{}".to_owned()])
    }

    #[test]
    fn a_report_that_a_killed_run_had_moved_aside_is_put_back() {
        let folder = tempfile::tempdir().unwrap();
        report(&folder.path().join(".report.partial-abc.old"));
        let target = folder.path().join("report");
        let staged = Staged::new(&target).unwrap();
        assert!(target.join("audit.json").is_file());
        drop(staged);
        publish(&target).unwrap();
        assert_eq!(fs::read(target.join("audit.json")).unwrap(), b"[]");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn only_a_report_is_replaced() {
        for foreign in [
            "notes.txt",
            "index.html",
            "evidence/photo.png",
            "ledger/log.key",
        ] {
            let folder = tempfile::tempdir().unwrap();
            let target = folder.path().join("report");
            if foreign != "index.html" {
                report(&target);
            }
            let path = target.join(foreign);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "mine").unwrap();
            let error = publish(&target).unwrap_err();
            let named = matches!(&error, PublishError::Foreign { path: found } if *found == path);
            assert!(named, "{foreign}: {error}");
            assert_eq!(fs::read(&path).unwrap(), b"mine");
        }
    }

    /// As when the same folder is given for the ledger and the report.
    #[test]
    fn what_appears_while_the_report_is_written_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("report");
        let staged = Staged::new(&target).unwrap();
        fs::create_dir(&target).unwrap();
        fs::write(target.join("log.key"), "mine").unwrap();
        assert!(staged.publish(&["{}".to_owned()]).is_err());
        assert_eq!(fs::read(target.join("log.key")).unwrap(), b"mine");
    }
}
