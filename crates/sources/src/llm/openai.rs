//! OpenAI's Chat Completions: the chunks of a stream, and the answer in one piece.

use serde::Deserialize;
use serde_json::Value;

use super::event::Event;
use super::fault;
use super::read::{self, Reply, Stop, Usage, append};
use super::unusable::Unusable;
use super::words::Words;

/// What ends a stream.
const DONE: &str = "[DONE]";

/// A chunk, or the whole answer.
#[derive(Deserialize)]
struct Wire {
    #[serde(default)]
    error: Value,
    choices: Option<Vec<Choice>>,
    model: Option<String>,
    usage: Option<Tokens>,
}

#[derive(Deserialize)]
struct Choice {
    index: u64,
    /// Of a chunk.
    delta: Option<Said>,
    /// Of the whole answer.
    message: Option<Said>,
    finish_reason: Option<String>,
}

#[derive(Deserialize, Default)]
struct Said {
    content: Option<String>,
    refusal: Option<String>,
    #[serde(default)]
    tool_calls: Value,
    #[serde(default)]
    function_call: Value,
}

#[derive(Deserialize)]
struct Tokens {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
}

/// What a stream has said so far.
#[derive(Default)]
pub(super) struct Answer {
    text: String,
    is_refused: bool,
    finish_reason: Option<String>,
    model: Option<String>,
    usage: Usage,
    /// Whether it comes in one piece, and no stream.
    is_whole: bool,
    is_done: bool,
}

/// Returns the reply of an answer in one piece.
pub(super) fn whole(text: &str) -> Result<Reply, Unusable> {
    let mut answer = Answer {
        is_whole: true,
        ..Answer::default()
    };
    answer.chunk(0, read::json(text)?)?;
    answer.is_done = true;
    answer.end()
}

impl Answer {
    /// Takes the next event of a stream.
    pub(super) fn take(&mut self, event: &Event) -> Result<(), Unusable> {
        if self.is_done {
            let why = "it goes on behind its end mark";
            return Err(Unusable::malformed(event.at, why));
        }
        if event.data.trim() == DONE {
            self.is_done = true;
            return Ok(());
        }
        // This wire names no event; what comes under another name is of another kind, unless it is a chunk all the same.
        let is_named = !matches!(event.name.as_str(), "" | "message" | "error");
        match serde_json::from_str::<Wire>(&event.data) {
            Ok(wire) if is_named && wire.choices.is_none() && wire.error.is_null() => Ok(()),
            Ok(wire) => self.chunk(event.at, wire),
            Err(_) if is_named => Ok(()),
            Err(error) => Err(Unusable::malformed(event.at, error)),
        }
    }

    fn chunk(&mut self, at: usize, wire: Wire) -> Result<(), Unusable> {
        if !wire.error.is_null() {
            return Err(fault::inside(&wire.error));
        }
        let choices = wire.choices;
        let choices = choices.ok_or_else(|| Unusable::malformed(at, "it has no `choices`"))?;
        if let Some(model) = wire.model {
            self.model = Some(model);
        }
        if let Some(tokens) = wire.usage {
            self.usage = Usage {
                input: tokens.prompt_tokens,
                output: tokens.completion_tokens,
            };
        }
        if choices.len() > 1 || choices.iter().any(|choice| choice.index != 0) {
            return Err(Unusable::Several);
        }
        let mut choices = choices.into_iter();
        choices.try_for_each(|choice| self.choice(at, choice))
    }

    fn choice(&mut self, at: usize, choice: Choice) -> Result<(), Unusable> {
        let said = match (choice.delta, choice.message) {
            (said, None) if !self.is_whole => said.unwrap_or_default(),
            (None, Some(said)) if self.is_whole => said,
            _ => {
                return Err(Unusable::malformed(
                    at,
                    "a stream has a `delta`, an answer in one piece a `message`",
                ));
            }
        };
        if let Some(name) = said.tool() {
            return Err(Unusable::ToolCalled { name });
        }
        let content = said.content.unwrap_or_default();
        if self.finish_reason.is_some() && !content.is_empty() {
            let why = "it goes on behind its `finish_reason`";
            return Err(Unusable::malformed(at, why));
        }
        append(&mut self.text, &content)?;
        self.is_refused |= said.refusal.is_some_and(|it| !it.is_empty());
        // Some servers write an empty one where there is none yet.
        let reason = choice.finish_reason.filter(|it| !it.is_empty());
        match (&self.finish_reason, reason) {
            (_, None) => Ok(()),
            (None, reason) => {
                self.finish_reason = reason;
                Ok(())
            }
            (Some(before), Some(reason)) if *before == reason => Ok(()),
            (Some(_), Some(_)) => Err(Unusable::malformed(at, "it has two `finish_reason`s")),
        }
    }

    /// Returns the reply, once nothing more comes.
    pub(super) fn end(self) -> Result<Reply, Unusable> {
        let (true, Some(reason)) = (self.is_done, self.finish_reason) else {
            return Err(Unusable::Cut);
        };
        let stop = match reason.as_str() {
            // A refusal under the form of a schema is told beside the content, and ends with `stop`.
            "stop" if self.is_refused => Stop::Refused,
            "stop" => Stop::End,
            "length" => Stop::Length,
            "content_filter" => Stop::Refused,
            other => Stop::Other(Words::of(other).as_str().to_owned()),
        };
        Reply::new(self.text, stop, self.model, self.usage)
    }
}

impl Said {
    /// Returns the name of a tool that is called, empty where it comes in a later piece.
    fn tool(&self) -> Option<Words> {
        let is_there =
            |call: &Value| !call.is_null() && call.as_array().is_none_or(|it| !it.is_empty());
        let named = |call: &Value| {
            let name = call["name"].as_str().unwrap_or_default();
            Words::of(name)
        };
        match () {
            () if is_there(&self.tool_calls) => Some(named(&self.tool_calls[0]["function"])),
            () if is_there(&self.function_call) => Some(named(&self.function_call)),
            () => None,
        }
    }
}
