//! The changes of a population as chunks: files of JSON lines, named by their digest.

use model::change::Change;
use model::digest::Digest;
use rayon::prelude::*;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Changes in one chunk, by their position on the branch, so that a chunk stays the same when the branch grows.
pub const CHUNK_CHANGES: u32 = 2048;
/// The longest chunk that is read.
pub const MAX_CHUNK_BYTES: u64 = 1 << 30;
/// How the name of a chunk begins while it is written.
const PARTIAL: &str = ".partial-";

/// A chunk of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// The digest of its bytes, and its name.
    pub sha256: Digest,
    /// JSON lines, one change each, oldest first.
    pub bytes: Vec<u8>,
    /// How many changes.
    pub changes: usize,
}

/// A chunk that cannot be read back.
#[derive(Debug, thiserror::Error)]
pub enum ChunkError {
    /// The file is absent or unreadable.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The folder cannot be written.
    #[error("cannot write evidence to {}", path.display())]
    Write {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is longer than anything that was written.
    #[error("{} is longer than {MAX_CHUNK_BYTES} bytes", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
    },
    /// The bytes do not hash to the file's name.
    #[error("{} hashes to {found}, not to its name", path.display())]
    Digest {
        /// The file.
        path: PathBuf,
        /// What its bytes hash to.
        found: Digest,
    },
    /// A line is not a change.
    #[error("line {line} of {} is not a change", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// Why.
        source: serde_json::Error,
    },
}

/// Returns the chunks of a population, oldest first.
pub fn chunks(changes: &[Change]) -> Vec<Chunk> {
    let together =
        |a: &Change, b: &Change| a.position / CHUNK_CHANGES == b.position / CHUNK_CHANGES;
    changes.par_chunk_by(together).map(chunk).collect()
}

fn chunk(changes: &[Change]) -> Chunk {
    let mut bytes = Vec::with_capacity(changes.len() * 1024);
    for change in changes {
        serde_json::to_writer(&mut bytes, change)
            .expect("a change has no map with other keys than text");
        bytes.push(b'\n');
    }
    Chunk {
        sha256: Digest::of(&bytes),
        bytes,
        changes: changes.len(),
    }
}

/// Keeps chunks in a folder, each once: one that is there already is not written again.
///
/// A chunk is written aside, made durable and renamed; a crash leaves only a file whose name begins with a dot,
/// which the next call removes. One call at a time does all this, so that none removes what another writes.
pub fn keep(folder: &Path, chunks: &[Chunk]) -> Result<(), ChunkError> {
    let fail = |source| ChunkError::Write {
        path: folder.into(),
        source,
    };
    std::fs::create_dir_all(folder).map_err(fail)?;
    let locked = File::open(folder).map_err(fail)?;
    locked.lock().map_err(fail)?;
    remove_leftovers(folder);
    let absent = |chunk: &&Chunk| {
        // A file that a crash of the machine cut short is written again.
        let kept = std::fs::metadata(folder.join(file_name(&chunk.sha256)));
        !kept.is_ok_and(|kept| kept.is_file() && kept.len() == chunk.bytes.len() as u64)
    };
    let new: Vec<&Chunk> = chunks.iter().filter(absent).collect();
    if new.is_empty() {
        return Ok(());
    }
    for chunk in new {
        keep_one(folder, chunk).map_err(fail)?;
    }
    locked.sync_all().map_err(fail)
}

/// A leftover that cannot be removed is in nobody's way.
fn remove_leftovers(folder: &Path) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| is_partial(&entry.file_name().to_string_lossy())) {
        let _best_effort = std::fs::remove_file(entry.path());
    }
}

fn is_partial(name: &str) -> bool {
    name.starts_with(PARTIAL)
}

fn keep_one(folder: &Path, chunk: &Chunk) -> io::Result<()> {
    let mut file = tempfile::Builder::new()
        .prefix(PARTIAL)
        .tempfile_in(folder)?;
    file.write_all(&chunk.bytes)?;
    file.as_file().sync_all()?;
    file.persist(folder.join(file_name(&chunk.sha256)))?;
    Ok(())
}

/// Returns the name of a chunk's file.
pub fn file_name(sha256: &Digest) -> String {
    format!("{sha256}.jsonl")
}

/// Returns whether a file is named like a chunk.
pub(crate) fn is_name(name: &str) -> bool {
    let digest = name.strip_suffix(".jsonl").map(str::parse::<Digest>);
    digest.is_some_and(|digest| digest.is_ok())
}

/// Returns the changes of the chunk `sha256` in `folder`, after its bytes were hashed.
pub fn read(folder: &Path, sha256: &Digest) -> Result<Vec<Change>, ChunkError> {
    let bytes = bytes(folder, sha256)?;
    let path = || folder.join(file_name(sha256));
    parse(&bytes).map_err(|(line, source)| ChunkError::Line {
        path: path(),
        line,
        source,
    })
}

/// Returns the bytes of the chunk `sha256` in `folder`, after they were hashed.
pub fn bytes(folder: &Path, sha256: &Digest) -> Result<Vec<u8>, ChunkError> {
    let path = folder.join(file_name(sha256));
    let fail = |source| ChunkError::Read {
        path: path.clone(),
        source,
    };
    if std::fs::metadata(&path).map_err(fail)?.len() > MAX_CHUNK_BYTES {
        return Err(ChunkError::TooLong { path });
    }
    let bytes = std::fs::read(&path).map_err(fail)?;
    match Digest::of(&bytes) {
        found if found == *sha256 => Ok(bytes),
        found => Err(ChunkError::Digest { path, found }),
    }
}

/// Returns the changes of a chunk's bytes, or the line that is none.
pub fn parse(bytes: &[u8]) -> Result<Vec<Change>, (usize, serde_json::Error)> {
    let lines = bytes
        .split(|&byte| byte == b'\n')
        .enumerate()
        .filter(|(_, line)| !line.is_empty());
    lines
        .map(|(index, line)| serde_json::from_slice(line).map_err(|error| (index + 1, error)))
        .collect()
}

/// Returns the digest of each change's chunk, by its place in the population.
pub fn digest_of_each(chunks: &[(Digest, usize)]) -> Vec<Digest> {
    chunks
        .iter()
        .flat_map(|(sha256, count)| std::iter::repeat_n(*sha256, *count))
        .collect()
}
