//! OpenPGP public keys, reduced to the ones that can sign and when they could.

use pgp::composed::{Deserializable, SignedPublicKey, SignedPublicSubKey};
use pgp::packet::{PublicKey, PublicSubkey, Signature};
use pgp::ser::Serialize;
use pgp::types::{Fingerprint, KeyDetails, KeyId, PublicParams};

use super::lifetime::Lifetime;
use super::packets;
use super::self_signature as own;
use crate::{Flaw, KeyError};

/// The longest armored public key. Keys with many certifications have some 100 KB.
pub const MAX_OPENPGP_KEY_BYTES: usize = 1024 * 1024;
/// NIST SP 800-131A: fewer bits are disallowed.
const MIN_RSA_BITS: usize = 2048;

/// Returns the fingerprints of the keys in an armored block that can sign, in upper-case hexadecimal: each primary key, then its signing subkeys.
///
/// A primary key comes first even where it only certifies, since that names the key.
pub fn openpgp_fingerprints(armored: &str) -> Result<Vec<String>, KeyError> {
    let keys = read(armored, Holder::Person)?;
    Ok(keys.iter().map(KnownKey::fingerprint_hex).collect())
}

/// Who has the private half of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    Person,
    Forge,
}

/// A primary key, or a subkey that can sign, with all that bears on when it could.
#[derive(Debug)]
pub(crate) struct KnownKey {
    material: Material,
    fingerprint: Fingerprint,
    id: KeyId,
    /// Its own lifetime, and for a subkey that of its primary key.
    lifetimes: Vec<Lifetime>,
    can_sign: bool,
    holder: Holder,
}

#[derive(Debug)]
enum Material {
    Primary(PublicKey),
    Subkey(PublicSubkey),
}

/// Returns the keys of the armored block.
pub(super) fn read(armored: &str, holder: Holder) -> Result<Vec<KnownKey>, KeyError> {
    if armored.len() > MAX_OPENPGP_KEY_BYTES {
        return Err(KeyError::TooLong {
            limit: MAX_OPENPGP_KEY_BYTES,
        });
    }
    // The armor reader stops at the end of the first block, and what follows would be lost silently.
    let found = armored.matches("-----BEGIN ").count();
    if found != 1 {
        return Err(KeyError::NotOneBlock { found });
    }
    let (certificates, _) =
        SignedPublicKey::from_armor_many_buf(armored.as_bytes()).map_err(KeyError::Openpgp)?;
    let mut keys = Vec::new();
    for certificate in certificates {
        keys.extend(known_keys(
            &certificate.map_err(KeyError::Openpgp)?,
            holder,
        )?);
    }
    if keys.is_empty() {
        return Err(KeyError::Empty);
    }
    Ok(keys)
}

impl KnownKey {
    pub(super) fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    pub(super) fn fingerprint_hex(&self) -> String {
        hex::encode_upper(&self.fingerprint)
    }

    pub(super) fn id(&self) -> &KeyId {
        &self.id
    }

    pub(super) fn is_held_by_forge(&self) -> bool {
        self.holder == Holder::Forge
    }

    /// Returns whether the signature is by this key over these bytes, whatever else is wrong with either.
    pub(super) fn verifies(&self, signature: &Signature, signed_bytes: &[u8]) -> bool {
        let is_good = |signature: &Signature| match &self.material {
            Material::Primary(key) => signature.verify(key, signed_bytes).is_ok(),
            Material::Subkey(key) => signature.verify(key, signed_bytes).is_ok(),
        };
        is_good(signature)
            || packets::with_true_hash_prefix(signature, signed_bytes)
                .is_some_and(|same| is_good(&same))
    }

    /// Returns nothing where the key could sign at that moment.
    pub(super) fn usable_at(&self, signed_at: u32) -> Result<(), Flaw> {
        self.lifetimes
            .iter()
            .try_for_each(|lifetime| lifetime.covers(signed_at))?;
        if !self.can_sign {
            return Err(Flaw::NotForSigning);
        }
        Ok(())
    }
}

fn known_keys(certificate: &SignedPublicKey, holder: Holder) -> Result<Vec<KnownKey>, KeyError> {
    let primary = &certificate.primary_key;
    let statement = own::primary_statement(certificate).ok_or_else(|| KeyError::Unbound {
        fingerprint: hex::encode_upper(primary.fingerprint()),
    })?;
    let revocations = own::primary_revocations(certificate);
    let lifetime = Lifetime::new(primary, statement, &revocations);
    check_length(primary)?;
    let mut keys = vec![KnownKey {
        material: Material::Primary(primary.clone()),
        fingerprint: primary.fingerprint(),
        id: primary.legacy_key_id(),
        lifetimes: vec![lifetime.clone()],
        // RFC 4880 keys without flags may do all that their algorithm can.
        can_sign: own::key_flags(statement).is_none_or(|flags| flags.sign()),
        holder,
    }];
    for subkey in &certificate.public_subkeys {
        keys.extend(signing_subkey(primary, &lifetime, subkey, holder)?);
    }
    Ok(keys)
}

fn signing_subkey(
    primary: &PublicKey,
    lifetime_of_primary: &Lifetime,
    subkey: &SignedPublicSubKey,
    holder: Holder,
) -> Result<Option<KnownKey>, KeyError> {
    let Some(binding) = own::signing_binding(primary, subkey) else {
        return Ok(None);
    };
    check_length(&subkey.key)?;
    let revocations = own::subkey_revocations(primary, subkey);
    let lifetime = Lifetime::new(&subkey.key, binding, &revocations);
    Ok(Some(KnownKey {
        material: Material::Subkey(subkey.key.clone()),
        fingerprint: subkey.key.fingerprint(),
        id: subkey.key.legacy_key_id(),
        lifetimes: vec![lifetime_of_primary.clone(), lifetime],
        can_sign: true,
        holder,
    }))
}

fn check_length(key: &impl KeyDetails) -> Result<(), KeyError> {
    let PublicParams::RSA(params) = key.public_params() else {
        return Ok(());
    };
    let encoded = params.to_bytes().map_err(KeyError::Openpgp)?;
    // RFC 9580, section 3.2: a multiprecision integer, here the modulus, starts with its length in bits.
    let bits = match encoded.first_chunk() {
        Some(length) => usize::from(u16::from_be_bytes(*length)),
        None => 0,
    };
    if bits >= MIN_RSA_BITS {
        return Ok(());
    }
    let fingerprint = hex::encode_upper(key.fingerprint());
    Err(KeyError::Short {
        fingerprint,
        bits,
        limit: MIN_RSA_BITS,
    })
}
