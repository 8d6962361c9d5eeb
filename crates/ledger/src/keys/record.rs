//! A record of what became of a log's key: a signed note that anybody can check who has nothing else.

use std::fmt;

use serde::{Deserialize, Serialize};
use tlog::key::{KeyError, VerifierKey};
use tlog::note::{Note, NoteError, VerifyError};

use crate::append::NewLeaf;
use crate::leaf::LeafKind;

const VERSION: u32 = 1;

/// The longest reason that is taken.
pub const MAX_REASON_BYTES: usize = 1024;

/// The longest record that is read.
pub const MAX_RECORD_BYTES: usize = 16 << 10;

/// The first line of the note. No key is named so, for names hold no spaces: the note is never a checkpoint.
const TITLE: &str = "countersign key record";

/// What became of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRecord {
    /// The leaf that holds the record: at another place it says nothing.
    pub leaf: u64,
    /// What became of the key.
    pub change: KeyChange,
    /// Why, in one line.
    pub reason: Option<String>,
}

/// The ways in which a key ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyChange {
    /// A key hands the log over to another; both sign.
    Rotation {
        /// The key before.
        from: VerifierKey,
        /// The key that signs the log from here on.
        to: VerifierKey,
    },
    /// The key in force declares an earlier one to be no longer believed; the key in force signs.
    Revocation {
        /// The key in force.
        by: VerifierKey,
        /// The key that is not believed.
        key: VerifierKey,
        /// The first leaf for which it is not believed.
        since: u64,
    },
    /// A key takes the log over that the one before does not vouch for; the new one alone signs.
    Loss {
        /// The key before, which is gone.
        from: VerifierKey,
        /// The key that signs the log from here on.
        to: VerifierKey,
    },
}

/// Why bytes are no record of a key.
#[derive(Debug, thiserror::Error)]
pub enum KeyRecordError {
    /// It is too long.
    #[error("the record of a key has {bytes} bytes, more than {MAX_RECORD_BYTES}")]
    TooLong {
        /// Its bytes.
        bytes: usize,
    },
    /// It is not JSON of this shape.
    #[error("the record of a key is not of the known shape")]
    Shape(#[from] serde_json::Error),
    /// It has another version.
    #[error("the record of a key has version {found}, and only {VERSION} is known")]
    Version {
        /// The version that was read.
        found: u32,
    },
    /// It holds no note, or a text that fits none.
    #[error("the record of a key is no signed note")]
    Note(#[from] NoteError),
    /// The text is not one that is written here.
    #[error("the record of a key does not say what became of it")]
    Text,
    /// A key in it is none.
    #[error("the record of a key names no key")]
    Key(#[from] KeyError),
    /// It is about keys of several logs.
    #[error("the record of a key names keys of several logs")]
    OtherLog,
    /// A signature is false, or none is known.
    #[error("the record of a key is not signed")]
    Signature(#[from] VerifyError),
    /// A key that must sign did not.
    #[error("the record of a key lacks the signature of {name} ({id:08x})", name = key.name(), id = key.id())]
    Unsigned {
        /// The key.
        key: Box<VerifierKey>,
    },
    /// The reason is no line of text.
    #[error("a reason is one line of 1 to {MAX_REASON_BYTES} bytes")]
    Reason,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    v: u32,
    note: String,
}

impl KeyRecord {
    /// Returns the record, if the reason is a line.
    pub fn new(
        leaf: u64,
        change: KeyChange,
        reason: Option<&str>,
    ) -> Result<KeyRecord, KeyRecordError> {
        let is_line = |text: &str| {
            let fits = text.len() <= MAX_REASON_BYTES && text.trim() == text;
            !text.is_empty() && fits && !text.contains(char::is_control)
        };
        match reason.is_none_or(is_line) {
            true => Ok(KeyRecord {
                leaf,
                change,
                reason: reason.map(str::to_owned),
            }),
            false => Err(KeyRecordError::Reason),
        }
    }

    /// Returns the leaf that keeps a signed record.
    pub fn to_leaf(note: &Note) -> NewLeaf {
        let wire = Wire {
            v: VERSION,
            note: note.to_string(),
        };
        let payload = serde_json::to_vec(&wire).expect("a note is text");
        NewLeaf::new(LeafKind::Key, payload)
    }

    /// Returns what a payload says, after the signatures of the keys that must sign it were verified.
    pub fn parse(payload: &[u8]) -> Result<KeyRecord, KeyRecordError> {
        if payload.len() > MAX_RECORD_BYTES {
            let bytes = payload.len();
            return Err(KeyRecordError::TooLong { bytes });
        }
        let wire: Wire = serde_json::from_slice(payload)?;
        if wire.v != VERSION {
            return Err(KeyRecordError::Version { found: wire.v });
        }
        let note = Note::parse(wire.note.as_bytes())?;
        let record = KeyRecord::of_text(note.text())?;
        record.refuse_other_logs()?;
        let required = record.change.signers();
        let signers = note.verify(&required)?;
        match required.iter().find(|key| !signers.contains(key)) {
            Some(key) => Err(KeyRecordError::Unsigned {
                key: Box::new(key.clone()),
            }),
            None => Ok(record),
        }
    }

    fn of_text(text: &str) -> Result<KeyRecord, KeyRecordError> {
        let mut lines = text.lines().peekable();
        let title = lines.next();
        let leaf = number(lines.next(), "leaf ")?;
        let change = match lines.next() {
            Some("rotation") => KeyChange::Rotation {
                from: key(lines.next(), "from ")?,
                to: key(lines.next(), "to ")?,
            },
            Some("revocation") => KeyChange::Revocation {
                by: key(lines.next(), "by ")?,
                key: key(lines.next(), "key ")?,
                since: number(lines.next(), "since ")?,
            },
            Some("loss") => KeyChange::Loss {
                from: key(lines.next(), "from ")?,
                to: key(lines.next(), "to ")?,
            },
            _ => return Err(KeyRecordError::Text),
        };
        let reason = lines.next().map(|line| after(line, "reason "));
        let record = KeyRecord::new(leaf, change, reason.transpose()?)?;
        // One text for each meaning: whatever else is in it was not read.
        match title == Some(TITLE) && record.to_string() == text {
            true => Ok(record),
            false => Err(KeyRecordError::Text),
        }
    }

    fn refuse_other_logs(&self) -> Result<(), KeyRecordError> {
        let (one, other) = match &self.change {
            KeyChange::Rotation { from, to } | KeyChange::Loss { from, to } => (from, to),
            KeyChange::Revocation { by, key, .. } => (by, key),
        };
        match one.name() == other.name() {
            true => Ok(()),
            false => Err(KeyRecordError::OtherLog),
        }
    }
}

impl KeyChange {
    /// Returns the keys that must sign.
    pub fn signers(&self) -> Vec<VerifierKey> {
        match self {
            KeyChange::Rotation { from, to } => vec![from.clone(), to.clone()],
            KeyChange::Revocation { by, .. } => vec![by.clone()],
            KeyChange::Loss { to, .. } => vec![to.clone()],
        }
    }

    /// Returns the key that must be in force where the record is.
    pub fn actor(&self) -> &VerifierKey {
        match self {
            KeyChange::Rotation { from, .. } | KeyChange::Loss { from, .. } => from,
            KeyChange::Revocation { by, .. } => by,
        }
    }

    /// Returns the key that signs the log from here on, if it is another one.
    pub fn successor(&self) -> Option<&VerifierKey> {
        match self {
            KeyChange::Rotation { to, .. } | KeyChange::Loss { to, .. } => Some(to),
            KeyChange::Revocation { .. } => None,
        }
    }
}

/// The text that is signed.
impl fmt::Display for KeyRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{TITLE}\nleaf {}", self.leaf)?;
        match &self.change {
            KeyChange::Rotation { from, to } => writeln!(f, "rotation\nfrom {from}\nto {to}")?,
            KeyChange::Revocation { by, key, since } => {
                writeln!(f, "revocation\nby {by}\nkey {key}\nsince {since}")?;
            }
            KeyChange::Loss { from, to } => writeln!(f, "loss\nfrom {from}\nto {to}")?,
        }
        match &self.reason {
            Some(reason) => writeln!(f, "reason {reason}"),
            None => Ok(()),
        }
    }
}

fn after<'t>(line: &'t str, word: &str) -> Result<&'t str, KeyRecordError> {
    line.strip_prefix(word).ok_or(KeyRecordError::Text)
}

fn key(line: Option<&str>, word: &str) -> Result<VerifierKey, KeyRecordError> {
    Ok(after(line.unwrap_or_default(), word)?.parse()?)
}

fn number(line: Option<&str>, word: &str) -> Result<u64, KeyRecordError> {
    let number = after(line.unwrap_or_default(), word)?.parse();
    number.map_err(|_| KeyRecordError::Text)
}

#[cfg(test)]
mod tests;
