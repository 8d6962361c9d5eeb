//! Reads the answer of an authority (RFC 3161, section 2.4.2).

use der::Tag;
use der::asn1::Utf8StringRef;

use super::element::{Element, Fields};
use super::token::{MAX_TOKEN_BYTES, Token, TokenError};

/// The longest answer that is read: a token and its status.
pub const MAX_RESPONSE_BYTES: usize = MAX_TOKEN_BYTES + 4 * 1024;

/// Lines of a refusal that are read, and characters of each that are kept.
const MAX_LINES: usize = 8;
const MAX_LINE_CHARS: usize = 200;

/// Reasons of a refusal by their bits (RFC 3161, section 2.4.2).
const FAILURES: [(usize, &str); 8] = [
    (0, "algorithm unknown or unsupported"),
    (2, "transaction not permitted"),
    (5, "data of the wrong format"),
    (14, "the time source is not available"),
    (15, "the policy is not supported"),
    (16, "the extension is not supported"),
    (17, "additional information is not available"),
    (25, "system failure"),
];

/// Why there is no token in an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResponseError {
    /// Larger than any real answer.
    #[error("the answer has {bytes} bytes, more than {MAX_RESPONSE_BYTES}")]
    TooLong {
        /// The bytes of the answer.
        bytes: usize,
    },
    /// It is not the answer of an authority.
    #[error("the answer cannot be read")]
    Malformed,
    /// The authority stamped nothing.
    #[error("the authority refused with status {status}{}", .reasons.iter().map(|reason| format!("; {reason}")).collect::<String>())]
    Refused {
        /// 2 rejection, 3 waiting, 4 and 5 revocation.
        status: u64,
        /// What it says, without control characters, and the reasons by its bits.
        reasons: Vec<String>,
    },
    /// It granted a token and sent none.
    #[error("the authority granted a token and sent none")]
    NoToken,
    /// The token cannot be read.
    #[error("the token of the answer is refused")]
    Token(#[from] TokenError),
}

/// Returns the token of an encoded `TimeStampResp`, not yet believed.
pub fn parse_response(bytes: &[u8]) -> Result<Token, ResponseError> {
    if bytes.len() > MAX_RESPONSE_BYTES {
        return Err(ResponseError::TooLong { bytes: bytes.len() });
    }
    let (status, token) = split(bytes).ok_or(ResponseError::Malformed)?;
    // RFC 3161, section 2.4.2: `granted` and `grantedWithMods`; a token comes with no other status.
    if status.code > 1 {
        return Err(ResponseError::Refused {
            status: status.code,
            reasons: status.reasons,
        });
    }
    let token = token.ok_or(ResponseError::NoToken)?;
    Ok(Token::parse(token.whole)?)
}

struct Status {
    code: u64,
    reasons: Vec<String>,
}

fn split(bytes: &[u8]) -> Option<(Status, Option<Element<'_>>)> {
    let mut fields = Element::only(bytes, Tag::Sequence)?.fields()?;
    let status = status(fields.expect(Tag::Sequence)?.fields()?)?;
    let token = fields.optional(Tag::Sequence);
    fields.end()?;
    Some((status, token))
}

fn status(mut fields: Fields<'_>) -> Option<Status> {
    let code = fields.read()?;
    let mut reasons = Vec::new();
    if let Some(text) = fields.optional(Tag::Sequence) {
        for line in text.list(MAX_LINES)? {
            reasons.push(printable(line.read::<Utf8StringRef<'_>>()?.as_str()));
        }
    }
    if let Some(bits) = fields.optional(Tag::BitString) {
        let [_unused, bytes @ ..] = bits.value else {
            return None;
        };
        let set = |bit: usize| {
            bytes
                .get(bit / 8)
                .is_some_and(|byte| byte << (bit % 8) & 0x80 != 0)
        };
        let named = FAILURES.iter().filter(|(bit, _)| set(*bit));
        reasons.extend(named.map(|(_, reason)| (*reason).to_owned()));
    }
    fields.end()?;
    Some(Status { code, reasons })
}

fn printable(line: &str) -> String {
    let shown = line.chars().filter(|character| !character.is_control());
    shown.take(MAX_LINE_CHARS).collect()
}
