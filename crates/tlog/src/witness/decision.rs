//! Whether a witness cosigns: every rule of `add-checkpoint`, in the order of C2SP tlog-witness.

use crate::checkpoint::Checkpoint;
use crate::consistency::{self, ConsistencyError};
use crate::key::VerifierKey;
use crate::merkle::{self, Hash};
use crate::note::{Note, VerifyError};
use crate::witness::request::Request;

/// The type of the body that tells which tree the witness cosigned last.
pub const SIZE_CONTENT_TYPE: &str = "text/x.tlog.size";

/// The type of a body for people.
const TEXT_CONTENT_TYPE: &str = "text/plain; charset=utf-8";

/// A checkpoint that the witness is to record, and then to cosign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// What the log commits to.
    pub checkpoint: Checkpoint,
    /// The checkpoint with the signatures of the log alone, all of them verified.
    pub note: Note,
}

/// Why a witness does not cosign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The witness watches no log of this origin.
    #[error("no log with the origin {origin:?} is known here")]
    UnknownOrigin {
        /// The origin of the checkpoint.
        origin: String,
    },
    /// The log did not sign the checkpoint.
    #[error("the checkpoint is not signed by the log")]
    Signature(#[from] VerifyError),
    /// The proof starts from a larger tree.
    #[error("the proof starts from {old_size} leaves, and the checkpoint has only {size}")]
    OldSizeBeyond {
        /// The leaves that the proof starts from.
        old_size: u64,
        /// The leaves of the checkpoint.
        size: u64,
    },
    /// The proof starts from another tree than the one cosigned last.
    #[error("the proof starts from {old_size} leaves, and the tree cosigned last has {latest}")]
    OtherSize {
        /// The leaves that the proof starts from.
        old_size: u64,
        /// The leaves of the tree cosigned last.
        latest: u64,
    },
    /// The checkpoint of no leaves has another root than the tree without leaves.
    #[error("the tree without leaves has another root than {root}")]
    EmptyRoot {
        /// The root of the checkpoint.
        root: Hash,
    },
    /// A proof from the tree without leaves must be empty.
    #[error("a proof from no leaves is empty, and this one has {hashes} hashes")]
    ProofFromNothing {
        /// The hashes that were sent.
        hashes: usize,
    },
    /// The proof does not show that the tree only grew.
    #[error("the checkpoint is not shown to extend the one cosigned last")]
    Inconsistent(#[from] ConsistencyError),
}

/// Returns what a witness is to record and cosign, or why it does neither.
///
/// `keys` are those that it trusts for the origin of the checkpoint; none means that it does not know the log.
/// `latest` is what it cosigned last for that origin. Between this call and the record nobody else may record
/// for that origin, and the record must be durable before the cosignature leaves the witness.
pub fn decide(
    request: &Request,
    keys: &[VerifierKey],
    latest: Option<&Checkpoint>,
) -> Result<Accepted, Refusal> {
    let checkpoint = request.checkpoint();
    if keys.is_empty() {
        return Err(Refusal::UnknownOrigin {
            origin: checkpoint.origin().to_owned(),
        });
    }
    let signers = request.note().verify(keys)?;
    refuse_other_size(request, latest)?;
    refuse_inconsistent(request, latest)?;
    Ok(Accepted {
        checkpoint: checkpoint.clone(),
        note: request.note().only_by(&signers),
    })
}

fn refuse_other_size(request: &Request, latest: Option<&Checkpoint>) -> Result<(), Refusal> {
    let (old_size, size) = (request.old_size(), request.checkpoint().size());
    // "The old size MUST be equal to or lower than the checkpoint size."
    if old_size > size {
        return Err(Refusal::OldSizeBeyond { old_size, size });
    }
    // "… matches the size of the latest checkpoint it cosigned …, or zero if it never cosigned".
    let latest = latest.map_or(0, Checkpoint::size);
    if old_size != latest {
        return Err(Refusal::OtherSize { old_size, latest });
    }
    Ok(())
}

fn refuse_inconsistent(request: &Request, latest: Option<&Checkpoint>) -> Result<(), Refusal> {
    let (checkpoint, proof) = (request.checkpoint(), request.proof());
    // "A checkpoint of size zero MUST have the root hash of the empty tree".
    let root = *checkpoint.root();
    if checkpoint.size() == 0 && root != merkle::empty_root() {
        return Err(Refusal::EmptyRoot { root });
    }
    let Some(latest) = latest.filter(|latest| latest.size() != 0) else {
        // "If the old size is zero, the consistency proof MUST be empty".
        return match proof.len() {
            0 => Ok(()),
            hashes => Err(Refusal::ProofFromNothing { hashes }),
        };
    };
    // Of two trees of one size this asks for equal roots and an empty proof.
    let (old_size, size) = (latest.size(), checkpoint.size());
    consistency::verify(old_size, size, proof, latest.root(), &root)?;
    Ok(())
}

impl Refusal {
    /// Returns the HTTP status that says so.
    pub fn status(&self) -> u16 {
        match self {
            Refusal::OldSizeBeyond { .. } => 400,
            Refusal::Signature(_) => 403,
            Refusal::UnknownOrigin { .. } => 404,
            Refusal::OtherSize { .. } => 409,
            Refusal::EmptyRoot { .. }
            | Refusal::ProofFromNothing { .. }
            | Refusal::Inconsistent(_) => 422,
        }
    }

    /// Returns the type of the body.
    pub fn content_type(&self) -> &'static str {
        match self {
            Refusal::OtherSize { .. } => SIZE_CONTENT_TYPE,
            _ => TEXT_CONTENT_TYPE,
        }
    }

    /// Returns the body: for 409 the size that the client is to prove from, else the reason in words.
    pub fn body(&self) -> String {
        match self {
            Refusal::OtherSize { latest, .. } => format!("{latest}\n"),
            other => format!("{other}\n"),
        }
    }
}
