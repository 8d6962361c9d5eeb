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
use unicode_width::UnicodeWidthStr;

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

/// Returns a line in as many as the terminal needs, the later ones indented; a word that is wider stays whole, to be copied.
pub fn folded(line: &str) -> String {
    let mut folded = String::with_capacity(line.len());
    let mut used = 0;
    for word in line.split_inclusive(' ') {
        if used > 0 && used + word.trim_end().width() > COLUMNS {
            folded.truncate(folded.trim_end().len());
            folded.push_str("\n  ");
            used = 2;
        }
        folded.push_str(word);
        used += word.width();
    }
    folded
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

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn a_line_is_folded_and_no_word_of_it() {
        assert_eq!(folded("error: short  as it is"), "error: short  as it is");
        let long = "a/".repeat(60);
        let line = format!("error: {long} is no folder, {}", "and so on ".repeat(9));
        let lines = folded(line.trim_end());
        let lines: Vec<&str> = lines.lines().collect();
        assert_eq!(lines[..2], ["error:".to_owned(), format!("  {long}")]);
        let words: Vec<&str> = lines.iter().flat_map(|line| line.split(' ')).collect();
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        assert_eq!(words, line.split_whitespace().collect::<Vec<_>>());
        assert!(lines[2..].iter().all(|line| line.len() <= 80), "{lines:?}");
    }
}
