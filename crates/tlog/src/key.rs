//! Names and Ed25519 keys of those who sign notes (C2SP signed-note, "Verifier keys").

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};

use crate::key::text::Parts;
use crate::note::Named;

pub(crate) mod text;

/// The longest name that is read.
pub const MAX_NAME_BYTES: usize = 512;

/// C2SP signed-note, "Signature types": Ed25519 over the text of the note.
const ED25519: u8 = 0x01;

/// The bytes of an Ed25519 key, public or private.
pub(crate) const ED25519_BYTES: usize = 32;

/// The name of a key: not empty, without spaces, control characters and plus signs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyName(String);

/// A public key with its name; its text is a *vkey*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: KeyName,
    public: VerifyingKey,
}

/// A private key with its name; `Debug` shows the public half.
#[derive(Debug, Clone)]
pub struct SignerKey {
    name: KeyName,
    private: SigningKey,
}

/// Why a text is no key, or no name of one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The name is empty, too long, or holds a character that names must not hold.
    #[error(
        "a key name has 1 to {MAX_NAME_BYTES} bytes and no space, control character or '+': {name:?}"
    )]
    Name {
        /// The name that was read.
        name: String,
    },
    /// The name does not fit into what an ML-DSA-44 cosigner signs.
    #[error("the name of an ML-DSA-44 cosigner has at most 255 bytes: {name}")]
    LongName {
        /// The name that was read.
        name: KeyName,
    },
    /// The parts that the plus signs divide are not all there.
    #[error("not of the form {form}")]
    Form {
        /// The form that was expected.
        form: &'static str,
    },
    /// The key material is not base64, or not of the length of its type.
    #[error("the key of {name} is not the base64 of {expected} bytes")]
    Material {
        /// The name of the key.
        name: KeyName,
        /// The bytes that a key has with its type.
        expected: usize,
    },
    /// The signature type is not one that belongs here.
    #[error("the key of {name} has signature type {found:#04x}, and only {known} is known here")]
    SignatureType {
        /// The name of the key.
        name: KeyName,
        /// The type that was read.
        found: u8,
        /// The types that belong here.
        known: &'static str,
    },
    /// The bytes are no point of the curve, or one of small order, under which anything verifies.
    #[error("the key of {name} is no usable Ed25519 key")]
    Point {
        /// The name of the key.
        name: KeyName,
    },
    /// The key ID is not the one that follows from name and key.
    #[error("the key of {name} has ID {expected:08x}, not {found:?}")]
    Id {
        /// The name of the key.
        name: KeyName,
        /// The ID that follows from name and key.
        expected: u32,
        /// What was read.
        found: String,
    },
}

impl KeyName {
    /// Returns the name, checked against C2SP signed-note, "Format".
    pub fn new(name: &str) -> Result<KeyName, KeyError> {
        let forbidden = |c: char| c.is_whitespace() || c < ' ' || c == '+';
        if name.is_empty() || name.len() > MAX_NAME_BYTES || name.contains(forbidden) {
            return Err(KeyError::Name {
                name: name.chars().take(MAX_NAME_BYTES).collect(),
            });
        }
        Ok(KeyName(name.to_owned()))
    }

    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl VerifierKey {
    /// Returns the key of this name and these 32 bytes of a public key.
    pub fn from_public_bytes(name: KeyName, bytes: &[u8; 32]) -> Result<VerifierKey, KeyError> {
        let public = ed25519_point(&name, bytes)?;
        Ok(VerifierKey { name, public })
    }

    /// Returns the name.
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// Returns the key ID: the first four bytes of `SHA-256(name || 0x0A || 0x01 || public key)`.
    pub fn id(&self) -> u32 {
        text::id_of(&self.name, ED25519, self.public.as_bytes())
    }

    /// Returns the 32 bytes of the public key.
    pub fn public_bytes(&self) -> &[u8; 32] {
        self.public.as_bytes()
    }

    /// Returns whether these bytes are the key's signature over the text.
    pub fn accepts(&self, text: &str, signature: &[u8]) -> bool {
        let Ok(signature) = ed25519_dalek::Signature::from_slice(signature) else {
            return false;
        };
        self.public
            .verify_strict(text.as_bytes(), &signature)
            .is_ok()
    }
}

impl SignerKey {
    /// Returns the key that this seed of 32 random bytes makes.
    pub fn from_seed(name: KeyName, seed: &[u8; 32]) -> SignerKey {
        SignerKey {
            name,
            private: SigningKey::from_bytes(seed),
        }
    }

    /// Returns the key that verifies what this one signs.
    pub fn verifier(&self) -> VerifierKey {
        VerifierKey {
            name: self.name.clone(),
            public: self.private.verifying_key(),
        }
    }

    /// Returns the 64 bytes of the signature over the text.
    pub fn sign(&self, text: &str) -> [u8; 64] {
        self.private.sign(text.as_bytes()).to_bytes()
    }

    /// Returns the secret text `PRIVATE+KEY+<name>+<id>+<base64>`, which [`SignerKey::from_str`] reads.
    pub fn to_secret_text(&self) -> String {
        let id = self.verifier().id();
        text::secret_text_of(&self.name, id, ED25519, self.private.as_bytes())
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<VerifierKey, KeyError> {
        let parts = text::public_parts(text)?;
        let bytes = ed25519_bytes(&parts)?;
        let key = VerifierKey::from_public_bytes(parts.name.clone(), &bytes)?;
        parts.check_id(key.id())?;
        Ok(key)
    }
}

impl FromStr for SignerKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<SignerKey, KeyError> {
        let parts = text::secret_parts(text)?;
        let seed = ed25519_bytes(&parts)?;
        let signer = SignerKey::from_seed(parts.name.clone(), &seed);
        parts.check_id(signer.verifier().id())?;
        Ok(signer)
    }
}

impl Named for VerifierKey {
    fn name(&self) -> &KeyName {
        self.name()
    }

    fn id(&self) -> u32 {
        self.id()
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = text::text_of(&self.name, self.id(), ED25519, self.public.as_bytes());
        formatter.write_str(&text)
    }
}

fn ed25519_bytes(parts: &Parts<'_>) -> Result<[u8; ED25519_BYTES], KeyError> {
    match parts.signature_type {
        ED25519 => parts.bytes(),
        _ => Err(parts.other_type("0x01 (Ed25519)")),
    }
}

/// Returns the point of these bytes, unless anything would verify under it.
pub(crate) fn ed25519_point(
    name: &KeyName,
    bytes: &[u8; ED25519_BYTES],
) -> Result<VerifyingKey, KeyError> {
    let point = VerifyingKey::from_bytes(bytes).ok();
    point
        .filter(|key| !key.is_weak())
        .ok_or_else(|| KeyError::Point { name: name.clone() })
}
