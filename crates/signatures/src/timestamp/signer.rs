//! What the signer of a token must have signed besides its content (RFC 5652, section 11; RFC 5816).

use der::asn1::{ObjectIdentifier, OctetStringRef};
use der::{Encode, Header, Length, Tag, TagNumber};

use super::certificate::Certificate;
use super::content::{Content, SignerInfo, TIMESTAMP};
use super::element::{Element, Fields, constructed};
use super::hash::{HashAlgorithm, plain_algorithm};

const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_CERTIFICATE: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.12");
const SIGNING_CERTIFICATE_V2: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");

/// Certificates that one attribute may name.
const MAX_NAMED: usize = 16;

/// Why the attributes of a token do not bind what they must.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BindingError {
    /// An attribute is absent, stands twice, or has more or fewer than one value.
    #[error("the token does not hold the attribute {0} exactly once")]
    NotOnce(&'static str),
    /// An attribute cannot be read.
    #[error("the attribute {0} cannot be read")]
    Malformed(&'static str),
    /// The attributes were signed for content of another type.
    #[error("the attributes are of content of type {0}")]
    ContentType(String),
    /// The content is not the one that was signed.
    #[error("the content is not the one that was signed")]
    MessageDigest,
    /// The certificate is bound by SHA-1 only, for which collisions can be made.
    #[error(
        "the token names its certificate by SHA-1 alone (RFC 2634), for which collisions can be made: ask the authority for tokens that name it by SHA-2 (RFC 5816)"
    )]
    WeakCertificate,
    /// The token was signed for another certificate.
    #[error("the token names another certificate than the one that signed it")]
    OtherCertificate,
    /// The token names the certificates of its chain, and one of the chain is not among them.
    #[error("the chain leads over a certificate that the token does not name")]
    OtherChain,
}

/// The certificates that a token names, the signer's first.
pub(super) struct Named<'a>(Vec<CertificateId<'a>>);

struct CertificateId<'a> {
    hash: HashAlgorithm,
    digest: &'a [u8],
    number: Option<(&'a [u8], &'a [u8])>,
}

/// Returns the DER of the signed attributes, which is what the signature is over (RFC 5652, section 5.4).
///
/// Whatever the order in which they came: DER sorts the members of a set.
pub(super) fn signed_bytes(signer: &SignerInfo<'_>) -> Option<Vec<u8>> {
    let mut attributes: Vec<&[u8]> = signer.attributes.iter().map(|item| item.whole).collect();
    attributes.sort_unstable();
    let body = attributes.concat();
    let header = Header::new(Tag::Set, Length::try_from(body.len()).ok()?).ok()?;
    let mut bytes = header.to_der().ok()?;
    bytes.extend(body);
    Some(bytes)
}

/// Returns the certificates that the attributes name, after checking that they are of this content.
pub(super) fn binding<'a>(content: &Content<'a>) -> Result<Named<'a>, BindingError> {
    let signer = &content.signer;
    let kind = once(signer, &CONTENT_TYPE, "contentType")?;
    let kind: ObjectIdentifier = kind.read().ok_or(BindingError::Malformed("contentType"))?;
    if kind != TIMESTAMP {
        return Err(BindingError::ContentType(kind.to_string()));
    }
    let digest = once(signer, &MESSAGE_DIGEST, "messageDigest")?;
    let digest = digest.read::<OctetStringRef<'_>>();
    let digest = digest.ok_or(BindingError::Malformed("messageDigest"))?;
    if digest.as_bytes() != signer.hash.digest(content.info) {
        return Err(BindingError::MessageDigest);
    }
    let has = |oid| {
        signer
            .attributes
            .iter()
            .any(|item| kind_of(*item) == Some(oid))
    };
    if has(SIGNING_CERTIFICATE) && !has(SIGNING_CERTIFICATE_V2) {
        return Err(BindingError::WeakCertificate);
    }
    let named = once(signer, &SIGNING_CERTIFICATE_V2, "signingCertificateV2")?;
    let named = certificate_ids(named).filter(|ids| !ids.is_empty());
    let named = named.ok_or(BindingError::Malformed("signingCertificateV2"))?;
    Ok(Named(named))
}

impl Named<'_> {
    /// Returns nothing where the certificate named first is the signer's (RFC 5035, section 3).
    pub(super) fn names_signer(&self, signer: &Certificate) -> Result<(), BindingError> {
        match self.0.first() {
            Some(first) if first.names(signer) => Ok(()),
            _ => Err(BindingError::OtherCertificate),
        }
    }

    /// Returns nothing where the chain leads over certificates that are named too, or no more than the signer's is named (RFC 5035, section 3).
    ///
    /// The trusted one need not be named: the verifier chose it.
    pub(super) fn names_chain(&self, chain: &[&Certificate]) -> Result<(), BindingError> {
        let named = |one: &&Certificate| self.0.iter().any(|id| id.names(one));
        let between = chain.get(1..chain.len().saturating_sub(1));
        if self.0.len() > 1 && !between.unwrap_or_default().iter().all(named) {
            return Err(BindingError::OtherChain);
        }
        Ok(())
    }
}

impl CertificateId<'_> {
    fn names(&self, certificate: &Certificate) -> bool {
        let numbered = |(issuer, serial)| certificate.is_numbered(issuer, serial);
        self.hash.digest(certificate.der()) == self.digest && self.number.is_none_or(numbered)
    }
}

/// Returns the only value of an attribute that must stand exactly once (RFC 5652, sections 11.1 and 11.2; RFC 5035, section 3).
fn once<'a>(
    signer: &SignerInfo<'a>,
    oid: &ObjectIdentifier,
    name: &'static str,
) -> Result<Element<'a>, BindingError> {
    let mut found = signer
        .attributes
        .iter()
        .filter(|item| kind_of(**item) == Some(*oid));
    let (Some(attribute), None) = (found.next(), found.next()) else {
        return Err(BindingError::NotOnce(name));
    };
    only_value(*attribute).ok_or(BindingError::NotOnce(name))
}

fn kind_of(attribute: Element<'_>) -> Option<ObjectIdentifier> {
    attribute.fields()?.read()
}

fn only_value(attribute: Element<'_>) -> Option<Element<'_>> {
    let mut fields = attribute.fields()?;
    fields.next()?;
    let values = fields.expect(Tag::Set)?;
    fields.end()?;
    match values.list(1)?.as_slice() {
        [value] => Some(*value),
        _ => None,
    }
}

/// `SigningCertificateV2`; its policies, which follow, are information.
fn certificate_ids(value: Element<'_>) -> Option<Vec<CertificateId<'_>>> {
    let ids = value.fields()?.expect(Tag::Sequence)?.list(MAX_NAMED)?;
    ids.into_iter().map(certificate_id).collect()
}

fn certificate_id(element: Element<'_>) -> Option<CertificateId<'_>> {
    let mut fields = element.fields()?;
    let hash = match fields.optional(Tag::Sequence) {
        Some(algorithm) => HashAlgorithm::of(&plain_algorithm(algorithm)?)?,
        None => HashAlgorithm::Sha256,
    };
    let digest = fields.read::<OctetStringRef<'_>>()?.as_bytes();
    let number = match fields.optional(Tag::Sequence) {
        Some(number) => Some(issuer_and_serial(number.fields()?)?),
        None => None,
    };
    fields.end()?;
    Some(CertificateId {
        hash,
        digest,
        number,
    })
}

/// `IssuerSerial`, whose issuer is one directory name.
fn issuer_and_serial(mut fields: Fields<'_>) -> Option<(&[u8], &[u8])> {
    let names = fields.expect(Tag::Sequence)?.list(1)?;
    let name = names
        .first()
        .filter(|name| name.tag == constructed(TagNumber::N4))?;
    let issuer = Element::only(name.value, Tag::Sequence)?.whole;
    let serial = fields.expect(Tag::Integer)?.whole;
    fields.end()?;
    Some((issuer, serial))
}
