//! The credential of a forge, which nothing shows.

use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};

use crate::http::secret::Secret;

/// In which GitLab takes the token of a running CI job, which it takes in no other.
const JOB_TOKEN: HeaderName = HeaderName::from_static("job-token");

/// A token, with the header that carries it.
#[derive(Debug, Clone)]
pub struct Token(Secret);

/// A text that cannot be a token. It is not repeated here, for it may be a secret all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token of the forge is empty, too long, or holds characters other than visible ASCII")]
pub struct NoToken;

impl Token {
    /// Returns the bearer token that a text is.
    ///
    /// GitLab takes its personal, project and group tokens so too ("REST API authentication").
    pub fn new(text: &str) -> Result<Token, NoToken> {
        Token::carried(AUTHORIZATION, "Bearer ", text)
    }

    /// Returns the token of a CI job of GitLab that a text is.
    pub fn job(text: &str) -> Result<Token, NoToken> {
        Token::carried(JOB_TOKEN, "", text)
    }

    fn carried(name: HeaderName, before: &'static str, text: &str) -> Result<Token, NoToken> {
        Secret::new(name, before, text).map(Token).ok_or(NoToken)
    }

    /// Returns whether it is that of a CI job.
    pub fn is_of_job(&self) -> bool {
        *self.0.name() == JOB_TOKEN
    }

    /// Returns the header, whose value shows itself as `Sensitive`.
    pub(super) fn header(&self) -> (HeaderName, HeaderValue) {
        self.0.header()
    }
}

#[cfg(test)]
mod tests {
    use super::{NoToken, Token};

    #[test]
    fn a_token_is_one_visible_word() {
        for text in ["", "a b", "a\n", "ä", &"a".repeat(20_000)] {
            assert_eq!(Token::new(text).err(), Some(NoToken), "{text:?}");
            assert_eq!(Token::job(text).err(), Some(NoToken), "{text:?}");
        }
        assert!(Token::new("ghp_0123456789abcdef").is_ok());
    }

    #[test]
    fn nothing_shows_it() {
        for token in [Token::new("hunter2"), Token::job("hunter2")] {
            let token = token.unwrap();
            let shown = format!("{token:?} {:?} {NoToken}", token.header());
            assert!(!shown.contains("hunter2"), "{shown}");
        }
    }
}
