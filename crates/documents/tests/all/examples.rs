//! The policy of each example: its text holds what the program declares, and each page is a picture
//! with ink between margins.

use crate::poppler::{pages, text_of};
use model::matrix::{self, Matrix, Row};
use model::plan;
use model::program::{PrincipalId, Program};
use model::program_file;
use std::collections::BTreeMap;

const SOLO: &str = include_str!("../../../../examples/solo-saas/countersign.yaml");
const FOUNDERS: &str = include_str!("../../../../examples/three-founders/countersign.yaml");
const HIRES: &str = include_str!("../../../../examples/first-three-hires/countersign.yaml");

/// The paper at each side: 19 mm of 210 mm, less a little.
const MARGIN: f64 = 0.085;
/// A page with a smaller share of ink shows nothing.
const INK: f64 = 0.002;

/// Checks the policy of an example, and returns its program and matrix.
fn check(yaml: &str, people: &str) -> (Program, Matrix) {
    let program = program_file::parse("countersign.yaml", yaml).expect("an example has no fault");
    let matrix = matrix::compute(&program, &BTreeMap::new());
    let plan = plan::compute(&program, &program.hiring_plan);
    let date = jiff::civil::date(2026, 7, 1);
    let pdf = documents::pdf::policy(&program, &matrix, &plan, date).expect("a policy is written");
    if let Some(text) = text_of(&pdf, "-layout") {
        holds(
            &text,
            &format!("{people} at {}.", program.organisation.name),
        );
        for control in program.controls.values().filter(|control| control.in_use) {
            holds(&text, &format!("{}: {}", control.id, control.title));
        }
    }
    // In the order of the cells, where -layout mixes the lines of neighbouring cells.
    if let Some(text) = text_of(&pdf, "-raw") {
        for row in &matrix.rows {
            holds(&text, &cells(row, &program));
        }
    }
    for page in pages(&pdf).into_iter().flatten() {
        assert!(page.ink() > INK, "page {} is blank", page.number);
        assert!(page.has_margins(MARGIN), "page {} is cut", page.number);
    }
    (program, matrix)
}

fn holds(text: &str, wanted: &str) {
    assert!(text.contains(wanted), "`{wanted}` is not in: {text}");
}

/// Returns the first four cells of a pair.
fn cells(row: &Row, program: &Program) -> String {
    let conflict = &row.conflict;
    let holders = if row.status.is_held() {
        format!("Both: {}", names(&row.both, program))
    } else {
        format!(
            "{}: {} {}: {}",
            conflict.first,
            names(&row.first_holders, program),
            conflict.second,
            names(&row.second_holders, program),
        )
    };
    format!(
        "{} {} {holders} {}",
        conflict.first, conflict.second, conflict.risk
    )
}

fn names(ids: &[PrincipalId], program: &Program) -> String {
    let name = |id| program.principal(id).map_or("", |one| one.name.as_str());
    match ids {
        [] => "nobody".to_owned(),
        ids => ids.iter().map(name).collect::<Vec<_>>().join(", "),
    }
}

#[test]
fn one_person_holds_all_of_nine_pairs() {
    let (program, matrix) = check(SOLO, "1 person works");
    assert_eq!(matrix.rows.len(), 9);
    for row in &matrix.rows {
        assert_eq!(
            names(&row.both, &program),
            "Ada Marsh",
            "{:?}",
            row.conflict
        );
    }
}

#[test]
fn three_founders_share_what_they_can() {
    let (program, matrix) = check(FOUNDERS, "3 people work");
    assert_eq!(program.humans().count(), 3);
    assert_eq!(matrix.uncompensated().count(), 1);
}

#[test]
fn a_founder_plans_three_hires() {
    let (program, _) = check(HIRES, "1 person works");
    assert_eq!(program.hiring_plan.len(), 3);
}
