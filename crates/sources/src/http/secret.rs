//! A header that is a credential, which nothing shows.

use std::fmt;

use reqwest::header::{HeaderName, HeaderValue};

/// The longest credential; GitHub's tokens have up to 255 characters, JSON web tokens some thousand.
const MAX_SECRET_BYTES: usize = 16 << 10;

/// A credential, with the header that carries it.
#[derive(Clone)]
pub(crate) struct Secret {
    name: HeaderName,
    value: HeaderValue,
    /// What stands before it in the header.
    before: &'static str,
}

impl Secret {
    /// Returns the credential that a text is, or nothing where it is not one visible word.
    pub(crate) fn new(name: HeaderName, before: &'static str, text: &str) -> Option<Secret> {
        let is_visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        if text.is_empty() || text.len() > MAX_SECRET_BYTES || !is_visible {
            return None;
        }
        let mut value = HeaderValue::from_str(&format!("{before}{text}")).ok()?;
        value.set_sensitive(true);
        Some(Secret {
            name,
            value,
            before,
        })
    }

    /// Returns the name of the header.
    pub(crate) fn name(&self) -> &HeaderName {
        &self.name
    }

    /// Returns the header, whose value shows itself as `Sensitive`.
    pub(crate) fn header(&self) -> (HeaderName, HeaderValue) {
        (self.name.clone(), self.value.clone())
    }

    /// Returns whether bytes repeat it, as they are or with the backslashes of JSON between.
    pub(crate) fn is_in(&self, bytes: &[u8]) -> bool {
        let bare = |bytes: &[u8]| -> Vec<u8> {
            let kept = bytes.iter().copied().filter(|byte| *byte != b'\\');
            kept.collect()
        };
        let secret = bare(&self.value.as_bytes()[self.before.len()..]);
        let bytes = bare(bytes);
        !secret.is_empty() && bytes.windows(secret.len()).any(|it| it == secret)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::AUTHORIZATION;

    use super::Secret;

    #[test]
    fn it_is_found_as_it_is_and_escaped() {
        let secret = Secret::new(AUTHORIZATION, "Bearer ", "sk-a/b+c").unwrap();
        for text in ["sk-a/b+c", "x sk-a/b+c y", r#"{"key":"sk-a\/b+c"}"#] {
            assert!(secret.is_in(text.as_bytes()), "{text}");
        }
        for text in ["", "sk-a/b", "Bearer ", "sk-a b+c"] {
            assert!(!secret.is_in(text.as_bytes()), "{text}");
        }
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }
}
