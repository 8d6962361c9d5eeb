//! Leaves: what the log itself holds of a record, which is nothing personal.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::io::Write as _;

use model::digest::{Digest, NotHex};

mod canonical;

/// The longest leaf that is read; the longest that can be written is far shorter.
pub const MAX_LEAF_BYTES: usize = 1024;

/// The longest payload that a leaf may commit to.
pub const MAX_PAYLOAD_BYTES: u64 = 256 << 20;

const VERSION: u64 = 1;

/// The bytes of most leaves.
const LEAF_BYTES: usize = 192;

/// One entry of the log, encoded as the canonical JSON of RFC 8785.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// What the payload is.
    pub kind: LeafKind,
    /// The moment that the appending machine claims, to the second.
    pub at: Timestamp,
    /// The payload that the leaf commits to.
    pub payload: Commitment,
    /// The SHA-256 of an outside signature's bytes, which nobody knew before the outsider signed: the leaf is younger.
    pub after: Option<Digest>,
}

/// What a payload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LeafKind {
    /// What the organisation declares.
    Program,
    /// Raw bytes from a source.
    Observation,
    /// Outcomes with their reasons and the evidence used.
    Decisions,
    /// What a report shows.
    Report,
    /// A key of the log that came, went or was lost.
    Key,
    /// Payloads whose keys were destroyed, by whom and why.
    Erasure,
    /// A checkpoint with the signature of somebody outside.
    Outside,
    /// A report of a check of one commit's content.
    Check,
    /// What a forge answered about a request, or about what protects a branch.
    Forge,
    /// What the gate answered, and on what.
    Gate,
    /// What a person states, with their own signature.
    Statement,
    /// What an AI reviewer was asked about a difference, and what it answered.
    Review,
    /// Whose model wrote which commits, as an AI coding tool recorded it.
    Session,
    /// What an AI reviewer found of defects that are known.
    Calibration,
}

impl LeafKind {
    const ALL: [LeafKind; 14] = [
        LeafKind::Program,
        LeafKind::Observation,
        LeafKind::Decisions,
        LeafKind::Report,
        LeafKind::Key,
        LeafKind::Erasure,
        LeafKind::Outside,
        LeafKind::Check,
        LeafKind::Forge,
        LeafKind::Gate,
        LeafKind::Statement,
        LeafKind::Review,
        LeafKind::Session,
        LeafKind::Calibration,
    ];

    /// Returns what leaves and commands call it.
    fn name(self) -> &'static str {
        match self {
            LeafKind::Program => "program",
            LeafKind::Observation => "observation",
            LeafKind::Decisions => "decisions",
            LeafKind::Report => "report",
            LeafKind::Key => "key",
            LeafKind::Erasure => "erasure",
            LeafKind::Outside => "outside",
            LeafKind::Check => "check",
            LeafKind::Forge => "forge",
            LeafKind::Gate => "gate",
            LeafKind::Statement => "statement",
            LeafKind::Review => "review",
            LeafKind::Session => "session",
            LeafKind::Calibration => "calibration",
        }
    }

    /// Returns whether the log cannot be verified without the payload.
    pub fn is_needed(self) -> bool {
        match self {
            LeafKind::Key | LeafKind::Erasure | LeafKind::Outside => true,
            LeafKind::Program
            | LeafKind::Observation
            | LeafKind::Decisions
            | LeafKind::Report
            | LeafKind::Check
            | LeafKind::Forge
            | LeafKind::Gate
            | LeafKind::Statement
            | LeafKind::Review
            | LeafKind::Session
            | LeafKind::Calibration => false,
        }
    }
}

impl fmt::Display for LeafKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A promise of bytes that reveals only how many they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Commitment {
    /// The bytes of the payload, without its salt.
    pub bytes: u64,
    /// `SHA-256(salt || payload)` with 32 bytes of salt, so that a guess at an erased payload cannot be checked.
    pub salted_sha256: Digest,
}

/// Why bytes are no leaf.
#[derive(Debug, thiserror::Error)]
pub enum LeafError {
    /// The leaf is too long.
    #[error("the leaf has {bytes} bytes, more than {MAX_LEAF_BYTES}")]
    TooLong {
        /// The bytes of the leaf.
        bytes: usize,
    },
    /// The leaf is not JSON of this shape.
    #[error("the leaf is not of the known shape")]
    Shape(#[from] serde_json::Error),
    /// The leaf has another version.
    #[error("the leaf has version {found}, and only {VERSION} is known")]
    Version {
        /// The version that was read.
        found: u64,
    },
    /// The time is not a time.
    #[error("the leaf has no time in UTC")]
    Time(#[from] jiff::Error),
    /// The digest is not a digest.
    #[error("the leaf has no digest")]
    Digest(#[from] NotHex),
    /// The payload is longer than any may be.
    #[error("the leaf commits to {bytes} bytes, more than {MAX_PAYLOAD_BYTES}")]
    PayloadTooLong {
        /// The bytes of the payload.
        bytes: u64,
    },
    /// The same leaf has another, canonical encoding.
    #[error("the leaf is not canonical (RFC 8785, times to the second in UTC)")]
    NotCanonical,
}

impl Leaf {
    /// Returns the canonical JSON of the leaf; what the time has below a second is cut off.
    pub fn encode(&self) -> Vec<u8> {
        // RFC 8785: the keys are sorted, and none of these texts holds a character that JSON escapes.
        let (at, kind, payload) = (to_the_second(self.at), self.kind, &self.payload);
        let mut bytes = Vec::with_capacity(LEAF_BYTES);
        let write = |bytes: &mut Vec<u8>| {
            bytes.write_all(b"{")?;
            if let Some(after) = &self.after {
                write!(bytes, "\"after\":\"{after}\",")?;
            }
            write!(
                bytes,
                "\"at\":\"{at}\",\"kind\":\"{kind}\",\"payload\":{{\"bytes\":{},\"salted_sha256\":\"{}\"}},\"v\":{VERSION}}}",
                payload.bytes, payload.salted_sha256
            )
        };
        write(&mut bytes).expect("memory takes what is written");
        bytes
    }

    /// Returns the leaf of bytes that [`Leaf::encode`] could have written, and of no others.
    pub fn parse(bytes: &[u8]) -> Result<Leaf, LeafError> {
        if bytes.len() > MAX_LEAF_BYTES {
            return Err(LeafError::TooLong { bytes: bytes.len() });
        }
        match canonical::parse(bytes) {
            Some(leaf) => Ok(leaf),
            None => Leaf::parse_any(bytes),
        }
    }

    /// Returns the leaf of any bytes, and otherwise what is wrong with them.
    fn parse_any(bytes: &[u8]) -> Result<Leaf, LeafError> {
        let wire: wire::Leaf = serde_json::from_slice(bytes)?;
        if wire.v != VERSION {
            return Err(LeafError::Version { found: wire.v });
        }
        if wire.payload.bytes > MAX_PAYLOAD_BYTES {
            return Err(LeafError::PayloadTooLong {
                bytes: wire.payload.bytes,
            });
        }
        let salted_sha256 = wire.payload.salted_sha256.parse()?;
        let payload = Commitment {
            bytes: wire.payload.bytes,
            salted_sha256,
        };
        let leaf = Leaf {
            kind: wire.kind,
            at: wire.at.parse()?,
            payload,
            after: wire.after.map(|digest| digest.parse()).transpose()?,
        };
        if leaf.encode() != bytes {
            return Err(LeafError::NotCanonical);
        }
        Ok(leaf)
    }
}

/// Returns a time without what it has below a second, which its text form leaves out then.
pub(crate) fn to_the_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

mod wire {
    //! The JSON of a leaf.

    use serde::Deserialize;

    use super::LeafKind;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Leaf {
        pub(super) v: u64,
        #[serde(default)]
        pub(super) after: Option<String>,
        pub(super) kind: LeafKind,
        pub(super) at: String,
        pub(super) payload: Payload,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(super) struct Payload {
        pub(super) bytes: u64,
        pub(super) salted_sha256: String,
    }
}

#[cfg(test)]
mod tests {
    use super::{Commitment, Leaf, LeafError, LeafKind, MAX_LEAF_BYTES, canonical};
    use model::digest::Digest;

    const TEXT: &str = r#"{"at":"2026-03-01T12:00:05Z","kind":"observation","payload":{"bytes":12,"salted_sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},"v":1}"#;

    fn refused(text: &str) -> LeafError {
        Leaf::parse(text.as_bytes()).unwrap_err()
    }

    #[test]
    fn a_leaf_has_one_encoding() {
        let leaf = Leaf {
            kind: LeafKind::Observation,
            at: "2026-03-01T12:00:05.9Z".parse().unwrap(),
            payload: Commitment {
                bytes: 12,
                salted_sha256: Digest::of(b""),
            },
            after: None,
        };
        assert_eq!(String::from_utf8(leaf.encode()).unwrap(), TEXT);
        assert_eq!(Leaf::parse(TEXT.as_bytes()).unwrap().payload, leaf.payload);
        let younger = Leaf {
            after: Some(Digest::of(b"signature")),
            ..leaf
        };
        let text = younger.encode();
        assert_eq!(Leaf::parse(&text).unwrap().after, younger.after);
        let value: serde_json::Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(text, serde_json_canonicalizer::to_vec(&value).unwrap());
    }

    #[test]
    fn other_spellings_of_the_same_leaf_are_refused() {
        for (from, to) in [
            ("{\"at\"", "{ \"at\""),
            ("05Z", "05.0Z"),
            ("12:00:05Z", "13:00:05+01:00"),
            (":12,", ":1.2e1,"),
            ("\"v\":1", "\"v\":1 "),
        ] {
            let error = refused(&TEXT.replace(from, to));
            assert!(
                matches!(error, LeafError::NotCanonical | LeafError::Shape(_)),
                "{to}: {error}"
            );
        }
    }

    #[test]
    fn both_readings_agree_on_every_spoilt_byte() {
        let young = TEXT.replacen('{', "{\"after\":\"", 1);
        let digest = Digest::of(b"signature");
        let young = young.replacen("\"at\"", &format!("{digest}\",\"at\""), 1);
        for text in [TEXT, &TEXT.replace(":12,", ":0,"), &young] {
            assert!(canonical::parse(text.as_bytes()).is_some(), "{text}");
            for (at, byte) in
                (0..text.len()).flat_map(|at| (b' '..0x80).map(move |byte| (at, byte)))
            {
                let mut spoilt = text.as_bytes().to_vec();
                spoilt[at] = byte;
                let (fast, slow) = (canonical::parse(&spoilt), Leaf::parse_any(&spoilt).ok());
                assert_eq!(fast, slow, "{:?}", String::from_utf8_lossy(&spoilt));
            }
        }
    }

    #[test]
    fn anything_unknown_is_refused() {
        assert!(matches!(
            refused(&TEXT.replace("\"v\":1", "\"v\":2")),
            LeafError::Version { found: 2 }
        ));
        assert!(matches!(
            refused(&TEXT.replace("\"v\":1", "\"v\":1,\"w\":1")),
            LeafError::Shape(_)
        ));
        assert!(matches!(
            refused(&TEXT.replace("observation", "guess")),
            LeafError::Shape(_)
        ));
        assert!(matches!(
            refused(&TEXT.replace("e3b0", "E3B0")),
            LeafError::Digest(_)
        ));
        assert!(matches!(
            refused(&TEXT.replace("2026-03", "2026-13")),
            LeafError::Time(_)
        ));
        let huge = refused(&TEXT.replace(":12,", ":99999999999,"));
        assert!(matches!(huge, LeafError::PayloadTooLong { .. }), "{huge}");
        let long = refused(&" ".repeat(MAX_LEAF_BYTES + 1));
        assert!(matches!(long, LeafError::TooLong { .. }), "{long}");
    }
}
