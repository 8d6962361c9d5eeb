//! What the log keeps of outsiders: their signatures on its checkpoints, and refusals that contradict it.

use serde::{Deserialize, Serialize};
use tlog::note::{Note, NoteError};

use crate::append::NewLeaf;
use crate::leaf::LeafKind;
use crate::read::{Entry, ReadError, Reader};
use model::digest::Digest;

const VERSION: u32 = 1;

/// The longest text of a witness that is kept.
const MAX_SAID_CHARS: usize = 200;

/// A checkpoint of this log with the signature of somebody outside, or with what a witness answered instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outside {
    /// The checkpoint, with the signatures of the log and of those who cosigned it.
    pub checkpoint: Note,
    /// The DER of an RFC 3161 token over the SHA-256 of the checkpoint's bytes.
    pub token: Option<Vec<u8>>,
    /// Why a witness did not sign it, where that contradicts the log.
    pub refusal: Option<Refusal>,
}

/// What a witness answered that has seen another log under this name. Nobody signed it: it may accuse, and proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// The witness, as the program called it.
    pub witness: String,
    /// The leaves that it has cosigned, where it has seen more than there are.
    pub held: Option<u64>,
    /// What it said, as far as that is kept.
    pub said: String,
}

/// Why a payload is no outside signature.
#[derive(Debug, thiserror::Error)]
pub enum OutsideError {
    /// It is not JSON of this shape.
    #[error("the record of an outside signature is not of the known shape")]
    Shape(#[from] serde_json::Error),
    /// It has another version.
    #[error("the record of an outside signature has version {found}, and only {VERSION} is known")]
    Version {
        /// The version that was read.
        found: u32,
    },
    /// Its checkpoint is no note.
    #[error("the checkpoint of an outside signature is no note")]
    Note(#[from] NoteError),
    /// Its token is not hexadecimal.
    #[error("the token of an outside signature is not hexadecimal")]
    Token(#[from] hex::FromHexError),
}

/// The leaf of a record, and what the record says.
pub type Kept = (u64, Result<Outside, OutsideError>);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    v: u32,
    checkpoint: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refusal: Option<Refusal>,
}

impl Refusal {
    /// Returns what a witness answered, cut off where it says too much.
    pub fn new(witness: &str, held: Option<u64>, said: &str) -> Refusal {
        Refusal {
            witness: witness.to_owned(),
            held,
            said: said.chars().take(MAX_SAID_CHARS).collect(),
        }
    }
}

impl Outside {
    /// Returns the record of it.
    pub fn to_leaf(&self) -> NewLeaf {
        let wire = Wire {
            v: VERSION,
            checkpoint: self.checkpoint.to_string(),
            token: self.token.as_ref().map(hex::encode),
            refusal: self.refusal.clone(),
        };
        let payload = serde_json::to_vec(&wire).expect("an outside signature is text");
        NewLeaf::new(LeafKind::Outside, payload)
    }

    /// Returns what a payload says.
    pub fn parse(payload: &[u8]) -> Result<Outside, OutsideError> {
        let wire: Wire = serde_json::from_slice(payload)?;
        if wire.v != VERSION {
            return Err(OutsideError::Version { found: wire.v });
        }
        Ok(Outside {
            checkpoint: Note::parse(wire.checkpoint.as_bytes())?,
            token: wire.token.map(hex::decode).transpose()?,
            refusal: wire.refusal,
        })
    }

    /// Returns the bytes that a timestamp authority signs the digest of.
    pub fn stamped_bytes(checkpoint: &Note) -> Vec<u8> {
        checkpoint.to_string().into_bytes()
    }

    /// Returns the digests of the signatures' bytes, to the last of which a later record may commit; none of a refusal.
    pub fn digests(&self) -> Vec<Digest> {
        if self.refusal.is_some() {
            return Vec::new();
        }
        let lines = self.checkpoint.signatures().iter();
        let token = self.token.iter().map(|token| Digest::of(token));
        lines
            .map(|line| Digest::of(&line.bytes))
            .chain(token)
            .collect()
    }
}

impl Reader {
    /// Returns the records of outside signatures among these entries, by index; one that cannot be read says why.
    pub fn outside(&self, entries: &[Entry]) -> Result<Vec<Kept>, ReadError> {
        let of_kind = entries
            .iter()
            .filter(|entry| entry.leaf.kind == LeafKind::Outside);
        let of_kind: Vec<Entry> = of_kind.cloned().collect();
        let kept = self.payloads_of(&of_kind)?;
        let parsed = kept
            .into_iter()
            .map(|(index, kept)| (index, Outside::parse(&kept.bytes)));
        Ok(parsed.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::{Outside, OutsideError, Refusal};
    use tlog::key::{KeyName, SignerKey};
    use tlog::note::Note;

    #[test]
    fn a_record_comes_back() {
        let key = SignerKey::from_seed(KeyName::new("log.example").unwrap(), &[7; 32]);
        let checkpoint = Note::sign(
            "log.example\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
            &key,
        )
        .unwrap();
        let refusal = Refusal::new("noor", Some(7), &"no".repeat(300));
        assert_eq!(refusal.said.len(), 200);
        for (token, refusal) in [
            (None, None),
            (Some(vec![0x30, 0x00]), None),
            (None, Some(refusal)),
        ] {
            let outside = Outside {
                checkpoint: checkpoint.clone(),
                token,
                refusal,
            };
            let payload = outside.to_leaf().payload;
            assert_eq!(Outside::parse(&payload).unwrap(), outside);
            let signatures = 1 + usize::from(outside.token.is_some());
            let expected = match outside.refusal {
                Some(_) => 0,
                None => signatures,
            };
            assert_eq!(outside.digests().len(), expected);
        }
    }

    #[test]
    fn another_version_is_refused() {
        let refused = Outside::parse(br#"{"v":2,"checkpoint":""}"#);
        assert!(matches!(refused, Err(OutsideError::Version { found: 2 })));
    }
}
