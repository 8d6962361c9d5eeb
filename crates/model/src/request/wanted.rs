//! The ruleset that a program asks for, and how far the forge is from it.

use super::rules::Rule;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A ruleset as it should be: in force on one branch, and nobody may go around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WantedRuleset {
    /// The name.
    pub name: String,
    /// The branch.
    pub branch: String,
    /// Its rules.
    pub rules: Vec<Rule>,
}

/// What is to be done so that the branch is protected as the program asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// The ruleset as it should be.
    pub wanted: WantedRuleset,
    /// How it comes about.
    pub step: Step,
    /// What stands in the way, and is not ours to change.
    pub obstacles: Vec<String>,
}

/// How the ruleset comes about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// There is none of its name.
    Create,
    /// There is one that differs.
    Replace {
        /// Its number.
        id: u64,
        /// What differs.
        differences: Vec<String>,
    },
    /// It is there.
    Nothing {
        /// Its number.
        id: u64,
    },
    /// Whether it is there cannot be told.
    Unknown {
        /// The number of the ruleset of its name, where there is one.
        id: Option<u64>,
        /// Why.
        why: String,
    },
    /// The forge offers no protection for this repository.
    NotOffered {
        /// What the forge said.
        said: String,
    },
}

impl Plan {
    /// Returns whether the branch is protected as the program asks, and nothing stands in the way.
    pub fn is_done(&self) -> bool {
        matches!(self.step, Step::Nothing { .. }) && self.obstacles.is_empty()
    }
}
