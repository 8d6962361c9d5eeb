//! What `check` remarks on in a program without faults.

mod controls;
mod duties;
mod outsiders;
mod sentences;

use crate::program::Program;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One remark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Remark {
    /// How much it matters.
    pub severity: Severity,
    /// What is remarked.
    pub text: String,
    /// What could be done.
    pub mend: Option<String>,
}

/// How much a remark matters.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// An auditor would object.
    Warning,
    /// Something to know.
    Note,
}

/// Returns the remarks on a program, warnings first. Open questions are in [`Program::questions`].
pub fn lint(program: &Program) -> Vec<Remark> {
    let mut remarks = Vec::new();
    duties::remark(program, &mut remarks);
    controls::remark(program, &mut remarks);
    outsiders::remark(program, &mut remarks);
    sentences::remark(program, &mut remarks);
    remarks.sort_by_key(|remark| remark.severity);
    remarks
}

fn warning(text: String, mend: impl Into<Option<String>>) -> Remark {
    Remark {
        severity: Severity::Warning,
        text,
        mend: mend.into(),
    }
}

fn note(text: String, mend: impl Into<Option<String>>) -> Remark {
    Remark {
        severity: Severity::Note,
        text,
        mend: mend.into(),
    }
}

/// Returns `a, b and c`.
fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
