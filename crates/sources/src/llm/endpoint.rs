//! Where a model is asked, and the credential that its server wants.

use reqwest::Url;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use super::Wire;
use crate::http::address::{self, Fault};
use crate::http::secret::Secret;

/// The header that carries Anthropic's keys ("API overview", Authentication).
const API_KEY: HeaderName = HeaderName::from_static("x-api-key");
/// "Versioning": it must be sent, and there is no later one.
const ANTHROPIC_VERSION: (&str, &str) = ("anthropic-version", "2023-06-01");

/// The server of a model, with the form that it speaks.
#[derive(Debug, Clone)]
pub struct Endpoint {
    wire: Wire,
    address: Url,
    key: Option<Secret>,
}

/// Why a model cannot be asked there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoEndpoint {
    /// It is no address of HTTP.
    #[error("the address of the model's server is not one of http or https")]
    NotHttp,
    /// Everybody on the way could read question and key.
    #[error(
        "the address of the model's server is http, and only this machine is asked without encryption"
    )]
    NotEncrypted,
    /// It holds what belongs elsewhere.
    #[error("the address of the model's server holds a login, a query or a fragment")]
    NotBare,
    /// The key is none. It is not repeated here, for it may be a secret all the same.
    #[error(
        "the key of the model's server is empty, too long, or holds characters other than visible ASCII"
    )]
    NoKey,
}

impl Endpoint {
    /// Returns the server whose base address a text is: `https://api.openai.com/v1`, `https://api.anthropic.com/v1`, or that of
    /// another that speaks the same; a server of one's own may want no key.
    pub fn new(wire: Wire, base: &str, key: Option<&str>) -> Result<Endpoint, NoEndpoint> {
        let base = address::base(base).map_err(|fault| match fault {
            Fault::OtherScheme => NoEndpoint::NotHttp,
            Fault::InTheClear => NoEndpoint::NotEncrypted,
            Fault::MoreThanBase => NoEndpoint::NotBare,
        })?;
        let path = match wire {
            Wire::OpenAi => "chat/completions",
            Wire::Anthropic => "messages",
        };
        let secret = |key| match wire {
            Wire::OpenAi => Secret::new(AUTHORIZATION, "Bearer ", key),
            Wire::Anthropic => Secret::new(API_KEY, "", key),
        };
        Ok(Endpoint {
            wire,
            address: base.join(path).map_err(|_| NoEndpoint::NotHttp)?,
            key: key
                .map(|key| secret(key).ok_or(NoEndpoint::NoKey))
                .transpose()?,
        })
    }

    /// Returns the form that it speaks.
    #[must_use]
    pub fn wire(&self) -> Wire {
        self.wire
    }

    /// Returns the address that is asked, which holds no secret.
    #[must_use]
    pub fn address(&self) -> &str {
        self.address.as_str()
    }

    pub(super) fn key(&self) -> Option<&Secret> {
        self.key.as_ref()
    }

    /// Returns what every question carries beside the key.
    pub(super) fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        // A refusal comes in JSON.
        headers.insert(
            ACCEPT,
            HeaderValue::from_static("text/event-stream, application/json"),
        );
        // What is kept is what was said, and no form of it that needs another reader.
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        match self.wire {
            Wire::OpenAi => {}
            Wire::Anthropic => {
                let (name, version) = ANTHROPIC_VERSION;
                headers.insert(name, HeaderValue::from_static(version));
            }
        }
        headers
    }
}

#[cfg(test)]
mod tests {
    use super::{Endpoint, NoEndpoint};
    use crate::llm::Wire;

    #[test]
    fn the_address_lies_below_the_base() {
        let check = |wire, base: &str, expected: Result<&str, NoEndpoint>| {
            let endpoint = Endpoint::new(wire, base, None);
            let address = endpoint.as_ref().map(Endpoint::address);
            assert_eq!(address, expected.as_ref().copied(), "{base}");
        };
        let (openai, anthropic) = (Wire::OpenAi, Wire::Anthropic);
        let expected = "https://api.openai.com/v1/chat/completions";
        check(openai, "https://api.openai.com/v1", Ok(expected));
        let expected = "https://api.anthropic.com/v1/messages";
        check(anthropic, "https://api.anthropic.com/v1/", Ok(expected));
        let expected = "http://127.0.0.1:8080/messages";
        check(anthropic, "http://127.0.0.1:8080", Ok(expected));
        let not_encrypted = Err(NoEndpoint::NotEncrypted);
        check(openai, "http://models.larkspur.example/v1", not_encrypted);
        check(openai, "models.larkspur.example", Err(NoEndpoint::NotHttp));
        let not_bare = Err(NoEndpoint::NotBare);
        check(openai, "https://models.larkspur.example/v1?key=a", not_bare);
        check(openai, "https://ada@models.larkspur.example", not_bare);
    }

    #[test]
    fn a_key_is_one_visible_word_that_nothing_shows() {
        for wire in [Wire::OpenAi, Wire::Anthropic] {
            let of = |key| Endpoint::new(wire, "https://models.larkspur.example/v1", Some(key));
            for key in ["", "a b", "a\n", "ä"] {
                assert_eq!(of(key).err(), Some(NoEndpoint::NoKey), "{key:?}");
            }
            let endpoint = of("hunter2").unwrap();
            let shown = format!("{endpoint:?} {:?}", endpoint.key().unwrap().header());
            assert!(!shown.contains("hunter2"), "{shown}");
        }
    }
}
