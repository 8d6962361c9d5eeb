//! The copy of a ledger, which appears in its folder whole or not at all.

use super::{PublishError, io_error, make_durable};
use crate::place;
use std::fs;
use std::path::{Path, PathBuf};

/// A copy that is being written.
#[derive(Debug)]
pub(crate) struct Copy {
    folder: tempfile::TempDir,
    target: PathBuf,
}

impl Copy {
    /// Returns a folder to be put at `target`, where nothing is yet, outside of the ledger and of every report.
    pub(crate) fn new(target: &Path, ledger: &Path) -> Result<Copy, PublishError> {
        let target = std::path::absolute(target).map_err(io_error("find", target))?;
        if place::overlap(&target, ledger).map_err(io_error("find", &target))? {
            let ledger = ledger.into();
            return Err(PublishError::Overlap { ledger });
        }
        if let Some(path) = place::around(&target).map_err(io_error("find", &target))? {
            return Err(PublishError::Inside { path });
        }
        refuse_taken(&target)?;
        let parent = target.parent().unwrap_or(Path::new("/"));
        fs::create_dir_all(parent).map_err(io_error("create", parent))?;
        let folder = tempfile::Builder::new()
            .prefix(".copy-")
            .tempdir_in(parent)
            .map_err(io_error("create a folder in", parent))?;
        super::readable_by_others(folder.path())?;
        Ok(Copy { folder, target })
    }

    /// Returns the folder in which the copy is written.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Puts the copy in its place.
    pub(crate) fn publish(self) -> Result<(), PublishError> {
        make_durable(self.path())?;
        refuse_taken(&self.target)?;
        // An empty folder is replaced, anything else is not.
        let moved = fs::rename(self.path(), &self.target);
        moved.map_err(io_error("rename to", &self.target))?;
        let _moved = self.folder.keep();
        super::sync(self.target.parent().unwrap_or(Path::new("/")))
    }
}

/// Files of another copy would mix with these.
fn refuse_taken(target: &Path) -> Result<(), PublishError> {
    let is_empty = |folder: &Path| fs::read_dir(folder).is_ok_and(|mut all| all.next().is_none());
    match target.exists() && !is_empty(target) {
        true => Err(PublishError::Taken {
            path: target.into(),
        }),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Copy, PublishError};
    use std::fs;

    #[test]
    fn a_copy_appears_whole_and_over_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (target, ledger) = (folder.path().join("copy"), folder.path().join("ledger"));
        let copy = Copy::new(&target, &ledger).unwrap();
        fs::write(copy.path().join("a"), "a").unwrap();
        assert!(!target.exists());
        copy.publish().unwrap();
        assert_eq!(fs::read(target.join("a")).unwrap(), b"a");
        let again = Copy::new(&target, &ledger);
        assert!(matches!(again, Err(PublishError::Taken { .. })));
        drop(Copy::new(&folder.path().join("other"), &ledger).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_copy_and_the_ledger_lie_apart() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = folder.path().join("ledger");
        for target in [ledger.join("copy"), ledger.clone()] {
            let refused = Copy::new(&target, &ledger);
            assert!(matches!(refused, Err(PublishError::Overlap { .. })));
        }
        assert!(!ledger.exists());
    }
}
