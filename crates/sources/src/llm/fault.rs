//! What an answer without success means, by its status and by what it says.

use serde_json::Value;

use super::unusable::Unusable;
use super::words::Told;

/// What the kinds of an error hold where nothing is left to spend: OpenAI "Error codes", Anthropic "Errors".
const SPENT: [&str; 3] = [
    "insufficient_quota",
    "billing_error",
    "billing_hard_limit_reached",
];
/// Anthropic tells it so, as an `invalid_request_error`.
const SPENT_WORDS: &str = "credit balance is too low";
/// What they hold where the question is too long; llama.cpp has the third.
const TOO_LARGE: [&str; 3] = [
    "context_length_exceeded",
    "request_too_large",
    "exceed_context_size",
];
/// How it is told where no kind says it: by Anthropic, by servers that speak OpenAI's form.
const TOO_LARGE_WORDS: [&str; 3] = [
    "prompt is too long",
    "maximum context length",
    "context window",
];

/// Returns why an answer with this status, which is not 200, is no reply.
pub(super) fn by_status(status: u16, raw: &[u8]) -> Unusable {
    let told = Told::of(raw);
    let words = told.words.clone();
    match status {
        300..=399 => Unusable::Moved { status },
        400 | 403 | 422 | 429 if told.is_spent() => Unusable::QuotaSpent { words },
        400 | 422 if told.is_too_large() => Unusable::TooLarge { words },
        401 => Unusable::NoLogin { words },
        402 => Unusable::QuotaSpent { words },
        403 => Unusable::Forbidden { words },
        404 => Unusable::NotFound { words },
        413 => Unusable::TooLarge { words },
        429 => Unusable::RateLimited { words },
        408 | 500.. => Unusable::ServerFault { status, words },
        status => Unusable::Said { status, words },
    }
}

/// Returns why an answer with status 200 that holds this error is no reply.
pub(super) fn inside(error: &Value) -> Unusable {
    let told = Told::of_value(error);
    let words = told.words.clone();
    match () {
        () if told.is_spent() => Unusable::QuotaSpent { words },
        () if told.is_too_large() => Unusable::TooLarge { words },
        () if told.kinds.contains("rate_limit") => Unusable::RateLimited { words },
        () => Unusable::ErrorInStream { words },
    }
}

impl Told {
    fn is_spent(&self) -> bool {
        SPENT.iter().any(|it| self.kinds.contains(it)) || self.says(SPENT_WORDS)
    }

    fn is_too_large(&self) -> bool {
        TOO_LARGE.iter().any(|it| self.kinds.contains(it))
            || TOO_LARGE_WORDS.iter().any(|it| self.says(it))
    }

    fn says(&self, words: &str) -> bool {
        self.words.as_str().to_ascii_lowercase().contains(words)
    }
}
