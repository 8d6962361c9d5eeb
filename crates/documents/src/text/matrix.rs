//! The segregation-of-duties matrix as a table: as declared, and as an audit found it.

use super::joined;
use super::table::{Table, wrapped};
use crate::visible::visible;
use crate::words::duties;
use model::matrix::{Compensation, Matrix, Row};
use model::program::{PrincipalId, Program};

/// Returns every pair with the controls that are declared.
pub(super) fn declared(matrix: &Matrix, program: &Program) -> String {
    let head = format!(
        "Segregation of duties at {}: {}",
        visible(&program.organisation.name),
        duties::summary(matrix),
    );
    let mut table = Table::new(["status", "duties", "held by", "risk", "controls", "left"]);
    for row in &matrix.rows {
        table.row(declared_row(row));
    }
    format!(
        "{}\n{}\nThe risk left supposes that the controls operate as declared.\n",
        wrapped(&head, 2),
        table.render()
    )
}

/// Returns the pairs that one principal holds, with what evidence shows of their controls.
pub(super) fn audited(matrix: &Matrix) -> String {
    let head = format!("Segregation of duties: {}", duties::summary(matrix));
    let mut table = Table::new(["status", "held by one", "by", "risk", "controls", "left"]);
    for row in matrix.rows.iter().filter(|row| row.status.is_held()) {
        table.row(audited_row(row));
    }
    format!("{}{}", wrapped(&head, 2), table.render())
}

fn declared_row(row: &Row) -> Vec<String> {
    vec![
        duties::status(row.status).to_owned(),
        pair(row),
        holders(row),
        row.conflict.risk.to_string(),
        joined(row.controls.iter().map(|one| &one.control), "none"),
        row.residual_risk.to_string(),
    ]
}

fn audited_row(row: &Row) -> Vec<String> {
    vec![
        duties::status(row.status).to_owned(),
        pair(row),
        joined(&row.both, ""),
        row.conflict.risk.to_string(),
        found(&row.controls),
        duties::remaining(row),
    ]
}

/// Returns which controls are shown by evidence, and how many are not.
fn found(controls: &[Compensation]) -> String {
    let shown = controls.iter().filter(|one| one.is_shown());
    let mut found: Vec<String> = shown.map(|one| format!("{} shown", one.control)).collect();
    let ineffective = controls.iter().filter(|one| !one.is_declared()).count();
    let declared = controls.len() - found.len() - ineffective;
    for (count, words) in [(declared, "only declared"), (ineffective, "ineffective")] {
        if count > 0 {
            found.push(format!("{count} {words}"));
        }
    }
    joined(found, "none")
}

fn pair(row: &Row) -> String {
    visible(&format!("{} / {}", row.conflict.first, row.conflict.second)).into_owned()
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
