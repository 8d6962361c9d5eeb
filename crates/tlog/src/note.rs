//! Signed notes: a text and the signatures below it (C2SP signed-note).

use std::fmt;

use crate::encoding;
use crate::key::{KeyError, KeyName, SignerKey, VerifierKey};

/// The longest note that is read.
pub const MAX_NOTE_BYTES: usize = 1 << 20;

/// The signatures that are read; C2SP signed-note demands at least 16.
pub const MAX_SIGNATURES: usize = 64;

/// What a signature line begins with: an em dash and a space.
const SIGNATURE_PREFIX: &str = "\u{2014} ";

/// A text with signatures, none of them verified; its text form is [`fmt::Display`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<Signature>,
}

/// One signature line; its text form, without the newline, is [`fmt::Display`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The name of the key.
    pub name: KeyName,
    /// The ID of the key, which with the name says which key signed.
    pub key_id: u32,
    /// What the key's algorithm produced.
    pub bytes: Vec<u8>,
}

/// A public key as a signature line names it.
///
/// Equal keys MUST verify the same signatures.
pub(crate) trait Named: PartialEq {
    /// Returns the name.
    fn name(&self) -> &KeyName;

    /// Returns the ID, which with the name says which key it is.
    fn id(&self) -> u32;
}

/// Why bytes are no note.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// The note is too long.
    #[error("the note has {bytes} bytes, more than {MAX_NOTE_BYTES}")]
    TooLong {
        /// The bytes of the note.
        bytes: usize,
    },
    /// The note has too many signatures.
    #[error("the note has more than {MAX_SIGNATURES} signatures")]
    TooManySignatures,
    /// The note is not UTF-8.
    #[error("the note is not UTF-8 from byte {offset} on")]
    Utf8 {
        /// The first byte that does not fit.
        offset: usize,
    },
    /// The note holds a control character other than newline.
    #[error("the note holds a control character at byte {offset}")]
    Control {
        /// Where it stands.
        offset: usize,
    },
    /// The text does not end in a newline.
    #[error("the text of the note does not end in a newline")]
    TextEnd,
    /// No blank line divides text and signatures, or no signature follows it.
    #[error("no blank line followed by signatures ends the note")]
    NoSignatures,
    /// A line after the blank line is not a signature.
    #[error("signature line {line} is not `\u{2014} <name> <base64>`")]
    SignatureLine {
        /// Its number, from 1.
        line: usize,
    },
    /// A signature line has a name that no key can have.
    #[error("signature line {line} names no key")]
    SignatureName {
        /// Its number, from 1.
        line: usize,
        /// What is wrong with the name.
        source: KeyError,
    },
}

/// Why no signature of a note was believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// No signature is by a known key.
    #[error("no known key signed the note")]
    NoKnownKey,
    /// A signature carries the name and ID of a known key, and is not by it.
    #[error("the signature of {name} ({key_id:08x}) does not verify")]
    Forged {
        /// The name of the key.
        name: KeyName,
        /// The ID of the key.
        key_id: u32,
    },
    /// Two different known keys have one name and ID, so that a signature could be of either.
    #[error("two known keys are named {name} with ID {key_id:08x}")]
    AmbiguousKeys {
        /// The name of the keys.
        name: KeyName,
        /// The ID of the keys.
        key_id: u32,
    },
}

impl Note {
    /// Returns the note of these bytes, with its signatures not yet verified.
    pub fn parse(bytes: &[u8]) -> Result<Note, NoteError> {
        let note = checked_text(bytes)?;
        // C2SP signed-note, "Format": the last empty line divides text and signatures.
        let blank = note.rfind("\n\n").ok_or(NoteError::NoSignatures)?;
        let (text, rest) = note.split_at(blank + 1);
        let lines = rest[1..]
            .strip_suffix('\n')
            .ok_or(NoteError::NoSignatures)?;
        Ok(Note {
            text: text.to_owned(),
            signatures: signatures(lines)?,
        })
    }

    /// Returns the text, which must end in a newline, with one signature on it.
    pub fn sign(text: &str, key: &SignerKey) -> Result<Note, NoteError> {
        let signature = Signature::by(&key.verifier(), key.sign(text).to_vec());
        Note::of(text, vec![signature])
    }

    /// Returns the text, which must end in a newline, with signatures that were made elsewhere and are not verified.
    pub fn of(text: &str, signatures: Vec<Signature>) -> Result<Note, NoteError> {
        checked_text(text.as_bytes())?;
        match (text.ends_with('\n'), signatures.len()) {
            (false, _) => Err(NoteError::TextEnd),
            (true, 0) => Err(NoteError::NoSignatures),
            (true, 1..=MAX_SIGNATURES) => Ok(Note {
                text: text.to_owned(),
                signatures,
            }),
            (true, _) => Err(NoteError::TooManySignatures),
        }
    }

    /// Returns the note with another signature below the ones that it has.
    pub fn with_signature(mut self, signature: Signature) -> Result<Note, NoteError> {
        if self.signatures.len() == MAX_SIGNATURES {
            return Err(NoteError::TooManySignatures);
        }
        self.signatures.push(signature);
        Ok(self)
    }

    /// Returns the note with the signature lines of these keys alone, the first line of each.
    ///
    /// They are verified only if [`Note::verify`] named the keys.
    pub fn only_by(&self, keys: &[&VerifierKey]) -> Note {
        let first_of = |key: &&VerifierKey| {
            let mut lines = self.signatures.iter();
            lines.find(|line| line.name == *key.name() && line.key_id == key.id())
        };
        self.with_lines(keys.iter().filter_map(first_of).cloned().collect())
    }

    /// Returns a note of the same text with other signature lines.
    pub(crate) fn with_lines(&self, signatures: Vec<Signature>) -> Note {
        Note {
            text: self.text.clone(),
            signatures,
        }
    }

    /// Returns the text including its last newline; it means nothing until [`Note::verify`] names a signer.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the signatures in the order of their lines.
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// Returns those of the known keys that signed the note, each once.
    ///
    /// C2SP signed-note, "Signatures": unknown keys are ignored, one false signature of a known key refuses the note.
    pub fn verify<'k>(
        &self,
        known: &'k [VerifierKey],
    ) -> Result<Vec<&'k VerifierKey>, VerifyError> {
        let mut signers: Vec<&VerifierKey> = Vec::new();
        for signature in &self.signatures {
            let Some(key) = key_of(signature, known)? else {
                continue;
            };
            if !key.accepts(&self.text, &signature.bytes) {
                return Err(forged(signature));
            }
            if !signers.contains(&key) {
                signers.push(key);
            }
        }
        if signers.is_empty() {
            return Err(VerifyError::NoKnownKey);
        }
        Ok(signers)
    }
}

impl Signature {
    /// Returns the line of a key, which says nothing of whether the bytes are its signature.
    pub fn by(key: &VerifierKey, bytes: Vec<u8>) -> Signature {
        Signature {
            name: key.name().clone(),
            key_id: key.id(),
            bytes,
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}", self.text)?;
        let mut lines = self.signatures.iter();
        lines.try_for_each(|line| writeln!(formatter, "{line}"))
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [&self.key_id.to_be_bytes(), self.bytes.as_slice()].concat();
        let encoded = encoding::to_base64(&bytes);
        write!(formatter, "{SIGNATURE_PREFIX}{} {encoded}", self.name)
    }
}

/// Returns the signatures of one or more signature lines, each ended by a newline, without a text.
pub(crate) fn parse_lines(bytes: &[u8]) -> Result<Vec<Signature>, NoteError> {
    let lines = checked_text(bytes)?.strip_suffix('\n');
    signatures(lines.ok_or(NoteError::NoSignatures)?)
}

fn checked_text(bytes: &[u8]) -> Result<&str, NoteError> {
    if bytes.len() > MAX_NOTE_BYTES {
        return Err(NoteError::TooLong { bytes: bytes.len() });
    }
    let text = std::str::from_utf8(bytes).map_err(|error| NoteError::Utf8 {
        offset: error.valid_up_to(),
    })?;
    // C2SP signed-note, "Format": no ASCII control characters below U+0020 other than newline.
    match bytes.iter().position(|byte| *byte < 0x20 && *byte != b'\n') {
        Some(offset) => Err(NoteError::Control { offset }),
        None => Ok(text),
    }
}

fn signatures(lines: &str) -> Result<Vec<Signature>, NoteError> {
    let mut signatures = Vec::new();
    for (index, line) in lines.split('\n').enumerate() {
        if index == MAX_SIGNATURES {
            return Err(NoteError::TooManySignatures);
        }
        signatures.push(signature(line, index + 1)?);
    }
    Ok(signatures)
}

fn signature(line: &str, number: usize) -> Result<Signature, NoteError> {
    let malformed = NoteError::SignatureLine { line: number };
    let fields = line
        .strip_prefix(SIGNATURE_PREFIX)
        .and_then(|rest| rest.split_once(' '));
    let (name, encoded) = fields.ok_or_else(|| malformed.clone())?;
    let name = KeyName::new(name).map_err(|source| NoteError::SignatureName {
        line: number,
        source,
    })?;
    let decoded = encoding::from_base64(encoded).ok_or_else(|| malformed.clone())?;
    match decoded.split_first_chunk() {
        Some((id, bytes)) if !bytes.is_empty() => Ok(Signature {
            name,
            key_id: u32::from_be_bytes(*id),
            bytes: bytes.to_vec(),
        }),
        _ => Err(malformed),
    }
}

/// Returns the error about a signature that is not by the key whose name and ID it carries.
pub(crate) fn forged(signature: &Signature) -> VerifyError {
    VerifyError::Forged {
        name: signature.name.clone(),
        key_id: signature.key_id,
    }
}

/// Returns the known key with the name and ID of a signature.
pub(crate) fn key_of<'k, K: Named>(
    signature: &Signature,
    known: &'k [K],
) -> Result<Option<&'k K>, VerifyError> {
    let matches = |key: &&K| *key.name() == signature.name && key.id() == signature.key_id;
    let mut matching = known.iter().filter(matches);
    let first = matching.next();
    if matching.any(|other| Some(other) != first) {
        let name = signature.name.clone();
        return Err(VerifyError::AmbiguousKeys {
            name,
            key_id: signature.key_id,
        });
    }
    Ok(first)
}
