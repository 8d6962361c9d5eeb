//! What `protect` answers.

mod ruleset;
mod settings;

use crate::answers::{VERSION, schema, value};
use crate::protect::Protected;
use documents::text::labelled;
use model::digest::CommitId;
use model::outcome::Outcome;
use model::request::wanted::{Plan, Wanted};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What `protect` answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProtectAnswer {
    /// The version of this form.
    pub version: u32,
    /// The repository at its forge.
    pub repository: String,
    /// Pass where the branch is protected as the program asks, as far as was tried.
    pub outcome: Outcome,
    /// What differs now.
    #[serde(flatten)]
    pub plan: Plan,
    /// Whether anything was changed.
    pub changed: bool,
    /// What became of the canary; null where none was sent.
    pub canary: Option<CanaryAnswer>,
    /// Why nothing was tried, where something should have been; null else.
    pub not_tried: Option<String>,
}

/// What became of a canary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CanaryAnswer {
    /// The leaf that holds it.
    pub leaf: u64,
    /// Its request.
    pub request: u64,
    /// Its head.
    pub head: CommitId,
    /// Pass where the forge did what it must.
    pub outcome: Outcome,
    /// What the forge said.
    pub said: String,
    /// What could not be removed again.
    pub left: Vec<String>,
}

impl ProtectAnswer {
    /// Returns the answer.
    pub fn of(protected: &Protected) -> ProtectAnswer {
        let canary = protected.canary.as_ref();
        ProtectAnswer {
            version: VERSION,
            repository: protected.forge.repository.clone(),
            outcome: protected.outcome(),
            plan: protected.plan.clone(),
            changed: protected.is_changed,
            canary: canary.map(|(canary, leaf)| CanaryAnswer {
                leaf: *leaf,
                request: canary.request,
                head: canary.head.clone(),
                outcome: canary.outcome,
                said: canary.said.clone(),
                left: canary.left.clone(),
            }),
            not_tried: protected.not_tried.clone(),
        }
    }

    /// Returns the answer for people.
    pub fn text(&self) -> String {
        let mut lines = match &self.plan.wanted {
            Wanted::Ruleset(wanted) => ruleset::lines(self, wanted),
            Wanted::Settings(wanted) => settings::lines(self, wanted),
        };
        let obstacles = self.plan.obstacles.iter();
        lines.extend(obstacles.map(|it| labelled("in the way: ", it)));
        if let Some(canary) = &self.canary {
            let said = canary.said.replace(char::is_control, " ");
            let label = format!("{:<8}", canary.outcome.to_string());
            let text = format!(
                "canary, request {}, leaf {}: {said}",
                canary.request, canary.leaf
            );
            lines.push(labelled(&label, &text));
            let left = canary.left.iter();
            lines.extend(left.map(|it| labelled("remove it: ", it)));
        }
        let not_tried = self.not_tried.iter();
        lines.extend(not_tried.map(|why| labelled("unknown ", why)));
        lines.join("\n")
    }

    /// Returns the answer for machines.
    pub fn json(&self) -> Value {
        value(self)
    }
}

/// Returns the schema of what `protect` answers.
pub fn schema_of_protect() -> Value {
    schema::<ProtectAnswer>()
}
