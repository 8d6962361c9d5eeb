//! The texts of keys: name, ID, and the base64 of a signature type and the bytes of a key (C2SP signed-note, "Verifier keys").

use sha2::{Digest, Sha256};

use crate::encoding;
use crate::key::{ED25519_BYTES, KeyError, KeyName};

/// What stands before the name in the text of a private key, as Go's `note` package writes it.
const PRIVATE_PREFIX: &str = "PRIVATE+KEY+";

/// What the text of a key says, before its ID was checked.
pub(crate) struct Parts<'t> {
    pub(crate) name: KeyName,
    id: &'t str,
    pub(crate) signature_type: u8,
    material: Vec<u8>,
}

/// Returns what `<name>+<id>+<base64 of the type and the bytes>` says.
pub(crate) fn public_parts(text: &str) -> Result<Parts<'_>, KeyError> {
    parts(text, "<name>+<8 hex digits>+<base64>")
}

/// Returns what `PRIVATE+KEY+<name>+<id>+<base64 of the type and the bytes>` says.
pub(crate) fn secret_parts(text: &str) -> Result<Parts<'_>, KeyError> {
    let form = "PRIVATE+KEY+<name>+<8 hex digits>+<base64>";
    let rest = text
        .strip_prefix(PRIVATE_PREFIX)
        .ok_or(KeyError::Form { form })?;
    parts(rest, form)
}

fn parts<'t>(text: &'t str, form: &'static str) -> Result<Parts<'t>, KeyError> {
    let missing = KeyError::Form { form };
    let (name, rest) = text.split_once('+').ok_or_else(|| missing.clone())?;
    let (id, material) = rest.split_once('+').ok_or(missing)?;
    let name = KeyName::new(name)?;
    let bytes = encoding::from_base64(material).unwrap_or_default();
    let Some((&signature_type, material)) = bytes.split_first() else {
        let expected = 1 + ED25519_BYTES;
        return Err(KeyError::Material { name, expected });
    };
    Ok(Parts {
        name,
        id,
        signature_type,
        material: material.to_vec(),
    })
}

impl Parts<'_> {
    /// Returns the bytes behind the type, of which there must be so many.
    pub(crate) fn bytes<const N: usize>(&self) -> Result<[u8; N], KeyError> {
        let bytes = self.material.as_slice().try_into();
        bytes.map_err(|_| KeyError::Material {
            name: self.name.clone(),
            expected: 1 + N,
        })
    }

    /// Returns an error about the type; `known` names those that belong there.
    pub(crate) fn other_type(&self, known: &'static str) -> KeyError {
        KeyError::SignatureType {
            name: self.name.clone(),
            found: self.signature_type,
            known,
        }
    }

    /// Checks the ID that was read against the one that follows from name and key.
    pub(crate) fn check_id(&self, expected: u32) -> Result<(), KeyError> {
        if self.id == format!("{expected:08x}") {
            return Ok(());
        }
        Err(KeyError::Id {
            name: self.name.clone(),
            expected,
            found: self.id.to_owned(),
        })
    }
}

/// Returns the ID of a key: C2SP signed-note, "Signatures".
pub(crate) fn id_of(name: &KeyName, signature_type: u8, public: &[u8]) -> u32 {
    let digest = Sha256::new()
        .chain_update(name.as_str())
        .chain_update([b'\n', signature_type])
        .chain_update(public)
        .finalize();
    u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
}

/// Returns the text of a key: C2SP signed-note, "Verifier keys".
pub(crate) fn text_of(name: &KeyName, id: u32, signature_type: u8, bytes: &[u8]) -> String {
    let material = encoding::to_base64(&[&[signature_type], bytes].concat());
    format!("{name}+{id:08x}+{material}")
}

/// Returns the text of a private key.
pub(crate) fn secret_text_of(name: &KeyName, id: u32, signature_type: u8, bytes: &[u8]) -> String {
    format!(
        "{PRIVATE_PREFIX}{}",
        text_of(name, id, signature_type, bytes)
    )
}
