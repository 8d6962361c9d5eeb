//! What GitLab sends by itself: whether its token is right, and what a payload is about.
//!
//! The token is the operator's too, so what comes with it is collected evidence and no more. It signs nothing: whoever read
//! one delivery can send any other. The name of the event and the number of the delivery stand in headers.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

mod payload;

pub use payload::{AboutProject, Happened, Payload, payload};

/// The header with the token.
pub const TOKEN_HEADER: &str = "x-gitlab-token";
/// The header with the name of the event, such as `Merge Request Hook`.
pub const EVENT_HEADER: &str = "x-gitlab-event";
/// The header with the number of the delivery, which stays when it is sent again.
pub const DELIVERY_HEADER: &str = "x-gitlab-event-uuid";

/// "Webhooks": no payload is larger than 25 MB.
pub const MAX_PAYLOAD_BYTES: usize = 25 << 20;

/// The longest token that is compared.
const MAX_TOKEN_BYTES: usize = 4 << 10;

/// Both tokens are compared by what HMAC makes of them, whose comparison takes the same time whatever differs.
const COMPARED_AS: &[u8] = b"countersign x-gitlab-token";

/// The token of a webhook, which nothing shows.
#[derive(Clone)]
pub struct Secret([u8; 32]);

/// Why a delivery is none of this webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadToken {
    /// Another token was sent, or none.
    #[error("the header X-Gitlab-Token is not the token of this webhook")]
    Wrong,
    /// The payload is longer than any that GitLab sends.
    #[error("the payload has more than {MAX_PAYLOAD_BYTES} bytes")]
    TooLong,
}

/// A text that is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token of the webhook is empty or too long")]
pub struct NoSecret;

impl Secret {
    /// Returns the token that these bytes are; an empty one is sent by everybody who sends none.
    pub fn new(bytes: &[u8]) -> Result<Secret, NoSecret> {
        match bytes.len() {
            1..=MAX_TOKEN_BYTES => Ok(Secret(compared(bytes).finalize().into_bytes().into())),
            _ => Err(NoSecret),
        }
    }

    /// Returns nothing if the header `X-Gitlab-Token` is the token; of the payload only its length is looked at.
    pub fn verify(&self, payload: &[u8], header: &str) -> Result<(), BadToken> {
        if payload.len() > MAX_PAYLOAD_BYTES {
            return Err(BadToken::TooLong);
        }
        if header.len() > MAX_TOKEN_BYTES {
            return Err(BadToken::Wrong);
        }
        let compared = compared(header.as_bytes());
        compared.verify_slice(&self.0).map_err(|_| BadToken::Wrong)
    }
}

fn compared(token: &[u8]) -> Hmac<Sha256> {
    let hmac = Hmac::<Sha256>::new_from_slice(COMPARED_AS);
    hmac.expect("HMAC takes a key of any length")
        .chain_update(token)
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::{BadToken, MAX_PAYLOAD_BYTES, NoSecret, Secret};

    #[test]
    fn the_token_is_the_whole_token() {
        let secret = Secret::new(b"hunter2").unwrap();
        assert_eq!(secret.verify(b"{}", "hunter2"), Ok(()));
        let long = "hunter2".repeat(1_000);
        for other in [
            "",
            "hunter",
            "hunter22",
            "Hunter2",
            " hunter2",
            long.as_str(),
        ] {
            assert_eq!(secret.verify(b"{}", other), Err(BadToken::Wrong), "{other}");
        }
        assert!(!format!("{secret:?}").contains("hunter2"));
    }

    #[test]
    fn what_is_too_long_is_not_looked_at() {
        let secret = Secret::new(b"hunter2").unwrap();
        let long = vec![b' '; MAX_PAYLOAD_BYTES + 1];
        assert_eq!(secret.verify(&long, "hunter2"), Err(BadToken::TooLong));
    }

    #[test]
    fn an_empty_token_is_none() {
        assert_eq!(Secret::new(b"").err(), Some(NoSecret));
        assert_eq!(Secret::new(&[b'a'; 5_000]).err(), Some(NoSecret));
    }
}
