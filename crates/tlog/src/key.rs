//! Names and Ed25519 keys of those who sign notes (C2SP signed-note, "Verifier keys").

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::encoding;

/// The longest name that is read.
pub const MAX_NAME_BYTES: usize = 512;

/// C2SP signed-note, "Signature types": Ed25519 over the text of the note.
const ED25519: u8 = 0x01;

/// What stands before the name in the text of a private key, as Go's `note` package writes it.
const PRIVATE_PREFIX: &str = "PRIVATE+KEY+";

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
    /// The parts that the plus signs divide are not all there.
    #[error("not of the form {form}")]
    Form {
        /// The form that was expected.
        form: &'static str,
    },
    /// The key material is not base64, or not 33 bytes.
    #[error("the key of {name} is not the base64 of 33 bytes")]
    Material {
        /// The name of the key.
        name: KeyName,
    },
    /// The signature type is not Ed25519.
    #[error("the key of {name} has signature type {found:#04x}, and only 0x01 (Ed25519) is known")]
    SignatureType {
        /// The name of the key.
        name: KeyName,
        /// The type that was read.
        found: u8,
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
    /// Returns the name.
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// Returns the key ID: the first four bytes of `SHA-256(name || 0x0A || 0x01 || public key)`.
    pub fn id(&self) -> u32 {
        let digest = Sha256::new()
            .chain_update(self.name.as_str())
            .chain_update([b'\n', ED25519])
            .chain_update(self.public.as_bytes())
            .finalize();
        u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
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
        let material = encoding::to_base64(&with_type(self.private.as_bytes()));
        format!("{PRIVATE_PREFIX}{}+{id:08x}+{material}", self.name)
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<VerifierKey, KeyError> {
        let (name, id, bytes) = parts(text, "<name>+<8 hex digits>+<base64>")?;
        let public = VerifyingKey::from_bytes(&bytes)
            .ok()
            .filter(|key| !key.is_weak());
        let public = public.ok_or_else(|| KeyError::Point { name: name.clone() })?;
        check_id(VerifierKey { name, public }, id)
    }
}

impl FromStr for SignerKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<SignerKey, KeyError> {
        let form = "PRIVATE+KEY+<name>+<8 hex digits>+<base64>";
        let rest = text
            .strip_prefix(PRIVATE_PREFIX)
            .ok_or(KeyError::Form { form })?;
        let (name, id, seed) = parts(rest, form)?;
        let signer = SignerKey::from_seed(name, &seed);
        check_id(signer.verifier(), id)?;
        Ok(signer)
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let material = encoding::to_base64(&with_type(self.public.as_bytes()));
        write!(formatter, "{}+{:08x}+{material}", self.name, self.id())
    }
}

/// Returns name, ID and the 32 bytes of `<name>+<id>+<base64 of the type and the bytes>`.
fn parts<'t>(text: &'t str, form: &'static str) -> Result<(KeyName, &'t str, [u8; 32]), KeyError> {
    let missing = KeyError::Form { form };
    let (name, rest) = text.split_once('+').ok_or_else(|| missing.clone())?;
    let (id, material) = rest.split_once('+').ok_or(missing)?;
    let name = KeyName::new(name)?;
    let material: Option<[u8; 33]> =
        encoding::from_base64(material).and_then(|bytes| bytes.try_into().ok());
    let Some([signature_type, bytes @ ..]) = material else {
        return Err(KeyError::Material { name });
    };
    if signature_type != ED25519 {
        return Err(KeyError::SignatureType {
            name,
            found: signature_type,
        });
    }
    Ok((name, id, bytes))
}

fn check_id(key: VerifierKey, found: &str) -> Result<VerifierKey, KeyError> {
    let expected = key.id();
    if found != format!("{expected:08x}") {
        let found = found.to_owned();
        return Err(KeyError::Id {
            name: key.name,
            expected,
            found,
        });
    }
    Ok(key)
}

fn with_type(bytes: &[u8; 32]) -> Vec<u8> {
    std::iter::once(ED25519)
        .chain(bytes.iter().copied())
        .collect()
}
