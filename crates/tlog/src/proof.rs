//! Proofs of one entry that can be checked offline (C2SP tlog-proof v1).

use std::fmt;
use std::str::FromStr;

use crate::checkpoint::{self, Checkpoint};
use crate::encoding;
use crate::inclusion::{self, InclusionError};
use crate::key::VerifierKey;
use crate::merkle::{Hash, HashTextError};
use crate::note::{MAX_NOTE_BYTES, Note, NoteError};

/// The longest proof that is read: a note, and as much again for what stands before it.
pub const MAX_PROOF_BYTES: usize = 2 * MAX_NOTE_BYTES;

/// The longest path of a tree with a 64-bit number of leaves.
pub const MAX_PATH_HASHES: usize = 64;

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// The proof that an entry stands at an index of a log; its text form is [`fmt::Display`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Opaque data that nobody signed.
    pub extra: Option<Vec<u8>>,
    /// The index of the entry.
    pub index: u64,
    /// The path from the entry to the root, the sibling of the leaf first.
    pub path: Vec<Hash>,
    /// The checkpoint with its signatures and cosignatures.
    pub checkpoint: Note,
}

/// Why a text is no proof.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofTextError {
    /// The text is too long.
    #[error("the proof has {bytes} bytes, more than {MAX_PROOF_BYTES}")]
    TooLong {
        /// The bytes of the text.
        bytes: usize,
    },
    /// The first line is another one.
    #[error("the first line is not {HEADER:?}")]
    Header,
    /// The data behind `extra` is not base64.
    #[error("the extra data is not base64")]
    Extra,
    /// The index is absent or no number.
    #[error("no line `index <decimal>` follows")]
    Index,
    /// The path is too long.
    #[error("the path has more than {MAX_PATH_HASHES} hashes")]
    TooManyHashes,
    /// A line of the path is no hash.
    #[error("hash {position} of the path is malformed")]
    PathHash {
        /// Its position, from 1.
        position: usize,
        /// What is wrong with it.
        source: HashTextError,
    },
    /// No empty line divides path and checkpoint.
    #[error("no empty line divides path and checkpoint")]
    NoCheckpoint,
    /// What follows is no signed note.
    #[error("the checkpoint is no signed note")]
    Checkpoint(#[from] NoteError),
}

/// Why a proof was not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The checkpoint is not one of this log.
    #[error("the checkpoint of the proof is refused")]
    Checkpoint(#[from] checkpoint::OpenError),
    /// The path does not lead from the entry to the root of the checkpoint.
    #[error("the path of the proof is refused")]
    Inclusion(#[from] InclusionError),
}

impl Proof {
    /// Returns the checkpoint of the log, once its signature and the path from `leaf` to its root hold.
    ///
    /// Cosignatures are left to the policy of the caller, who finds them in [`Proof::checkpoint`].
    pub fn verify(&self, leaf: &Hash, log: &VerifierKey) -> Result<Checkpoint, ProofError> {
        let (checkpoint, _) = checkpoint::open(self.checkpoint.to_string().as_bytes(), log)?;
        inclusion::verify(
            leaf,
            self.index,
            checkpoint.size(),
            &self.path,
            checkpoint.root(),
        )?;
        Ok(checkpoint)
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(formatter, "extra {}", encoding::to_base64(extra))?;
        }
        writeln!(formatter, "index {}", self.index)?;
        self.path
            .iter()
            .try_for_each(|hash| writeln!(formatter, "{hash}"))?;
        write!(formatter, "\n{}", self.checkpoint)
    }
}

impl FromStr for Proof {
    type Err = ProofTextError;

    fn from_str(text: &str) -> Result<Proof, ProofTextError> {
        if text.len() > MAX_PROOF_BYTES {
            return Err(ProofTextError::TooLong { bytes: text.len() });
        }
        let (head, checkpoint) = text
            .split_once("\n\n")
            .ok_or(ProofTextError::NoCheckpoint)?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(HEADER) {
            return Err(ProofTextError::Header);
        }
        let extra = lines
            .next_if(|line| line.starts_with("extra "))
            .map(extra)
            .transpose()?;
        let index = lines.next().and_then(index).ok_or(ProofTextError::Index)?;
        let path = path(lines)?;
        let checkpoint = Note::parse(checkpoint.as_bytes())?;
        Ok(Proof {
            extra,
            index,
            path,
            checkpoint,
        })
    }
}

fn extra(line: &str) -> Result<Vec<u8>, ProofTextError> {
    let encoded = line.strip_prefix("extra ").ok_or(ProofTextError::Extra)?;
    encoding::from_base64(encoded).ok_or(ProofTextError::Extra)
}

fn index(line: &str) -> Option<u64> {
    encoding::from_decimal(line.strip_prefix("index ")?)
}

fn path<'t>(lines: impl Iterator<Item = &'t str>) -> Result<Vec<Hash>, ProofTextError> {
    let mut path = Vec::new();
    for (index, line) in lines.enumerate() {
        if index == MAX_PATH_HASHES {
            return Err(ProofTextError::TooManyHashes);
        }
        let position = index + 1;
        let hash = line
            .parse()
            .map_err(|source| ProofTextError::PathHash { position, source })?;
        path.push(hash);
    }
    Ok(path)
}
