//! The report and the segregation-of-duties policy as tagged PDF for archives (PDF/A-2a, PDF/UA-1).
//!
//! What others typed reaches the templates as data, and is never read as markup.

mod data;
mod legible;
mod policy;
mod world;

use crate::words;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::matrix::Matrix;
use model::plan::Plan;
use model::program::Program;
use model::report::AuditReport;
use serde_json::json;
use world::{Stamp, World};

/// Why no PDF could be written.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// The content could not be handed to the template.
    #[error("the content of the document could not be serialised")]
    Content(#[from] serde_json::Error),
    /// A date lies outside what a PDF can state.
    #[error("{0} is no date that a PDF can state")]
    Date(Date),
    /// The template could not be laid out.
    #[error("the document could not be laid out: {0}")]
    Layout(String),
    /// The pages do not meet the standard for archives or for accessibility.
    #[error("the pages could not be written as PDF: {0}")]
    Export(String),
}

/// Returns `report.pdf`: cover, exceptions, conclusions, and the policy as it stands in the program.
pub fn audit(report: &AuditReport, program: &Program) -> Result<Vec<u8>, PdfError> {
    let moment = report.generated_at.to_zoned(TimeZone::UTC).datetime();
    let policy = policy::Source {
        program,
        matrix: &report.matrix,
        plan: &report.plan,
        date: moment.date(),
        report: Some(report),
    };
    let content = json!({ "report": data::report(report), "policy": policy.data() });
    let stamp = Stamp {
        moment,
        ident: format!(
            "{} {} {}",
            report.log.origin, report.population.head, report.generated_at
        ),
        creator: format!("Countersign {}", report.countersign),
    };
    World::new("/report.typ", content)?.pdf(&stamp)
}

/// Returns the segregation-of-duties policy alone, as of `date`.
pub fn policy(
    program: &Program,
    matrix: &Matrix,
    plan: &Plan,
    date: Date,
) -> Result<Vec<u8>, PdfError> {
    let policy = policy::Source {
        program,
        matrix,
        plan,
        date,
        report: None,
    };
    let stamp = Stamp {
        moment: date.at(0, 0, 0, 0),
        ident: format!("{} policy {date}", program.organisation.name),
        creator: "Countersign".to_owned(),
    };
    World::new("/policy_alone.typ", json!({ "policy": policy.data() }))?.pdf(&stamp)
}

/// Returns the names of the principals, or `none` where the list is empty.
fn people<'a>(
    program: &Program,
    ids: impl IntoIterator<Item = &'a model::program::PrincipalId>,
    none: &str,
) -> String {
    let names: Vec<&str> = ids
        .into_iter()
        .map(|id| {
            program
                .principal(id)
                .map_or(id.as_str(), |principal| principal.name.as_str())
        })
        .collect();
    if names.is_empty() {
        none.to_owned()
    } else {
        names.join(", ")
    }
}

/// Returns `first / second` for each pair.
fn pairs(conflicts: &[model::program::Conflict]) -> Vec<String> {
    conflicts
        .iter()
        .map(|conflict| format!("{} / {}", conflict.first, conflict.second))
        .collect()
}

/// Returns the texts in one line, or `none`.
fn joined<T: ToString>(items: impl IntoIterator<Item = T>, none: &str) -> String {
    let texts: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    if texts.is_empty() {
        none.to_owned()
    } else {
        texts.join(", ")
    }
}

/// Returns how many people work there, as a sentence begins.
fn head_count(program: &Program) -> String {
    words::count(
        u64::from(program.organisation.head_count),
        "person works",
        "people work",
    )
}
