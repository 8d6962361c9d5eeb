//! A disk stricter than a real one: it dies at a chosen step, and forgets every name that was not made durable.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use crate::disk::{Access, Disk, LocalDisk};

/// How much of the fatal step is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// Half of a file; nothing of any other step.
    Midway,
    /// All of it, but nobody learns so.
    After,
}

/// Which names that were not made durable a power cut takes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    None,
    All,
    EverySecond,
    /// The oldest alone: names need not become durable in the order in which they were given.
    Oldest,
}

/// Clones are the same disk.
#[derive(Debug, Clone)]
pub(super) struct CrashingDisk(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    steps_left: u32,
    cut: Cut,
    died: bool,
    unsynced: Vec<Name>,
}

/// A name as it was before a step changed it.
#[derive(Debug)]
struct Name {
    path: PathBuf,
    before: Before,
}

#[derive(Debug)]
enum Before {
    Absent,
    Folder,
    File(Vec<u8>),
}

impl CrashingDisk {
    /// Returns a disk that performs so many steps, and dies in the next.
    pub(super) fn new(steps: u32, cut: Cut) -> CrashingDisk {
        let state = State {
            steps_left: steps,
            cut,
            died: false,
            unsynced: Vec::new(),
        };
        CrashingDisk(Arc::new(Mutex::new(state)))
    }

    /// Returns a disk that does not die.
    pub(super) fn never() -> CrashingDisk {
        CrashingDisk::new(u32::MAX, Cut::Midway)
    }

    pub(super) fn died(&self) -> bool {
        self.0.lock().unwrap().died
    }

    /// Starts another process on the same running machine.
    pub(super) fn revive(&self, steps: u32) {
        let mut state = self.0.lock().unwrap();
        state.died = false;
        state.steps_left = steps;
    }

    /// Takes back names that no step made durable, the latest first.
    pub(super) fn cut_power(&self, loss: Loss) {
        let names = std::mem::take(&mut self.0.lock().unwrap().unsynced);
        let oldest = names.len().saturating_sub(1);
        for (number, name) in names.into_iter().rev().enumerate() {
            let lost = match loss {
                Loss::None => false,
                Loss::All => true,
                Loss::EverySecond => number % 2 == 0,
                Loss::Oldest => number == oldest,
            };
            if lost {
                name.restore();
            }
        }
    }

    fn step(
        &self,
        changed: Option<&Path>,
        whole: impl FnOnce() -> io::Result<()>,
        half: impl FnOnce(),
    ) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        let fatal = state.steps_left == 0 && !state.died;
        if state.died || (fatal && state.cut != Cut::After) {
            if fatal && state.cut == Cut::Midway {
                half();
            }
            state.died = true;
            return Err(io::Error::other("the machine is dead"));
        }
        state.unsynced.extend(changed.map(Name::of));
        whole()?;
        state.died = fatal;
        state.steps_left = state.steps_left.saturating_sub(1);
        if fatal {
            Err(io::Error::other("the machine died just after"))
        } else {
            Ok(())
        }
    }
}

impl Name {
    fn of(path: &Path) -> Name {
        let before = match fs::read(path) {
            Ok(bytes) => Before::File(bytes),
            Err(_) if path.is_dir() => Before::Folder,
            Err(_) => Before::Absent,
        };
        Name {
            path: path.to_owned(),
            before,
        }
    }

    /// What lies in a folder that was itself forgotten is gone, or cannot come back.
    fn restore(self) {
        match self.before {
            Before::Absent if self.path.is_dir() => drop(fs::remove_dir_all(&self.path)),
            Before::Absent => drop(fs::remove_file(&self.path)),
            Before::Folder => drop(fs::create_dir(&self.path)),
            Before::File(bytes) => {
                let mode = if self.path.ends_with("log.key") {
                    Access::Owner
                } else {
                    Access::Everyone
                };
                drop(write(&self.path, &bytes, mode));
            }
        }
    }
}

impl Disk for CrashingDisk {
    fn write(&self, path: &Path, bytes: &[u8], access: Access) -> io::Result<()> {
        let half = || drop(fs::write(path, &bytes[..bytes.len() / 2]));
        self.step(None, || write(path, bytes, access), half)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step(Some(to), || LocalDisk.rename(from, to), || ())
    }

    fn make_dir(&self, path: &Path) -> io::Result<()> {
        self.step(Some(path), || LocalDisk.make_dir(path), || ())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.step(Some(path), || LocalDisk.remove(path), || ())
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        let synced = || {
            assert!(path.is_dir(), "{} cannot be made durable", path.display());
            Ok(())
        };
        self.step(None, synced, || ())?;
        let mut state = self.0.lock().unwrap();
        state
            .unsynced
            .retain(|name| name.path.parent() != Some(path));
        Ok(())
    }
}

/// As on a real disk, but without the wait for it.
fn write(path: &Path, bytes: &[u8], access: Access) -> io::Result<()> {
    fs::write(path, bytes)?;
    let mode = if access == Access::Owner {
        0o600
    } else {
        0o644
    };
    fs::set_permissions(path, Permissions::from_mode(mode))
}
