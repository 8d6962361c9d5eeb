//! Keys of cosigners: Ed25519 and ML-DSA-44, each public as a vkey and private in the same form.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::Signer;
use ml_dsa::signature::{Keypair, Verifier};
use ml_dsa::{EncodedVerifyingKey, MlDsa44};

use crate::key::text::{self, Parts};
use crate::key::{ED25519_BYTES, KeyError, KeyName, ed25519_point};
use crate::note::Named;

/// The longest name that an ML-DSA-44 cosignature can state: C2SP tlog-cosignature, "ML-DSA-44 signed message".
pub const MAX_ML_DSA_NAME_BYTES: usize = 255;

/// The bytes of a seed, from which either algorithm makes a private key.
const SEED_BYTES: usize = 32;

/// The bytes of a public key: FIPS 204, table 2.
const ML_DSA_PUBLIC_BYTES: usize = 1312;

/// What a cosigner signs with; each has its own form of message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algorithm {
    /// `cosignature/v1`, signature type 0x04.
    Ed25519,
    /// The cosignature that C2SP recommends for new deployments, signature type 0x06.
    MlDsa44,
}

/// The public key of a cosigner with its name; its text is a *vkey*.
#[derive(Clone)]
pub struct CosignerKey {
    name: KeyName,
    public: Public,
}

#[derive(Clone)]
enum Public {
    Ed25519(ed25519_dalek::VerifyingKey),
    MlDsa44(Box<ml_dsa::VerifyingKey<MlDsa44>>),
}

/// The private key of a cosigner with its name; `Debug` shows the public half.
#[derive(Clone)]
pub struct CosigningKey {
    name: KeyName,
    private: Private,
}

#[derive(Clone)]
enum Private {
    Ed25519(Box<ed25519_dalek::SigningKey>),
    MlDsa44(Box<ml_dsa::SigningKey<MlDsa44>>),
}

impl Algorithm {
    /// The signature types of C2SP signed-note.
    fn signature_type(self) -> u8 {
        match self {
            Algorithm::Ed25519 => 0x04,
            Algorithm::MlDsa44 => 0x06,
        }
    }

    fn of(parts: &Parts<'_>) -> Result<Algorithm, KeyError> {
        match parts.signature_type {
            0x04 => Ok(Algorithm::Ed25519),
            0x06 => Ok(Algorithm::MlDsa44),
            _ => Err(parts.other_type("0x04 or 0x06 (cosignatures)")),
        }
    }
}

impl CosignerKey {
    /// Returns the name.
    pub fn name(&self) -> &KeyName {
        &self.name
    }

    /// Returns the key ID: the first four bytes of `SHA-256(name || 0x0A || signature type || public key)`.
    pub fn id(&self) -> u32 {
        let signature_type = self.algorithm().signature_type();
        text::id_of(&self.name, signature_type, &self.public_bytes())
    }

    /// Returns what the cosigner signs with.
    pub fn algorithm(&self) -> Algorithm {
        match self.public {
            Public::Ed25519(_) => Algorithm::Ed25519,
            Public::MlDsa44(_) => Algorithm::MlDsa44,
        }
    }

    /// Returns the public key: 32 bytes of Ed25519, or 1312 of ML-DSA-44.
    pub fn public_bytes(&self) -> Vec<u8> {
        match &self.public {
            Public::Ed25519(key) => key.as_bytes().to_vec(),
            Public::MlDsa44(key) => key.encode().to_vec(),
        }
    }

    /// Returns whether these bytes are the key's signature over the message.
    pub(super) fn accepts(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.public {
            Public::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok()),
            Public::MlDsa44(key) => ml_dsa::Signature::try_from(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
        }
    }

    /// Returns whether the other cosigner, under another name, signs what this one signs.
    pub(super) fn shares(&self, other: &CosignerKey) -> bool {
        let bytes = |key: &CosignerKey| match &key.public {
            Public::Ed25519(key) => Some(*key.as_bytes()),
            Public::MlDsa44(_) => None,
        };
        self.name != other.name && bytes(self).is_some() && bytes(self) == bytes(other)
    }
}

impl CosigningKey {
    /// Returns the key that this seed of 32 random bytes makes; no two keys may have one seed.
    pub fn from_seed(
        name: KeyName,
        algorithm: Algorithm,
        seed: &[u8; SEED_BYTES],
    ) -> Result<CosigningKey, KeyError> {
        let private = match algorithm {
            Algorithm::Ed25519 => {
                Private::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(seed)))
            }
            Algorithm::MlDsa44 => {
                refuse_long_name(&name)?;
                Private::MlDsa44(Box::new(ml_dsa::SigningKey::from_seed(&(*seed).into())))
            }
        };
        Ok(CosigningKey { name, private })
    }

    /// Returns the key that verifies what this one signs.
    pub fn cosigner(&self) -> CosignerKey {
        let public = match &self.private {
            Private::Ed25519(key) => Public::Ed25519(key.verifying_key()),
            Private::MlDsa44(key) => Public::MlDsa44(Box::new(key.verifying_key())),
        };
        CosignerKey {
            name: self.name.clone(),
            public,
        }
    }

    /// Returns the secret text `PRIVATE+KEY+<name>+<id>+<base64>`, which [`CosigningKey::from_str`] reads.
    pub fn to_secret_text(&self) -> String {
        let cosigner = self.cosigner();
        let seed: [u8; SEED_BYTES] = match &self.private {
            Private::Ed25519(key) => *key.as_bytes(),
            Private::MlDsa44(key) => key.to_seed().into(),
        };
        let signature_type = cosigner.algorithm().signature_type();
        text::secret_text_of(&self.name, cosigner.id(), signature_type, &seed)
    }

    /// Returns the signature over the message, which is the same each time, or nothing where ML-DSA-44 finds none.
    pub(super) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        match &self.private {
            Private::Ed25519(key) => Some(key.sign(message).to_bytes().to_vec()),
            Private::MlDsa44(key) => {
                let signature: ml_dsa::Signature<MlDsa44> = key.try_sign(message).ok()?;
                Some(signature.encode().to_vec())
            }
        }
    }
}

impl FromStr for CosignerKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<CosignerKey, KeyError> {
        let parts = text::public_parts(text)?;
        let public = match Algorithm::of(&parts)? {
            Algorithm::Ed25519 => {
                let bytes = parts.bytes::<ED25519_BYTES>()?;
                Public::Ed25519(ed25519_point(&parts.name, &bytes)?)
            }
            Algorithm::MlDsa44 => {
                refuse_long_name(&parts.name)?;
                let bytes: EncodedVerifyingKey<MlDsa44> =
                    parts.bytes::<ML_DSA_PUBLIC_BYTES>()?.into();
                Public::MlDsa44(Box::new(ml_dsa::VerifyingKey::decode(&bytes)))
            }
        };
        let name = parts.name.clone();
        let key = CosignerKey { name, public };
        parts.check_id(key.id())?;
        Ok(key)
    }
}

impl FromStr for CosigningKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<CosigningKey, KeyError> {
        let parts = text::secret_parts(text)?;
        let algorithm = Algorithm::of(&parts)?;
        let key = CosigningKey::from_seed(parts.name.clone(), algorithm, &parts.bytes()?)?;
        parts.check_id(key.cosigner().id())?;
        Ok(key)
    }
}

impl PartialEq for CosignerKey {
    fn eq(&self, other: &CosignerKey) -> bool {
        self.name == other.name
            && self.algorithm() == other.algorithm()
            && self.public_bytes() == other.public_bytes()
    }
}

impl Eq for CosignerKey {}

impl Named for CosignerKey {
    fn name(&self) -> &KeyName {
        self.name()
    }

    fn id(&self) -> u32 {
        self.id()
    }
}

impl fmt::Display for CosignerKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signature_type = self.algorithm().signature_type();
        let text = text::text_of(&self.name, self.id(), signature_type, &self.public_bytes());
        formatter.write_str(&text)
    }
}

impl fmt::Debug for CosignerKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "CosignerKey({self})")
    }
}

impl fmt::Debug for CosigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "CosigningKey({})", self.cosigner())
    }
}

fn refuse_long_name(name: &KeyName) -> Result<(), KeyError> {
    match name.as_str().len() > MAX_ML_DSA_NAME_BYTES {
        true => Err(KeyError::LongName { name: name.clone() }),
        false => Ok(()),
    }
}
