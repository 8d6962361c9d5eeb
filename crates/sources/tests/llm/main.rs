//! Questions to a model: what is read from the bytes that came, over real sockets too, from a fake and from servers of others.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod aimock;
mod faults;
mod said;
mod small_model;
mod streams;
mod unusable;

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use sources::http::Http;
use sources::http::stream::{Ended, Limits};
use sources::llm::ask::{Asked, Unreached, ask};
use sources::llm::endpoint::Endpoint;
use sources::llm::read::{Heard, Reply, read};
use sources::llm::unusable::Unusable;
use sources::llm::{Question, Wire};

const KEY: &str = "sk-hunter2/0123456789";

const BOTH: [Wire; 2] = [Wire::OpenAi, Wire::Anthropic];

fn schema() -> Value {
    json!({"type": "object", "properties": {"late": {"type": "string", "enum": ["yes", "no"]}},
        "required": ["late"], "additionalProperties": false})
}

fn question(schema: &Value) -> Question<'_> {
    Question {
        system: "You answer with one word of JSON.",
        user: "Is it late?",
        schema,
        model: "fake-1",
        max_output_tokens: 60,
        temperature: Some(0.0),
        seed: Some(7),
    }
}

/// Returns limits that no good answer meets here, and that a test can wait for.
fn limits() -> Limits {
    Limits {
        bytes: 100_000,
        patience_total: Duration::from_secs(20),
        patience_between_bytes: Duration::from_secs(10),
    }
}

fn ask_at(wire: Wire, base: &str, key: Option<&str>, limits: Limits) -> Result<Asked, Unreached> {
    let schema = schema();
    let endpoint = Endpoint::new(wire, base, key).unwrap();
    let http = Http::new().unwrap();
    let now = || Timestamp::UNIX_EPOCH;
    let asked = ask(&http, &endpoint, &question(&schema), limits, &now);
    let shown = format!("{endpoint:?} {asked:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
    asked
}

fn heard(status: u16, content_type: &str, raw: &[u8]) -> Heard {
    Heard {
        status,
        content_type: content_type.to_owned(),
        ended: Ended::Whole,
        raw: raw.to_vec(),
    }
}

/// Returns what is read from a stream that has come whole.
fn stream(wire: Wire, raw: impl AsRef<[u8]>) -> Result<Reply, Unusable> {
    read(
        wire,
        &heard(200, "text/event-stream; charset=utf-8", raw.as_ref()),
    )
}

/// Returns what is read from an answer in one piece.
fn piece(wire: Wire, value: &Value) -> Result<Reply, Unusable> {
    read(
        wire,
        &heard(200, "application/json", value.to_string().as_bytes()),
    )
}

/// Returns the stream of these chunks and its end mark.
fn openai(chunks: &[Value]) -> String {
    let chunks = chunks.iter().map(|chunk| format!("data: {chunk}\n\n"));
    chunks.chain(["data: [DONE]\n\n".to_owned()]).collect()
}

/// Returns a chunk with one choice.
fn chunk(delta: &Value, reason: Option<&str>) -> Value {
    json!({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "fake-1",
        "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]})
}

/// Returns the stream of these events.
fn anthropic(events: &[Value]) -> String {
    let event = |event: &Value| {
        format!(
            "event: {}\ndata: {event}\n\n",
            event["type"].as_str().unwrap()
        )
    };
    events.iter().map(event).collect()
}

/// Returns the events of a message with one block of text, in these pieces.
fn message(pieces: &[&str], reason: &str) -> Vec<Value> {
    let mut events = vec![start()];
    events.extend(block(0, &json!({"type": "text", "text": ""}), &{
        let deltas = pieces
            .iter()
            .map(|it| json!({"type": "text_delta", "text": it}));
        deltas.collect::<Vec<Value>>()
    }));
    events.extend(stop(reason));
    events
}

fn start() -> Value {
    json!({"type": "message_start", "message": {"id": "m", "type": "message", "role": "assistant", "content": [],
        "model": "fake-1", "stop_reason": null, "usage": {"input_tokens": 5, "cache_read_input_tokens": 20,
        "cache_creation_input_tokens": null, "output_tokens": 1}}})
}

fn block(index: u64, block: &Value, deltas: &[Value]) -> Vec<Value> {
    let first = json!({"type": "content_block_start", "index": index, "content_block": block});
    let delta = |delta| json!({"type": "content_block_delta", "index": index, "delta": delta});
    let last = json!({"type": "content_block_stop", "index": index});
    let deltas = deltas.iter().map(delta);
    std::iter::once(first).chain(deltas).chain([last]).collect()
}

fn stop(reason: &str) -> [Value; 2] {
    let delta = json!({"type": "message_delta", "delta": {"stop_reason": reason}, "usage": {"output_tokens": 9}});
    [delta, json!({"type": "message_stop"})]
}
