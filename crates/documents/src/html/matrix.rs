//! The segregation-of-duties matrix: the grid of duties, then one row a pair.

use super::heat_map;
use super::page::typed;
use crate::visible::visible;
use crate::words::duties;
use maud::{Markup, html};
use model::matrix::{Matrix, Row, Status};
use model::program::{ControlId, PrincipalId};

pub(super) fn body(matrix: &Matrix) -> Markup {
    if matrix.rows.is_empty() {
        return html! { p { "The program declares no conflict of duties." } };
    }
    html! {
        p {
            (duties::summary(matrix)) ". "
            "A principal counts once, however many accounts it has. "
            "A risk “as declared” is what remains if duties are held and controls operate as declared: no evidence of a period shows that they do."
        }
        (legend())
        (heat_map::grid(matrix))
        (pairs(matrix))
    }
}

fn legend() -> Markup {
    let all = [
        Status::Uncompensated,
        Status::Declared,
        Status::Compensated,
        Status::Reduced,
        Status::Unassigned,
        Status::Separated,
    ];
    html! {
        dl.legend {
            @for status in all {
                div { dt { (heat_map::sign(status)) " " (duties::status(status)) } dd { (duties::status_meaning(status)) } }
            }
        }
    }
}

fn pairs(matrix: &Matrix) -> Markup {
    html! {
        h3 { "Pair by pair, worst first" }
        table.stack {
            caption.unseen { "Conflicting duties, worst first" }
            thead { tr {
                th scope="col" { "Duty" } th scope="col" { "Conflicts with" } th scope="col" { "Who holds both" }
                th scope="col" { "Status" } th scope="col" { "Risk" } th scope="col" { "Controls in use" }
                th scope="col" { "Risk that remains" }
            } }
            tbody { @for row in &matrix.rows { (pair(row)) } }
        }
    }
}

fn pair(row: &Row) -> Markup {
    html! {
        tr {
            th scope="row" data-label="Duty" { (typed(&row.conflict.first.0)) }
            td data-label="Conflicts with" {
                (typed(&row.conflict.second.0))
                @if !row.conflict.rationale.is_empty() { " " span.criteria { (typed(&row.conflict.rationale)) } }
            }
            td data-label="Who holds both" { (holders(row)) }
            td.short data-label="Status" { span class={ "chip " (heat_map::level(row)) } { (duties::status(row.status)) } }
            td.short data-label="Risk" { (row.conflict.risk) }
            td data-label="Controls in use" { (controls(row)) }
            td.short data-label="Risk that remains" { (duties::remaining(row)) }
        }
    }
}

/// Where nobody holds both duties the holder of each is told.
fn holders(row: &Row) -> Markup {
    html! {
        @if row.status.is_held() {
            strong { (ids(&row.both)) }
        } @else {
            ul {
                li { (typed(&row.conflict.first.0)) ": " (ids(&row.first_holders)) }
                li { (typed(&row.conflict.second.0)) ": " (ids(&row.second_holders)) }
            }
        }
    }
}

fn ids(ids: &[PrincipalId]) -> Markup {
    let names: Vec<&str> = ids.iter().map(PrincipalId::as_str).collect();
    html! { @if names.is_empty() { "no holder" } @else { (names.join(", ")) } }
}

/// What evidence shows, what is only declared and what was found ineffective, each called so.
fn controls(row: &Row) -> Markup {
    html! {
        @if row.controls.is_empty() { strong { "none" } } @else {
            ul.standing {
                @for (words, controls) in duties::by_standing(row) {
                    li { span.criteria { (words) ": " } (names(&controls)) }
                }
            }
        }
    }
}

fn names(controls: &[&ControlId]) -> Markup {
    html! {
        @for (index, id) in controls.iter().enumerate() {
            @if index > 0 { ", " }
            span.whole { (visible(&id.0)) }
        }
    }
}
