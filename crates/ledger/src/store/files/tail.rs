//! The end of the last segment: found, and mended where a process died or the power went.

use std::path::{Path, PathBuf};
use std::sync::{MutexGuard, PoisonError};

use tlog::checkpoint::Checkpoint;
use tlog::note::{MAX_NOTE_BYTES, Note};

use crate::disk::Access;
use crate::file::{self, FileError, failed};
use crate::lock;
use crate::read::CHECKPOINT;
use crate::stage::STAGED;
use crate::store::files::frame::{self, FrameError};
use crate::store::files::segment::{self, At, Segment};
use crate::store::files::settled::{STAGED_HINT, Settled};
use crate::store::files::{FilesStore, Tail};
use crate::store::{Head, StoreError};

/// Where tiles and checkpoints are written before they get their names.
const STAGED_TREE: &str = "staged.tree";

/// What a scan of the last segment found.
struct Scanned {
    head: Head,
    /// Where the last whole frame begins, and where it ends.
    last: Option<u64>,
    end: u64,
}

impl FilesStore {
    /// Returns the end of the log: the one that this process knows, or what others made of it. The lock is held.
    pub(super) fn current(&self, known: Option<Tail>) -> Result<Tail, StoreError> {
        match known {
            Some(tail) if self.is_current(&tail)? => Ok(tail),
            _ => self.find(),
        }
    }

    fn is_current(&self, tail: &Tail) -> Result<bool, FileError> {
        let path = self.folder.join(segment::name(tail.base));
        let length = tail.file.length().map_err(failed("look at", &path))?;
        let is_blank = tail.file.is_blank(tail.end, frame::HEADER_BYTES);
        let is_end = length >= tail.end && is_blank.map_err(failed("read", &path))?;
        let next = self.folder.join(segment::name(tail.head.size));
        Ok(is_end && (tail.base == tail.head.size || !next.exists()))
    }

    /// Looks for the end. A frame that another process wrote may not be durable yet, even if it can be read, and
    /// even if making it so is said to succeed after it failed once: so the last one is written again.
    fn find(&self) -> Result<Tail, StoreError> {
        let Some(base) = segment::bases(&self.folder)?.pop() else {
            self.refuse_shorter(&Head::empty(&self.origin))?;
            return self.begin_segment(Head::empty(&self.origin));
        };
        let segment = Segment::open(&self.folder, base)?;
        let scanned = self.scan(&segment)?;
        let path = self.folder.join(segment::name(base));
        let file = self.disk.open(&path).map_err(failed("open", &path))?;
        if !segment.is_blank_from(scanned.end)? {
            file.cut(scanned.end).map_err(failed("cut", &path))?;
        }
        if let Some(last) = scanned.last {
            let bytes = segment.bytes(last, scanned.end - last)?;
            file.write_at(&bytes, last)
                .map_err(failed("write", &path))?;
        }
        file.sync().map_err(failed("make durable", &path))?;
        self.sync_names(&self.folder.join(segment::FOLDER))?;
        Ok(Tail {
            head: scanned.head,
            base,
            end: scanned.end,
            room: segment.length()?,
            file,
        })
    }

    /// Returns the end of the frames; where the hint of the last settling does not fit, the whole segment is read.
    fn scan(&self, segment: &Segment) -> Result<Scanned, StoreError> {
        let start = |head, end| Scanned {
            head,
            last: None,
            end,
        };
        let hint = Settled::read(&self.folder)?
            .filter(|hint| hint.segment == segment.start.size)
            .map(|hint| start(hint.head(), hint.offset));
        let scanned = match hint.map(|hint| self.scan_from(segment, hint)) {
            Some(Ok(scanned)) => scanned,
            _ => self.scan_from(segment, start(segment.start, segment::HEADER_BYTES))?,
        };
        self.refuse_shorter(&scanned.head)?;
        Ok(scanned)
    }

    fn scan_from(&self, segment: &Segment, mut scanned: Scanned) -> Result<Scanned, StoreError> {
        if scanned.end > segment.length()? {
            return Err(segment.damaged(scanned.end, FrameError::Truncated));
        }
        loop {
            match segment.at(scanned.end)? {
                At::Frame(frame) if frame.before == scanned.head.chain => {
                    let end = scanned.end + frame.bytes as u64;
                    let is_last = segment.is_blank_from(end)?;
                    if let (true, Err(error)) = (is_last, frame.check_last()) {
                        self.refuse_damage(segment, &scanned, error)?;
                        return Ok(scanned);
                    }
                    scanned.last = Some(scanned.end);
                    scanned.end = end;
                    scanned.head = frame.head();
                }
                At::Frame(_) => {
                    let why = "the frame does not follow the one before";
                    return Err(segment.damaged(scanned.end, why));
                }
                At::End => return Ok(scanned),
                At::Broken(error) => {
                    self.refuse_damage(segment, &scanned, error)?;
                    return Ok(scanned);
                }
            }
        }
    }

    /// A write that was cut off is the last one; behind damage there are whole frames.
    fn refuse_damage(
        &self,
        segment: &Segment,
        scanned: &Scanned,
        error: FrameError,
    ) -> Result<(), StoreError> {
        let rest = segment.bytes(scanned.end + 1, u64::MAX)?;
        match frame::is_anywhere_in(&rest) || self.claimed_size()? > scanned.head.size {
            true => Err(segment.damaged(scanned.end, error)),
            false => Ok(()),
        }
    }

    /// A log that is shorter than its checkpoint was put back from an older copy.
    fn refuse_shorter(&self, head: &Head) -> Result<(), StoreError> {
        let signed = self.claimed_size()?;
        match signed > head.size {
            true => Err(StoreError::Shorter {
                place: self.folder.join(segment::FOLDER),
                found: head.size,
                signed,
            }),
            false => Ok(()),
        }
    }

    /// Returns the size that the checkpoint claims, whoever signed it; 0 where a power cut spoilt it.
    fn claimed_size(&self) -> Result<u64, FileError> {
        let path = self.folder.join(CHECKPOINT);
        let bytes = file::read_if_present(&path, MAX_NOTE_BYTES as u64)?.unwrap_or_default();
        let note = Note::parse(&bytes).ok();
        let checkpoint = note.and_then(|note| note.text().parse::<Checkpoint>().ok());
        Ok(checkpoint.map_or(0, |checkpoint| checkpoint.size()))
    }

    /// Removes what a killed process had not yet given a name. The lock for appending is held.
    pub(crate) fn remove_staged(&self) -> Result<(), FileError> {
        let _lock = lock::publishing(&self.folder)?;
        for name in [STAGED, STAGED_TREE, STAGED_HINT] {
            let path = self.folder.join(name);
            self.disk.remove(&path).map_err(failed("remove", &path))?;
        }
        Ok(())
    }

    /// Gives a name to bytes that are durable by then, so that after a power cut it has these or those before.
    pub(super) fn name_whole(&self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        self.write_staged(bytes)?;
        let staged = self.folder.join(STAGED_TREE);
        self.disk
            .sync_file(&staged)
            .map_err(failed("make durable", &staged))?;
        self.rename_staged(name)
    }

    /// Gives a name to bytes, of which a power cut may take away some.
    fn name(&self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        self.write_staged(bytes)?;
        self.rename_staged(name)
    }

    fn write_staged(&self, bytes: &[u8]) -> Result<(), FileError> {
        let staged = self.folder.join(STAGED_TREE);
        self.make_folder_of(&staged)?;
        self.disk
            .write(&staged, bytes, Access::Everyone)
            .map_err(failed("write", &staged))
    }

    fn rename_staged(&self, name: &str) -> Result<(), FileError> {
        let (staged, path) = (self.folder.join(STAGED_TREE), self.folder.join(name));
        self.make_folder_of(&path)?;
        self.disk
            .rename(&staged, &path)
            .map_err(failed("rename a file to", &path))
    }

    /// Writes a tile, unless it is there.
    pub(super) fn write_one(&self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        let path = self.folder.join(name);
        let there = file::read_start(&path, bytes.len() as u64 + 1)?;
        if there.as_deref() != Some(bytes) {
            self.name(name, bytes)?;
        }
        let partial = self.folder.join(format!("{name}.p"));
        if partial.is_dir() {
            self.superfluous().push(partial);
        }
        Ok(())
    }

    /// Removes the partial tiles whose full tiles the checkpoint has now.
    ///
    /// C2SP tlog-tiles, "Partial Tiles": they may be deleted once the full tile is available. What cannot be removed
    /// does no harm.
    pub(super) fn remove_superfluous(&self) {
        for folder in std::mem::take(&mut *self.superfluous()) {
            let _left_over = self.remove_all(&folder);
        }
    }

    fn superfluous(&self) -> MutexGuard<'_, Vec<PathBuf>> {
        self.superfluous
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes the files below a folder, and the folder if nothing else is in it.
    pub(super) fn remove_all(&self, folder: &Path) -> Result<(), FileError> {
        for name in file::list(folder)? {
            let path = folder.join(name);
            self.disk.remove(&path).map_err(failed("remove", &path))?;
        }
        self.disk.remove(folder).map_err(failed("remove", folder))
    }
}
