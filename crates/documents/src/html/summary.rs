//! The figures that a reader wants first, the grade of the log and the query of the population.

use super::conclusions::chip;
use super::page::{copyable, fact, typed};
use crate::words;
use maud::{Markup, html};
use model::matrix::Status;
use model::report::AuditReport;

pub(super) fn body(report: &AuditReport) -> Markup {
    html! {
        (figures(report))
        h3 { "Conclusions that management would propose" }
        ul.counts {
            @for (conclusion, count) in words::conclusions::counts(report) {
                li { span.number { (count) } " " (chip(conclusion)) }
            }
            li { span.number { (words::conclusions::untested(report)) } " untested, not evidenced" }
        }
        p { "These are " strong { "proposed" } " conclusions. The auditor concludes." }
        (log(report))
        (population(report))
    }
}

fn figures(report: &AuditReport) -> Markup {
    let totals = &report.totals;
    let by_request = totals.landed.request_merge + totals.landed.squash;
    html! {
        ul.figures {
            (figure(report.exceptions.len() as u64, "exceptions"))
            (figure(report.matrix.uncompensated().count() as u64, "uncompensated conflicts"))
            (figure(report.matrix.of_status(Status::Declared).count() as u64, "conflicts on declared controls only"))
            (figure(totals.changes, "changes in the period"))
            (figure(by_request, "landed through a request"))
            (figure(totals.self_merged, "shown to be self-merged"))
            (figure(totals.assistants.values().sum(), "mentions of an AI assistant"))
        }
    }
}

fn figure(number: u64, what: &str) -> Markup {
    html! { li { span.number { (words::grouped(number)) } " " (what) } }
}

fn log(report: &AuditReport) -> Markup {
    let log = &report.log;
    html! {
        h3 { "The log has grade " code { (log.grade) } }
        p { (words::log_grade(log.grade)) }
        dl.facts {
            (fact("Log", typed(&log.origin)))
            (fact("Key, as the audited company supplied it", html! { code { (typed(&log.key)) } }))
            (fact("Leaves", html! { (words::grouped(log.size)) }))
            (fact("Root hash", html! { code { (typed(&log.root)) } }))
            (fact("Leaves of program, observation, decisions", html! {
                (log.program_leaf) ", " (log.observation_leaf) ", " (log.decisions_leaf)
            }))
        }
    }
}

fn population(report: &AuditReport) -> Markup {
    let population = &report.population;
    let source =
        |text: &Option<String>, none: &str| text.as_deref().map_or(html! { (none) }, typed);
    html! {
        h3 { "The population" }
        p {
            (words::count(population.count, "change", "changes")) ", taken from git with " code { (typed(&population.query.object_format)) }
            " object ids. " (typed(&population.basis))
        }
        p { "This command gives the same list:" }
        (copyable("the population command", &population.query.command))
        p { "SHA-256 over the commit ids, oldest first, one a line:" }
        (copyable("the population hash", &population.sha256.to_string()))
        dl.facts {
            (fact("Second source it was reconciled with", source(&population.second_source, "none")))
            (fact("Signed representation of management", source(&population.representation, "none")))
        }
    }
}
