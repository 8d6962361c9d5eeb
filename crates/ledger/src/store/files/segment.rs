//! Segments: the files that hold the commits, each named after the index of its first leaf.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::file::{self, FileError, failed};
use crate::store::files::frame::{self, Frame, FrameError, MAX_FRAME_BYTES};
use crate::store::{Head, StoreError};
use model::digest::Digest;

/// The folder of all segments.
pub(crate) const FOLDER: &str = "records";

/// What a segment begins with, before the chain and the base.
const MAGIC: &[u8] = b"countersign records 1\n";

/// How many bytes are read at once to find the lengths of frames.
const LOOK_BYTES: u64 = 8 << 10;

/// How many bytes of frames are decoded together.
const PORTION_BYTES: u64 = 1 << 20;

/// The bytes before the first frame.
pub(crate) const HEADER_BYTES: u64 = MAGIC.len() as u64 + 32 + 8;

/// A segment that is read.
#[derive(Debug)]
pub(crate) struct Segment {
    path: PathBuf,
    file: File,
    /// The end of the log before its first frame.
    pub(crate) start: Head,
}

/// What stands at a place of a segment.
#[derive(Debug)]
pub(crate) enum At {
    /// A whole frame.
    Frame(Box<Frame>),
    /// Nothing but zeros, if anything: the frames of the segment end here.
    End,
    /// Bytes that are no frame.
    Broken(FrameError),
}

/// A place of a segment, between two frames.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Passed {
    /// The leaves of the log before it.
    pub(crate) size: u64,
    /// The bytes of the segment before it.
    pub(crate) offset: u64,
}

impl At {
    fn of(bytes: &[u8]) -> At {
        match frame::decode(bytes) {
            Ok(frame) => At::Frame(Box::new(frame)),
            Err(error) => At::Broken(error),
        }
    }
}

/// Returns the path of a segment below the folder of the ledger.
pub(crate) fn name(base: u64) -> String {
    format!("{FOLDER}/{base:020}")
}

/// Returns the bases of the segments in a folder, in order.
pub(crate) fn bases(folder: &Path) -> Result<Vec<u64>, FileError> {
    let names = file::list(&folder.join(FOLDER))?;
    let bases = names.iter().filter_map(|text| {
        let base = text.parse().ok()?;
        (name(base) == format!("{FOLDER}/{text}")).then_some(base)
    });
    Ok(bases.collect())
}

/// Returns what a segment begins with.
pub(crate) fn header(start: &Head) -> Vec<u8> {
    [MAGIC, start.chain.as_bytes(), &start.size.to_be_bytes()].concat()
}

impl Segment {
    /// Returns a segment, whose header must say what its name says.
    pub(crate) fn open(folder: &Path, base: u64) -> Result<Segment, StoreError> {
        let path = folder.join(name(base));
        let file = File::open(&path).map_err(failed("open", &path))?;
        let mut header = [0; HEADER_BYTES as usize];
        let read = read_at(&file, &mut header, 0).map_err(failed("read", &path))?;
        let chain = header[MAGIC.len()..].first_chunk::<32>();
        let chain = *chain.expect("the header has room for a digest");
        let start = Head {
            size: base,
            chain: Digest::from_bytes(chain),
        };
        if read < header.len() || header[..] != self::header(&start)[..] {
            let why = "it does not begin as its name says".to_owned();
            return Err(damaged(&path, 0, why));
        }
        Ok(Segment { path, file, start })
    }

    /// Returns what stands at a place.
    pub(crate) fn at(&self, offset: u64) -> Result<At, StoreError> {
        let length = self.length()?;
        let mut bytes = vec![0; frame::HEADER_BYTES.min(rest(length, offset))];
        if bytes.is_empty() {
            return Ok(At::End);
        }
        self.fill(&mut bytes, offset)?;
        let total = match frame::length(&bytes) {
            Ok(total) if total <= length - offset => total,
            Ok(_) => return Ok(At::Broken(FrameError::Truncated)),
            Err(_) if self.is_blank_from(offset)? => return Ok(At::End),
            Err(error) => return Ok(At::Broken(error)),
        };
        bytes.resize(total as usize, 0);
        self.fill(&mut bytes, offset)?;
        Ok(At::of(&bytes))
    }

    /// Passes over the frames that end at a size of the log or before it, of which only the lengths are read.
    pub(crate) fn pass(&self, from: u64) -> Result<Passed, StoreError> {
        let mut passed = Passed {
            size: self.start.size,
            offset: HEADER_BYTES,
        };
        while passed.size < from {
            let bytes = self.bytes(passed.offset, LOOK_BYTES)?;
            let before = passed.offset;
            while let Some(rest) = bytes.get((passed.offset - before) as usize..)
                && let Ok((length, leaves)) = frame::extent(rest)
                && passed.size + leaves <= from
            {
                passed.size += leaves;
                passed.offset += length;
            }
            if passed.offset == before {
                break;
            }
        }
        Ok(passed)
    }

    /// Returns what stands at a place and behind it, decoded on every core; never nothing.
    pub(crate) fn portion(&self, offset: u64) -> Result<Vec<At>, StoreError> {
        let bytes = self.bytes(offset, PORTION_BYTES)?;
        let (mut rest, mut frames) = (bytes.as_slice(), Vec::new());
        while let Ok(length) = frame::length(rest)
            && let Some((frame, behind)) = rest.split_at_checked(length as usize)
        {
            frames.push(frame);
            rest = behind;
        }
        match frames.len() {
            0 | 1 => Ok(vec![self.at(offset)?]),
            _ => Ok(frames.into_par_iter().map(At::of).collect()),
        }
    }

    /// Returns whether there are only zeros from a place on: room for frames, written before them.
    pub(crate) fn is_blank_from(&self, mut offset: u64) -> Result<bool, StoreError> {
        let length = self.length()?;
        let mut bytes = [0; 4096];
        while offset < length {
            let part = &mut bytes[..rest(length, offset).min(4096)];
            self.fill(part, offset)?;
            if part.iter().any(|byte| *byte != 0) {
                return Ok(false);
            }
            offset += part.len() as u64;
        }
        Ok(true)
    }

    /// Returns the bytes from a place on, as far as a frame may reach.
    pub(crate) fn bytes(&self, offset: u64, length: u64) -> Result<Vec<u8>, StoreError> {
        let length = length.min(self.length()?.saturating_sub(offset));
        let mut bytes = vec![0; length.min(MAX_FRAME_BYTES) as usize];
        self.fill(&mut bytes, offset)?;
        Ok(bytes)
    }

    /// Returns its length.
    pub(crate) fn length(&self) -> Result<u64, StoreError> {
        let metadata = self
            .file
            .metadata()
            .map_err(failed("look at", &self.path))?;
        Ok(metadata.len())
    }

    /// Returns the error that something at a place does not fit.
    pub(crate) fn damaged(&self, offset: u64, why: impl ToString) -> StoreError {
        damaged(&self.path, offset, why.to_string())
    }

    fn fill(&self, bytes: &mut [u8], offset: u64) -> Result<(), StoreError> {
        let filled = self.file.read_exact_at(bytes, offset);
        Ok(filled.map_err(failed("read", &self.path))?)
    }
}

fn damaged(path: &Path, offset: u64, why: String) -> StoreError {
    let place = path.to_owned();
    StoreError::Damaged { place, offset, why }
}

fn rest(length: u64, offset: u64) -> usize {
    usize::try_from(length.saturating_sub(offset)).unwrap_or(usize::MAX)
}

/// Returns how many bytes there were.
fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
    let length = file.metadata()?.len().saturating_sub(offset);
    let length = bytes.len().min(length as usize);
    file.read_exact_at(&mut bytes[..length], offset)?;
    Ok(length)
}
