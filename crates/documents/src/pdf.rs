//! The report and the policy as PDF.

use jiff::civil::Date;
use model::matrix::Matrix;
use model::plan::Plan;
use model::program::Program;
use model::report::AuditReport;

/// Why no PDF could be written.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// The template was refused.
    #[error("the document could not be laid out: {0}")]
    Layout(String),
}

/// Returns `report.pdf`.
pub fn audit(report: &AuditReport, program: &Program) -> Result<Vec<u8>, PdfError> {
    let _ = (report, program);
    Err(PdfError::Layout("not written yet".into()))
}

/// Returns the segregation-of-duties policy alone, effective on `date`.
pub fn policy(
    program: &Program,
    matrix: &Matrix,
    plan: &Plan,
    date: Date,
) -> Result<Vec<u8>, PdfError> {
    let _ = (program, matrix, plan, date);
    Err(PdfError::Layout("not written yet".into()))
}
