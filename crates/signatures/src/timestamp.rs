//! Timestamps of outside authorities (RFC 3161), checked offline.
//!
//! In scope: the question for a digest, the answer, and whether its token holds at the moment that it names.
//! Not here: carrying question and answer (`cli`), and which authorities an organisation names (`model`).
//! No revocation list is read: an authority whose key is lost leaves the list of trusted certificates.

mod certificate;
mod chain;
mod content;
mod element;
mod hash;
mod info;
mod key;
mod moment;
mod request;
mod response;
mod signer;
mod token;
mod verify;

pub use certificate::{CertificateError, MAX_CERTIFICATE_BYTES, TrustedCertificate};
pub use chain::{ChainError, MAX_CHAIN};
pub use hash::{HashAlgorithm, Imprint};
pub use key::SignatureError;
pub use request::request;
pub use response::{MAX_RESPONSE_BYTES, ResponseError, parse_response};
pub use signer::BindingError;
pub use token::{MAX_TOKEN_BYTES, MAX_TOKEN_CERTIFICATES, Token, TokenError};
pub use verify::{Timestamped, VerifyError};
