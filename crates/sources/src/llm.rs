//! Questions to a language model, over the two wire formats: what is sent, what came back byte for byte, and what was said.
//!
//! [`ask::ask`] is the one step that touches the network. [`body::body`] and [`read::read`] are pure: whoever has the bytes that were
//! kept reads the same reply from them.
//!
//! Not here: what is asked for and what follows from the reply, and asking again: an attempt is one call, and who makes another
//! counts and records it.

pub use model::reviewer::Wire;

use serde_json::Value;

mod anthropic;
pub mod ask;
pub mod body;
pub mod endpoint;
mod event;
mod fault;
mod openai;
pub mod read;
pub mod unusable;
pub mod words;

/// What a model is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Question<'a> {
    /// What the model is told to do.
    pub system: &'a str,
    /// What it is given.
    pub user: &'a str,
    /// The JSON Schema of the reply: an object whose `properties` are all `required`, and which has no `additionalProperties`.
    pub schema: &'a Value,
    /// The name of the model, as its server knows it.
    pub model: &'a str,
    /// The tokens that it may write, its thinking included.
    pub max_output_tokens: u32,
    /// How much chance is in the reply; newer models take none, and refuse a question that states one.
    pub temperature: Option<f64>,
    /// The seed of that chance; nothing is sent of it where the wire [takes none](Wire::takes_seed).
    pub seed: Option<u64>,
}
