//! The JSON of Anthropic's Messages, as far as it is read.

use serde::Deserialize;
use serde_json::Value;

/// The names of the events that are read; the data of another may be of any form.
pub(super) const KNOWN: [&str; 8] = [
    "message_start",
    "content_block_start",
    "content_block_delta",
    "content_block_stop",
    "message_delta",
    "message_stop",
    "ping",
    "error",
];

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Wire {
    MessageStart {
        message: Message,
    },
    ContentBlockStart {
        index: u64,
        content_block: Block,
    },
    ContentBlockDelta {
        index: u64,
        delta: Delta,
    },
    ContentBlockStop {
        index: u64,
    },
    MessageDelta {
        delta: Stopped,
        usage: Option<Tokens>,
    },
    MessageStop,
    Ping,
    Error {
        error: Value,
    },
    /// "Versioning": new kinds of events may be added.
    #[serde(other)]
    Unknown,
}

/// At the beginning of a stream, or the whole answer.
#[derive(Deserialize)]
pub(super) struct Message {
    pub(super) model: Option<String>,
    #[serde(default)]
    pub(super) content: Vec<Block>,
    pub(super) stop_reason: Option<String>,
    pub(super) usage: Option<Tokens>,
}

#[derive(Deserialize)]
pub(super) struct Block {
    pub(super) r#type: String,
    pub(super) text: Option<String>,
    #[serde(default)]
    pub(super) name: String,
}

#[derive(Deserialize)]
pub(super) struct Delta {
    pub(super) r#type: String,
    pub(super) text: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Stopped {
    pub(super) stop_reason: Option<String>,
}

/// All of them are cumulative.
#[derive(Deserialize)]
pub(super) struct Tokens {
    pub(super) input_tokens: Option<u64>,
    pub(super) cache_creation_input_tokens: Option<u64>,
    pub(super) cache_read_input_tokens: Option<u64>,
    pub(super) output_tokens: Option<u64>,
}

impl Message {
    /// Returns whether it is as at the beginning of a stream.
    pub(super) fn is_empty(&self) -> bool {
        self.content.is_empty() && self.stop_reason.is_none()
    }
}
