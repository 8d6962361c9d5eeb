//! The body of `add-checkpoint`: a checkpoint, and the proof that it extends the one cosigned last.

use std::fmt;

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::encoding;
use crate::merkle::{Hash, HashTextError};
use crate::note::{MAX_NOTE_BYTES, Note, NoteError};

/// The longest proof: C2SP tlog-witness, "add-checkpoint".
pub const MAX_PROOF_HASHES: usize = 63;

/// The longest request that is read: a note, and the lines before it.
pub const MAX_REQUEST_BYTES: usize = MAX_NOTE_BYTES + 4096;

/// What a witness is asked to cosign, none of it verified; its text form is [`fmt::Display`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    old_size: u64,
    proof: Vec<Hash>,
    checkpoint: Checkpoint,
    note: Note,
}

/// Why bytes are no request, which a witness answers with 400.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// The request is too long.
    #[error("the request has {bytes} bytes, more than {MAX_REQUEST_BYTES}")]
    TooLong {
        /// The bytes of the request.
        bytes: usize,
    },
    /// The request is not UTF-8.
    #[error("the request is not UTF-8 from byte {offset} on")]
    Utf8 {
        /// The first byte that does not fit.
        offset: usize,
    },
    /// The first line is another one.
    #[error("the first line is not `old <decimal>`")]
    OldSize,
    /// The proof is too long.
    #[error("the proof has more than {MAX_PROOF_HASHES} hashes")]
    TooManyHashes,
    /// A line of the proof is no hash.
    #[error("hash {position} of the proof is malformed")]
    ProofHash {
        /// Its position, from 1.
        position: usize,
        /// What is wrong with it.
        source: HashTextError,
    },
    /// No empty line divides proof and checkpoint.
    #[error("no empty line divides proof and checkpoint")]
    NoCheckpoint,
    /// What follows is no signed note.
    #[error("what follows the proof is no signed note")]
    Note(#[from] NoteError),
    /// The text of the note is no checkpoint.
    #[error("the note is no checkpoint")]
    Checkpoint(#[from] CheckpointError),
}

impl Request {
    /// Returns the request to cosign a checkpoint, with the consistency proof from the tree of `old_size` leaves.
    pub fn new(old_size: u64, proof: Vec<Hash>, note: Note) -> Result<Request, RequestError> {
        if proof.len() > MAX_PROOF_HASHES {
            return Err(RequestError::TooManyHashes);
        }
        Ok(Request {
            old_size,
            proof,
            checkpoint: note.text().parse()?,
            note,
        })
    }

    /// Returns the request that these bytes are.
    pub fn parse(bytes: &[u8]) -> Result<Request, RequestError> {
        if bytes.len() > MAX_REQUEST_BYTES {
            return Err(RequestError::TooLong { bytes: bytes.len() });
        }
        let text = std::str::from_utf8(bytes).map_err(|error| RequestError::Utf8 {
            offset: error.valid_up_to(),
        })?;
        // No line before the checkpoint is empty, so the first empty line ends them.
        let (head, note) = text.split_once("\n\n").ok_or(RequestError::NoCheckpoint)?;
        let mut lines = head.split('\n');
        let old_size = lines
            .next()
            .and_then(old_size)
            .ok_or(RequestError::OldSize)?;
        Request::new(old_size, proof(lines)?, Note::parse(note.as_bytes())?)
    }

    /// Returns the leaves of the tree that the proof starts from.
    pub fn old_size(&self) -> u64 {
        self.old_size
    }

    /// Returns the consistency proof.
    pub fn proof(&self) -> &[Hash] {
        &self.proof
    }

    /// Returns what the note says.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// Returns the checkpoint with all its signatures.
    pub fn note(&self) -> &Note {
        &self.note
    }
}

impl fmt::Display for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "old {}", self.old_size)?;
        let mut hashes = self.proof.iter();
        hashes.try_for_each(|hash| writeln!(formatter, "{hash}"))?;
        write!(formatter, "\n{}", self.note)
    }
}

fn old_size(line: &str) -> Option<u64> {
    encoding::from_decimal(line.strip_prefix("old ")?)
}

fn proof<'t>(lines: impl Iterator<Item = &'t str>) -> Result<Vec<Hash>, RequestError> {
    let mut proof = Vec::new();
    for (index, line) in lines.enumerate() {
        if index == MAX_PROOF_HASHES {
            return Err(RequestError::TooManyHashes);
        }
        let position = index + 1;
        let hash = line
            .parse()
            .map_err(|source| RequestError::ProofHash { position, source })?;
        proof.push(hash);
    }
    Ok(proof)
}
