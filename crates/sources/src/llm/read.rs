//! What was said, from the bytes that came.

use serde::de::DeserializeOwned;

use super::event::{self, Event};
use super::unusable::Unusable;
use super::words::Words;
use super::{Wire, anthropic, fault, openai};
use crate::http::stream::Ended;

/// The most bytes of an answer; an event of some 300 bytes brings a word or two.
pub const MAX_RAW_BYTES: usize = 64 << 20;
/// The most bytes of a reply.
pub const MAX_TEXT_BYTES: usize = 4 << 20;

/// What gzip and zstandard begin with (RFC 1952 section 2.3.1, RFC 8878 section 3.1.1).
const COMPRESSED: [&[u8]; 2] = [&[0x1f, 0x8b], &[0x28, 0xb5, 0x2f, 0xfd]];

/// An answer as it came: all that a reply is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The HTTP status.
    pub status: u16,
    /// The content type, empty where none was stated.
    pub content_type: String,
    /// How it ended.
    pub ended: Ended,
    /// The bytes.
    pub raw: Vec<u8>,
}

/// What a model said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Why it stopped.
    pub stop: Stop,
    /// The model that answered, as its server calls it.
    pub model: Option<String>,
    /// What it cost.
    pub usage: Usage,
    text: String,
}

/// Why a model stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// It was done.
    End,
    /// It may write no more, or its window was full.
    Length,
    /// It does not answer this, or what it answered was filtered out.
    Refused,
    /// A reason that is none of these, in the server's word.
    Other(String),
}

/// The tokens of a question, where they were told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Those that were read, cached ones included.
    pub input: Option<u64>,
    /// Those that were written, thinking included.
    pub output: Option<u64>,
}

impl Reply {
    /// Returns what was said, where it was said to its end.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self.stop {
            Stop::End => Some(&self.text),
            Stop::Length | Stop::Refused | Stop::Other(_) => None,
        }
    }

    /// Returns a reply with its text; nothing was said where a model that was done wrote only space.
    pub(super) fn new(
        text: String,
        stop: Stop,
        model: Option<String>,
        usage: Usage,
    ) -> Result<Reply, Unusable> {
        match stop {
            Stop::End if text.trim().is_empty() => Err(Unusable::Empty),
            _ => Ok(Reply {
                stop,
                model,
                usage,
                text,
            }),
        }
    }
}

/// Returns what a model said, or why that is nothing usable.
///
/// "Server-sent events", HTML section 9.2, wants `text/event-stream`, whatever the bytes look like. A server that does not stream
/// answers with the same content in one piece of JSON.
pub fn read(wire: Wire, heard: &Heard) -> Result<Reply, Unusable> {
    if heard.status != 200 {
        return Err(fault::by_status(heard.status, &heard.raw));
    }
    match heard.ended {
        Ended::Whole => {}
        Ended::Broken => return Err(Unusable::Broken),
        Ended::Silent => return Err(Unusable::Silent),
        Ended::TooSlow => return Err(Unusable::TooSlow),
        Ended::TooLong => return Err(Unusable::TooLong),
        Ended::Withheld => return Err(Unusable::Withheld),
    }
    let text = text(&heard.raw)?;
    if text.trim().is_empty() {
        return Err(Unusable::Empty);
    }
    let essence = heard.content_type.split(';').next().unwrap_or_default();
    match essence.trim().to_ascii_lowercase().as_str() {
        "text/event-stream" if event::is_stream(text) => stream(wire, &event::events(text)),
        "application/json" => match wire {
            Wire::OpenAi => openai::whole(text),
            Wire::Anthropic => anthropic::whole(text),
        },
        _ => Err(Unusable::NotAStream {
            content_type: Words::of(&heard.content_type),
            words: Words::of(text.get(..2_000).unwrap_or(text)),
        }),
    }
}

fn text(raw: &[u8]) -> Result<&str, Unusable> {
    if raw.len() > MAX_RAW_BYTES {
        return Err(Unusable::TooLong);
    }
    if COMPRESSED.iter().any(|start| raw.starts_with(start)) {
        return Err(Unusable::Compressed);
    }
    std::str::from_utf8(raw).map_err(|error| match error.error_len() {
        Some(_) => Unusable::NotUtf8 {
            at: error.valid_up_to(),
        },
        // It stops in the middle of a character.
        None => Unusable::Cut,
    })
}

fn stream(wire: Wire, events: &[Event]) -> Result<Reply, Unusable> {
    match wire {
        Wire::OpenAi => {
            let mut answer = openai::Answer::default();
            events.iter().try_for_each(|event| answer.take(event))?;
            answer.end()
        }
        Wire::Anthropic => {
            let mut answer = anthropic::Answer::default();
            events.iter().try_for_each(|event| answer.take(event))?;
            answer.end()
        }
    }
}

/// Returns what an answer in one piece of JSON holds.
pub(super) fn json<T: DeserializeOwned>(text: &str) -> Result<T, Unusable> {
    serde_json::from_str(text).map_err(|error| match error.is_eof() {
        true => Unusable::Cut,
        false => Unusable::malformed(0, error),
    })
}

/// Adds to a reply.
pub(super) fn append(text: &mut String, piece: &str) -> Result<(), Unusable> {
    if text.len() + piece.len() > MAX_TEXT_BYTES {
        return Err(Unusable::TooLong);
    }
    text.push_str(piece);
    Ok(())
}
