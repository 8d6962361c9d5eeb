//! What each hire of the plan would end, reduce and leave, and what arises with it.

use super::page::typed;
use crate::visible::visible;
use crate::words::duties;
use maud::{Markup, html};
use model::plan::{Plan, Step};
use model::program::{Conflict, ControlId, FunctionName};

pub(super) fn body(plan: &Plan) -> Markup {
    if plan.steps.is_empty() {
        return html! { p { "The program names no hire, so no conflict is planned to end." } };
    }
    html! {
        p { "Each hire is counted on top of those before it. " (duties::MAY_RETIRE) }
        table.stack {
            caption.unseen { "Hires and what they change" }
            thead { tr {
                th scope="col" { "Hire" } th scope="col" { "Duties" } th scope="col" { "Ends" }
                th scope="col" { "Reduces" } th scope="col" { "Arises" }
                th scope="col" { "The same person still holds both" } th scope="col" { "May retire" }
            } }
            tbody { @for (index, step) in plan.steps.iter().enumerate() { (row(index + 1, step)) } }
        }
    }
}

fn row(number: usize, step: &Step) -> Markup {
    html! {
        tr {
            th scope="row" data-label="Hire" {
                (number) ". " (typed(&step.hire.role))
                @if let Some(planned) = &step.hire.planned { " " span.criteria { (typed(planned)) } }
            }
            td data-label="Duties" {
                @if !step.hire.takes.is_empty() { "takes " (names(step.hire.takes.iter())) }
                @if !step.hire.shares.is_empty() { " shares " (names(step.hire.shares.iter())) }
            }
            td data-label="Ends" { (conflicts(&step.ends)) }
            td data-label="Reduces" { (conflicts(&step.reduces)) }
            td data-label="Arises" { (conflicts(&step.arises)) }
            td data-label="The same person still holds both" { (conflicts(&step.remains)) }
            td data-label="May retire" { (controls(&step.may_retire)) }
        }
    }
}

fn names<'a>(duties: impl Iterator<Item = &'a FunctionName>) -> Markup {
    let names: Vec<&str> = duties.map(|duty| duty.0.as_str()).collect();
    typed(&names.join(", "))
}

fn conflicts(conflicts: &[Conflict]) -> Markup {
    html! {
        @if conflicts.is_empty() { "none" } @else {
            ul { @for conflict in conflicts { li { (visible(&conflict.first.0)) " / " (visible(&conflict.second.0)) } } }
        }
    }
}

fn controls(controls: &[ControlId]) -> Markup {
    let names: Vec<&str> = controls.iter().map(|id| id.0.as_str()).collect();
    html! { @if names.is_empty() { "none" } @else { (typed(&names.join(", "))) } }
}
