//! Checkpoints: the text by which a log commits to all its leaves (C2SP tlog-checkpoint).

use std::fmt;
use std::str::FromStr;

use crate::encoding;
use crate::key::VerifierKey;
use crate::merkle::Hash;
use crate::note::{Note, NoteError, VerifyError};

/// The most leaves that a checkpoint may claim: what the logs written in Go can count.
pub const MAX_SIZE: u64 = i64::MAX as u64;

/// The text of a checkpoint; its text form is [`fmt::Display`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
    extensions: Vec<String>,
}

/// Why a text is no checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The text does not consist of three or more lines that all end in a newline.
    #[error("a checkpoint has three lines or more, each ended by a newline")]
    Lines,
    /// The origin is empty or holds a control character.
    #[error("the origin is empty or holds a control character: {origin:?}")]
    Origin {
        /// The origin that was given.
        origin: String,
    },
    /// The second line is no tree size.
    #[error("not a tree size from 0 to {MAX_SIZE} without leading zeroes: {size:?}")]
    Size {
        /// The line that was read.
        size: String,
    },
    /// The third line is no hash.
    #[error("the root of the checkpoint is no hash")]
    Root(#[from] crate::merkle::HashTextError),
    /// An extension line is empty.
    #[error("extension line {line} is empty")]
    Extension {
        /// Its number, from 1.
        line: usize,
    },
}

/// Why a note is no checkpoint of a log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The bytes are no signed note.
    #[error("not a signed note")]
    Note(#[from] NoteError),
    /// The log's signature is absent or false.
    #[error("not signed by the log")]
    Signature(#[from] VerifyError),
    /// The text of the note is no checkpoint.
    #[error("not a checkpoint")]
    Checkpoint(#[from] CheckpointError),
    /// The checkpoint belongs to another log.
    #[error("the checkpoint is of {found:?}, not of {expected:?}")]
    OtherOrigin {
        /// The origin of the log.
        expected: String,
        /// The origin that was read.
        found: String,
    },
}

/// Returns the checkpoint of a log, whose key has the origin as its name, after verifying the signature.
///
/// Signatures by other keys stay in the note for whoever knows them.
pub fn open(bytes: &[u8], log: &VerifierKey) -> Result<(Checkpoint, Note), OpenError> {
    open_any(bytes, std::slice::from_ref(log))
}

/// Returns the checkpoint of a log that signs with any of these keys, as one does whose key was replaced.
///
/// The name of a key that signed must be the origin: a key of one log says nothing about another.
pub fn open_any(bytes: &[u8], keys: &[VerifierKey]) -> Result<(Checkpoint, Note), OpenError> {
    let note = Note::parse(bytes)?;
    Ok((verify(&note, keys)?, note))
}

/// Returns what a note says, if it is the checkpoint of the log that these keys belong to.
pub fn verify(note: &Note, keys: &[VerifierKey]) -> Result<Checkpoint, OpenError> {
    let signers = note.verify(keys)?;
    let checkpoint: Checkpoint = note.text().parse()?;
    refuse_other_origin(&checkpoint, &signers)?;
    Ok(checkpoint)
}

fn refuse_other_origin(checkpoint: &Checkpoint, signers: &[&VerifierKey]) -> Result<(), OpenError> {
    let names = || signers.iter().map(|key| key.name().as_str());
    if names().any(|name| name == checkpoint.origin) {
        return Ok(());
    }
    Err(OpenError::OtherOrigin {
        expected: names().collect::<Vec<_>>().join(" or "),
        found: checkpoint.origin.clone(),
    })
}

impl Checkpoint {
    /// Returns the checkpoint of a tree, without extension lines.
    pub fn new(origin: &str, size: u64, root: Hash) -> Result<Checkpoint, CheckpointError> {
        if origin.is_empty() || origin.contains(|c: char| c < ' ') {
            return Err(CheckpointError::Origin {
                origin: origin.to_owned(),
            });
        }
        if size > MAX_SIZE {
            return Err(CheckpointError::Size {
                size: size.to_string(),
            });
        }
        Ok(Checkpoint {
            origin: origin.to_owned(),
            size,
            root,
            extensions: Vec::new(),
        })
    }

    /// Returns the identity of the log.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Returns the leaves of the tree.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Returns the root of the tree.
    pub fn root(&self) -> &Hash {
        &self.root
    }

    /// Returns the extension lines, which nobody can audit.
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}\n{}\n{}", self.origin, self.size, self.root)?;
        self.extensions
            .iter()
            .try_for_each(|line| writeln!(formatter, "{line}"))
    }
}

impl FromStr for Checkpoint {
    type Err = CheckpointError;

    fn from_str(text: &str) -> Result<Checkpoint, CheckpointError> {
        let lines = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?;
        let mut lines = lines.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next())
        else {
            return Err(CheckpointError::Lines);
        };
        let size = encoding::from_decimal(size).ok_or_else(|| CheckpointError::Size {
            size: size.to_owned(),
        })?;
        let mut checkpoint = Checkpoint::new(origin, size, root.parse()?)?;
        checkpoint.extensions = lines.map(str::to_owned).collect();
        match checkpoint.extensions.iter().position(String::is_empty) {
            Some(index) => Err(CheckpointError::Extension { line: index + 1 }),
            None => Ok(checkpoint),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Checkpoint, CheckpointError, OpenError, open, open_any};
    use crate::key::{KeyName, SignerKey};
    use crate::merkle::empty_root;
    use crate::note::Note;

    // The example of C2SP tlog-checkpoint.
    const EXAMPLE: &str = "\
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
";

    #[test]
    fn the_example_of_the_specification_reads_and_writes_back() {
        let checkpoint: Checkpoint = EXAMPLE.parse().unwrap();
        assert_eq!(checkpoint.origin(), "example.com/behind-the-sofa");
        assert_eq!(checkpoint.size(), 20_852_163);
        assert_eq!(checkpoint.to_string(), EXAMPLE);
        let extended = format!("{EXAMPLE}first\nsecond\n");
        let checkpoint: Checkpoint = extended.parse().unwrap();
        assert_eq!(checkpoint.extensions(), ["first", "second"]);
        assert_eq!(checkpoint.to_string(), extended);
    }

    #[test]
    fn anything_else_is_refused_with_its_reason() {
        let reason = |text: &str| text.parse::<Checkpoint>().unwrap_err().to_string();
        assert_eq!(
            reason("a\n1\n"),
            "a checkpoint has three lines or more, each ended by a newline"
        );
        assert_eq!(reason(EXAMPLE.trim_end()), reason(""));
        assert!(reason(&EXAMPLE.replace("20852163", "020852163")).starts_with("not a tree size"));
        assert!(
            reason(&EXAMPLE.replace("20852163", "9223372036854775808")).starts_with("not a tree")
        );
        assert!(
            reason(&EXAMPLE.replace("example.com/behind-the-sofa", "")).starts_with("the origin")
        );
        assert_eq!(
            reason(&EXAMPLE.replace('=', "")),
            "the root of the checkpoint is no hash"
        );
        assert_eq!(reason(&format!("{EXAMPLE}\n")), "extension line 1 is empty");
    }

    #[test]
    fn a_checkpoint_opens_only_under_the_key_of_its_origin() {
        let signer = |name: &str| SignerKey::from_seed(KeyName::new(name).unwrap(), &[7; 32]);
        let text = Checkpoint::new("example.com/log", 0, empty_root())
            .unwrap()
            .to_string();
        let log = signer("example.com/log");
        let note = Note::sign(&text, &log).unwrap().to_string();
        let (checkpoint, _) = open(note.as_bytes(), &log.verifier()).unwrap();
        assert_eq!(checkpoint.to_string(), text);

        let other = signer("example.com/other");
        let refused = open(note.as_bytes(), &other.verifier());
        assert!(
            matches!(refused, Err(OpenError::Signature(_))),
            "{refused:?}"
        );
        let foreign = Note::sign(&text, &other).unwrap().to_string();
        let refused = open(foreign.as_bytes(), &other.verifier());
        assert!(
            matches!(refused, Err(OpenError::OtherOrigin { .. })),
            "{refused:?}"
        );
    }

    #[test]
    fn any_key_of_a_log_opens_its_checkpoint_and_no_key_of_another() {
        let signer =
            |name: &str, seed| SignerKey::from_seed(KeyName::new(name).unwrap(), &[seed; 32]);
        let origin = "example.com/log";
        let (old, new) = (signer(origin, 1), signer(origin, 2));
        let other = signer("example.com/other", 3);
        let keys = [&old, &new, &other].map(SignerKey::verifier);
        let text = Checkpoint::new(origin, 0, empty_root())
            .unwrap()
            .to_string();
        for key in [&old, &new] {
            let note = Note::sign(&text, key).unwrap().to_string();
            assert!(open_any(note.as_bytes(), &keys).is_ok());
            assert!(open_any(note.as_bytes(), &[]).is_err());
        }
        let by_both = Note::sign(&text, &old).unwrap();
        let line = Note::sign(&text, &new).unwrap().signatures()[0].clone();
        let by_both = by_both.with_signature(line).unwrap().to_string();
        assert!(open_any(by_both.as_bytes(), &keys).is_ok());
        let foreign = Note::sign(&text, &other).unwrap().to_string();
        let refused = open_any(foreign.as_bytes(), &keys).unwrap_err();
        let expected = "the checkpoint is of \"example.com/log\", not of \"example.com/other\"";
        assert_eq!(refused.to_string(), expected);
    }

    #[test]
    fn an_origin_cannot_forge_further_lines() {
        let forged = Checkpoint::new("a\n1", 0, empty_root());
        assert!(
            matches!(forged, Err(CheckpointError::Origin { .. })),
            "{forged:?}"
        );
    }
}
