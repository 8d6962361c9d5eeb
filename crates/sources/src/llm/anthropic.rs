//! Anthropic's Messages: the events of a stream, and the answer in one piece.

use serde_json::Value;

use super::event::Event;
use super::fault;
use super::read::{self, Reply, Stop, Usage, append};
use super::unusable::Unusable;
use super::words::Words;

mod wire;

use wire::{Block, Delta, KNOWN, Message, Tokens, Wire};

/// What stands in a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    /// What the model thinks before it says something.
    Thinking,
}

/// What a stream has said so far.
#[derive(Default)]
pub(super) struct Answer {
    has_begun: bool,
    /// The block that is open, with its number.
    open: Option<(u64, Kind)>,
    blocks: u64,
    text: String,
    stop_reason: Option<String>,
    model: Option<String>,
    usage: Usage,
    is_done: bool,
}

/// Returns the reply of an answer in one piece.
pub(super) fn whole(text: &str) -> Result<Reply, Unusable> {
    let value: Value = read::json(text)?;
    match value["type"].as_str() {
        Some("message") => {}
        _ if !value["error"].is_null() => return Err(fault::inside(&value["error"])),
        _ => return Err(Unusable::malformed(0, "it is no `message`")),
    }
    let message: Message = read::json(text)?;
    let mut answer = Answer::default();
    for block in &message.content {
        if kind(0, block)? == Kind::Text {
            append(&mut answer.text, there(0, block.text.as_deref())?)?;
        }
    }
    answer.stop_reason.clone_from(&message.stop_reason);
    answer.begin(message);
    answer.is_done = true;
    answer.end()
}

impl Answer {
    /// Takes the next event of a stream; the type in its data is that of its name.
    pub(super) fn take(&mut self, event: &Event) -> Result<(), Unusable> {
        let at = event.at;
        let wire: Wire = match serde_json::from_str(&event.data) {
            Ok(wire) => wire,
            Err(_) if !event.name.is_empty() && !KNOWN.contains(&event.name.as_str()) => {
                return Ok(());
            }
            Err(error) => return Err(Unusable::malformed(at, error)),
        };
        match wire {
            Wire::Ping | Wire::Unknown => return Ok(()),
            Wire::Error { error } => return Err(fault::inside(&error)),
            _ if self.is_done => {
                return Err(Unusable::malformed(at, "it goes on behind its end mark"));
            }
            Wire::MessageStart { message } if !message.is_empty() => {
                return Err(Unusable::malformed(
                    at,
                    "it begins with what was said already",
                ));
            }
            Wire::MessageStart { message } if !self.has_begun => self.begin(message),
            Wire::MessageStart { .. } => return Err(Unusable::Several),
            _ if !self.has_begun => return Err(Unusable::malformed(at, "it has no beginning")),
            Wire::ContentBlockStart {
                index,
                content_block,
            } => {
                return self.open(at, index, &content_block);
            }
            Wire::ContentBlockDelta { index, delta } => return self.delta(at, index, &delta),
            Wire::ContentBlockStop { index } => return self.close(at, index),
            Wire::MessageDelta { delta, usage } => {
                self.count(usage);
                return self.stop(at, delta.stop_reason);
            }
            Wire::MessageStop => self.is_done = true,
        }
        Ok(())
    }

    fn begin(&mut self, message: Message) {
        self.has_begun = true;
        self.model = message.model;
        self.count(message.usage);
    }

    /// "Streaming Messages": blocks follow one another, each with its number.
    fn open(&mut self, at: usize, index: u64, block: &Block) -> Result<(), Unusable> {
        if self.open.is_some() || index != self.blocks || self.stop_reason.is_some() {
            return Err(Unusable::malformed(
                at,
                "its blocks do not follow one another",
            ));
        }
        let kind = kind(at, block)?;
        self.open = Some((index, kind));
        self.blocks += 1;
        match kind {
            Kind::Text => append(&mut self.text, there(at, block.text.as_deref())?),
            Kind::Thinking => Ok(()),
        }
    }

    fn delta(&mut self, at: usize, index: u64, delta: &Delta) -> Result<(), Unusable> {
        let kind = self.opened(at, index)?;
        match (kind, delta.r#type.as_str()) {
            (Kind::Text, "text_delta") => append(&mut self.text, there(at, delta.text.as_deref())?),
            (Kind::Text, "citations_delta") | (Kind::Thinking, _) => Ok(()),
            (Kind::Text, other) => {
                let why = format!("a text has a piece of the kind `{other}`");
                Err(Unusable::malformed(at, why))
            }
        }
    }

    fn close(&mut self, at: usize, index: u64) -> Result<(), Unusable> {
        self.opened(at, index)?;
        self.open = None;
        Ok(())
    }

    fn opened(&self, at: usize, index: u64) -> Result<Kind, Unusable> {
        match self.open {
            Some((open, kind)) if open == index => Ok(kind),
            Some(_) | None => Err(Unusable::malformed(at, "a piece is of no open block")),
        }
    }

    fn stop(&mut self, at: usize, reason: Option<String>) -> Result<(), Unusable> {
        match (&self.stop_reason, reason) {
            (_, None) => {}
            (None, Some(_)) if self.open.is_some() => {
                return Err(Unusable::malformed(at, "it stops within a block"));
            }
            (None, reason) => self.stop_reason = reason,
            (Some(before), Some(reason)) if *before == reason => {}
            (Some(_), Some(_)) => {
                return Err(Unusable::malformed(at, "it has two `stop_reason`s"));
            }
        }
        Ok(())
    }

    /// What was read is the sum of what was new, was put into the cache, and came from it.
    fn count(&mut self, tokens: Option<Tokens>) {
        let Some(tokens) = tokens else { return };
        let cached = [
            tokens.cache_creation_input_tokens,
            tokens.cache_read_input_tokens,
        ];
        let cached = cached.into_iter().flatten().fold(0, u64::saturating_add);
        let input = tokens.input_tokens.map(|it| it.saturating_add(cached));
        self.usage.input = input.or(self.usage.input);
        self.usage.output = tokens.output_tokens.or(self.usage.output);
    }

    /// Returns the reply, once nothing more comes.
    pub(super) fn end(self) -> Result<Reply, Unusable> {
        let (true, Some(reason)) = (self.is_done, self.stop_reason) else {
            return Err(Unusable::Cut);
        };
        let stop = match reason.as_str() {
            "end_turn" => Stop::End,
            "max_tokens" | "model_context_window_exceeded" => Stop::Length,
            "refusal" => Stop::Refused,
            other => Stop::Other(Words::of(other).as_str().to_owned()),
        };
        Reply::new(self.text, stop, self.model, self.usage)
    }
}

fn kind(at: usize, block: &Block) -> Result<Kind, Unusable> {
    match block.r#type.as_str() {
        "text" => Ok(Kind::Text),
        "thinking" | "redacted_thinking" => Ok(Kind::Thinking),
        "tool_use" | "server_tool_use" | "mcp_tool_use" => Err(Unusable::ToolCalled {
            name: Words::of(&block.name),
        }),
        other => {
            let why = format!("it has a block of the kind `{other}`");
            Err(Unusable::malformed(at, why))
        }
    }
}

/// Returns the text of what is of the kind of one.
fn there(at: usize, text: Option<&str>) -> Result<&str, Unusable> {
    text.ok_or_else(|| Unusable::malformed(at, "a text has no `text`"))
}
