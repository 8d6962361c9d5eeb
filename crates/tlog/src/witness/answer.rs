//! What a witness answers to `add-checkpoint`, and what a client believes of it.

use std::fmt;

use crate::cosignature::key::CosignerKey;
use crate::cosignature::{self, CosignatureError};
use crate::encoding;
use crate::note::{self, Note, NoteError, Signature};
use crate::witness::decision::SIZE_CONTENT_TYPE;

/// The longest answer that is read: as many lines as a note has, each of an ML-DSA-44 cosignature with a long name.
pub const MAX_ANSWER_BYTES: usize = note::MAX_SIGNATURES * 4096;

/// The characters of a reason that are kept.
const MAX_REASON_CHARS: usize = 300;

/// The body of a good answer: signature lines, none of them verified; its text form is [`fmt::Display`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosignatures(Vec<Signature>);

/// What a witness answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It cosigned, which [`accept`] is to verify.
    Cosigned(Cosignatures),
    /// It cosigned a tree of another size last, from which a proof must start.
    Holds {
        /// The leaves of that tree.
        size: u64,
    },
    /// It does not cosign, or the answer is not from a witness at all.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The beginning of what it says, which nobody vouches for.
        reason: String,
    },
}

/// Why bytes are no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// The answer is too long.
    #[error("the answer has {bytes} bytes, more than {MAX_ANSWER_BYTES}")]
    TooLong {
        /// The bytes of the answer.
        bytes: usize,
    },
    /// The body of a good answer does not consist of signature lines.
    #[error("the answer does not consist of signature lines")]
    Lines(#[from] NoteError),
    /// The body that is to tell a size tells none.
    #[error("the answer tells no size")]
    Size,
}

/// Why a checkpoint did not get the cosignatures of an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AcceptError {
    /// No known witness cosigned, or a cosignature is false.
    #[error("the answer does not cosign the checkpoint")]
    Cosignature(#[from] CosignatureError),
    /// The checkpoint has no room for it.
    #[error("the checkpoint cannot take the cosignature")]
    Note(#[from] NoteError),
}

impl Cosignatures {
    /// Returns the body with these lines, at least one.
    pub fn new(lines: Vec<Signature>) -> Option<Cosignatures> {
        (!lines.is_empty()).then_some(Cosignatures(lines))
    }

    /// Returns the lines that these bytes are.
    pub fn parse(bytes: &[u8]) -> Result<Cosignatures, AnswerError> {
        if bytes.len() > MAX_ANSWER_BYTES {
            return Err(AnswerError::TooLong { bytes: bytes.len() });
        }
        Ok(Cosignatures(note::parse_lines(bytes)?))
    }

    /// Returns the lines.
    pub fn lines(&self) -> &[Signature] {
        &self.0
    }
}

impl Answer {
    /// Returns what status, content type and body of an HTTP response say.
    pub fn read(status: u16, content_type: &str, body: &[u8]) -> Result<Answer, AnswerError> {
        match status {
            200 => Ok(Answer::Cosigned(Cosignatures::parse(body)?)),
            409 if is_size(content_type) => {
                let size = size(body).ok_or(AnswerError::Size)?;
                Ok(Answer::Holds { size })
            }
            _ => Ok(Answer::Refused {
                status,
                reason: reason(body),
            }),
        }
    }
}

/// Returns a checkpoint with those lines of an answer that known witnesses signed.
///
/// C2SP tlog-witness, "add-checkpoint": lines of unknown keys are ignored. A false line of a known one refuses the answer,
/// for a note with it would be refused whole. What time the witness states is for the caller to judge.
pub fn accept(
    checkpoint: &Note,
    answer: &Cosignatures,
    known: &[CosignerKey],
) -> Result<Note, AcceptError> {
    let answered = checkpoint.with_lines(answer.0.clone());
    let mut accepted = checkpoint.clone();
    for cosignature in cosignature::verify(&answered, known)? {
        if !accepted.signatures().contains(cosignature.line) {
            accepted = accepted.with_signature(cosignature.line.clone())?;
        }
    }
    Ok(accepted)
}

impl fmt::Display for Cosignatures {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = self.0.iter();
        lines.try_for_each(|line| writeln!(formatter, "{line}"))
    }
}

/// Parameters may follow a type, and its case says nothing: RFC 9110 section 8.3.1.
fn is_size(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case(SIZE_CONTENT_TYPE)
}

fn size(body: &[u8]) -> Option<u64> {
    let line = std::str::from_utf8(body).ok()?.strip_suffix('\n')?;
    encoding::from_decimal(line)
}

fn reason(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(MAX_ANSWER_BYTES)]);
    text.trim().chars().take(MAX_REASON_CHARS).collect()
}
