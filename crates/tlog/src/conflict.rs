//! Proof that a log contradicted itself: two checkpoints of one size with different roots, both signed by it.
//!
//! Whoever has the log's key can check it, and needs nothing else: no honest log ever signs both.
//!
//! Not here: a checkpoint that does not extend a smaller one, which nobody can show without the log's leaves.

use std::fmt;
use std::str::FromStr;

use crate::checkpoint::{self, Checkpoint, CheckpointError, OpenError};
use crate::key::VerifierKey;
use crate::merkle::Hash;
use crate::note::{MAX_NOTE_BYTES, Note, NoteError};

/// The longest conflict that is read: two notes, and what stands before them.
pub const MAX_CONFLICT_BYTES: usize = 2 * MAX_NOTE_BYTES + 64;

/// The first line, which says what this is to a person and to a program.
const HEADER: &str = "tlog-conflict/v1";

/// Two checkpoints that cannot both be true, if the log signed both; its text form is [`fmt::Display`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    size: u64,
    notes: [Note; 2],
    roots: [Hash; 2],
}

/// Why a text is no conflict, or two checkpoints are none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConflictError {
    /// The text is too long.
    #[error("the conflict has {bytes} bytes, more than {MAX_CONFLICT_BYTES}")]
    TooLong {
        /// The bytes of the text.
        bytes: usize,
    },
    /// The first line is another one.
    #[error("the first line is not {HEADER:?}, with an empty line below it")]
    Header,
    /// The empty lines do not divide two notes.
    #[error("the text does not consist of two checkpoints, divided by an empty line")]
    Notes,
    /// One of the two is no signed note.
    #[error("not two signed notes")]
    Note(#[from] NoteError),
    /// One of the two is no checkpoint.
    #[error("not two checkpoints")]
    Checkpoint(#[from] CheckpointError),
    /// The two can both be true.
    #[error("the checkpoints do not differ in the root of one size of one log")]
    NoConflict,
}

impl Conflict {
    /// Returns the conflict between two checkpoints, the earlier known first, if they have one origin and size and two roots.
    pub fn new(notes: [Note; 2]) -> Result<Conflict, ConflictError> {
        let first: Checkpoint = notes[0].text().parse()?;
        let second: Checkpoint = notes[1].text().parse()?;
        let same_tree = first.origin() == second.origin() && first.size() == second.size();
        if !same_tree || first.root() == second.root() {
            return Err(ConflictError::NoConflict);
        }
        Ok(Conflict {
            size: first.size(),
            roots: [*first.root(), *second.root()],
            notes,
        })
    }

    /// Checks that the log, which these keys belong to, signed both checkpoints.
    pub fn verify(&self, keys: &[VerifierKey]) -> Result<(), OpenError> {
        for note in &self.notes {
            checkpoint::verify(note, keys)?;
        }
        Ok(())
    }

    /// Returns the leaves of either tree.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Returns the two roots.
    pub fn roots(&self) -> &[Hash; 2] {
        &self.roots
    }

    /// Returns the two checkpoints with their signatures.
    pub fn notes(&self) -> &[Note; 2] {
        &self.notes
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second] = &self.notes;
        write!(formatter, "{HEADER}\n\n{first}\n{second}")
    }
}

impl FromStr for Conflict {
    type Err = ConflictError;

    fn from_str(text: &str) -> Result<Conflict, ConflictError> {
        if text.len() > MAX_CONFLICT_BYTES {
            return Err(ConflictError::TooLong { bytes: text.len() });
        }
        let rest = text
            .strip_prefix(HEADER)
            .and_then(|it| it.strip_prefix("\n\n"));
        // A checkpoint holds no empty line, so each note has one, and one stands between them.
        let parts: Vec<&str> = rest.ok_or(ConflictError::Header)?.split("\n\n").collect();
        let [text_1, lines_1, text_2, lines_2] = parts[..] else {
            return Err(ConflictError::Notes);
        };
        let first = Note::parse(format!("{text_1}\n\n{lines_1}\n").as_bytes())?;
        let second = Note::parse(format!("{text_2}\n\n{lines_2}").as_bytes())?;
        Conflict::new([first, second])
    }
}
