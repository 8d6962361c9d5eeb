//! Duty against duty, coloured by risk and status, with the same in words in every cell.

use super::page::{scroll, typed};
use crate::words::duties;
use maud::{Markup, html};
use model::matrix::{Matrix, Row, Status};
use model::outcome::Risk;
use model::program::FunctionName;
use std::collections::BTreeMap;

/// Returns the grid: a row for each first duty of a pair, a column for each second one.
pub(super) fn grid(matrix: &Matrix) -> Markup {
    let firsts = duties(matrix, |row| &row.conflict.first);
    let seconds = duties(matrix, |row| &row.conflict.second);
    let cells: BTreeMap<_, &Row> = matrix
        .rows
        .iter()
        .map(|row| ((&row.conflict.first, &row.conflict.second), row))
        .collect();
    let table = html! {
        table.heat {
            caption.unseen { "Heat map of conflicting duties" }
            thead { tr {
                td {}
                @for second in &seconds { th scope="col" { span { (typed(&second.0)) } } }
            } }
            tbody {
                @for first in &firsts {
                    tr {
                        th scope="row" { (typed(&first.0)) }
                        @for second in &seconds { (cell(cells.get(&(*first, *second)).copied())) }
                    }
                }
            }
        }
    };
    html! {
        h3 { "Heat map" }
        p.test {
            "Each cell is a pair: the sign of its status, the risk of combining the two, and the risk that remains where it is lower, "
            "in brackets where it is lower only if the declared controls operate."
        }
        (scroll("Heat map of conflicting duties", table))
    }
}

/// Returns the class of colour: `h5` worst, `h0` none, `hn` where a duty has no holder.
pub(super) fn level(row: &Row) -> &'static str {
    let left = row.evidenced_risk.unwrap_or(row.residual_risk);
    match (row.status, row.conflict.risk, left) {
        (Status::Uncompensated, Risk::High, _) => "h5",
        (Status::Uncompensated, Risk::Medium, _) | (Status::Declared, Risk::High, _) => "h4",
        (Status::Uncompensated, Risk::Low, _) | (Status::Declared, Risk::Medium, _) => "h3",
        (Status::Compensated, _, Risk::High | Risk::Medium) => "h3",
        (Status::Reduced, _, Risk::High) => "h3",
        (Status::Declared, Risk::Low, _) | (Status::Compensated, _, Risk::Low) => "h2",
        (Status::Reduced, _, Risk::Medium) => "h2",
        (Status::Reduced, _, Risk::Low) => "h1",
        (Status::Unassigned, _, _) => "hn",
        (Status::Separated, _, _) => "h0",
    }
}

/// Returns the sign of a status, so that it shows without colour.
pub(super) fn sign(status: Status) -> &'static str {
    match status {
        Status::Uncompensated => "✕",
        Status::Declared => "◌",
        Status::Compensated => "◐",
        Status::Reduced => "◔",
        Status::Unassigned => "–",
        Status::Separated => "✓",
    }
}

fn duties(matrix: &Matrix, side: fn(&Row) -> &FunctionName) -> Vec<&FunctionName> {
    let mut order: BTreeMap<&FunctionName, usize> = BTreeMap::new();
    for (index, row) in matrix.rows.iter().enumerate() {
        order.entry(side(row)).or_insert(index);
    }
    let mut names: Vec<_> = order.into_iter().collect();
    names.sort_by_key(|(_, index)| *index);
    names.into_iter().map(|(name, _)| name).collect()
}

fn cell(row: Option<&Row>) -> Markup {
    let Some(row) = row else {
        return html! { td.empty {} };
    };
    html! {
        td class=(level(row)) {
            span.sign aria-hidden="true" { (sign(row.status)) }
            span { (row.conflict.risk) }
            span.unseen { " risk, " (duties::status(row.status)) ", remaining " (duties::remaining(row)) }
            @if row.residual_risk != row.conflict.risk {
                span.left aria-hidden="true" { (left(row)) }
            }
        }
    }
}

fn left(row: &Row) -> String {
    match duties::rests_on_declaration(row) {
        true => format!("(→ {})", row.residual_risk),
        false => format!("→ {}", row.residual_risk),
    }
}
