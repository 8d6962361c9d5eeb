//! The one encoding of a leaf, read as it was written: an audit reads millions.

use model::digest::Digest;

use super::{Commitment, Leaf, LeafKind, MAX_PAYLOAD_BYTES};

/// The bytes of a digest in hexadecimal.
const DIGEST_BYTES: usize = 64;
/// The pattern of a time, in which `d` is a digit.
const TIME: &[u8] = b"dddd-dd-ddTdd:dd:ddZ";

/// Returns the leaf of a canonical encoding; whether other bytes are one is not decided here.
pub(super) fn parse(bytes: &[u8]) -> Option<Leaf> {
    let mut input = Input(bytes);
    input.skip(b"{")?;
    let after = match input.skip(b"\"after\":\"") {
        Some(()) => Some((input.digest()?, input.skip(b"\",")?).0),
        None => None,
    };
    input.skip(b"\"at\":\"")?;
    let at = input.time()?;
    input.skip(b"\",\"kind\":\"")?;
    let kind = input.kind()?;
    input.skip(b"\",\"payload\":{\"bytes\":")?;
    let bytes = input.number()?;
    input.skip(b",\"salted_sha256\":\"")?;
    let salted_sha256 = input.digest()?;
    input.skip(b"\"},\"v\":1}")?;
    let payload = Commitment {
        bytes,
        salted_sha256,
    };
    input.0.is_empty().then_some(Leaf {
        kind,
        at,
        payload,
        after,
    })
}

/// What is left to read.
struct Input<'b>(&'b [u8]);

impl<'b> Input<'b> {
    fn skip(&mut self, expected: &[u8]) -> Option<()> {
        self.0 = self.0.strip_prefix(expected)?;
        Some(())
    }

    fn take(&mut self, bytes: usize) -> Option<&'b str> {
        let (taken, rest) = self.0.split_at_checked(bytes)?;
        self.0 = rest;
        std::str::from_utf8(taken).ok()
    }

    fn digest(&mut self) -> Option<Digest> {
        self.take(DIGEST_BYTES)?.parse().ok()
    }

    fn time(&mut self) -> Option<jiff::Timestamp> {
        let text = self.take(TIME.len())?;
        let fits = |(byte, pattern): (u8, &u8)| match pattern {
            b'd' => byte.is_ascii_digit(),
            _ => byte == *pattern,
        };
        // A leap second is read as the second before it, whose text differs.
        let is_written_so = text.bytes().zip(TIME).all(fits) && !text.ends_with("60Z");
        is_written_so.then(|| text.parse().ok())?
    }

    fn kind(&mut self) -> Option<LeafKind> {
        let end = self.0.iter().position(|byte| *byte == b'"')?;
        let text = self.take(end)?;
        LeafKind::ALL.into_iter().find(|kind| kind.name() == text)
    }

    fn number(&mut self) -> Option<u64> {
        let end = self.0.iter().position(|byte| !byte.is_ascii_digit())?;
        let text = self.take(end)?;
        let is_short = text == "0" || !text.starts_with('0');
        let number = is_short.then(|| text.parse().ok())??;
        (number <= MAX_PAYLOAD_BYTES).then_some(number)
    }
}
