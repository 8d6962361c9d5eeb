//! What a hire would change: conflicts that end, are reduced or remain, and controls that may retire.

use crate::matrix::{self, Matrix, Row, Status};
use crate::program::{
    Conflict, ControlId, FunctionName, Hire, Principal, PrincipalId, PrincipalKind, Program,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The hires of a plan in their order, each on top of those before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// One step a hire.
    pub steps: Vec<Step>,
}

/// What one hire changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// The hire.
    pub hire: Hire,
    /// Conflicts that nobody holds both sides of any more.
    pub ends: Vec<Conflict>,
    /// Conflicts in which a second person can now take the second duty of each item.
    pub reduces: Vec<Conflict>,
    /// Conflicts that somebody still holds both sides of, as before this hire.
    pub remains: Vec<Conflict>,
    /// Conflicts that arise with this hire: somebody now holds both sides, or holds them alone.
    pub arises: Vec<Conflict>,
    /// Controls that compensated only conflicts which have ended: they may retire once the hire has
    /// taken the function in practice and no other conflict rests on them.
    pub may_retire: Vec<ControlId>,
}

/// Returns what each hire changes, each on top of those before.
pub fn compute(program: &Program, hires: &[Hire]) -> Plan {
    let mut current = program.clone();
    let mut before = matrix::compute(&current, &BTreeMap::new());
    let mut steps = Vec::new();
    for (index, hire) in hires.iter().enumerate() {
        join(&mut current, hire, index);
        let after = matrix::compute(&current, &BTreeMap::new());
        steps.push(step(&current, hire, &before, &after));
        before = after;
    }
    Plan { steps }
}

fn join(program: &mut Program, hire: &Hire, index: usize) {
    let Some(id) = hire_id(program, index) else {
        return;
    };
    for held in program.assignments.values_mut() {
        held.retain(|function| !hire.takes.contains(function));
    }
    let holds: BTreeSet<FunctionName> = hire.takes.union(&hire.shares).cloned().collect();
    program.assignments.insert(id.clone(), holds);
    program.organisation.head_count += 1;
    program.principals.push(Principal {
        id,
        name: hire.role.clone(),
        kind: PrincipalKind::Human,
        title: Some(hire.role.clone()),
        emails: vec![],
        accounts: vec![],
        ssh_keys: vec![],
        openpgp_keys: vec![],
        model: None,
        reviewer: None,
    });
}

fn hire_id(program: &Program, index: usize) -> Option<PrincipalId> {
    (index + 1..)
        .map(|number| PrincipalId::new(&format!("hire-{number}")))
        .find(|id| id.as_ref().is_none_or(|id| program.principal(id).is_none()))
        .flatten()
}

fn step(program: &Program, hire: &Hire, before: &Matrix, after: &Matrix) -> Step {
    let of = |wanted: Change| -> Vec<Conflict> {
        after
            .rows
            .iter()
            .filter(|row| change(before, row) == wanted)
            .map(|row| row.conflict.clone())
            .collect()
    };
    Step {
        hire: hire.clone(),
        ends: of(Change::Ends),
        reduces: of(Change::Reduces),
        remains: of(Change::Remains),
        arises: of(Change::Arises),
        may_retire: may_retire(program, before, after),
    }
}

/// What a hire does to one conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Ends,
    Reduces,
    Remains,
    Arises,
    /// Nobody held both sides before, and nobody does now.
    Nothing,
}

fn change(before: &Matrix, row: &Row) -> Change {
    let mut earlier = before.rows.iter();
    let was = earlier
        .find(|old| same(&old.conflict, &row.conflict))
        .map_or(Status::Unassigned, |old| old.status);
    match (was.is_held(), row.status.is_held()) {
        (true, false) => Change::Ends,
        (false, true) => Change::Arises,
        (false, false) => Change::Nothing,
        (true, true) if was.is_alone() && !row.status.is_alone() => Change::Reduces,
        (true, true) if !was.is_alone() && row.status.is_alone() => Change::Arises,
        (true, true) => Change::Remains,
    }
}

fn same(a: &Conflict, b: &Conflict) -> bool {
    a.first == b.first && a.second == b.second
}

fn may_retire(program: &Program, before: &Matrix, after: &Matrix) -> Vec<ControlId> {
    let covers = |row: &Row, id: &ControlId| row.controls.iter().any(|one| one.control == *id);
    let needed = |matrix: &Matrix, id: &ControlId| {
        let mut held = matrix.rows.iter().filter(|row| row.status.is_held());
        held.any(|row| covers(row, id))
    };
    program
        .controls
        .keys()
        .filter(|id| needed(before, id) && !needed(after, id))
        .cloned()
        .collect()
}

impl Status {
    /// Returns whether somebody holds both duties.
    pub fn is_held(self) -> bool {
        match self {
            Status::Uncompensated | Status::Declared | Status::Compensated | Status::Reduced => {
                true
            }
            Status::Unassigned | Status::Separated => false,
        }
    }

    /// Returns whether somebody holds both duties and nobody else can take the second.
    pub fn is_alone(self) -> bool {
        match self {
            Status::Uncompensated | Status::Declared | Status::Compensated => true,
            Status::Reduced | Status::Unassigned | Status::Separated => false,
        }
    }
}

#[cfg(test)]
mod tests;
