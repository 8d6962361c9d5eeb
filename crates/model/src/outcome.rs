//! The closed vocabularies of answers: outcomes, conclusions, grades and risk levels.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The answer of one rule on one thing. Missing evidence is `Unknown`, never `Pass`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The evidence shows that the rule was followed.
    Pass,
    /// The evidence shows that the rule was missed, or evidence that the rule requires is absent.
    Fail,
    /// The evidence at hand cannot tell.
    Unknown,
}

/// What management proposes to conclude of a control over a period. The auditor concludes.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Conclusion {
    /// Every item passed and the population is complete.
    Effective,
    /// Isolated deviations, each with its cause.
    EffectiveWithExceptions,
    /// Deviations that recur, concentrate, persist or exceed the tolerable rate.
    Ineffective,
    /// The population is empty.
    NotOccurring,
    /// The evidence at hand cannot tell.
    NotEvidenced,
}

/// Who could have forged a piece of evidence, weakest first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum AssuranceGrade {
    /// The operator typed it.
    Attested,
    /// Fetched with the operator's credential.
    Collected,
    /// Signed by a platform with a key that the operator does not hold.
    Platform,
    /// Signed by an outside party.
    Independent,
}

/// Who besides the operator has signed the log, weakest first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum LogGrade {
    /// Nobody.
    #[serde(rename = "self")]
    SelfSigned,
    /// A timestamp authority (RFC 3161).
    Timestamped,
    /// One outside operator.
    Witnessed,
    /// Two or more unrelated organisations.
    CrossWitnessed,
}

/// How much harm a conflict or a change can do before any control.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// Minimal with controls.
    Low,
    /// Moderate.
    Medium,
    /// Significant risk of fraud or error.
    High,
}

impl Risk {
    /// Returns the class that a text begins with: `High (touches payments)`, `**medium**`.
    pub fn named(text: &str) -> Option<Risk> {
        let mut words = text.split(|it: char| !it.is_alphabetic());
        let word = words.find(|it| !it.is_empty())?;
        match word.to_ascii_lowercase().as_str() {
            "low" => Some(Risk::Low),
            "medium" => Some(Risk::Medium),
            "high" => Some(Risk::High),
            _ => None,
        }
    }

    /// Returns the next lower level; `Low` stays `Low`.
    pub fn lowered(self) -> Risk {
        match self {
            Risk::High => Risk::Medium,
            Risk::Medium | Risk::Low => Risk::Low,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Outcome::Pass => "pass",
            Outcome::Fail => "fail",
            Outcome::Unknown => "unknown",
        })
    }
}

impl fmt::Display for Conclusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Conclusion::Effective => "effective",
            Conclusion::EffectiveWithExceptions => "effective with exceptions",
            Conclusion::Ineffective => "ineffective",
            Conclusion::NotOccurring => "not occurring",
            Conclusion::NotEvidenced => "not evidenced",
        })
    }
}

impl fmt::Display for AssuranceGrade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            AssuranceGrade::Attested => "attested",
            AssuranceGrade::Collected => "collected",
            AssuranceGrade::Platform => "platform",
            AssuranceGrade::Independent => "independent",
        })
    }
}

impl fmt::Display for LogGrade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            LogGrade::SelfSigned => "self",
            LogGrade::Timestamped => "timestamped",
            LogGrade::Witnessed => "witnessed",
            LogGrade::CrossWitnessed => "cross-witnessed",
        })
    }
}

impl fmt::Display for Risk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Risk::Low => "low",
            Risk::Medium => "medium",
            Risk::High => "high",
        })
    }
}
