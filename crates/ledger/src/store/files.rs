//! The ledger in a folder of one machine: segments of commits, and beside them the tree that follows from them.
//!
//! An append is one write to the last segment and one `fdatasync`; processes take turns by a lock.
//! Tree and checkpoint are written behind it and not made durable each time: what a power cut spoils of them,
//! the next process makes again from the commits.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tlog::key::KeyName;

use crate::commit::{Commit, MAX_COMMIT_BYTES};
use crate::disk::{Access, Disk, DiskFile};
use crate::file::{self, FileError, failed};
use crate::lock;
use crate::read::CHECKPOINT;
use crate::seal::{KEY_BYTES, Key};
use crate::stage::Stage;
use crate::store::files::frame::Frame;
use crate::store::files::segment::{At, Passed, Segment};
use crate::store::files::settled::Settled;
use crate::store::{Head, Objects, Store, StoreError, Visit};
use crate::tiles;
use model::digest::Digest;

/// What is called for each frame, with its segment and its place there.
type VisitFrame<'v> = &'v mut dyn FnMut(&Segment, u64, Frame) -> Result<(), StoreError>;

pub(crate) mod frame;
mod handover;
pub(crate) mod segment;
pub(crate) mod settled;
mod tail;

/// A segment that has grown beyond this is followed by another one.
const SEGMENT_BYTES: u64 = 64 << 20;

/// The zeros that are written behind a frame for which there was no room, at least and at most; between the two, as many
/// as there are bytes before. To make a frame durable that lies within the file costs less than to make the file longer.
const MIN_ROOM: u64 = 64 << 10;
const MAX_ROOM: u64 = 1 << 20;

/// A folder that holds a ledger.
#[derive(Debug)]
pub(crate) struct FilesStore {
    folder: PathBuf,
    origin: KeyName,
    disk: Box<dyn Disk>,
    /// The commits after which the tree is made durable.
    settle_bytes: u64,
    tail: Mutex<Option<Tail>>,
    /// Folders of partial tiles whose full tiles were written.
    superfluous: Mutex<Vec<PathBuf>>,
}

/// The end of the last segment, as this process left it.
#[derive(Debug)]
pub(crate) struct Tail {
    head: Head,
    base: u64,
    file: Box<dyn DiskFile>,
    end: u64,
    /// The length of the file: there are zeros from the end on.
    room: u64,
}

impl FilesStore {
    pub(crate) fn new(
        folder: &Path,
        origin: KeyName,
        disk: Box<dyn Disk>,
        settle_bytes: u64,
    ) -> FilesStore {
        FilesStore {
            folder: folder.to_owned(),
            origin,
            disk,
            settle_bytes,
            tail: Mutex::new(None),
            superfluous: Mutex::default(),
        }
    }

    /// Returns the store of the log whose name was read in the folder.
    pub(crate) fn of(mut self, origin: KeyName) -> FilesStore {
        self.origin = origin;
        self
    }

    /// Returns what writes files that are durable once it is synced. The lock for appending is held.
    pub(crate) fn stage(&self) -> Stage<'_> {
        Stage::new(&*self.disk, &self.folder)
    }

    /// Makes the names in a folder durable, and those of the folders above it.
    fn sync_names(&self, folder: &Path) -> Result<(), FileError> {
        let above = folder.ancestors();
        for folder in above.take_while(|above| above.starts_with(&self.folder)) {
            self.disk
                .sync_dir(folder)
                .map_err(failed("make durable", folder))?;
        }
        Ok(())
    }

    fn make_folder_of(&self, path: &Path) -> Result<(), FileError> {
        let above = path.ancestors().skip(1);
        let mut folders: Vec<&Path> = above.take_while(|above| !above.is_dir()).collect();
        folders.reverse();
        for folder in folders {
            self.disk
                .make_dir(folder)
                .map_err(failed("create", folder))?;
        }
        Ok(())
    }

    fn tail(&self) -> MutexGuard<'_, Option<Tail>> {
        // Whoever panicked left no half-changed tail: it is taken out while it changes.
        self.tail.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins the next segment behind a tail.
    pub(crate) fn begin_segment(&self, start: Head) -> Result<Tail, StoreError> {
        let name = segment::name(start.size);
        let path = self.folder.join(&name);
        let mut stage = self.stage();
        stage.write(&name, &segment::header(&start), Access::Owner)?;
        stage.sync()?;
        Ok(Tail {
            head: start,
            base: start.size,
            file: self.disk.open(&path).map_err(failed("open", &path))?,
            end: segment::HEADER_BYTES,
            room: segment::HEADER_BYTES,
        })
    }

    /// Writes a frame behind a tail and makes it durable. A tail that failed is looked for anew.
    fn write_frame(&self, tail: Tail, frame: &[u8], head: Head) -> Result<Tail, StoreError> {
        let path = self.folder.join(segment::name(tail.base));
        let end = tail.end + frame.len() as u64;
        let mut room = match end <= tail.room {
            true => tail.room,
            false => end + end.clamp(MIN_ROOM, MAX_ROOM),
        };
        let mut padded = Cow::Borrowed(frame);
        if room > tail.room {
            padded.to_mut().resize((room - tail.end) as usize, 0);
        }
        let mut written = tail.file.write_at(&padded, tail.end);
        if room > tail.room && written.as_ref().is_err_and(is_full) {
            // There may be room for the frame alone.
            room = end;
            let cut = tail.file.cut(tail.end);
            written = cut.and_then(|()| tail.file.write_at(frame, tail.end));
        }
        if let Err(error) = written {
            // What is left of the frame is cut off here, or else by the next one who looks.
            let _left_over = tail.file.cut(tail.end);
            return Err(failed("write", &path)(error).into());
        }
        tail.file.sync().map_err(failed("make durable", &path))?;
        Ok(Tail {
            head,
            end,
            room,
            ..tail
        })
    }

    /// Calls for each frame with its place, from a size up to an end.
    fn frames(&self, from: u64, end: u64, visit: VisitFrame<'_>) -> Result<(), StoreError> {
        let bases = segment::bases(&self.folder)?;
        let first = bases.partition_point(|base| *base <= from).max(1) - 1;
        let (mut size, mut chain) = (bases.get(first).copied().unwrap_or(0), None);
        for base in bases.into_iter().skip(first).take_while(|base| *base < end) {
            let segment = Segment::open(&self.folder, base)?;
            if base != size || chain.is_some_and(|chain| chain != segment.start.chain) {
                return Err(segment.damaged(0, format!("it does not follow leaf {size}")));
            }
            (size, chain) = within(&segment, from, end, visit)?;
        }
        match size < end {
            true => Err(StoreError::Shorter {
                place: self.folder.join(segment::FOLDER),
                found: size,
                signed: end,
            }),
            false => Ok(()),
        }
    }
}

/// Calls for each frame of one segment, and returns the size of the log behind the last, with its chain where that was read.
fn within(
    segment: &Segment,
    from: u64,
    end: u64,
    visit: VisitFrame<'_>,
) -> Result<(u64, Option<Digest>), StoreError> {
    let Passed {
        mut size,
        mut offset,
    } = segment.pass(from.min(end))?;
    let mut chain = (size == segment.start.size).then_some(segment.start.chain);
    while size < end {
        for at in segment.portion(offset)? {
            let frame = match at {
                _ if size >= end => break,
                At::Frame(frame) => *frame,
                At::End => return Ok((size, chain)),
                At::Broken(error) => return Err(segment.damaged(offset, error)),
            };
            if chain.is_some_and(|chain| frame.before != chain) || frame.commit.base != size {
                return Err(segment.damaged(offset, "the frame does not follow the one before"));
            }
            (size, chain) = (frame.commit.end(), Some(frame.after));
            let bytes = frame.bytes as u64;
            if size > from {
                visit(segment, offset, frame)?;
            }
            offset += bytes;
        }
    }
    Ok((size, chain))
}

fn is_full(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::StorageFull
}

impl Objects for FilesStore {
    fn place(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn read_start(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, FileError> {
        file::read_start(&self.folder.join(name), limit)
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, FileError> {
        file::list(&self.folder.join(folder))
    }
}

impl Store for FilesStore {
    fn head(&self) -> Result<Head, StoreError> {
        let mut tail = self.tail();
        let _lock = lock::exclusive(&self.folder)?;
        let current = self.current(tail.take())?;
        Ok(tail.insert(current).head)
    }

    /// Nothing is locked, cut off or written: the folder may be a stranger's.
    fn visible_size(&self, signed: u64) -> Result<u64, StoreError> {
        let Some(base) = segment::bases(&self.folder)?.pop() else {
            return Ok(0);
        };
        let segment = Segment::open(&self.folder, base)?;
        let Passed {
            mut size,
            mut offset,
        } = segment.pass(signed)?;
        while let At::Frame(frame) = segment.at(offset)? {
            size = frame.commit.end();
            offset += frame.bytes as u64;
        }
        Ok(size)
    }

    fn commit(
        &self,
        expected: &Head,
        commit: &Commit,
        keys: &[Key],
    ) -> Result<Option<Head>, StoreError> {
        let bytes = Commit::encoded_bytes(&commit.leaves);
        if bytes > MAX_COMMIT_BYTES {
            return Err(StoreError::TooLong { bytes });
        }
        let (frame, head) = frame::encode(expected, commit, keys);
        let mut kept = self.tail();
        let _lock = lock::exclusive(&self.folder)?;
        let mut tail = self.current(kept.take())?;
        if tail.head != *expected {
            *kept = Some(tail);
            return Ok(None);
        }
        if tail.end > segment::HEADER_BYTES && tail.end + frame.len() as u64 > SEGMENT_BYTES {
            tail = self.begin_segment(tail.head)?;
        }
        *kept = Some(self.write_frame(tail, &frame, head)?);
        Ok(Some(head))
    }

    fn commits(&self, from: u64, end: u64, visit: Visit<'_>) -> Result<(), StoreError> {
        self.frames(from, end, &mut |_, _, frame| {
            visit(frame.commit, frame.keys)
        })
    }

    fn destroy(&self, leaves: &[u64]) -> Result<(), StoreError> {
        let mut kept = self.tail();
        let _lock = lock::exclusive(&self.folder)?;
        let tail = self.current(kept.take())?;
        let mut keys = Vec::new();
        for leaf in leaves {
            self.frames(*leaf, leaf + 1, &mut |segment, offset, frame| {
                let position = (leaf - frame.commit.base) as usize;
                let place = offset + frame::key_offset(position) as u64;
                keys.push((segment.start.size, place));
                Ok(())
            })?;
        }
        for (base, place) in keys {
            let path = self.folder.join(segment::name(base));
            let file = self.disk.open(&path).map_err(failed("open", &path))?;
            file.write_at(&[0; KEY_BYTES], place)
                .and_then(|()| file.sync())
                .map_err(failed("destroy a key in", &path))?;
        }
        *kept = Some(tail);
        Ok(())
    }

    fn write(&self, objects: &[(String, Vec<u8>)]) -> Result<(), StoreError> {
        let _lock = lock::publishing(&self.folder)?;
        for (name, bytes) in objects {
            self.write_one(name, bytes)?;
        }
        Ok(())
    }

    fn publish(&self, expected: Option<&[u8]>, checkpoint: &[u8]) -> Result<bool, StoreError> {
        let _lock = lock::publishing(&self.folder)?;
        let path = self.folder.join(CHECKPOINT);
        let limit = tlog::note::MAX_NOTE_BYTES as u64;
        if file::read_if_present(&path, limit)?.as_deref() != expected {
            return Ok(false);
        }
        self.name_whole(CHECKPOINT, checkpoint)?;
        self.remove_superfluous();
        Ok(true)
    }

    fn unsettle(&self) -> Result<(), StoreError> {
        let _lock = lock::publishing(&self.folder)?;
        let hint = self.folder.join(settled::NAME);
        self.disk.remove(&hint).map_err(failed("remove", &hint))?;
        Ok(self.sync_names(&self.folder)?)
    }

    fn tidy(&self, size: u64) -> Result<(), StoreError> {
        let _lock = lock::publishing(&self.folder)?;
        let folder = self.folder.join(tiles::FOLDER);
        for name in file::list(&folder)? {
            if tiles::is_superfluous(&name, size) {
                let path = folder.join(name);
                self.disk.remove(&path).map_err(failed("remove", &path))?;
            }
        }
        Ok(())
    }

    fn settled(&self) -> Result<Option<Vec<u8>>, FileError> {
        Ok(Settled::read(&self.folder)?.map(|settled| settled.checkpoint.into_bytes()))
    }

    fn is_settling_due(&self, size: u64) -> Result<bool, StoreError> {
        Ok(self.unsettled_end(size)?.is_some())
    }

    fn settle(&self, checkpoint: &[u8], size: u64) -> Result<(), StoreError> {
        match self.unsettled_end(size)? {
            Some(end) => Ok(self.make_tree_durable(checkpoint, &end)?),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tempfile::TempDir;

    use super::FilesStore;
    use crate::disk::LocalDisk;
    use crate::store::Store;
    use crate::store::contract::{FIRST, Place, contract, origin};

    contract!(settled_each_time, super::place(0));
    contract!(settled_rarely, super::place(u64::MAX));

    fn place(settle_bytes: u64) -> Place {
        let folder = TempDir::new().unwrap();
        let machine = move || {
            let disk = Box::new(LocalDisk);
            FilesStore::new(folder.path(), origin(), disk, settle_bytes)
        };
        assert!(machine().publish(None, FIRST).unwrap());
        Place {
            machine: Box::new(move || Arc::new(machine())),
        }
    }
}
