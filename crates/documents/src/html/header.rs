//! The head of a page: whose, of what, of when; and a banner where the program is a draft.

use super::page::{fact, typed};
use crate::visible::visible;
use crate::words;
use maud::{Markup, html};
use model::matrix::{Matrix, Status};
use model::program::Program;
use model::report::{AuditReport, ProgramOrigin};

pub(super) fn audit(report: &AuditReport) -> Markup {
    let query = &report.population.query;
    html! {
        p.kicker { (typed(&report.organisation)) }
        h1 { "Audit of " (typed(&query.repository)) }
        dl.facts {
            (fact("Period", typed(&words::period(report))))
            (fact("Branch", typed(&query.branch)))
            (fact("Head commit", html! { code { (report.population.head) } }))
            (fact("Program", html! { (origin(report.program.origin)) ", sha256 " code { (report.program.sha256) } }))
            (fact("Frameworks in scope", frameworks(report)))
            (fact("People who work there", html! { (words::head_count(report)) }))
            (fact("Generated", html! { (words::minute(report.generated_at)) " UTC, by the clock of the machine it ran on" }))
        }
        (banners(report))
    }
}

pub(super) fn program(program: &Program, matrix: &Matrix) -> Markup {
    let held = matrix
        .rows
        .iter()
        .filter(|row| row.status.is_held())
        .count();
    html! {
        p.kicker { (typed(&program.organisation.name)) }
        h1 { "Segregation of duties" }
        dl.facts {
            (fact("People who work there", html! { (program.organisation.head_count) }))
            (fact("Pairs of conflicting duties", html! { (matrix.rows.len()) }))
            (fact("Held by one principal", html! { (held) }))
            (fact("Uncompensated", html! { (matrix.uncompensated().count()) }))
            (fact("On declared controls only", html! { (matrix.of_status(Status::Declared).count()) }))
        }
    }
}

fn banners(report: &AuditReport) -> Markup {
    html! {
        @if report.program.origin == ProgramOrigin::Draft {
            p.banner role="note" {
                strong { "Draft program. " }
                "It was drafted from the repository for this run, and nobody has confirmed it. "
                "Names, duties and controls in this report are assumptions until the organisation keeps a program of its own."
            }
        }
        @for incomplete in &report.population.incomplete {
            p.banner role="note" {
                strong { "Incomplete history. " }
                (words::incomplete(*incomplete)) " No control can be effective on it."
            }
        }
        @for warning in &report.warnings {
            p.banner role="note" { strong { "Warning. " } (typed(warning)) }
        }
        @if !report.population.period_over {
            p.banner.mild role="note" {
                strong { "Interim. " }
                "The period was not over when the population was taken; only a capture after its end concludes."
            }
        }
    }
}

fn origin(origin: ProgramOrigin) -> &'static str {
    match origin {
        ProgramOrigin::File => "a file that the organisation keeps",
        ProgramOrigin::Draft => "a draft, made for this run",
    }
}

fn frameworks(report: &AuditReport) -> Markup {
    let list = |criteria: &[String]| {
        if criteria.is_empty() {
            "every criterion of the catalogue".to_owned()
        } else {
            criteria.join(", ")
        }
    };
    html! {
        "SOC 2: " (visible(&list(&report.frameworks.soc2)))
        "; ISO/IEC 27001:2022: " (visible(&list(&report.frameworks.iso27001)))
    }
}
