//! A GitHub App: the key that it signs with, and the token of its installation on one repository.

use std::fmt;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{HEADERS, Repository};
use crate::forge::base::{Base, NoBase, Query};
use crate::forge::error::ForgeError;
use crate::forge::send::{Order, Verb};
use crate::forge::token::{NoToken, Token};
use crate::forge::{Client, Edge, Limits};
use crate::http::{Http, HttpError};

/// The longest number or client ID of an app.
const MAX_ID_BYTES: usize = 100;
/// "Generating a JSON Web Token": clocks differ, so that it begins a minute ago.
const BEFORE_SECONDS: i64 = 60;
/// It ends after ten minutes at the latest.
const AFTER_SECONDS: i64 = 540;

/// An app, by its number or client ID and its private key.
pub struct App {
    id: String,
    key: KeyPair,
}

/// What is no app. The key is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoApp {
    /// The number is none.
    #[error("an app is named by its number or its client ID, and by no other characters")]
    Id,
    /// The key is none.
    #[error("the key is no RSA private key in PEM, as GitHub gives one to an app")]
    Key,
}

/// Why an app has no token.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The address of the API is none.
    #[error("the address of the forge's API cannot be used")]
    Base(#[from] NoBase),
    /// No connection can be made at all.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// GitHub does not give one.
    #[error("GitHub gives the app no token for this repository")]
    Forge(#[from] ForgeError),
    /// What it gives is none.
    #[error("what GitHub gives the app is no token")]
    Token(#[from] NoToken),
    /// Its answer cannot be read.
    #[error("GitHub answers the app what cannot be read")]
    Unreadable,
    /// It cannot be signed with the key.
    #[error("the key of the app does not sign")]
    NotSigned,
}

impl App {
    /// Returns the app that signs with a key, in PEM as GitHub gives it (PKCS #1), or as PKCS #8.
    pub fn new(id: &str, pem: &str) -> Result<App, NoApp> {
        let is_id = id
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || it == b'.');
        if id.is_empty() || id.len() > MAX_ID_BYTES || !is_id {
            return Err(NoApp::Id);
        }
        let (kind, der) = der(pem).ok_or(NoApp::Key)?;
        let key = match kind {
            "RSA PRIVATE KEY" => KeyPair::from_der(&der),
            "PRIVATE KEY" => KeyPair::from_pkcs8(&der),
            _ => return Err(NoApp::Key),
        };
        Ok(App {
            id: id.to_owned(),
            key: key.map_err(|_| NoApp::Key)?,
        })
    }

    /// Returns a token for one repository, good for an hour.
    pub fn token(
        &self,
        api: &str,
        repository: &Repository,
        edge: &Edge<'_>,
    ) -> Result<Token, AppError> {
        let base = Base::parse(api)?;
        let jwt = Token::new(&self.jwt((edge.now)())?)?;
        let client = Client::new(Http::new()?, base, Some(jwt), &HEADERS, Limits::default());
        let needs = "the app to be installed on the repository";
        let place = ["repos", &repository.owner, &repository.name, "installation"];
        let found = client.get(edge, &Query::new(place, needs), None)?;
        let [page] = found.bodies()[..] else {
            return Err(AppError::Unreadable);
        };
        let installation: Installation = read(page)?;
        let id = installation.id.to_string();
        let sent = client.send(
            edge,
            &Order {
                verb: Verb::Post,
                query: Query::new(["app", "installations", &id, "access_tokens"], needs),
                body: json!({"repositories": [repository.name]})
                    .to_string()
                    .into_bytes(),
            },
        )?;
        let given: Given = read(&sent.body)?;
        Ok(Token::new(&given.token)?)
    }

    /// Returns what says that the app itself asks: RFC 7519, signed with RS256 (RFC 7518 section 3.3).
    fn jwt(&self, now: Timestamp) -> Result<String, AppError> {
        let now = now.as_second();
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let head = part(json!({"alg": "RS256", "typ": "JWT"}));
        let claims = part(json!({
            "iat": now - BEFORE_SECONDS,
            "exp": now + AFTER_SECONDS,
            "iss": self.id,
        }));
        let text = format!("{head}.{claims}");
        let mut signature = vec![0; self.key.public_modulus_len()];
        // This padding takes no random number.
        let random = SystemRandom::new();
        let signed = self
            .key
            .sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature);
        signed.map_err(|_| AppError::NotSigned)?;
        Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Installation {
    id: u64,
}

#[derive(Deserialize)]
struct Given {
    token: String,
}

fn read<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, AppError> {
    serde_json::from_slice(bytes).map_err(|_| AppError::Unreadable)
}

/// Returns what the first block of a PEM (RFC 7468) is called, and holds.
fn der(pem: &str) -> Option<(&str, Vec<u8>)> {
    let (_, rest) = pem.split_once("-----BEGIN ")?;
    let (kind, rest) = rest.split_once("-----")?;
    let (text, _) = rest.split_once(&format!("-----END {kind}-----"))?;
    let text: String = text.split_ascii_whitespace().collect();
    Some((kind, STANDARD.decode(text).ok()?))
}

#[cfg(test)]
mod tests {
    use super::{App, NoApp, der};

    #[test]
    fn what_is_no_key_is_refused() {
        let check = |pem: &str| App::new("7", pem).unwrap_err();
        let block = |kind: &str| format!("-----BEGIN {kind}-----\nYQ==\n-----END {kind}-----\n");
        for pem in ["", "ghp_1", "-----BEGIN RSA PRIVATE KEY-----\nYQ==\n"] {
            assert_eq!(check(pem), NoApp::Key, "{pem}");
        }
        for kind in [
            "RSA PRIVATE KEY",
            "PRIVATE KEY",
            "PUBLIC KEY",
            "OPENSSH PRIVATE KEY",
        ] {
            assert_eq!(check(&block(kind)), NoApp::Key, "{kind}");
        }
        assert_eq!(App::new("../7", "").unwrap_err(), NoApp::Id);
        assert_eq!(App::new("", "").unwrap_err(), NoApp::Id);
    }

    #[test]
    fn a_block_is_found_behind_other_lines() {
        let pem = "Bag Attributes\r\n-----BEGIN PRIVATE KEY-----\r\nYW\r\nI=\r\n-----END PRIVATE KEY-----\r\n";
        assert_eq!(der(pem), Some(("PRIVATE KEY", b"ab".to_vec())));
    }
}
