//! The report as one self-contained page that needs no network.

mod change;
mod conclusions;
mod evidence;
mod exceptions;
mod header;
mod heat_map;
mod limits;
mod matrix;
mod page;
mod people;
mod plan;
mod record;
mod register;
mod summary;
mod timeline;
mod totals;
mod windows;

use crate::visible::visible;
use maud::html;
use model::matrix::Matrix;
use model::program::Program;
use model::report::AuditReport;
use page::Section;
use register::Shown;

/// Returns `index.html`: exceptions first, every conclusion called proposed, all of it in one file.
pub fn audit(report: &AuditReport) -> String {
    let shown = Shown::of(report);
    let mut sections = findings(report, &shown);
    sections.extend(background(report));
    let title = format!(
        "Audit of {} · {}",
        report.population.query.repository, report.organisation
    );
    page::render(
        &title,
        header::audit(report),
        &sections,
        limits::footer(report),
    )
}

/// Returns the page of `check --format html`: the matrix and the questions still open.
pub fn matrix(program: &Program, matrix: &Matrix) -> String {
    let sections = [
        Section::new("matrix", "Segregation of duties", matrix::body(matrix)),
        Section::new(
            "questions",
            "Questions still open",
            limits::questions(&program.questions),
        ),
    ];
    let title = format!("Segregation of duties · {}", program.organisation.name);
    let footer = html! { p { "Written by Countersign from the program of " (visible(&program.organisation.name)) "." } };
    page::render(&title, header::program(program, matrix), &sections, footer)
}

fn findings(report: &AuditReport, shown: &Shown) -> Vec<Section> {
    vec![
        Section::new("summary", "Summary", summary::body(report)),
        Section::new("exceptions", "Exceptions", exceptions::body(report, shown)),
        Section::new("windows", "Exception windows", windows::body(report, shown)),
        Section::new(
            "conclusions",
            "Proposed conclusions",
            conclusions::body(report),
        ),
        Section::new(
            "matrix",
            "Segregation of duties",
            matrix::body(&report.matrix),
        ),
        Section::new("plan", "Hiring plan", plan::body(&report.plan)),
        Section::new(
            "timeline",
            "Timeline of changes",
            timeline::body(report, shown),
        ),
        Section::new("register", "Change register", register::body(report, shown)),
    ]
}

fn background(report: &AuditReport) -> Vec<Section> {
    let questions = limits::questions(&report.program.questions);
    vec![
        Section::new("record", "What was recorded", record::body(report)),
        Section::new("identities", "Unknown identities", people::unknown(report)),
        Section::new("principals", "Principals", people::principals(report)),
        Section::new("totals", "Totals", totals::body(report)),
        Section::new(
            "limits",
            "What this report does not prove",
            limits::body(report),
        ),
        Section::new("questions", "Questions still open", questions),
        Section::new("verify", "How to verify", limits::verify(report)),
    ]
}
