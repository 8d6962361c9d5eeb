//! Plain text for a terminal of 80 columns, without colour.

mod summary;
mod table;

use crate::visible::visible;
use crate::words;
use model::matrix::{Matrix, Row};
use model::plan::{Plan, Step};
use model::program::{Conflict, PrincipalId, Program};
use model::report::AuditReport;
use std::fmt::Display;
use table::{Table, wrapped};

/// No line is longer.
pub(crate) const COLUMNS: usize = 80;

/// Returns the outcome of an audit: exceptions, conclusions, totals, limits, and the verdict last.
pub fn audit_summary(report: &AuditReport) -> String {
    summary::render(report)
}

/// Returns the segregation-of-duties matrix: each conflict, its holder, its controls and the risk left.
pub fn matrix(matrix: &Matrix, program: &Program) -> String {
    let held = matrix
        .rows
        .iter()
        .filter(|row| row.status.is_held())
        .count();
    let open = matrix.uncompensated().count();
    let head = format!(
        "Segregation of duties at {}: {}, {held} held by one principal, {open} uncompensated",
        visible(&program.organisation.name),
        words::count(matrix.rows.len() as u64, "pair", "pairs"),
    );
    let mut table = Table::new([
        "status",
        "duty",
        "conflicts with",
        "held by",
        "risk",
        "controls",
        "left",
    ]);
    for row in &matrix.rows {
        table.row(matrix_row(row));
    }
    format!("{}\n{}", wrapped(&head, 0), table.render())
}

/// Returns what each hire of the plan ends, reduces and leaves.
pub fn plan(plan: &Plan) -> String {
    if plan.steps.is_empty() {
        return "The program names no hire.\n".to_owned();
    }
    let steps: Vec<String> = plan
        .steps
        .iter()
        .enumerate()
        .map(|(index, step)| plan_step(index + 1, step))
        .collect();
    steps.join("\n")
}

fn matrix_row(row: &Row) -> Vec<String> {
    vec![
        words::status(row.status).to_owned(),
        visible(&row.conflict.first.0).into_owned(),
        visible(&row.conflict.second.0).into_owned(),
        holders(row),
        row.conflict.risk.to_string(),
        joined(&row.controls, "none"),
        row.residual_risk.to_string(),
    ]
}

fn holders(row: &Row) -> String {
    if row.status.is_held() {
        return joined(&row.both, "");
    }
    let side = |ids: &[PrincipalId]| joined(ids, "nobody");
    format!(
        "{} / {}",
        side(&row.first_holders),
        side(&row.second_holders)
    )
}

fn plan_step(number: usize, step: &Step) -> String {
    let planned = step
        .hire
        .planned
        .as_ref()
        .map_or(String::new(), |when| format!(" ({when})"));
    let head = format!("{number}. {}{planned}", step.hire.role);
    let mut lines = wrapped(&visible(&head), 0);
    for (name, text) in [
        ("takes", joined(&step.hire.takes, "nothing")),
        ("shares", joined(&step.hire.shares, "nothing")),
        ("ends", conflicts(&step.ends)),
        ("reduces", conflicts(&step.reduces)),
        ("remains", conflicts(&step.remains)),
        ("may retire", joined(&step.may_retire, "no control")),
    ] {
        lines.push_str(&wrapped(&format!("   {name}: {text}"), 6));
    }
    lines
}

fn conflicts(conflicts: &[Conflict]) -> String {
    let pairs: Vec<String> = conflicts
        .iter()
        .map(|conflict| {
            format!(
                "{} / {}",
                visible(&conflict.first.0),
                visible(&conflict.second.0)
            )
        })
        .collect();
    if pairs.is_empty() {
        "no conflict".to_owned()
    } else {
        pairs.join("; ")
    }
}

fn joined<T: Display>(items: impl IntoIterator<Item = T>, none: &str) -> String {
    let texts: Vec<String> = items
        .into_iter()
        .map(|item| visible(&item.to_string()).into_owned())
        .collect();
    if texts.is_empty() {
        none.to_owned()
    } else {
        texts.join(", ")
    }
}
