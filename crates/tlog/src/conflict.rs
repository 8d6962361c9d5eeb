//! Proof that a log contradicted itself: two checkpoints, both signed by it, of which one tree does not extend the other.
//!
//! Whoever has the log's key can check it, and needs nothing else: no honest log ever signs both.
//! Where the trees differ in size, the proof holds the root that the larger one had at the size of the smaller, and the
//! consistency path that shows it (RFC 6962, section 2.1.2).

use std::fmt;
use std::str::FromStr;

use crate::checkpoint::{self, Checkpoint, CheckpointError, OpenError};
use crate::consistency::{self, ConsistencyError};
use crate::encoding;
use crate::key::VerifierKey;
use crate::merkle::Hash;
use crate::note::{MAX_NOTE_BYTES, Note, NoteError};

/// The longest conflict that is read: two notes, and what stands before and behind them.
pub const MAX_CONFLICT_BYTES: usize = 2 * MAX_NOTE_BYTES + 8192;

/// The hashes of a consistency path between trees of up to 2^63 leaves, and as many again.
const MAX_PATH_HASHES: usize = 128;

/// The first line, which says what this is to a person and to a program.
const HEADER: &str = "tlog-conflict/v1";

/// What stands before the root that the larger tree had at the size of the smaller.
const ROOT: &str = "root ";

/// Two checkpoints that cannot both be true, if the log signed both; its text form is [`fmt::Display`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    size: u64,
    notes: [Note; 2],
    roots: [Hash; 2],
    /// From that size to the second checkpoint's; empty where they are one.
    path: Vec<Hash>,
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
    #[error(
        "the text does not consist of two checkpoints and what joins them, divided by empty lines"
    )]
    Notes,
    /// What joins them is no root with a path.
    #[error(
        "what joins the checkpoints is not `root` and hashes, each base64 of 32 bytes on a line of its own"
    )]
    Path,
    /// The path leads elsewhere.
    #[error(
        "the root is not the one that the second checkpoint's tree had at the size of the first"
    )]
    Elsewhere(#[from] ConsistencyError),
    /// One of the two is no signed note.
    #[error("not two signed notes")]
    Note(#[from] NoteError),
    /// One of the two is no checkpoint.
    #[error("not two checkpoints")]
    Checkpoint(#[from] CheckpointError),
    /// The two can both be true.
    #[error("the checkpoints do not differ in the root of one size of one log, the smaller first")]
    NoConflict,
}

impl Conflict {
    /// Returns the conflict between two checkpoints of one size, the earlier known first.
    pub fn new(notes: [Note; 2]) -> Result<Conflict, ConflictError> {
        let [first, second] = [&notes[0], &notes[1]].map(|note| note.text().parse::<Checkpoint>());
        let (first, second) = (first?, second?);
        match first.size() == second.size() {
            true => Conflict::joined(notes, *second.root(), Vec::new()),
            false => Err(ConflictError::NoConflict),
        }
    }

    /// Returns the conflict between two checkpoints, the smaller first.
    ///
    /// `then` is the root that the second one's tree had at the size of the first, as the path shows.
    pub fn joined(
        notes: [Note; 2],
        then: Hash,
        path: Vec<Hash>,
    ) -> Result<Conflict, ConflictError> {
        let first: Checkpoint = notes[0].text().parse()?;
        let second: Checkpoint = notes[1].text().parse()?;
        let of_one_log = first.origin() == second.origin();
        // Every tree extends the one without leaves.
        let is_smaller = (1..second.size()).contains(&first.size());
        let in_order = first.size() == second.size() || is_smaller;
        if !of_one_log || !in_order || then == *first.root() {
            return Err(ConflictError::NoConflict);
        }
        consistency::verify(first.size(), second.size(), &path, &then, second.root())?;
        Ok(Conflict {
            size: first.size(),
            roots: [*first.root(), then],
            notes,
            path,
        })
    }

    /// Checks that the log, which these keys belong to, signed both checkpoints.
    pub fn verify(&self, keys: &[VerifierKey]) -> Result<(), OpenError> {
        for note in &self.notes {
            checkpoint::verify(note, keys)?;
        }
        Ok(())
    }

    /// Returns the leaves up to which the trees differ.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Returns the two roots of that size.
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
        write!(formatter, "{HEADER}\n\n{first}\n{second}")?;
        if self.path.is_empty() {
            return Ok(());
        }
        write!(formatter, "\n{ROOT}{}\n", self.roots[1])?;
        self.path
            .iter()
            .try_for_each(|hash| writeln!(formatter, "{hash}"))
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
        let note = |text: &str, lines: &str| Note::parse(format!("{text}\n\n{lines}\n").as_bytes());
        match parts[..] {
            [text_1, lines_1, text_2, lines_2] => {
                let lines_2 = lines_2.strip_suffix('\n').ok_or(ConflictError::Notes)?;
                Conflict::new([note(text_1, lines_1)?, note(text_2, lines_2)?])
            }
            [text_1, lines_1, text_2, lines_2, joint] => {
                let notes = [note(text_1, lines_1)?, note(text_2, lines_2)?];
                let (then, path) = joint_of(joint).ok_or(ConflictError::Path)?;
                Conflict::joined(notes, then, path)
            }
            _ => Err(ConflictError::Notes),
        }
    }
}

/// A path of no hashes joins nothing: both checkpoints are then of one size, and the root is the second one's own.
fn joint_of(text: &str) -> Option<(Hash, Vec<Hash>)> {
    let text = text.strip_prefix(ROOT)?.strip_suffix('\n')?;
    let hash = |line: &str| Some(Hash(encoding::from_base64(line)?.try_into().ok()?));
    let mut lines = text.split('\n');
    let root = hash(lines.next()?)?;
    let path: Vec<Hash> = lines
        .take(MAX_PATH_HASHES + 1)
        .map(hash)
        .collect::<Option<_>>()?;
    ((1..=MAX_PATH_HASHES).contains(&path.len())).then_some((root, path))
}
