//! What `check` remarks on in a program without faults.

use crate::program::Program;

/// One remark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// How much it matters.
    pub severity: Severity,
    /// What is remarked.
    pub text: String,
    /// What could be done.
    pub mend: Option<String>,
}

/// How much a remark matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Something an auditor would object to.
    Warning,
    /// Something to know.
    Note,
}

/// Returns the remarks on a program.
pub fn lint(program: &Program) -> Vec<Remark> {
    let _ = program;
    Vec::new()
}
