//! What GitHub sends by itself: whether its signature is right, and what a payload is about.
//!
//! The secret is the operator's too, so what it signs is collected evidence and no more. The name of the event, the number
//! of the delivery and the moment stand in headers that nothing signs.

use std::collections::BTreeSet;
use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use model::request::Account;
use serde::Deserialize;
use sha2::Sha256;

use super::read::{AccountWire, GITHUB};
use crate::forge::answer::Unreadable;

mod events;
mod happened;

pub use events::{DELIVERY_HEADER, EVENT_HEADER, SIGNATURE_HEADER, is_event};
pub use happened::happened;

/// "Webhook events and payloads": payloads are capped at 25 MB.
pub const MAX_PAYLOAD_BYTES: usize = 25 << 20;

/// The bytes of a signature.
const SIGNATURE_BYTES: usize = 32;

/// The secret of a webhook, which nothing shows.
#[derive(Clone)]
pub struct Secret(Hmac<Sha256>);

/// Why a signature is none of this payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadSignature {
    /// It is not written as GitHub writes it.
    #[error("the header X-Hub-Signature-256 is not `sha256=` and 64 hexadecimal characters")]
    Malformed,
    /// Another secret or another payload was signed.
    #[error("the signature is not of this payload by this secret")]
    Wrong,
    /// The payload is longer than any that GitHub sends.
    #[error("the payload has more than {MAX_PAYLOAD_BYTES} bytes")]
    TooLong,
}

/// A secret that signs nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the secret of the webhook is empty")]
pub struct NoSecret;

impl Secret {
    /// Returns the secret that these bytes are; with an empty one everybody could sign.
    pub fn new(bytes: &[u8]) -> Result<Secret, NoSecret> {
        match bytes {
            [] => Err(NoSecret),
            bytes => Hmac::new_from_slice(bytes)
                .map(Secret)
                .map_err(|_| NoSecret),
        }
    }

    /// Returns nothing if the header `X-Hub-Signature-256` signs the payload, byte for byte as it came.
    ///
    /// "Validating webhook deliveries": HMAC with SHA-256 over the body, compared in constant time.
    pub fn verify(&self, payload: &[u8], header: &str) -> Result<(), BadSignature> {
        if payload.len() > MAX_PAYLOAD_BYTES {
            return Err(BadSignature::TooLong);
        }
        let mut signature = [0; SIGNATURE_BYTES];
        let text = header
            .strip_prefix("sha256=")
            .ok_or(BadSignature::Malformed)?;
        hex::decode_to_slice(text, &mut signature).map_err(|_| BadSignature::Malformed)?;
        let hmac = self.0.clone().chain_update(payload);
        hmac.verify_slice(&signature)
            .map_err(|_| BadSignature::Wrong)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What a payload is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// What happened, among the actions of its event; some events have none.
    pub action: Option<String>,
    /// The repository.
    pub repository: Option<AboutRepository>,
    /// The change requests that it names.
    pub requests: BTreeSet<u64>,
    /// The account that caused it.
    pub sender: Option<Account>,
}

/// The repository of a payload.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AboutRepository {
    /// The number, which stays when the repository is renamed.
    pub id: u64,
    /// `owner/name`.
    pub full_name: String,
}

#[derive(Deserialize)]
struct PayloadWire {
    action: Option<String>,
    repository: Option<AboutRepository>,
    sender: Option<AccountWire>,
    pull_request: Option<NumberedWire>,
    issue: Option<IssueWire>,
    check_run: Option<RunWire>,
    check_suite: Option<RunWire>,
    workflow_run: Option<RunWire>,
}

#[derive(Deserialize)]
struct NumberedWire {
    number: u64,
}

/// A change request is an issue too, and then says so.
#[derive(Deserialize)]
struct IssueWire {
    number: u64,
    pull_request: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct RunWire {
    #[serde(default)]
    pull_requests: Vec<NumberedWire>,
}

/// Returns what a payload is about.
pub fn payload(bytes: &[u8]) -> Result<Payload, Unreadable> {
    let wire: PayloadWire = GITHUB.read("a webhook's payload", 1, bytes)?;
    let runs = [wire.check_run, wire.check_suite, wire.workflow_run];
    let runs = runs.into_iter().flatten().flat_map(|run| run.pull_requests);
    let issue = wire.issue.filter(|issue| issue.pull_request.is_some());
    let numbers = runs.chain(wire.pull_request).map(|request| request.number);
    Ok(Payload {
        action: wire.action,
        repository: wire.repository,
        requests: numbers.chain(issue.map(|issue| issue.number)).collect(),
        sender: wire.sender.map(Account::from),
    })
}

#[cfg(test)]
mod tests {
    use super::{BadSignature, NoSecret, Secret, payload};

    /// RFC 4231 section 4.3.
    const SECRET: &[u8] = b"Jefe";
    const PAYLOAD: &[u8] = b"what do ya want for nothing?";
    const SIGNATURE: &str =
        "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

    #[test]
    fn what_was_signed_verifies() {
        let secret = Secret::new(SECRET).unwrap();
        assert_eq!(secret.verify(PAYLOAD, SIGNATURE), Ok(()));
        assert_eq!(
            secret.verify(b"what do ya want for nothing!", SIGNATURE),
            Err(BadSignature::Wrong)
        );
        let other = Secret::new(b"another").unwrap();
        assert_eq!(other.verify(PAYLOAD, SIGNATURE), Err(BadSignature::Wrong));
        assert!(!format!("{secret:?}").contains("Jefe"));
    }

    #[test]
    fn a_signature_is_written_in_one_way() {
        let secret = Secret::new(SECRET).unwrap();
        let check = |header: &str| {
            assert_eq!(
                secret.verify(PAYLOAD, header),
                Err(BadSignature::Malformed),
                "{header}"
            )
        };
        check("");
        check(&SIGNATURE[7..]);
        check(&SIGNATURE.replace("256", "1"));
        check(&SIGNATURE[..70]);
        check(&format!("{SIGNATURE}00"));
        check(&SIGNATURE.replace('5', "x"));
    }

    #[test]
    fn an_empty_secret_is_none() {
        assert_eq!(Secret::new(b"").err(), Some(NoSecret));
    }

    #[test]
    fn an_issue_that_is_no_request_names_none() {
        let requests = |text: &str| payload(text.as_bytes()).unwrap().requests;
        assert!(requests(r#"{"issue": {"number": 3}}"#).is_empty());
        assert!(requests(r#"{"issue": {"number": 3, "pull_request": {}}}"#).contains(&3));
        assert!(payload(b"[]").is_err());
    }
}
