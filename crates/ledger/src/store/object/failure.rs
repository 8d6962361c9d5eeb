//! Why a bucket did not answer, with what would mend it.

use object_store::client::HttpError;
use serde::Deserialize;

/// The longest text of a service that is shown.
const MAX_SHOWN: usize = 200;

/// Why a bucket could not be used.
#[derive(Debug, thiserror::Error)]
pub enum BucketError {
    /// Nobody answers, or not in time.
    #[error("{place} cannot be reached: look at the network and at the endpoint")]
    Unreachable {
        /// What was asked for.
        place: String,
        /// What the connection said.
        source: HttpError,
    },
    /// No answer came in time.
    #[error(
        "{place} was not answered within {seconds} seconds: look at the network, and try again"
    )]
    TimedOut {
        /// What was asked for.
        place: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// The service does not know who asks.
    #[error(
        "{place} is refused, because the credentials are ({code}): look at key id, secret and, if they expire, at the token"
    )]
    Credentials {
        /// What was asked for.
        place: String,
        /// What the service calls it.
        code: String,
    },
    /// Who asks may not.
    #[error(
        "{place} is refused ({code}): the policy of these credentials must allow `{permission}` there"
    )]
    Denied {
        /// What was asked for.
        place: String,
        /// What the service calls it.
        code: String,
        /// What S3 calls the permission.
        permission: &'static str,
    },
    /// The clock of this machine is wrong.
    #[error("{place} is refused, because the clock of this machine is wrong ({code}): set it")]
    Clock {
        /// What was asked for.
        place: String,
        /// What the service calls it.
        code: String,
    },
    /// There is no such bucket.
    #[error(
        "there is no bucket for {place}: create it, with Object Lock, or look at its name and region"
    )]
    NoBucket {
        /// What was asked for.
        place: String,
    },
    /// The service failed, and went on failing.
    #[error("{place} was answered with {status} {code}: {message}")]
    Answer {
        /// What was asked for.
        place: String,
        /// The status of HTTP.
        status: u16,
        /// What the service calls it.
        code: String,
        /// What the service says of it.
        message: String,
    },
    /// An answer is longer than any that is expected.
    #[error("{place} has more than {limit} bytes")]
    TooLong {
        /// What was asked for.
        place: String,
        /// The bytes that it may have.
        limit: u64,
    },
    /// There are more names or versions than are looked through.
    #[error(
        "{place} has more {what} than {pages} pages hold, so not all of them were looked at: whoever may write there may have put them, and who may delete can remove them"
    )]
    TooMany {
        /// What was asked for.
        place: String,
        /// The pages that were read.
        pages: usize,
        /// What stands on them.
        what: &'static str,
    },
    /// The versions that were looked at are not the ones that are wanted, and there are more.
    #[error(
        "none of the oldest {looked_at} versions of {place} is the one that was committed, and there are more: whoever may write there may have put them, and who may delete can remove them"
    )]
    NotAmongOldest {
        /// What was asked for.
        place: String,
        /// The versions that were read.
        looked_at: usize,
    },
    /// Versions are destroyed, and there are always others.
    #[error(
        "{place} still has older versions, however many are destroyed: does somebody write there all the time?"
    )]
    NeverEnding {
        /// What was asked for.
        place: String,
    },
    /// An answer is none of S3.
    #[error(
        "{place} was answered with what is no {what} of S3: is the endpoint one of an object store?"
    )]
    Malformed {
        /// What was asked for.
        place: String,
        /// What was expected.
        what: &'static str,
    },
    /// A request could not be made.
    #[error("{place} cannot be asked for")]
    Request {
        /// What was asked for.
        place: String,
        /// Why.
        source: Box<object_store::Error>,
    },
    /// The bucket locks nothing.
    #[error(
        "{place} has no Object Lock, so whoever may write there may delete: S3 grants it to a new bucket, or say that none is wanted"
    )]
    NotLocked {
        /// The bucket.
        place: String,
    },
    /// The bucket locks everything, also the keys.
    #[error(
        "{place} locks whatever is put into it, also the keys that must be destroyed one day: take its default retention away, objects are locked one by one"
    )]
    LocksKeys {
        /// The bucket.
        place: String,
    },
}

/// The body of a refusal.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Refusal {
    code: String,
    message: String,
}

/// Returns what a status and a body that are no success mean.
pub(super) fn refusal(
    place: String,
    status: u16,
    body: &[u8],
    permission: &'static str,
) -> BucketError {
    let text = String::from_utf8_lossy(body);
    let Refusal { code, message } = quick_xml::de::from_str(&text).unwrap_or_default();
    let (code, message) = (shown(&code), shown(&message));
    match (status, code.as_str()) {
        (_, "RequestTimeTooSkewed" | "RequestExpired") => BucketError::Clock { place, code },
        (_, "NoSuchBucket") => BucketError::NoBucket { place },
        (
            _,
            "InvalidAccessKeyId"
            | "SignatureDoesNotMatch"
            | "InvalidToken"
            | "ExpiredToken"
            | "TokenRefreshRequired",
        )
        | (401, _) => BucketError::Credentials { place, code },
        (403, _) => BucketError::Denied {
            place,
            code,
            permission,
        },
        _ => BucketError::Answer {
            place,
            status,
            code,
            message,
        },
    }
}

/// What a service says reaches a terminal: short, and without what would steer one.
fn shown(text: &str) -> String {
    let plain = text.chars().filter(|char| !char.is_control());
    plain.take(MAX_SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::{BucketError, refusal};

    fn told(status: u16, code: &str) -> BucketError {
        let body = format!(
            "<?xml version=\"1.0\"?>\n<Error><Code>{code}</Code><Message>why\u{7}</Message><Key>k</Key></Error>"
        );
        refusal(
            "s3://b/state".to_owned(),
            status,
            body.as_bytes(),
            "s3:GetObject",
        )
    }

    #[test]
    fn every_refusal_names_the_place_and_the_mend() {
        for (status, code, said) in [
            (403, "RequestTimeTooSkewed", "set it"),
            (404, "NoSuchBucket", "create it"),
            (403, "InvalidAccessKeyId", "look at key id"),
            (400, "ExpiredToken", "at the token"),
            (403, "AccessDenied", "must allow `s3:GetObject`"),
            (500, "InternalError", "500 InternalError: why"),
        ] {
            let text = told(status, code).to_string();
            assert!(
                text.contains("s3://b/state") && text.contains(said),
                "{text}"
            );
        }
    }

    #[test]
    fn a_body_that_is_no_refusal_still_has_a_status() {
        let error = refusal(
            "s3://b".to_owned(),
            502,
            b"<html>bad gateway",
            "s3:GetObject",
        );
        assert!(
            matches!(error, BucketError::Answer { status: 502, .. }),
            "{error:?}"
        );
    }
}
