//! What `check` says of a program without faults.

use super::matrix;
use super::table::wrapped;
use crate::visible::visible;
use crate::words;
use model::matrix::Matrix;
use model::program::Program;
use model::program_file::{Remark, Severity};

pub(super) fn render(matrix: &Matrix, remarks: &[Remark], program: &Program) -> String {
    let mut text = matrix::declared(matrix, program);
    for one in remarks {
        text.push('\n');
        text.push_str(&remark(one));
    }
    for question in &program.questions {
        let asked = format!(
            "question in line {}: {}",
            question.line,
            visible(words::question(question))
        );
        text.push('\n');
        text.push_str(&wrapped(&asked, 2));
    }
    text
}

fn remark(remark: &Remark) -> String {
    let severity = match remark.severity {
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let said = wrapped(&format!("{severity}: {}", visible(&remark.text)), 2);
    let mend = remark.mend.as_ref();
    let mend = mend.map(|mend| wrapped(&format!("  mend: {}", visible(mend)), 4));
    format!("{said}{}", mend.unwrap_or_default())
}
