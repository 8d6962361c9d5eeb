//! Cosignatures: that a cosigner saw a log only grow, and when (C2SP tlog-cosignature).
//!
//! Not here: cosignatures of subtrees that are no checkpoint, which have no note to stand in.

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::cosignature::key::{CosignerKey, CosigningKey};
use crate::key::KeyName;
use crate::note::{self, Note, Signature, VerifyError};

pub mod key;

mod message;

/// The latest time that a cosignature may state: C2SP tlog-cosignature, "Format".
pub const MAX_TIME: u64 = i64::MAX as u64;

/// A cosignature that was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cosignature<'n, 'k> {
    /// Who signed.
    pub cosigner: &'k CosignerKey,
    /// When, as the cosigner says, in seconds of POSIX time; never zero, perhaps in the future.
    pub time: u64,
    /// The line of the note that says so.
    pub line: &'n Signature,
}

/// Why a note could not be cosigned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CosignError {
    /// The text of the note is no checkpoint.
    #[error("only a checkpoint can be cosigned")]
    Checkpoint(#[from] CheckpointError),
    /// The time is zero, by which none is stated, or lies too far ahead.
    #[error("a cosignature states a time from 1 to {MAX_TIME}, not {time}")]
    Time {
        /// The time that was given.
        time: u64,
    },
    /// The origin does not fit into the message that is signed.
    #[error("an origin of {bytes} bytes does not fit into an ML-DSA-44 cosignature")]
    LongOrigin {
        /// The bytes of the origin.
        bytes: usize,
    },
    /// The algorithm found no signature, which befalls one message in more than there will ever be.
    #[error("ML-DSA-44 found no signature of the checkpoint")]
    NoSignature,
}

/// Why no cosignature of a note was believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CosignatureError {
    /// No known cosigner states when it saw the checkpoint.
    #[error("no known cosigner states when it saw the checkpoint")]
    NoneKnown,
    /// A cosignature claims to be of a known cosigner and is not, or two known ones look alike.
    #[error(transparent)]
    Signature(#[from] VerifyError),
    /// The text of the note is no checkpoint.
    #[error("not a checkpoint")]
    Checkpoint(#[from] CheckpointError),
    /// A known cosigner states a time that none may state.
    #[error("the cosignature of {name} states the time {time}, and {MAX_TIME} is the latest")]
    Time {
        /// The name of the cosigner.
        name: KeyName,
        /// The time that it states.
        time: u64,
    },
    /// Two known cosigners have one key, so that a cosignature of one passes for the other's.
    #[error("the cosigners {first} and {second} have the same Ed25519 key")]
    SharedKey {
        /// The name of one.
        first: KeyName,
        /// The name of the other.
        second: KeyName,
    },
}

/// Returns the cosignature of a checkpoint at a time in seconds of POSIX time.
///
/// It states that this is the largest tree of the log that the cosigner has seen, and consistent with all before:
/// whoever calls this has made sure of both.
pub fn cosign(note: &Note, time: u64, key: &CosigningKey) -> Result<Signature, CosignError> {
    // C2SP tlog-cosignature, "Format": not beyond 2^63 - 1. Tlog-witness, "add-checkpoint": not zero.
    if time == 0 || time > MAX_TIME {
        return Err(CosignError::Time { time });
    }
    let checkpoint: Checkpoint = note.text().parse()?;
    let cosigner = key.cosigner();
    let message = message::signed(&cosigner, time, note.text(), &checkpoint);
    let message = message.ok_or_else(|| CosignError::LongOrigin {
        bytes: checkpoint.origin().len(),
    })?;
    let signature = key.sign(&message).ok_or(CosignError::NoSignature)?;
    Ok(Signature {
        name: cosigner.name().clone(),
        key_id: cosigner.id(),
        // C2SP tlog-cosignature, "Format": `timestamped_signature`, the time in big-endian order.
        bytes: [&time.to_be_bytes(), signature.as_slice()].concat(),
    })
}

/// Returns the cosignatures of a checkpoint by known cosigners, in the order of their lines.
///
/// C2SP signed-note, "Signatures": unknown keys are ignored, one false signature of a known key refuses the note.
/// A cosignature of time zero states no time, so it is not returned: it says nothing of what its cosigner saw when.
/// Who signed the checkpoint for the log is another question, which [`crate::checkpoint::open`] answers.
pub fn verify<'n, 'k>(
    note: &'n Note,
    known: &'k [CosignerKey],
) -> Result<Vec<Cosignature<'n, 'k>>, CosignatureError> {
    refuse_shared_keys(known)?;
    let checkpoint: Checkpoint = note.text().parse()?;
    let mut found: Vec<Cosignature<'n, 'k>> = Vec::new();
    for line in note.signatures() {
        let Some(cosigner) = note::key_of(line, known)? else {
            continue;
        };
        let time = verified_time(line, cosigner, note, &checkpoint)?;
        let repeated = |one: &Cosignature<'_, '_>| one.cosigner == cosigner && one.time == time;
        if time != 0 && !found.iter().any(repeated) {
            found.push(Cosignature {
                cosigner,
                time,
                line,
            });
        }
    }
    match found.is_empty() {
        true => Err(CosignatureError::NoneKnown),
        false => Ok(found),
    }
}

/// Returns the time that a line states, after verifying its signature.
fn verified_time(
    line: &Signature,
    cosigner: &CosignerKey,
    note: &Note,
    checkpoint: &Checkpoint,
) -> Result<u64, CosignatureError> {
    let forged = || note::forged(line);
    let (time, signature) = line.bytes.split_first_chunk().ok_or_else(forged)?;
    let time = u64::from_be_bytes(*time);
    if time > MAX_TIME {
        let name = line.name.clone();
        return Err(CosignatureError::Time { name, time });
    }
    let message = message::signed(cosigner, time, note.text(), checkpoint).ok_or_else(forged)?;
    match cosigner.accepts(&message, signature) {
        true => Ok(time),
        false => Err(forged().into()),
    }
}

/// C2SP tlog-cosignature, "Ed25519 signed message": it does not name the cosigner, so each has a key of its own.
fn refuse_shared_keys(known: &[CosignerKey]) -> Result<(), CosignatureError> {
    for (index, first) in known.iter().enumerate() {
        let shared = known[index + 1..].iter().find(|other| first.shares(other));
        if let Some(second) = shared {
            return Err(CosignatureError::SharedKey {
                first: first.name().clone(),
                second: second.name().clone(),
            });
        }
    }
    Ok(())
}
