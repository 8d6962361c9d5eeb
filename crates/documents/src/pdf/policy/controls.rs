//! Compensating controls in use, with their four components; those that are not in use by id only.

use crate::pdf::joined;
use crate::words;
use crate::words::duties;
use model::matrix::Row;
use model::program::{Control, ControlId, Program};
use model::report::AuditReport;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Returns the id and the test of a control.
fn named(program: &Program, id: &ControlId) -> Value {
    let title = program
        .controls
        .get(id)
        .map_or("", |control| control.title.as_str());
    json!({ "id": id, "title": title })
}

/// Returns the controls of a pair by what an audit found of them; without an audit all are declared,
/// and none needs the word.
pub(super) fn by_standing(program: &Program, row: &Row) -> Vec<Value> {
    let groups = duties::by_standing(row).into_iter();
    let group = |(words, ids): (&str, Vec<&ControlId>)| {
        let controls: Vec<Value> = ids.into_iter().map(|id| named(program, id)).collect();
        json!({ "standing": row.evidenced_risk.map(|_| words), "controls": controls })
    };
    groups.map(group).collect()
}

/// Returns each area with its controls in use, and how many of them a machine enforces.
pub(super) fn areas(program: &Program) -> Vec<Value> {
    let mut areas: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for control in used(program) {
        let (all, automated) = areas.entry(&control.area).or_default();
        *all += 1;
        *automated += u64::from(control.automated);
    }
    areas
        .into_iter()
        .map(|(area, (all, automated))| {
            json!({ "area": area, "controls": words::count(all, "control", "controls"), "automated": automated })
        })
        .collect()
}

/// Returns the controls in use in full.
pub(super) fn in_use(program: &Program, report: Option<&AuditReport>) -> Vec<Value> {
    used(program).map(|control| full(control, report)).collect()
}

/// Returns the ids of the controls that the program does not have in use.
pub(super) fn not_in_use(program: &Program) -> String {
    let ids = program.controls.values().filter(|control| !control.in_use);
    joined(ids.map(|control| &control.id), "")
}

/// Returns the controls in use that a machine enforces.
pub(super) fn automated(program: &Program) -> Vec<Value> {
    used(program)
        .filter(|control| control.automated)
        .map(|control| named(program, &control.id))
        .collect()
}

fn used(program: &Program) -> impl Iterator<Item = &Control> {
    program.controls.values().filter(|control| control.in_use)
}

fn full(control: &Control, report: Option<&AuditReport>) -> Value {
    json!({
        "id": control.id,
        "area": control.area,
        "title": control.title,
        "risk": control.risk_statement,
        "justification": control.justification,
        "description": control.description,
        "evidence": control.evidence.iter().map(|one| [&one.evidence, &one.source, &one.frequency]).collect::<Vec<_>>(),
        "parameters": parameters(control),
        "operates": format!("{}, {}", if control.automated { "by a machine" } else { "by a person" }, control.cadence),
        "criteria": joined(control.criteria.soc2.iter().chain(&control.criteria.iso27001), "none named"),
        "compensates": control.compensates.iter().map(|[a, b]| format!("{a} / {b}")).collect::<Vec<_>>().join("; "),
        "proposed": proposed(control, report),
    })
}

fn parameters(control: &Control) -> Vec<String> {
    control
        .parameters
        .iter()
        .map(|(name, value)| format!("{}: {}", name.replace('_', " "), words::parameter(value)))
        .collect()
}

fn proposed(control: &Control, report: Option<&AuditReport>) -> Option<String> {
    let found = report?
        .conclusions
        .iter()
        .find(|one| one.control == control.id)?;
    let failed = words::count(found.failed, "exception", "exceptions");
    Some(format!("{}, {failed}", found.proposed))
}
