//! A disk stricter than a real one: it dies at a chosen step, and forgets whatever was not made durable.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::io;
use std::ops::Range;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use crate::disk::{Access, Disk, DiskFile, LocalDisk};

/// What a disk writes at once.
const SECTOR: usize = 512;

/// How much of the fatal step is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// Half of a write; nothing of any other step.
    Midway,
    /// All of it, but nobody learns so.
    After,
}

/// What a power cut takes back of what was not made durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    None,
    All,
    EverySecond,
    /// The oldest alone: things need not become durable in the order in which they were done.
    Oldest,
    /// The second half of every write, and no name.
    Torn,
    /// A sector in the middle of every write, and no name.
    Sector,
}

/// Clones are the same disk.
#[derive(Debug, Clone)]
pub(super) struct CrashingDisk(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    steps_left: u32,
    cut: Cut,
    died: bool,
    /// Names that were given or taken, the oldest first.
    names: Vec<Name>,
    /// Files whose content is not durable, with the content that is.
    contents: BTreeMap<PathBuf, Vec<u8>>,
}

/// A name as it was before a step changed it.
#[derive(Debug)]
struct Name {
    path: PathBuf,
    before: Before,
    /// The other name that the same step changed.
    other: Option<Box<Name>>,
}

#[derive(Debug)]
enum Before {
    Absent,
    Folder,
    File(Vec<u8>),
}

/// A file of such a disk.
#[derive(Debug)]
struct CrashingFile {
    disk: CrashingDisk,
    path: PathBuf,
    file: Box<dyn DiskFile>,
}

impl CrashingDisk {
    /// Returns a disk that performs so many steps, and dies in the next.
    pub(super) fn new(steps: u32, cut: Cut) -> CrashingDisk {
        let state = State {
            steps_left: steps,
            cut,
            died: false,
            names: Vec::new(),
            contents: BTreeMap::new(),
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

    /// Takes back what no step made durable: contents first, then names, the latest first.
    pub(super) fn cut_power(&self, loss: Loss) {
        let mut state = self.0.lock().unwrap();
        let contents = std::mem::take(&mut state.contents);
        let names = std::mem::take(&mut state.names);
        let oldest = contents.len().saturating_sub(1);
        for (number, (path, durable)) in contents.into_iter().rev().enumerate() {
            match loss {
                Loss::Torn => tear(&path, &durable),
                Loss::Sector => lose_sector(&path, &durable),
                _ if is_lost(loss, number, oldest) => drop(fs::write(&path, durable)),
                _ => {}
            }
        }
        let oldest = names.len().saturating_sub(1);
        for (number, name) in names.into_iter().rev().enumerate() {
            if is_lost(loss, number, oldest) {
                name.restore();
            }
        }
    }

    fn step(
        &self,
        whole: impl FnOnce(&mut State) -> io::Result<()>,
        half: impl FnOnce(&mut State),
    ) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        let fatal = state.steps_left == 0 && !state.died;
        if state.died || (fatal && state.cut != Cut::After) {
            if fatal && state.cut == Cut::Midway {
                half(&mut state);
            }
            state.died = true;
            return Err(io::Error::other("the machine is dead"));
        }
        whole(&mut state)?;
        state.died = fatal;
        state.steps_left = state.steps_left.saturating_sub(1);
        match fatal {
            true => Err(io::Error::other("the machine died just after")),
            false => Ok(()),
        }
    }

    fn name_step(&self, path: &Path, whole: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        let changed = |state: &mut State| {
            state.names.push(Name::of(path));
            whole()
        };
        self.step(changed, |_| ())
    }
}

impl State {
    /// Notes that the content of a file is about to change.
    fn doubt(&mut self, path: &Path) {
        let durable = || fs::read(path).unwrap_or_default();
        self.contents.entry(path.to_owned()).or_insert_with(durable);
    }
}

fn is_lost(loss: Loss, number: usize, oldest: usize) -> bool {
    match loss {
        Loss::None | Loss::Torn | Loss::Sector => false,
        Loss::All => true,
        Loss::EverySecond => number.is_multiple_of(2),
        Loss::Oldest => number == oldest,
    }
}

/// Leaves the first half of what was written, and what was there before where the rest was, or zeros.
fn tear(path: &Path, durable: &[u8]) {
    tear_where(path, durable, |first, last| {
        first + (last - first) / 2..last + 1
    });
}

/// Leaves all of what was written but one sector in its middle.
fn lose_sector(path: &Path, durable: &[u8]) {
    tear_where(path, durable, |first, last| {
        let middle = (first + (last - first) / 2) / SECTOR * SECTOR;
        middle.max(first)..(middle + SECTOR).min(last + 1)
    });
}

/// Takes back a range between the first and the last byte that differs.
fn tear_where(path: &Path, durable: &[u8], range: impl Fn(usize, usize) -> Range<usize>) {
    let Ok(mut bytes) = fs::read(path) else {
        return;
    };
    let before = |at: usize| durable.get(at).copied().unwrap_or(0);
    let differs = |at: &usize| bytes[*at] != before(*at);
    let (Some(first), Some(last)) = (
        (0..bytes.len()).find(differs),
        (0..bytes.len()).rev().find(differs),
    ) else {
        return;
    };
    for at in range(first, last) {
        bytes[at] = before(at);
    }
    drop(fs::write(path, bytes));
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
            other: None,
        }
    }

    fn with(self, other: Name) -> Name {
        Name {
            other: Some(Box::new(other)),
            ..self
        }
    }

    /// What lies in a folder that was itself forgotten is gone, or cannot come back.
    fn restore(self) {
        if let Some(other) = self.other {
            other.restore();
        }
        match self.before {
            Before::Absent if self.path.is_dir() => drop(fs::remove_dir_all(&self.path)),
            Before::Absent => drop(fs::remove_file(&self.path)),
            Before::Folder => drop(fs::create_dir(&self.path)),
            Before::File(bytes) => {
                let name = self.path.file_name().unwrap_or_default().to_string_lossy();
                let access = match name.starts_with("log.key") {
                    true => Access::Owner,
                    false => Access::Everyone,
                };
                drop(write(&self.path, &bytes, access));
            }
        }
    }
}

impl Disk for CrashingDisk {
    fn write(&self, path: &Path, bytes: &[u8], access: Access) -> io::Result<()> {
        let whole = |state: &mut State| {
            state.contents.insert(path.to_owned(), Vec::new());
            write(path, bytes, access)
        };
        self.step(whole, |_| drop(fs::write(path, &bytes[..bytes.len() / 2])))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(CrashingFile {
            disk: self.clone(),
            path: path.to_owned(),
            file: LocalDisk.open(path)?,
        }))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let whole = |state: &mut State| {
            // Both names change at once or not at all.
            state.names.push(Name::of(to).with(Name::of(from)));
            state.contents.remove(to);
            if let Some(durable) = state.contents.remove(from) {
                state.contents.insert(to.to_owned(), durable);
            }
            LocalDisk.rename(from, to)
        };
        self.step(whole, |_| ())
    }

    fn make_dir(&self, path: &Path) -> io::Result<()> {
        self.name_step(path, || LocalDisk.make_dir(path))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        if !path.exists() {
            return Ok(());
        }
        self.name_step(path, || LocalDisk.remove(path))
    }

    fn sync_file(&self, path: &Path) -> io::Result<()> {
        let synced = |state: &mut State| {
            state.contents.remove(path);
            Ok(())
        };
        self.step(synced, |_| ())
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        let synced = |state: &mut State| {
            assert!(path.is_dir(), "{} cannot be made durable", path.display());
            state.names.retain(|name| name.path.parent() != Some(path));
            Ok(())
        };
        self.step(synced, |_| ())
    }

    fn sync_all(&self, _folder: &Path) -> io::Result<()> {
        let synced = |state: &mut State| {
            state.names.clear();
            state.contents.clear();
            Ok(())
        };
        self.step(synced, |_| ())
    }
}

impl DiskFile for CrashingFile {
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let whole = |state: &mut State| {
            state.doubt(&self.path);
            self.file.write_at(bytes, offset)
        };
        let half = |state: &mut State| {
            state.doubt(&self.path);
            // The zeros at its end are room for what comes later.
            let end = bytes.iter().rposition(|byte| *byte != 0).unwrap_or(0) + 1;
            drop(self.file.write_at(&bytes[..end / 2], offset));
        };
        self.disk.step(whole, half)
    }

    fn sync(&self) -> io::Result<()> {
        self.disk.sync_file(&self.path)
    }

    fn length(&self) -> io::Result<u64> {
        self.file.length()
    }

    fn is_blank(&self, offset: u64, bytes: usize) -> io::Result<bool> {
        self.file.is_blank(offset, bytes)
    }

    fn cut(&self, length: u64) -> io::Result<()> {
        let whole = |state: &mut State| {
            state.doubt(&self.path);
            self.file.cut(length)
        };
        self.disk.step(whole, |_| ())
    }
}

/// As on a real disk, but without the wait for it.
fn write(path: &Path, bytes: &[u8], access: Access) -> io::Result<()> {
    fs::write(path, bytes)?;
    let mode = match access {
        Access::Owner => 0o600,
        Access::Everyone => 0o644,
    };
    fs::set_permissions(path, Permissions::from_mode(mode))
}
