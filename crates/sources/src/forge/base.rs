//! Where the API of a forge is, and the addresses below it.

use reqwest::Url;

use super::error::ForgeError;
use crate::http::address::{self, Fault};

/// The longest address that is followed.
const MAX_ADDRESS_BYTES: usize = 8 << 10;

/// The address under which all of a forge's API lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base(Url);

/// A text that is no base address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoBase {
    /// It is no address of HTTP.
    #[error("the address of the forge's API is not one of http or https")]
    NotHttp,
    /// Everybody on the way could read the token.
    #[error(
        "the address of the forge's API is http, and only this machine is asked without encryption"
    )]
    NotEncrypted,
    /// It holds what belongs elsewhere.
    #[error("the address of the forge's API holds a login, a query or a fragment")]
    NotBare,
}

/// What is asked for with GET.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    segments: Vec<String>,
    parameters: Vec<(&'static str, String)>,
    /// The permission that the forge's documentation asks for.
    pub needs: &'static str,
}

impl Base {
    /// Returns the base address that a text is: `https://api.github.com`, or `https://HOST/api/v3` of an enterprise's own;
    /// `https://gitlab.com/api/v4`, or `https://HOST/api/v4` of a GitLab of one's own, which may lie below another path.
    pub fn parse(text: &str) -> Result<Base, NoBase> {
        match address::base(text) {
            Ok(url) => Ok(Base(url)),
            Err(Fault::OtherScheme) => Err(NoBase::NotHttp),
            Err(Fault::InTheClear) => Err(NoBase::NotEncrypted),
            Err(Fault::MoreThanBase) => Err(NoBase::NotBare),
        }
    }

    /// Returns the address of a query.
    pub(super) fn address(&self, query: &Query) -> Result<Url, ForgeError> {
        let mut url = self.0.clone();
        for segment in &query.segments {
            // An address drops the dots, and then names something else.
            if segment.is_empty() || matches!(segment.as_str(), "." | "..") {
                return Err(ForgeError::NoName {
                    name: segment.clone(),
                });
            }
        }
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(&query.segments);
        }
        if !query.parameters.is_empty() {
            url.query_pairs_mut().extend_pairs(&query.parameters);
        }
        Ok(url)
    }

    /// Returns the address that an answer names, which must lie below the base: the token goes nowhere else.
    pub(super) fn stays(&self, from: &Url, named: &str) -> Result<Url, ForgeError> {
        if named.len() > MAX_ADDRESS_BYTES {
            return Err(ForgeError::malformed(
                from,
                "it names an address that is too long",
            ));
        }
        let next = from.join(named);
        let next = next.map_err(|_| ForgeError::malformed(from, "it names no address"))?;
        let is_bare = next.username().is_empty() && next.password().is_none();
        let is_below = next.origin() == self.0.origin() && next.path().starts_with(self.0.path());
        match is_bare && is_below {
            true => Ok(next),
            false => Err(ForgeError::elsewhere(from, &next)),
        }
    }
}

impl Query {
    /// Returns a query for what lies under these segments, each of which may hold any character.
    pub fn new<'a>(segments: impl IntoIterator<Item = &'a str>, needs: &'static str) -> Query {
        Query {
            segments: segments.into_iter().map(str::to_owned).collect(),
            parameters: Vec::new(),
            needs,
        }
    }

    /// Adds a parameter; none is a secret, for each is recorded.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Query {
        self.parameters.push((name, value.into()));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::{Base, NoBase, Query};

    #[test]
    fn a_base_is_encrypted_or_on_this_machine() {
        let check = |text, expected: Result<&str, NoBase>| {
            let base = Base::parse(text).map(|base| base.0.to_string());
            assert_eq!(base, expected.map(str::to_owned), "{text}");
        };
        check("https://api.github.com", Ok("https://api.github.com/"));
        check(
            "https://git.larkspur.example/api/v3/",
            Ok("https://git.larkspur.example/api/v3/"),
        );
        check(
            "https://git.larkspur.example/lab/api/v4",
            Ok("https://git.larkspur.example/lab/api/v4/"),
        );
        check("http://127.0.0.1:4000", Ok("http://127.0.0.1:4000/"));
        check("http://[::1]:4000", Ok("http://[::1]:4000/"));
        check("http://git.larkspur.example", Err(NoBase::NotEncrypted));
        check("ftp://git.larkspur.example", Err(NoBase::NotHttp));
        check("larkspur", Err(NoBase::NotHttp));
        check("https://ada@git.larkspur.example", Err(NoBase::NotBare));
        check("https://git.larkspur.example?a", Err(NoBase::NotBare));
    }

    #[test]
    fn a_segment_keeps_its_slashes_to_itself() {
        let base = Base::parse("https://git.larkspur.example/api/v3").unwrap();
        let query = Query::new(["branches", "fix/a b?", "protection"], "").with("per_page", "100");
        let expected =
            "https://git.larkspur.example/api/v3/branches/fix%2Fa%20b%3F/protection?per_page=100";
        assert_eq!(base.address(&query).unwrap().as_str(), expected);
    }

    #[test]
    fn a_segment_that_would_vanish_names_nothing() {
        let base = Base::parse("https://api.github.com").unwrap();
        for name in ["", ".", ".."] {
            let asked = base.address(&Query::new(["repos", name], ""));
            assert!(asked.is_err(), "{name:?}");
        }
    }

    #[test]
    fn what_an_answer_names_lies_below_the_base() {
        let base = Base::parse("https://git.larkspur.example/api/v3").unwrap();
        let from = base.address(&Query::new(["repos"], "")).unwrap();
        let check = |named: &str, stays| {
            assert_eq!(base.stays(&from, named).is_ok(), stays, "{named}");
        };
        check(
            "https://git.larkspur.example/api/v3/repositories/1?page=2",
            true,
        );
        check("/api/v3/repositories/1", true);
        check("https://git.larkspur.example:8443/api/v3/x", false);
        check("http://git.larkspur.example/api/v3/x", false);
        check("https://git.larkspur.example/api/v3/../../x", false);
        check("https://git.larkspur.example/api/v30/x", false);
        check("https://git.larkspur.example.evil.example/api/v3/x", false);
        check("https://ada@git.larkspur.example/api/v3/x", false);
        check("//evil.example/api/v3/x", false);
    }
}
