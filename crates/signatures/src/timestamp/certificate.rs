//! X.509 certificates (RFC 5280), as far as authorities of timestamps need them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use der::asn1::{BitStringRef, ObjectIdentifier};
use der::{Decode, Encode, Tag};
use sha2::{Digest, Sha256};
use x509_cert::TbsCertificate;
use x509_cert::ext::pkix::{
    BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectAltName, SubjectKeyIdentifier,
};
use x509_cert::name::Name;

use super::element::Element;
use super::hash::plain_algorithm;
use super::key::{Algorithm, SignatureError};
use crate::armor::only_block;

/// The longest certificate that is read.
pub const MAX_CERTIFICATE_BYTES: usize = 16 * 1024;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// Extensions that are processed, or that change nothing where no policy is demanded: they may be critical.
const KNOWN_EXTENSIONS: [&str; 5] = [
    // keyUsage, subjectAltName, basicConstraints, certificatePolicies, extKeyUsage.
    "2.5.29.15",
    "2.5.29.17",
    "2.5.29.19",
    "2.5.29.32",
    "2.5.29.37",
];

/// Why bytes are no certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Larger than any real certificate.
    #[error("the certificate has {bytes} bytes, more than {MAX_CERTIFICATE_BYTES}")]
    TooLong {
        /// The bytes of the certificate.
        bytes: usize,
    },
    /// The text is not one PEM block.
    #[error("the text is not one PEM block of a certificate")]
    Pem,
    /// It is not an X.509 certificate in DER.
    #[error("not an X.509 certificate")]
    Malformed,
}

/// A certificate that whoever verifies decided to trust: of an authority itself, or of what issued it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedCertificate(pub(super) Certificate);

impl TrustedCertificate {
    /// Returns the certificate of one PEM block, or of DER.
    pub fn parse(bytes: &[u8]) -> Result<TrustedCertificate, CertificateError> {
        // Base64 takes four characters for three bytes, and a line of 64 has an end.
        if bytes.len() > 2 * MAX_CERTIFICATE_BYTES {
            return Err(CertificateError::TooLong { bytes: bytes.len() });
        }
        let text = bytes.trim_ascii();
        let der = match text.starts_with(BEGIN.as_bytes()) {
            true => from_pem(text).ok_or(CertificateError::Pem)?,
            false => bytes.to_vec(),
        };
        Certificate::parse(&der).map(TrustedCertificate)
    }

    /// Returns the SHA-256 of the certificate in DER, by which tools name it.
    pub fn sha256(&self) -> [u8; 32] {
        self.0.sha256()
    }

    /// Returns the name of whom the certificate is for, as in RFC 4514.
    pub fn subject(&self) -> String {
        self.0.subject().to_string()
    }
}

/// A certificate, not yet believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Certificate {
    der: Vec<u8>,
    signed: Vec<u8>,
    algorithm: Option<ObjectIdentifier>,
    signature: Vec<u8>,
    pub(super) body: TbsCertificate,
    pub(super) extensions: Extensions,
}

/// The extensions that decide anything here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Extensions {
    /// Whether it may issue, and how long a chain.
    pub(super) basic: Option<BasicConstraints>,
    /// What its key may do.
    pub(super) key_usage: Option<KeyUsage>,
    /// For what, and whether that is critical.
    pub(super) purposes: Option<(bool, ExtendedKeyUsage)>,
    /// Other names of the subject.
    pub(super) other_names: Option<SubjectAltName>,
    key_id: Option<SubjectKeyIdentifier>,
}

impl Certificate {
    /// Returns the certificate of these bytes, which nothing follows.
    pub(super) fn parse(der: &[u8]) -> Result<Certificate, CertificateError> {
        if der.len() > MAX_CERTIFICATE_BYTES {
            return Err(CertificateError::TooLong { bytes: der.len() });
        }
        parse(der).ok_or(CertificateError::Malformed)
    }

    /// Returns the certificate in DER.
    pub(super) fn der(&self) -> &[u8] {
        &self.der
    }

    /// Returns the SHA-256 of the certificate.
    pub(super) fn sha256(&self) -> [u8; 32] {
        Sha256::digest(&self.der).into()
    }

    /// Returns whom it is for.
    pub(super) fn subject(&self) -> &Name {
        &self.body.subject
    }

    /// Returns whether the certificate was issued under this name with this number, both encoded.
    pub(super) fn is_numbered(&self, issuer: &[u8], serial: &[u8]) -> bool {
        let same = |encoded: der::Result<Vec<u8>>, other| encoded.is_ok_and(|own| own == other);
        same(self.body.issuer.to_der(), issuer) && same(self.body.serial_number.to_der(), serial)
    }

    /// Returns whether its key has this identifier.
    pub(super) fn has_key_id(&self, id: &[u8]) -> bool {
        let own = self.extensions.key_id.as_ref();
        own.is_some_and(|own| own.0.as_bytes() == id)
    }

    /// Returns whether issuer and subject are one.
    pub(super) fn is_self_issued(&self) -> bool {
        self.body.issuer == self.body.subject
    }

    /// Returns whether the certificate is valid at a moment in seconds since 1970 (RFC 5280, section 4.1.2.5).
    pub(super) fn is_valid_at(&self, second: i64) -> bool {
        let validity = &self.body.validity;
        let from = validity.not_before.to_unix_duration().as_secs();
        let to = validity.not_after.to_unix_duration().as_secs();
        u64::try_from(second).is_ok_and(|second| (from..=to).contains(&second))
    }

    /// Returns a critical extension that is not known here.
    pub(super) fn unknown_critical(&self) -> Option<String> {
        let mut extensions = self.body.extensions.iter().flatten();
        let unknown = extensions.find(|extension| {
            let oid = extension.extn_id.to_string();
            extension.critical && !KNOWN_EXTENSIONS.contains(&oid.as_str())
        });
        unknown.map(|extension| extension.extn_id.to_string())
    }

    /// Returns nothing where the key of `issuer` signed this certificate.
    pub(super) fn signed_by(&self, issuer: &Certificate) -> Result<(), SignatureError> {
        let unknown = || SignatureError::Algorithm(self.body.signature.oid.to_string());
        let oid = self.algorithm.ok_or_else(unknown)?;
        let key = &issuer.body.subject_public_key_info;
        Algorithm::of(&oid)?.verify(key, &self.signed, &self.signature)
    }
}

fn parse(der: &[u8]) -> Option<Certificate> {
    let mut fields = Element::only(der, Tag::Sequence)?.fields()?;
    let signed = fields.expect(Tag::Sequence)?;
    let algorithm = fields.expect(Tag::Sequence)?;
    let signature: BitStringRef<'_> = fields.read()?;
    fields.end()?;
    let body = TbsCertificate::from_der(signed.whole).ok()?;
    // RFC 5280, section 4.1.1.2: the algorithm outside is the one that was signed.
    if body.signature.to_der().ok()? != algorithm.whole || repeats_an_extension(&body) {
        return None;
    }
    Some(Certificate {
        der: der.to_vec(),
        signed: signed.whole.to_vec(),
        algorithm: plain_algorithm(algorithm),
        signature: signature.as_bytes()?.to_vec(),
        extensions: extensions(&body)?,
        body,
    })
}

/// RFC 5280, section 4.2: no extension twice.
fn repeats_an_extension(body: &TbsCertificate) -> bool {
    let mut seen = std::collections::BTreeSet::new();
    let mut extensions = body.extensions.iter().flatten();
    extensions.any(|extension| !seen.insert(extension.extn_id))
}

fn extensions(body: &TbsCertificate) -> Option<Extensions> {
    let value = |critical_and_value: (bool, _)| critical_and_value.1;
    Some(Extensions {
        basic: body.get().ok()?.map(value),
        key_usage: body.get().ok()?.map(|(_, usage)| usage),
        purposes: body.get().ok()?,
        other_names: body.get().ok()?.map(|(_, names)| names),
        key_id: body.get().ok()?.map(|(_, id)| id),
    })
}

fn from_pem(text: &[u8]) -> Option<Vec<u8>> {
    let body = only_block(text, BEGIN, END)?;
    let base64: Vec<u8> = body
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    STANDARD.decode(base64).ok()
}
