//! Plain text for a terminal of 80 columns, without colour.

mod check;
mod gate;
mod matrix;
mod plan;
mod summary;
mod table;

pub use crate::words::count;

use crate::visible::visible;
use model::matrix::Matrix;
use model::plan::Plan;
use model::program::Program;
use model::program_file::Remark;
use model::report::AuditReport;
use model::satisfiable::Proof;
use std::fmt::Display;

/// No line is longer.
pub(crate) const COLUMNS: usize = 80;

/// Returns the outcome of an audit: exceptions, conclusions, duties, totals, limits, and the verdict last.
pub fn audit_summary(report: &AuditReport) -> String {
    summary::render(report)
}

/// Returns the matrix, then what is open and last who gets a change through the merge gate: that is what the terminal still shows.
pub fn check(matrix: &Matrix, gate: &Proof, remarks: &[Remark], program: &Program) -> String {
    let open = check::render(matrix, remarks, program);
    format!("{open}\n{}", gate::render(gate))
}

/// Returns what each hire of the plan ends, reduces and leaves, and what arises with it.
pub fn plan(plan: &Plan) -> String {
    plan::render(plan)
}

/// Returns a line in as many as the terminal needs, the later ones indented; a word is never broken.
pub fn folded(line: &str) -> String {
    table::wrapped(line, 2).trim_end().to_owned()
}

/// Returns a text behind a label, folded where it is wider than a page, with the further lines below the first.
pub fn labelled(label: &str, text: &str) -> String {
    let indent = " ".repeat(label.len());
    let lines = table::wrapped(&format!("{indent}{text}"), label.len());
    let below = lines.trim_end().strip_prefix(&indent).unwrap_or_default();
    format!("{label}{below}")
}

fn joined<T: Display>(items: impl IntoIterator<Item = T>, none: &str) -> String {
    let texts: Vec<String> = items
        .into_iter()
        .map(|item| visible(&item.to_string()).into_owned())
        .collect();
    if texts.is_empty() {
        none.to_owned()
    } else {
        texts.join(", ")
    }
}
