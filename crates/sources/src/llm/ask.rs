//! One question over the network, asked once.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::body::body;
use super::endpoint::Endpoint;
use super::read::{Heard, MAX_RAW_BYTES};
use super::{Question, Wire};
use crate::http::stream::Limits;
use crate::http::{Http, HttpError};

/// In which a model must have answered: one that thinks writes for minutes.
const PATIENCE: Duration = Duration::from_secs(600);
/// For which it may be silent: one that thinks may say nothing before the first word.
const PATIENCE_BETWEEN_BYTES: Duration = Duration::from_secs(180);
/// The longest time that an answer can ask for before the next question; what is beyond is read as this.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);
/// The longest name of a question that is kept.
const MAX_REQUEST_ID: usize = 200;

/// Returns what is taken of an answer where nobody says otherwise.
#[must_use]
pub fn limits() -> Limits {
    Limits {
        bytes: MAX_RAW_BYTES,
        patience_total: PATIENCE,
        patience_between_bytes: PATIENCE_BETWEEN_BYTES,
    }
}

/// A question that was answered somehow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The answer as it came.
    pub heard: Heard,
    /// After which the server wants to be asked again, where it says so.
    pub retry_after: Option<Duration>,
    /// What the server calls the question.
    pub request_id: Option<String>,
    /// When it was asked.
    pub at: Timestamp,
    /// What it took, by the clock of this machine.
    pub took: Duration,
}

/// Why nothing was answered.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Unreached(#[from] HttpError);

/// Returns what was answered to a question, which is sent once.
///
/// A redirection is an answer and not followed: neither the question nor the key goes elsewhere. Only what a server says that it did
/// not look at, by HTTP/2's means (RFC 9113 section 8.7), is sent again.
pub fn ask(
    http: &Http,
    endpoint: &Endpoint,
    question: &Question<'_>,
    limits: Limits,
    now: &dyn Fn() -> Timestamp,
) -> Result<Asked, Unreached> {
    let at = now();
    let sent = (endpoint.address(), body(endpoint.wire(), question));
    let streamed = http.stream(sent, endpoint.headers(), endpoint.key(), limits)?;
    let took = Duration::try_from(now().duration_since(at)).unwrap_or_default();
    let request_id = streamed.header(match endpoint.wire() {
        Wire::OpenAi => "x-request-id",
        Wire::Anthropic => "request-id",
    });
    Ok(Asked {
        retry_after: retry_after(streamed.header("retry-after"), at),
        request_id: shown(request_id),
        at,
        took,
        heard: Heard {
            status: streamed.status,
            content_type: streamed.header("content-type").to_owned(),
            ended: streamed.ended,
            raw: streamed.body,
        },
    })
}

fn shown(request_id: &str) -> Option<String> {
    let cut: String = request_id.chars().take(MAX_REQUEST_ID).collect();
    Some(cut).filter(|it| !it.is_empty())
}

/// RFC 9110 section 10.2.3: seconds, or a moment.
fn retry_after(header: &str, now: Timestamp) -> Option<Duration> {
    let seconds = || header.parse::<u64>().ok().map(Duration::from_secs);
    let until = || {
        let moment = jiff::fmt::rfc2822::parse(header).ok()?;
        let left: SignedDuration = moment.timestamp().duration_since(now);
        Some(Duration::try_from(left).unwrap_or_default())
    };
    let pause = seconds().or_else(until)?;
    Some(pause.min(MAX_RETRY_AFTER))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::retry_after;

    #[test]
    fn when_to_come_back_is_told_in_two_ways() {
        let now = "2026-06-01T12:00:00Z".parse().unwrap();
        let check = |header: &str, seconds: Option<u64>| {
            let expected = seconds.map(Duration::from_secs);
            assert_eq!(retry_after(header, now), expected, "{header}");
        };
        check("7", Some(7));
        check("0", Some(0));
        check("99999999999", Some(86_400));
        check("Mon, 01 Jun 2026 12:00:30 GMT", Some(30));
        check("Mon, 01 Jun 2026 11:00:00 GMT", Some(0));
        check("", None);
        check("-1", None);
        check("soon", None);
    }
}
