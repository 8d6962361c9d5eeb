//! A fake of a language model's server, stricter than any: it refuses what its vendor's reference does not list or lacks what that
//! requires, and keeps what it was asked.

use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

use crate::http::{Answered, Ending, HttpServer};

mod refuse;

/// The form that a fake speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// OpenAI's Chat Completions.
    OpenAi,
    /// Anthropic's Messages.
    Anthropic,
}

/// A server on loopback that answers every question by one function; dropped, it panics with what was wrong.
#[derive(Debug)]
pub struct FakeModel {
    server: HttpServer,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    questions: Vec<Value>,
    complaints: Vec<String>,
}

impl FakeModel {
    /// Returns a fake that lets in who has this key, if any, and answers a question by a function.
    #[must_use]
    pub fn start(
        dialect: Dialect,
        key: Option<&'static str>,
        answer: impl Fn(&Value) -> Answered + Send + Sync + 'static,
    ) -> FakeModel {
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        let server = HttpServer::start(move |asked| {
            let judged = refuse::question(dialect, key, asked);
            let mut state = shared.lock().expect("nobody panicked with it");
            match judged {
                Ok(question) => {
                    state.questions.push(question.clone());
                    drop(state);
                    answer(&question)
                }
                Err(complaint) => {
                    state.complaints.push(complaint.clone());
                    refusal(dialect, 400, &complaint)
                }
            }
        });
        FakeModel { server, state }
    }

    /// Returns the base address, without a slash at its end.
    #[must_use]
    pub fn base(&self) -> String {
        format!("http://{}/v1", self.server.address())
    }

    /// Returns the questions that it was asked so far.
    ///
    /// # Panics
    /// If its server did.
    #[must_use]
    pub fn questions(&self) -> Vec<Value> {
        let state = self.state.lock().expect("nobody panicked with it");
        state.questions.clone()
    }
}

impl Drop for FakeModel {
    fn drop(&mut self) {
        // A second panic would hide the first.
        if thread::panicking() {
            return;
        }
        let state = self.state.lock().expect("nobody panicked with it");
        assert!(state.complaints.is_empty(), "{:?}", state.complaints);
    }
}

/// Returns the answer of a model that says this and is done.
#[must_use]
pub fn says(dialect: Dialect, text: &str) -> Answered {
    Answered {
        headers: vec![("Content-Type".into(), "text/event-stream".into())],
        body: stream(dialect, text, None),
        // As long as no event and no character: nothing may rest on how a stream is cut.
        ending: Ending::Chunks(7),
        ..Answered::status(200)
    }
}

/// Returns the stream of a model that says this and stops, for this reason of its dialect where one is given.
#[must_use]
pub fn stream(dialect: Dialect, text: &str, reason: Option<&str>) -> Vec<u8> {
    let letters: Vec<char> = text.chars().collect();
    let pieces: Vec<String> = letters.chunks(3).map(|it| it.iter().collect()).collect();
    let events = match dialect {
        Dialect::OpenAi => of_openai(&pieces, reason.unwrap_or("stop")),
        Dialect::Anthropic => of_anthropic(&pieces, reason.unwrap_or("end_turn")),
    };
    events.concat().into_bytes()
}

/// Returns a refusal in the form of a dialect.
#[must_use]
pub fn refusal(dialect: Dialect, status: u16, words: &str) -> Answered {
    let body = match dialect {
        Dialect::OpenAi => json!({"error": {"message": words, "type": "invalid_request_error",
            "param": null, "code": null}}),
        Dialect::Anthropic => json!({"type": "error",
            "error": {"type": "invalid_request_error", "message": words}, "request_id": "req_fake"}),
    };
    Answered {
        headers: vec![("Content-Type".into(), "application/json".into())],
        body: body.to_string().into_bytes(),
        ..Answered::status(status)
    }
}

fn of_openai(pieces: &[String], reason: &str) -> Vec<String> {
    let chunk = |choices: Value, usage: Value| {
        let chunk = json!({"id": "chatcmpl-fake", "object": "chat.completion.chunk", "created": 1_780_000_000,
            "model": "fake-1", "choices": choices, "usage": usage});
        format!("data: {chunk}\n\n")
    };
    let delta = |delta: Value, reason: Value| {
        let choice = json!([{"index": 0, "delta": delta, "finish_reason": reason}]);
        chunk(choice, Value::Null)
    };
    let first = delta(json!({"role": "assistant", "content": ""}), Value::Null);
    let said = |piece: &String| delta(json!({"content": piece}), Value::Null);
    let usage = json!({"prompt_tokens": 11, "completion_tokens": pieces.len(), "total_tokens": 11 + pieces.len()});
    let last = [
        delta(json!({}), reason.into()),
        chunk(json!([]), usage),
        "data: [DONE]\n\n".to_owned(),
    ];
    let said = pieces.iter().map(said);
    std::iter::once(first).chain(said).chain(last).collect()
}

fn of_anthropic(pieces: &[String], reason: &str) -> Vec<String> {
    let event = |event: Value| {
        let name = event["type"].as_str().unwrap_or_default().to_owned();
        format!("event: {name}\ndata: {event}\n\n")
    };
    let message = json!({"id": "msg_fake", "type": "message", "role": "assistant", "model": "fake-1", "content": [],
        "stop_reason": null, "stop_sequence": null, "usage": {"input_tokens": 11, "output_tokens": 1}});
    let first = [
        event(json!({"type": "message_start", "message": message})),
        event(
            json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
        ),
        event(json!({"type": "ping"})),
    ];
    let said = pieces.iter().map(|piece| {
        let delta = json!({"type": "text_delta", "text": piece});
        event(json!({"type": "content_block_delta", "index": 0, "delta": delta}))
    });
    let last = [
        event(json!({"type": "content_block_stop", "index": 0})),
        event(
            json!({"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": null},
            "usage": {"output_tokens": pieces.len()}}),
        ),
        event(json!({"type": "message_stop"})),
    ];
    first.into_iter().chain(said).chain(last).collect()
}

#[cfg(test)]
mod tests {
    use super::{Dialect, FakeModel, says};
    use crate::server::get;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    #[test]
    fn what_is_no_question_is_found() {
        let fake = FakeModel::start(Dialect::OpenAi, None, |_| says(Dialect::OpenAi, "yes"));
        let port = fake.server.address().port();
        assert_eq!(get(port, "/v1/chat/completions"), Some(400));
        assert!(fake.questions().is_empty());
        assert!(catch_unwind(AssertUnwindSafe(|| drop(fake))).is_err());
    }
}
