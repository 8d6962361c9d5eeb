//! Reads what a token says (RFC 3161, section 2.4.2).

use std::time::Duration;

use der::asn1::{ObjectIdentifier, OctetStringRef, UintRef};
use der::{Tag, TagNumber};
use jiff::Timestamp;

use super::element::{Element, Fields, constructed, primitive};
use super::hash::{HashAlgorithm, plain_algorithm};
use super::moment;
use super::token::TokenError;

/// Extensions that are read.
const MAX_EXTENSIONS: usize = 16;

/// A `TSTInfo`, not yet believed.
#[derive(Clone, Debug)]
pub(super) struct Info<'a> {
    /// Under which rules the authority stamped.
    pub(super) policy: ObjectIdentifier,
    /// The hash of what was stamped.
    pub(super) hash: HashAlgorithm,
    /// Its digest.
    pub(super) digest: &'a [u8],
    /// The number of the token, big-endian.
    pub(super) serial: &'a [u8],
    /// When it was stamped.
    pub(super) time: Timestamp,
    /// How far the time may be off, to either side.
    pub(super) accuracy: Option<Duration>,
    /// The encoded nonce of the request.
    pub(super) nonce: Option<&'a [u8]>,
    /// The `GeneralName` of the authority.
    pub(super) authority: Option<Element<'a>>,
}

impl<'a> Info<'a> {
    /// Returns what the content of a token says.
    pub(super) fn parse(content: &'a [u8]) -> Result<Info<'a>, TokenError> {
        let malformed = || TokenError::Malformed("the timestamp");
        let mut fields = Element::only(content, Tag::Sequence)
            .and_then(Element::fields)
            .ok_or_else(malformed)?;
        if fields.read::<u64>().ok_or_else(malformed)? != 1 {
            return Err(TokenError::Version("the timestamp"));
        }
        let policy = fields.read().ok_or_else(malformed)?;
        let (hash, digest) = imprint(fields.expect(Tag::Sequence).ok_or_else(malformed)?)?;
        let rest = rest(fields).ok_or_else(malformed)?;
        if let Some(extensions) = rest.extensions {
            refuse_critical(extensions)?;
        }
        Ok(Info {
            policy,
            hash,
            digest,
            serial: rest.serial,
            time: rest.time,
            accuracy: rest.accuracy,
            nonce: rest.nonce,
            authority: rest.authority,
        })
    }
}

struct Rest<'a> {
    serial: &'a [u8],
    time: Timestamp,
    accuracy: Option<Duration>,
    nonce: Option<&'a [u8]>,
    authority: Option<Element<'a>>,
    extensions: Option<Element<'a>>,
}

fn rest(mut fields: Fields<'_>) -> Option<Rest<'_>> {
    let serial = fields.expect(Tag::Integer)?;
    let time = moment::parse(fields.expect(Tag::GeneralizedTime)?.value)?;
    let accuracy = match fields.optional(Tag::Sequence) {
        Some(element) => Some(accuracy(element)?),
        None => None,
    };
    let ordering = fields.optional(Tag::Boolean);
    // X.690, section 11.5: a default, here FALSE, is not encoded.
    if ordering.is_some_and(|element| element.read() != Some(true)) {
        return None;
    }
    let nonce = fields.optional(Tag::Integer);
    let authority = match fields.optional(constructed(TagNumber::N0)) {
        Some(element) => Some(only(element)?),
        None => None,
    };
    let extensions = fields.optional(constructed(TagNumber::N1));
    fields.end()?;
    Some(Rest {
        serial: serial.read::<UintRef<'_>>()?.as_bytes(),
        time,
        accuracy,
        nonce: nonce.map(|element| element.whole),
        authority,
        extensions,
    })
}

fn imprint(element: Element<'_>) -> Result<(HashAlgorithm, &[u8]), TokenError> {
    let malformed = || TokenError::Malformed("the message imprint");
    let mut fields = element.fields().ok_or_else(malformed)?;
    let oid = fields.next().and_then(plain_algorithm);
    let oid = oid.ok_or_else(malformed)?;
    let digest = fields.read::<OctetStringRef<'_>>().ok_or_else(malformed)?;
    fields.end().ok_or_else(malformed)?;
    let hash = HashAlgorithm::of(&oid).ok_or_else(|| TokenError::Hash(oid.to_string()))?;
    Ok((hash, digest.as_bytes()))
}

fn accuracy(element: Element<'_>) -> Option<Duration> {
    let mut fields = element.fields()?;
    let seconds = match fields.optional(Tag::Integer) {
        Some(seconds) => seconds.read::<u32>()?,
        None => 0,
    };
    let millis = thousandths(&mut fields, TagNumber::N0)?;
    let micros = thousandths(&mut fields, TagNumber::N1)?;
    fields.end()?;
    let fraction = Duration::from_micros(u64::from(millis) * 1000 + u64::from(micros));
    Some(Duration::from_secs(seconds.into()) + fraction)
}

/// Returns a number from 1 to 999 under an implicit tag, or 0 where it is absent.
fn thousandths(fields: &mut Fields<'_>, number: TagNumber) -> Option<u16> {
    let Some(element) = fields.optional(primitive(number)) else {
        return Some(0);
    };
    let number = match element.value {
        [low @ 0..=0x7f] => u16::from(*low),
        [0, low] if *low >= 0x80 => u16::from(*low),
        [high @ 1..=0x7f, low] => u16::from_be_bytes([*high, *low]),
        _ => return None,
    };
    (1..=999).contains(&number).then_some(number)
}

fn only(element: Element<'_>) -> Option<Element<'_>> {
    match element.list(1)?.as_slice() {
        [inner] => Some(*inner),
        _ => None,
    }
}

/// No extension is known here, and an unknown one that is critical refuses the token (RFC 5280, section 4.2).
fn refuse_critical(extensions: Element<'_>) -> Result<(), TokenError> {
    let malformed = || TokenError::Malformed("the extensions of the timestamp");
    for extension in extensions.list(MAX_EXTENSIONS).ok_or_else(malformed)? {
        let mut fields = extension.fields().ok_or_else(malformed)?;
        let oid: ObjectIdentifier = fields.read().ok_or_else(malformed)?;
        if fields.optional(Tag::Boolean).is_some() {
            return Err(TokenError::CriticalExtension(oid.to_string()));
        }
    }
    Ok(())
}
