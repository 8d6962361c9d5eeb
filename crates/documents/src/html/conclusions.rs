//! What management would propose to conclude of each control, and what would evidence the rest.

use super::page::typed;
use crate::visible::visible;
use crate::words;
use maud::{Markup, html};
use model::outcome::Conclusion;
use model::report::{AuditReport, ControlReport};

pub(super) fn body(report: &AuditReport) -> Markup {
    let (tested, untested): (Vec<_>, Vec<_>) = report
        .conclusions
        .iter()
        .partition(|control| control.tested);
    html! {
        p {
            "Each is proposed by the rules of the program over every change of the period; the auditor concludes. "
            "An unknown item stays in the denominator."
        }
        h3 { "Tested on this population" }
        @if tested.is_empty() { p { "No control was tested." } } @else { (tested_table(&tested)) }
        h3 { "Not tested on this population" }
        @if untested.is_empty() {
            p { "Every control was tested." }
        } @else {
            p { "This population cannot show whether these operated. Each is not evidenced until a named source is collected." }
            (untested_table(&untested))
        }
    }
}

/// Returns a conclusion as a coloured word.
pub(super) fn chip(conclusion: Conclusion) -> Markup {
    let class = match conclusion {
        Conclusion::Effective => "good",
        Conclusion::EffectiveWithExceptions => "fair",
        Conclusion::Ineffective => "bad",
        Conclusion::NotOccurring => "none",
        Conclusion::NotEvidenced => "unknown",
    };
    html! { span class={ "chip " (class) } { (conclusion) } }
}

fn tested_table(controls: &[&ControlReport]) -> Markup {
    html! {
        table.stack {
            caption.unseen { "Controls tested on this population" }
            thead { tr {
                th scope="col" { "Control" } th scope="col" { "Proposed" } th scope="col" { "Why" }
                th.number scope="col" { "Passed" } th.number scope="col" { "Failed" } th.number scope="col" { "Unknown" }
                th scope="col" { "Grade" } th scope="col" { "Would be evidenced by" }
            } }
            tbody { @for control in controls { (tested_row(control)) } }
        }
    }
}

fn tested_row(control: &ControlReport) -> Markup {
    html! {
        tr {
            (name(control))
            td.short data-label="Proposed" { (chip(control.proposed)) }
            td data-label="Why" { (reasons(control)) }
            td.number data-label="Passed" { (words::grouped(control.passed)) }
            td.number data-label="Failed" { (words::grouped(control.failed)) }
            td.number data-label="Unknown" { (words::grouped(control.unknown)) }
            td.short data-label="Grade" { @match control.grade { Some(grade) => (grade), None => "none passed" } }
            td data-label="Evidenced by" { (evidenced_by(control)) }
        }
    }
}

fn untested_table(controls: &[&ControlReport]) -> Markup {
    html! {
        table.stack {
            caption.unseen { "Controls not tested on this population" }
            thead { tr { th scope="col" { "Control" } th scope="col" { "Would be evidenced by" } } }
            tbody {
                @for control in controls {
                    tr {
                        (name(control))
                        td data-label="Evidenced by" {
                            @if control.evidenced_by.is_empty() { (reasons(control)) } @else { (evidenced_by(control)) }
                        }
                    }
                }
            }
        }
    }
}

fn name(control: &ControlReport) -> Markup {
    let criteria: Vec<&str> = control
        .criteria
        .soc2
        .iter()
        .chain(&control.criteria.iso27001)
        .map(String::as_str)
        .collect();
    html! {
        th scope="row" data-label="Control" {
            span.id { (visible(&control.control.0)) } " " span.title { (typed(&control.title)) }
            " " span.criteria { (typed(&control.area)) @if !criteria.is_empty() { " · " (visible(&criteria.join(" "))) } }
        }
    }
}

fn reasons(control: &ControlReport) -> Markup {
    html! {
        @match control.reasons.as_slice() {
            [] => "no reason recorded",
            [one] => (typed(one)),
            many => ul { @for reason in many { li { (typed(reason)) } } },
        }
    }
}

fn evidenced_by(control: &ControlReport) -> Markup {
    html! {
        @if control.evidenced_by.is_empty() { "no further source named" }
        @else { (typed(&control.evidenced_by.join("; "))) }
    }
}
