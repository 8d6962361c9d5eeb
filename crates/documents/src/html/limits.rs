//! What the report does not prove, what is still asked, and how to check it without its author.

use super::page::{copyable, typed};
use crate::words;
use maud::{Markup, html};
use model::program::Question;
use model::report::AuditReport;

pub(super) fn body(report: &AuditReport) -> Markup {
    html! {
        ul {
            @for limit in &report.limits { li { (typed(limit)) } }
            li { "Log grade " code { (words::log::grade(&report.log)) } ": " (words::log::meaning(&report.log)) }
        }
    }
}

pub(super) fn questions(questions: &[Question]) -> Markup {
    html! {
        @if questions.is_empty() {
            p { "None: the program leaves no question open." }
        } @else {
            p { "Only the operator can answer these, in the program:" }
            ul { @for question in questions { li { "line " (question.line) ": " (typed(words::question(question))) } } }
        }
    }
}

pub(super) fn verify(report: &AuditReport) -> Markup {
    html! {
        p {
            "In the folder that holds the report, without a network and without the repository, "
            "preferably with a Countersign that you built yourself:"
        }
        (copyable("the verify command", "countersign verify report/ --trust keys.txt"))
        p {
            "The file " code { "keys.txt" } " is yours: the key of the log and those of the outsiders who sign it, one a line, "
            "which you got from somebody else than the audited company. Without " code { "--trust" } " the keys are the company's own."
        }
        p {
            "It checks that everything in the report is in the log, decides each change again from the recorded facts, "
            "and names the first byte that does not fit. The key of the log below came from the audited company: "
            "a match shows that the parts fit together, not who made them."
        }
        (copyable("the key of the log", &report.log.key))
    }
}

pub(super) fn footer(report: &AuditReport) -> Markup {
    html! {
        p {
            "Written by Countersign " (typed(&report.countersign)) " from " code { "audit.json" }
            " version " (report.version) ". Conclusions are proposed; the auditor concludes."
        }
    }
}
