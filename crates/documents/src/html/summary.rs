//! The figures that a reader wants first, and the grade of the log.

use super::conclusions::chip;
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
        h3 { "The log has grade " code { (words::log::grade(&report.log)) } }
        p { (words::log::meaning(&report.log)) }
        @if let Some(contact) = words::log::last_contact(&report.log) { p { "Last outside contact: " (contact) "." } }
    }
}

fn figures(report: &AuditReport) -> Markup {
    let totals = &report.totals;
    html! {
        ul.figures {
            (figure(report.exceptions.len() as u64, "exceptions"))
            (figure(report.matrix.uncompensated().count() as u64, "uncompensated conflicts"))
            (figure(report.matrix.of_status(Status::Declared).count() as u64, "conflicts on declared controls only"))
            (figure(totals.changes, "changes in the period"))
            (figure(totals.by_request, "landed through a request"))
            (figure(totals.self_merged, "shown to be self-merged"))
            (figure(totals.assistants.values().sum(), "mentions of an AI assistant"))
        }
    }
}

fn figure(number: u64, what: &str) -> Markup {
    html! { li { span.number { (words::grouped(number)) } " " (what) } }
}
