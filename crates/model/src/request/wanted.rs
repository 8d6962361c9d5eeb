//! The protection that a program asks for, and how far the forge is from it.

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

/// A project of GitLab as it should be: each of these in force, or not asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WantedSettings {
    /// The branch, for which there is a protected branch of this very name.
    pub branch: String,
    /// Whether nobody may push to it.
    pub nobody_pushes: bool,
    /// Whether nobody may force a push to it.
    pub nobody_forces: bool,
    /// Whether a request lands only behind a pipeline that passed; one that was skipped did not.
    pub needs_pipeline: bool,
}

/// The protection as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Wanted {
    /// At GitHub.
    Ruleset(WantedRuleset),
    /// At GitLab.
    Settings(WantedSettings),
}

/// What is to be done so that the branch is protected as the program asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// The protection as it should be.
    pub wanted: Wanted,
    /// How it comes about.
    pub step: Step,
    /// What stands in the way, and is not ours to change.
    pub obstacles: Vec<String>,
}

/// How the protection comes about.
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
    /// Settings of GitLab differ.
    Change {
        /// What differs.
        differences: Vec<Difference>,
    },
    /// Every setting of GitLab is as it should be.
    Set,
}

/// A setting that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// Which.
    pub setting: Setting,
    /// What is.
    pub is: String,
    /// What is to be.
    pub wanted: String,
}

/// A setting of GitLab.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// The protected branch of the very name.
    ProtectedBranch,
    /// Who may push to it.
    Push,
    /// Whether those may force it.
    ForcePush,
    /// Whether pipelines must succeed.
    Pipeline,
    /// Whether a pipeline that was skipped counts as one that did.
    SkippedPipeline,
}

impl Wanted {
    /// Returns whether a request that did not pass the gate is to be refused for that.
    pub fn asks_for_check(&self) -> bool {
        match self {
            Wanted::Ruleset(wanted) => {
                let mut rules = wanted.rules.iter();
                rules.any(|rule| matches!(rule, Rule::RequiredStatusChecks { .. }))
            }
            Wanted::Settings(wanted) => wanted.needs_pipeline,
        }
    }
}

impl Step {
    /// Returns whether nothing is left to do.
    pub fn is_set(&self) -> bool {
        match self {
            Step::Nothing { .. } | Step::Set => true,
            Step::Create
            | Step::Replace { .. }
            | Step::Unknown { .. }
            | Step::NotOffered { .. }
            | Step::Change { .. } => false,
        }
    }
}

impl Plan {
    /// Returns whether the branch is protected as the program asks, and nothing stands in the way.
    pub fn is_done(&self) -> bool {
        self.step.is_set() && self.obstacles.is_empty()
    }
}
