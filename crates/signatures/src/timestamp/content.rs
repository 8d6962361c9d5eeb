//! Takes a token apart: a `SignedData` with one signer (RFC 3161, section 2.4.2; RFC 5652, section 5).

use der::asn1::{ObjectIdentifier, OctetStringRef};
use der::{Tag, TagNumber};

use super::element::{Element, Fields, constructed, primitive};
use super::hash::{HashAlgorithm, plain_algorithm};
use super::token::{MAX_TOKEN_CERTIFICATES, TokenError};

const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
/// `id-ct-TSTInfo`.
pub(super) const TIMESTAMP: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");

/// Hashes, signers and signed attributes that are read of each.
const MAX_ITEMS: usize = 32;

/// The parts of a token, none of them verified.
pub(super) struct Content<'a> {
    /// The encoded `TSTInfo`.
    pub(super) info: &'a [u8],
    /// The certificates that came with it, encoded.
    pub(super) certificates: Vec<&'a [u8]>,
    /// The one signer.
    pub(super) signer: SignerInfo<'a>,
}

/// Who signed, and what.
pub(super) struct SignerInfo<'a> {
    /// Whose signature it is.
    pub(super) id: SignerId<'a>,
    /// The hash of content and attributes.
    pub(super) hash: HashAlgorithm,
    /// The signed attributes.
    pub(super) attributes: Vec<Element<'a>>,
    /// The algorithm of the signature, where it has no parameters of its own.
    pub(super) algorithm: Option<ObjectIdentifier>,
    /// The signature.
    pub(super) signature: &'a [u8],
}

/// How a signer is named.
pub(super) enum SignerId<'a> {
    /// By the encoded name of who issued the certificate, and its encoded number.
    Certificate { issuer: &'a [u8], serial: &'a [u8] },
    /// By the identifier of the key.
    Key(&'a [u8]),
}

impl<'a> Content<'a> {
    /// Returns the parts of an encoded `ContentInfo`.
    pub(super) fn parse(token: &'a [u8]) -> Result<Content<'a>, TokenError> {
        let malformed = || TokenError::Malformed("the signed data");
        let mut fields = signed_data(token)?;
        let version: u64 = fields.read().ok_or_else(malformed)?;
        fields.expect(Tag::Set).ok_or_else(malformed)?;
        let content = fields.expect(Tag::Sequence).ok_or_else(malformed)?;
        let certificates = fields.optional(constructed(TagNumber::N0));
        let _revocations = fields.optional(constructed(TagNumber::N1));
        let signers = fields.expect(Tag::Set).ok_or_else(malformed)?;
        fields.end().ok_or_else(malformed)?;
        // RFC 5652, section 5.1: the version of content that is not `id-data`.
        if version != 3 {
            return Err(TokenError::Version("the signed data"));
        }
        Ok(Content {
            info: timestamp(content)?,
            certificates: match certificates {
                Some(element) => certificates_of(element)?,
                None => Vec::new(),
            },
            signer: signer(one(signers)?)?,
        })
    }
}

fn signed_data(token: &[u8]) -> Result<Fields<'_>, TokenError> {
    let malformed = || TokenError::Malformed("the token");
    let whole = Element::only(token, Tag::Sequence);
    let mut fields = whole.and_then(Element::fields).ok_or_else(malformed)?;
    let kind: ObjectIdentifier = fields.read().ok_or_else(malformed)?;
    if kind != SIGNED_DATA {
        return Err(TokenError::Kind(kind.to_string()));
    }
    let content = fields.expect(constructed(TagNumber::N0));
    fields.end().ok_or_else(malformed)?;
    content
        .and_then(|content| Element::only(content.value, Tag::Sequence))
        .and_then(Element::fields)
        .ok_or_else(malformed)
}

fn timestamp(content: Element<'_>) -> Result<&[u8], TokenError> {
    let malformed = || TokenError::Malformed("the content");
    let mut fields = content.fields().ok_or_else(malformed)?;
    let kind: ObjectIdentifier = fields.read().ok_or_else(malformed)?;
    if kind != TIMESTAMP {
        return Err(TokenError::Kind(kind.to_string()));
    }
    let wrapped = fields.expect(constructed(TagNumber::N0));
    fields.end().ok_or_else(malformed)?;
    let octets = wrapped
        .and_then(|wrapped| Element::only(wrapped.value, Tag::OctetString))
        .and_then(Element::read::<OctetStringRef<'_>>);
    Ok(octets.ok_or_else(malformed)?.as_bytes())
}

/// Takes the certificates in any order: DER wants them sorted, and authorities do not sort them.
fn certificates_of(element: Element<'_>) -> Result<Vec<&[u8]>, TokenError> {
    let list = element.list(MAX_TOKEN_CERTIFICATES);
    let list = list.ok_or(TokenError::Malformed("the certificates"))?;
    let plain = list.iter().filter(|item| item.tag == Tag::Sequence);
    Ok(plain.map(|item| item.whole).collect())
}

/// RFC 3161, section 2.4.2: no signature but the authority's.
fn one(signers: Element<'_>) -> Result<Element<'_>, TokenError> {
    let list = signers.list(MAX_ITEMS);
    match list.ok_or(TokenError::Malformed("the signers"))?.as_slice() {
        [signer] => Ok(*signer),
        other => Err(TokenError::Signers { found: other.len() }),
    }
}

fn signer(element: Element<'_>) -> Result<SignerInfo<'_>, TokenError> {
    let malformed = || TokenError::Malformed("the signer");
    let mut fields = element.fields().ok_or_else(malformed)?;
    let version: u64 = fields.read().ok_or_else(malformed)?;
    let id = signer_id(&mut fields).ok_or_else(malformed)?;
    let hash = fields.next().and_then(plain_algorithm);
    let hash = hash.ok_or_else(malformed)?;
    let attributes = fields.expect(constructed(TagNumber::N0));
    let algorithm = fields.next().ok_or_else(malformed)?;
    let signature = fields.read::<OctetStringRef<'_>>().ok_or_else(malformed)?;
    let _unsigned = fields.optional(constructed(TagNumber::N1));
    fields.end().ok_or_else(malformed)?;
    // RFC 5652, section 5.3: the version follows the way in which the signer is named.
    let expected = match id {
        SignerId::Certificate { .. } => 1,
        SignerId::Key(_) => 3,
    };
    if version != expected {
        return Err(TokenError::Version("the signer"));
    }
    Ok(SignerInfo {
        id,
        hash: HashAlgorithm::of(&hash).ok_or_else(|| TokenError::Hash(hash.to_string()))?,
        attributes: attributes
            .and_then(|set| set.list(MAX_ITEMS))
            .ok_or_else(malformed)?,
        algorithm: plain_algorithm(algorithm),
        signature: signature.as_bytes(),
    })
}

fn signer_id<'a>(fields: &mut Fields<'a>) -> Option<SignerId<'a>> {
    if let Some(key) = fields.optional(primitive(TagNumber::N0)) {
        return Some(SignerId::Key(key.value));
    }
    let mut inner = fields.expect(Tag::Sequence)?.fields()?;
    let issuer = inner.expect(Tag::Sequence)?.whole;
    let serial = inner.expect(Tag::Integer)?.whole;
    inner.end()?;
    Some(SignerId::Certificate { issuer, serial })
}
