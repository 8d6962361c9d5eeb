//! Whether a team can pass its own merge gate: who would do what, or which rules contradict each other.

use crate::outcome::{Outcome, Risk};
use crate::program::{ControlId, PrincipalId, PrincipalKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// What was found for each class of risk and each author.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Proof {
    /// One answer a class and author, by class.
    pub answers: Vec<Answer>,
    /// Why nothing is proven, where nothing is: then there is no answer.
    pub not_proven: Option<String>,
    /// On what the answers rest beside the team.
    pub notes: Vec<String>,
}

/// Whether a change of one class by one author can pass.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// The class of the change.
    pub risk: Risk,
    /// Who writes it.
    pub author: PrincipalId,
    /// What the author is.
    pub author_kind: PrincipalKind,
    /// What was found.
    pub finding: Finding,
}

/// A way through the gate, or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// The change passes when these do these things.
    Passes {
        /// Hours that it stays open.
        wait_hours: f64,
        /// What is to be done, the writing first. What the forge and the checks do by themselves is no step.
        steps: Vec<Step>,
    },
    /// Nobody can bring the change through.
    Contradiction {
        /// The smallest sets of rules that cannot be followed together, all of one size: each is to be mended.
        sets: Vec<RuleSet>,
        /// How many more of that size there are.
        further: u64,
    },
}

/// What one principal does for one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// The rule that asks for it; null for the writing itself.
    pub rule: Option<Rule>,
    /// Who does it; null where a machine does.
    pub who: Option<PrincipalId>,
    /// What is done: `self-reviews after 4 h`.
    pub does: String,
}

/// A control, or one of its parameters where that alone asks for something.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Rule {
    /// The control.
    pub control: ControlId,
    /// The parameter.
    pub parameter: Option<String>,
}

/// Rules that cannot be followed together, while all but any one of them could be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RuleSet {
    /// The rules.
    pub rules: BTreeSet<Rule>,
    /// What they need, and what the program has.
    pub why: String,
    /// What could be done.
    pub mend: String,
}

impl Proof {
    /// Returns the proof of a program of which nothing is proven, and why.
    pub fn none(why: String) -> Proof {
        Proof {
            answers: Vec::new(),
            not_proven: Some(why),
            notes: Vec::new(),
        }
    }

    /// Returns Pass where every change can pass, Fail where one cannot, and Unknown where nothing is proven.
    pub fn outcome(&self) -> Outcome {
        let contradicted = |answer: &Answer| match answer.finding {
            Finding::Contradiction { .. } => true,
            Finding::Passes { .. } => false,
        };
        if self.answers.iter().any(contradicted) {
            Outcome::Fail
        } else if self.not_proven.is_some() || self.answers.is_empty() {
            Outcome::Unknown
        } else {
            Outcome::Pass
        }
    }
}

impl Rule {
    /// Returns the rule of a control as a whole.
    pub fn of(control: &str) -> Rule {
        Rule {
            control: ControlId(control.into()),
            parameter: None,
        }
    }

    /// Returns the rule of one parameter of a control.
    pub fn parameter(control: &str, parameter: &str) -> Rule {
        Rule {
            control: ControlId(control.into()),
            parameter: Some(parameter.into()),
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.parameter {
            Some(parameter) => write!(f, "{} `{parameter}`", self.control),
            None => write!(f, "{}", self.control),
        }
    }
}
