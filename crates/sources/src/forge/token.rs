//! The credential of a forge, which nothing shows.

use std::fmt;

use reqwest::header::HeaderValue;

/// The longest token; GitHub's have up to 255 characters, JSON web tokens some thousand.
const MAX_TOKEN_BYTES: usize = 16 << 10;

/// A bearer token.
#[derive(Clone)]
pub struct Token(HeaderValue);

/// A text that cannot be a token. It is not repeated here, for it may be a secret all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token of the forge is empty, too long, or holds characters other than visible ASCII")]
pub struct NoToken;

impl Token {
    /// Returns the token that a text is.
    pub fn new(text: &str) -> Result<Token, NoToken> {
        let is_visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        if text.is_empty() || text.len() > MAX_TOKEN_BYTES || !is_visible {
            return Err(NoToken);
        }
        let mut header = HeaderValue::from_str(&format!("Bearer {text}")).map_err(|_| NoToken)?;
        header.set_sensitive(true);
        Ok(Token(header))
    }

    /// Returns the value of the header `Authorization`, which shows itself as `Sensitive`.
    pub(super) fn bearer(&self) -> HeaderValue {
        self.0.clone()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::{NoToken, Token};

    #[test]
    fn a_token_is_one_visible_word() {
        for text in ["", "a b", "a\n", "ä", &"a".repeat(20_000)] {
            assert_eq!(Token::new(text).err(), Some(NoToken), "{text:?}");
        }
        assert!(Token::new("ghp_0123456789abcdef").is_ok());
    }

    #[test]
    fn nothing_shows_it() {
        let token = Token::new("hunter2").unwrap();
        let shown = format!("{token:?} {:?} {NoToken}", token.bearer());
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
