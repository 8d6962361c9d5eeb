//! Where a bucket is and who asks: values that the caller read from its settings, checked once.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use jiff::{Span, Timestamp};
use object_store::aws::AwsCredential;

/// The longest part of an address.
const MAX_BYTES: usize = 512;

/// A place in a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Scheme, host and port, without a slash at the end.
    pub(super) endpoint: String,
    pub(super) region: String,
    pub(super) bucket: String,
    /// What all names begin with; empty, or with a slash at its end.
    pub(super) prefix: String,
}

/// The keys of an account; `Debug` shows none of them.
#[derive(Clone)]
pub struct Credentials(pub(super) Arc<AwsCredential>);

/// How long what is written can be deleted by nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// Object Lock in compliance mode until this moment.
    Until(Timestamp),
    /// Not at all: whoever may write to the bucket may delete from it.
    None,
}

/// Why a place or credentials are none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// The address of the service is none.
    #[error(
        "`{text}` is no address of an object store: one looks like `https://s3.eu-central-1.amazonaws.com`"
    )]
    Endpoint {
        /// What was given.
        text: String,
    },
    /// The keys of payloads would travel in the clear.
    #[error("`{text}` is not encrypted, and keys would travel in the clear: use `https://`")]
    Unencrypted {
        /// What was given.
        text: String,
    },
    /// A part of the address has characters that it cannot have.
    #[error("`{text}` is no {what}: letters, digits and `._-` may stand in it")]
    Part {
        /// Which part.
        what: &'static str,
        /// What was given.
        text: String,
    },
    /// The keys of the account are no keys.
    #[error("the {what} is empty or has characters that none has")]
    Credential {
        /// Which of them; never what was given.
        what: &'static str,
    },
    /// The retention reaches beyond what a date can tell.
    #[error("a retention of {days} days ends at no date")]
    Retention {
        /// What was given.
        days: u32,
    },
}

impl Place {
    /// Returns the place below a prefix of a bucket; an empty prefix is the bucket itself.
    ///
    /// The bucket stands in the path behind the endpoint, which every S3-compatible service understands.
    pub fn new(
        endpoint: &str,
        region: &str,
        bucket: &str,
        prefix: &str,
    ) -> Result<Place, PlaceError> {
        let prefix = prefix.trim_matches('/');
        for (what, text) in [("region", region), ("bucket", bucket)] {
            if text.is_empty() || !is_plain(text) {
                return Err(part(what, text));
            }
        }
        let elements = prefix.split('/');
        if !prefix.is_empty()
            && !elements
                .clone()
                .all(|element| is_plain(element) && !element.is_empty())
        {
            return Err(part("prefix", prefix));
        }
        Ok(Place {
            endpoint: endpoint_of(endpoint)?,
            region: region.to_owned(),
            bucket: bucket.to_owned(),
            prefix: match prefix {
                "" => String::new(),
                prefix => format!("{prefix}/"),
            },
        })
    }

    /// Returns the place of a bucket in the cloud of AWS.
    pub fn of_aws(region: &str, bucket: &str, prefix: &str) -> Result<Place, PlaceError> {
        let endpoint = format!("https://s3.{region}.amazonaws.com");
        Place::new(&endpoint, region, bucket, prefix)
    }

    /// Returns what no other place is called: stores of several makers may have a bucket of one name.
    pub(super) fn unmistakable(&self) -> String {
        format!("{self} at {}", self.endpoint)
    }

    /// Returns how errors call a name below the prefix.
    pub(super) fn called(&self, name: &str) -> String {
        let Place { bucket, prefix, .. } = self;
        format!("s3://{bucket}/{prefix}{name}")
    }
}

impl Credentials {
    /// Returns the keys of an account, with the token that belongs to those that expire.
    pub fn new(
        key_id: &str,
        secret_key: &str,
        token: Option<&str>,
    ) -> Result<Credentials, PlaceError> {
        for (what, text) in [
            ("access key id", Some(key_id)),
            ("secret access key", Some(secret_key)),
            ("session token", token),
        ] {
            let is_key =
                |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
            if !text.is_none_or(is_key) {
                return Err(PlaceError::Credential { what });
            }
        }
        Ok(Credentials(Arc::new(AwsCredential {
            key_id: key_id.to_owned(),
            secret_key: secret_key.to_owned(),
            token: token.map(str::to_owned),
        })))
    }
}

/// Shows the address as it is written.
impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.called("").trim_end_matches('/'))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Credentials(…)")
    }
}

impl Lock {
    /// Returns the lock of what is written now and must be kept for so many days.
    pub fn for_days(now: Timestamp, days: u32) -> Result<Lock, PlaceError> {
        let hours = Span::new().try_hours(i64::from(days) * 24);
        let until = hours.and_then(|hours| now.checked_add(hours));
        until
            .map(Lock::Until)
            .map_err(|_| PlaceError::Retention { days })
    }
}

fn part(what: &'static str, text: &str) -> PlaceError {
    let text = text.chars().take(80).collect();
    PlaceError::Part { what, text }
}

/// What needs no escaping, neither in a path nor in a query; two dots would be resolved away.
fn is_plain(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    text.len() <= MAX_BYTES && text.bytes().all(is_plain) && !text.starts_with('.')
}

/// Returns the address of a service as errors show it: what stands before an `@` or behind a `?` may be a secret.
fn without_login(text: &str) -> String {
    let text = text.split('?').next().unwrap_or_default();
    match text.rfind('@') {
        Some(at) => format!("…{}", &text[at..]),
        None => text.to_owned(),
    }
    .chars()
    .take(80)
    .collect()
}

fn endpoint_of(text: &str) -> Result<String, PlaceError> {
    let wrong = || PlaceError::Endpoint {
        text: without_login(text),
    };
    let endpoint = text.strip_suffix('/').unwrap_or(text);
    let (scheme, authority) = endpoint.split_once("://").ok_or_else(wrong)?;
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    let address: Option<IpAddr> = bare.unwrap_or(host).parse().ok();
    let is_host = bare.is_some() && address.is_some() || !host.is_empty() && is_plain(host);
    let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok());
    let is_loopback = host == "localhost" || address.is_some_and(|address| address.is_loopback());
    match scheme {
        _ if !is_host || !is_port => Err(wrong()),
        "https" => Ok(endpoint.to_owned()),
        "http" if is_loopback => Ok(endpoint.to_owned()),
        "http" => Err(PlaceError::Unencrypted {
            text: endpoint.to_owned(),
        }),
        _ => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Credentials, Lock, Place, PlaceError};

    #[test]
    fn names_are_called_by_bucket_and_prefix() {
        for (prefix, called) in [("", "s3://logs/state"), ("/a/b/", "s3://logs/a/b/state")] {
            let place = Place::of_aws("eu-central-1", "logs", prefix).unwrap();
            assert_eq!(place.called("state"), called);
            assert_eq!(place.endpoint, "https://s3.eu-central-1.amazonaws.com");
        }
    }

    #[test]
    fn only_the_machine_itself_is_spoken_to_in_the_clear() {
        let at = |endpoint: &str| Place::new(endpoint, "r", "b", "").map(|place| place.endpoint);
        for fine in [
            "http://127.0.0.1:8333",
            "http://localhost:1",
            "http://[::1]:80",
            "https://example.org",
        ] {
            assert_eq!(at(fine).as_deref(), Ok(fine));
        }
        assert!(matches!(
            at("http://example.org"),
            Err(PlaceError::Unencrypted { .. })
        ));
        for strange in [
            "example.org",
            "ftp://example.org",
            "https://",
            "https://a/b",
            "https://a@b",
            "https://a:x",
        ] {
            assert!(
                matches!(at(strange), Err(PlaceError::Endpoint { .. })),
                "{strange}"
            );
        }
    }

    #[test]
    fn a_part_that_would_need_escaping_is_refused() {
        for (bucket, prefix) in [
            ("", ""),
            ("a b", ""),
            ("..", ""),
            ("b", "a/../c"),
            ("b", "a//b"),
            ("b", "é"),
        ] {
            let place = Place::new("https://example.org", "r", bucket, prefix);
            assert!(
                matches!(place, Err(PlaceError::Part { .. })),
                "{bucket} {prefix}"
            );
        }
    }

    #[test]
    fn credentials_are_shown_nowhere() {
        let credentials = Credentials::new("identity", "secret", Some("token")).unwrap();
        assert_eq!(format!("{credentials:?}"), "Credentials(…)");
        for (secret, token) in [("", None), ("sec\nret", None), ("secret", Some(""))] {
            let refused = Credentials::new("identity", secret, token).unwrap_err();
            assert!(!refused.to_string().contains("sec\nret"), "{refused}");
        }
    }

    #[test]
    fn a_lock_ends_so_many_days_from_now() {
        let now = "2026-03-01T12:00:00Z".parse().unwrap();
        let end = "2027-03-01T12:00:00Z".parse().unwrap();
        assert_eq!(Lock::for_days(now, 365), Ok(Lock::Until(end)));
        assert_eq!(
            Lock::for_days(now, u32::MAX),
            Err(PlaceError::Retention { days: u32::MAX })
        );
    }
}
