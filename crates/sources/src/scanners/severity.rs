//! How grave a finding is, from the words and figures of tools.

use model::check::Severity;
use serde::Deserialize;

/// Returns the severity that a word names in any of the tools; `High` for what is absent or unknown.
pub(super) fn of_word(word: Option<&str>) -> Severity {
    known(word.unwrap_or_default()).unwrap_or(Severity::High)
}

/// Returns the severity that a word names, `None` where it says nothing of it.
pub(super) fn known(word: &str) -> Option<Severity> {
    match word.trim().to_ascii_lowercase().as_str() {
        "critical" | "blocker" => Some(Severity::Critical),
        "high" | "error" | "fatal" => Some(Severity::High),
        "medium" | "moderate" | "warning" | "warn" | "major" => Some(Severity::Medium),
        "low" | "minor" | "note" | "info" | "information" | "informational" | "negligible"
        | "none" | "style" | "convention" | "refactor" | "recommendation" => Some(Severity::Low),
        _ => None,
    }
}

/// Returns the severity of a score of the Common Vulnerability Scoring System (CVSS 3.1, section 5).
pub(super) fn of_score(score: f64) -> Severity {
    match score {
        score if score >= 9.0 => Severity::Critical,
        score if score >= 7.0 => Severity::High,
        score if score >= 4.0 => Severity::Medium,
        score if score >= 0.0 => Severity::Low,
        // Also what is no number.
        _ => Severity::High,
    }
}

/// A score, which some tools write as a text.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Score {
    Number(f64),
    Text(String),
}

impl Score {
    pub(super) fn severity(&self) -> Severity {
        of_score(match self {
            Score::Number(score) => *score,
            Score::Text(text) => text.trim().parse().unwrap_or(f64::NAN),
        })
    }
}
