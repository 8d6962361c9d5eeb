//! Parses an SSHSIG blob (OpenSSH, PROTOCOL.sshsig) and rebuilds what it signs.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256, Sha512};
use ssh_key::HashAlg;

use super::wire::{Reader, put};
use crate::armor::only_block;
use crate::{Check, Flaw};

const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----\n";
const END: &str = "\n-----END SSH SIGNATURE-----";
const MAGIC: &[u8] = b"SSHSIG";
const VERSION: u32 = 1;

/// A signature in its parts.
pub(super) struct Sshsig<'a> {
    /// What it was made for.
    pub(super) namespace: &'a str,
    /// The public key, encoded.
    pub(super) key_blob: &'a [u8],
    /// The hash of the message.
    pub(super) hash: HashAlg,
    /// The signature, encoded.
    pub(super) blob: &'a [u8],
    /// The signature, in its parts.
    pub(super) raw: RawSignature<'a>,
}

/// The signature proper (RFC 4253, section 6.6; OpenSSH, PROTOCOL.u2f).
pub(super) struct RawSignature<'a> {
    /// The name of the algorithm.
    pub(super) algorithm: &'a str,
    /// The bytes of the signature.
    pub(super) bytes: &'a [u8],
    /// The flags and the counter that a security key appends.
    pub(super) flags_and_counter: &'a [u8],
}

/// Returns the bytes within the armor.
pub(super) fn dearmor(armored: &[u8]) -> Result<Vec<u8>, Flaw> {
    let body = only_block(armored, BEGIN, END).ok_or(Flaw::Armor)?;
    let base64: Vec<u8> = body
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    STANDARD.decode(base64).map_err(|_| Flaw::Armor)
}

/// Returns the parts of a signature of version 1 for a namespace.
pub(super) fn parse<'a>(blob: &'a [u8], namespace: &str) -> Result<Sshsig<'a>, Check> {
    let malformed = || Flaw::Malformed("the SSH signature");
    let body = blob.strip_prefix(MAGIC).ok_or_else(malformed)?;
    let mut reader = Reader(body);
    let version = reader.u32().ok_or_else(malformed)?;
    if version != VERSION {
        return Err(Check::Unsupported(format!("SSHSIG version {version}")));
    }
    let fields = fields(reader).ok_or_else(malformed)?;
    if fields.namespace != namespace {
        return Err(Flaw::Namespace(fields.namespace.to_owned()).into());
    }
    Ok(Sshsig {
        namespace: fields.namespace,
        key_blob: fields.key_blob,
        hash: hash(fields.hash)?,
        blob: fields.signature,
        raw: raw_signature(fields.signature).ok_or_else(malformed)?,
    })
}

impl Sshsig<'_> {
    /// Returns the bytes that the key signed. Like OpenSSH it takes the reserved field as empty.
    pub(super) fn signed_data(&self, message: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(128);
        out.extend_from_slice(MAGIC);
        put(&mut out, self.namespace.as_bytes());
        put(&mut out, b"");
        put(&mut out, self.hash.as_str().as_bytes());
        match self.hash {
            HashAlg::Sha256 => put(&mut out, &Sha256::digest(message)),
            _ => put(&mut out, &Sha512::digest(message)),
        }
        out
    }
}

struct Fields<'a> {
    key_blob: &'a [u8],
    namespace: &'a str,
    hash: &'a str,
    signature: &'a [u8],
}

fn fields(mut reader: Reader<'_>) -> Option<Fields<'_>> {
    let key_blob = reader.bytes()?;
    let namespace = reader.text()?;
    let _reserved = reader.bytes()?;
    let hash = reader.text()?;
    let signature = reader.bytes()?;
    reader.end()?;
    Some(Fields {
        key_blob,
        namespace,
        hash,
        signature,
    })
}

fn hash(name: &str) -> Result<HashAlg, Check> {
    match name {
        "sha256" => Ok(HashAlg::Sha256),
        "sha512" => Ok(HashAlg::Sha512),
        // PROTOCOL.sshsig allows these two and no others.
        _ => Err(Flaw::WeakHash(name.to_owned()).into()),
    }
}

fn raw_signature(blob: &[u8]) -> Option<RawSignature<'_>> {
    let mut reader = Reader(blob);
    let algorithm = reader.text()?;
    let bytes = reader.bytes()?;
    let flags_and_counter = match algorithm.starts_with("sk-") {
        true => reader.take(5)?,
        false => &[],
    };
    // A WebAuthn signature goes on with the client's data; it is told apart by its algorithm.
    if !algorithm.starts_with("webauthn-") {
        reader.end()?;
    }
    Some(RawSignature {
        algorithm,
        bytes,
        flags_and_counter,
    })
}
