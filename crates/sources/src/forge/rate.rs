//! When a forge that takes no more requests takes them again.

use jiff::{SignedDuration, Timestamp};

use super::judge;
use crate::http::Answer;

/// What GitHub's documentation asks for where an answer names no moment.
const UNNAMED_PAUSE: SignedDuration = SignedDuration::from_secs(60);
/// The longest time that an answer can ask for; what is beyond is read as this.
const MAX_SECONDS: i64 = 24 * 60 * 60;

/// Returns when requests are taken again, or nothing where an answer is about something else.
///
/// "Rate limits for the REST API", Exceeding the rate limit: `retry-after` first; then `x-ratelimit-reset` where
/// `x-ratelimit-remaining` is 0; else a minute. A secondary limit that sends neither is known by its message alone.
pub(super) fn open_again(answer: &Answer, now: Timestamp) -> Option<Timestamp> {
    let number = |name| answer.header(name)?.parse::<i64>().ok();
    if let Some(seconds) = number("retry-after") {
        return Some(later(now, seconds));
    }
    if number("x-ratelimit-remaining") == Some(0) {
        let reset = number("x-ratelimit-reset");
        let seconds = reset.map(|at| at.saturating_sub(now.as_second()));
        return Some(later(now, seconds.unwrap_or(UNNAMED_PAUSE.as_secs())));
    }
    let message = judge::said(answer).to_ascii_lowercase();
    let is_limit = answer.status == 429
        || message.contains("secondary rate limit")
        || message.contains("rate limit exceeded");
    is_limit.then(|| later(now, UNNAMED_PAUSE.as_secs()))
}

fn later(now: Timestamp, seconds: i64) -> Timestamp {
    let seconds = seconds.clamp(0, MAX_SECONDS);
    let later = now.checked_add(SignedDuration::from_secs(seconds));
    let later = later.unwrap_or(Timestamp::MAX);
    // Whole seconds are what people read, and what forges count in.
    Timestamp::from_second(later.as_second()).unwrap_or(later)
}
