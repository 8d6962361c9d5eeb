//! The model behind an agent, and how it is asked to review.

use crate::program::PrincipalId;
use crate::review::{Budget, Parameters};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whose model an agent is, as far as the program says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentModel {
    /// Who made it, in small letters: `anthropic`.
    pub vendor: String,
    /// The line of models it belongs to, in small letters: `claude`.
    pub family: Option<String>,
    /// Its name, as the provider calls it.
    pub name: Option<String>,
}

/// A form in which a model is asked, and answers.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Wire {
    /// OpenAI's Chat Completions, which most servers of models speak.
    OpenAi,
    /// Anthropic's Messages.
    Anthropic,
}

impl Wire {
    /// Returns the name in the program and in records.
    pub fn name(self) -> &'static str {
        match self {
            Wire::OpenAi => "openai",
            Wire::Anthropic => "anthropic",
        }
    }

    /// Returns whether a question over it can state a seed.
    #[must_use]
    pub fn takes_seed(self) -> bool {
        match self {
            Wire::OpenAi => true,
            Wire::Anthropic => false,
        }
    }

    /// Returns the address of the vendor's own API.
    pub fn api(self) -> &'static str {
        match self {
            Wire::OpenAi => "https://api.openai.com/v1",
            Wire::Anthropic => "https://api.anthropic.com/v1",
        }
    }
}

/// How an agent is asked to review.
#[derive(Debug, Clone, PartialEq)]
pub struct Reviewer {
    /// The form on the wire.
    pub wire: Wire,
    /// The address of the API.
    pub api: String,
    /// The model that is asked for.
    pub model: String,
    /// The tokens that its window holds, question and answer together.
    pub context_tokens: u32,
    /// How it is asked to answer.
    pub parameters: Parameters,
    /// How often a question is put again that got no usable answer.
    pub retries: u32,
    /// What one review may use.
    pub budget: Budget,
    /// What tokens cost, where the program says so.
    pub prices: Option<Prices>,
    /// Who is asked where it gave no review, in this order.
    pub fallback: Vec<Fallback>,
}

/// Who is asked where a reviewer gave no review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fallback {
    /// Another agent that reviews.
    Agent(PrincipalId),
    /// An outsider, at the forge.
    Outsider,
}

/// What a million tokens cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prices {
    /// Of questions.
    pub input: f64,
    /// Of answers.
    pub output: f64,
}

impl Reviewer {
    /// Returns the most bytes that one question may have: a token of code is three bytes or more, and two are counted on.
    pub fn question_bytes(&self) -> usize {
        let tokens = self
            .context_tokens
            .saturating_sub(self.parameters.max_output_tokens);
        tokens as usize * 2
    }
}
