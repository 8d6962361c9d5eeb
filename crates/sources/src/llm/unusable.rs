//! Why nothing usable was said.

use super::words::Words;

/// Why an answer is no reply, by what can be done about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// Too many questions were asked.
    #[error("the server of the model takes no more questions for a while: {words}")]
    RateLimited {
        /// What it said.
        words: Words,
    },
    /// There is no money left.
    #[error("what was paid for at the server of the model is used up: {words}")]
    QuotaSpent {
        /// What it said.
        words: Words,
    },
    /// The key is none that it knows.
    #[error("the server of the model does not accept the key: {words}")]
    NoLogin {
        /// What it said.
        words: Words,
    },
    /// The key is known, and may not ask this.
    #[error("the key may not ask this of the server of the model: {words}")]
    Forbidden {
        /// What it said.
        words: Words,
    },
    /// It has no such model, or the base address is another.
    #[error("the server has no such model, or its base address is another: {words}")]
    NotFound {
        /// What it said.
        words: Words,
    },
    /// The question has more tokens or bytes than the model takes.
    #[error("the question is longer than the model takes: {words}")]
    TooLarge {
        /// What it said.
        words: Words,
    },
    /// It leads elsewhere, where neither the question nor the key goes.
    #[error("the server of the model leads elsewhere with status {status}, and is not followed")]
    Moved {
        /// The HTTP status.
        status: u16,
    },
    /// It failed.
    #[error("the server of the model fails with status {status}: {words}")]
    ServerFault {
        /// The HTTP status.
        status: u16,
        /// What it said.
        words: Words,
    },
    /// Any other answer that is no success.
    #[error("the server of the model answered with status {status}: {words}")]
    Said {
        /// The HTTP status.
        status: u16,
        /// What it said.
        words: Words,
    },
    /// A success that is neither a stream of events nor an answer in JSON: an apology, a page, a login.
    #[error("the answer is none of a model: its type is `{content_type}`, and it begins: {words}")]
    NotAStream {
        /// Its content type.
        content_type: Words,
        /// How it begins.
        words: Words,
    },
    /// A success whose content says that it is an error.
    #[error(
        "the server of the model answered with success, and says inside that it failed: {words}"
    )]
    ErrorInStream {
        /// What it said.
        words: Words,
    },
    /// It was sent to its end, and lacks the mark that says so.
    #[error("the answer ends without its end mark: a part of it is missing")]
    Cut,
    /// The connection broke.
    #[error("the connection broke before the answer was at its end")]
    Broken,
    /// Nothing came for too long.
    #[error("the server of the model went silent before the answer was at its end")]
    Silent,
    /// It came too slowly.
    #[error("the answer was not at its end when its time was over")]
    TooSlow,
    /// It has more bytes than are read.
    #[error("the answer has more bytes than are read")]
    TooLong,
    /// It repeats the key of the question.
    #[error(
        "the answer repeats the key of the question, and was not kept; replace the key, or name none where the server wants none"
    )]
    Withheld,
    /// It came compressed, which nobody asked for.
    #[error("the answer is compressed, and was not asked to be")]
    Compressed,
    /// Its bytes are no text.
    #[error("the answer is no UTF-8 from byte {at} on")]
    NotUtf8 {
        /// The byte, from 0.
        at: usize,
    },
    /// It is not of the form that the wire has.
    #[error("the answer is not of its form at byte {at}: {why}")]
    Malformed {
        /// The byte at which the event begins, from 0.
        at: usize,
        /// What is wrong.
        why: Words,
    },
    /// It holds several replies to the one question.
    #[error("the answer holds several replies to one question")]
    Several,
    /// It calls a tool, and none was offered.
    #[error("the model calls the tool `{name}`, and was offered none")]
    ToolCalled {
        /// The name of the tool.
        name: Words,
    },
    /// It ends well, and nothing was said.
    #[error("the model said nothing")]
    Empty,
}

impl Unusable {
    /// Returns whether the same question may be answered in a while.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Unusable::RateLimited { .. }
            | Unusable::ServerFault { .. }
            | Unusable::NotAStream { .. }
            | Unusable::ErrorInStream { .. }
            | Unusable::Cut
            | Unusable::Broken
            | Unusable::Silent
            | Unusable::TooSlow
            | Unusable::Malformed { .. }
            | Unusable::NotUtf8 { .. }
            | Unusable::ToolCalled { .. }
            | Unusable::Empty => true,
            Unusable::QuotaSpent { .. }
            | Unusable::NoLogin { .. }
            | Unusable::Forbidden { .. }
            | Unusable::NotFound { .. }
            | Unusable::TooLarge { .. }
            | Unusable::Moved { .. }
            | Unusable::Said { .. }
            | Unusable::TooLong
            | Unusable::Withheld
            | Unusable::Compressed
            | Unusable::Several => false,
        }
    }

    pub(super) fn malformed(at: usize, why: impl std::fmt::Display) -> Unusable {
        Unusable::Malformed {
            at,
            why: Words::of(&why.to_string()),
        }
    }
}
