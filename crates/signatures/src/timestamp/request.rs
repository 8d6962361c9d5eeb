//! Asks an authority to stamp a digest (RFC 3161, section 2.4.1).

use der::Encode;
use der::asn1::UintRef;

use super::hash::Imprint;

const SEQUENCE: u8 = 0x30;
const OCTET_STRING: u8 = 0x04;
const NULL: [u8; 2] = [0x05, 0x00];
const VERSION_1: [u8; 3] = [0x02, 0x01, 0x01];
/// `certReq`: without the authority's certificate in the token, whoever checks it later would have to look for it.
const SEND_CERTIFICATE: [u8; 3] = [0x01, 0x01, 0xff];

/// Returns the DER of a `TimeStampReq`, for the body of a request with the type `application/timestamp-query`.
///
/// The nonce is a random number that nobody could foresee: the answer must carry it, so an old answer does not pass for a new one.
pub fn request(imprint: &Imprint, nonce: u64) -> Vec<u8> {
    let mut algorithm = imprint
        .algorithm()
        .oid()
        .to_der()
        .expect("an object identifier of a hash has eleven bytes");
    algorithm.extend(NULL);
    let mut message = wrap(SEQUENCE, &algorithm);
    message.extend(wrap(OCTET_STRING, imprint.digest()));
    let mut body = VERSION_1.to_vec();
    body.extend(wrap(SEQUENCE, &message));
    body.extend(integer(nonce));
    body.extend(SEND_CERTIFICATE);
    wrap(SEQUENCE, &body)
}

/// Returns the DER of a number.
pub(super) fn integer(number: u64) -> Vec<u8> {
    UintRef::new(&number.to_be_bytes())
        .and_then(|number| number.to_der())
        .expect("a number of eight bytes has an encoding")
}

fn wrap(tag: u8, value: &[u8]) -> Vec<u8> {
    let len = u8::try_from(value.len())
        .ok()
        .filter(|len| *len < 0x80)
        .expect("what is wrapped here has at most 120 bytes");
    let mut out = vec![tag, len];
    out.extend_from_slice(value);
    out
}
