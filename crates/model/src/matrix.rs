//! The segregation-of-duties matrix: who holds both duties of a conflict, and what compensates it.

use crate::outcome::{Conclusion, Risk};
use crate::program::{
    Conflict, Control, ControlId, FunctionName, PrincipalId, PrincipalKind, Program,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Every conflict of the program with its holders and controls, worst first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Matrix {
    /// One row a conflict.
    pub rows: Vec<Row>,
}

/// One conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Row {
    /// The pair of duties, its risk and why.
    #[serde(flatten)]
    pub conflict: Conflict,
    /// Who holds the first duty.
    pub first_holders: Vec<PrincipalId>,
    /// Who holds the second duty.
    pub second_holders: Vec<PrincipalId>,
    /// Who holds both: a principal counts once, however many accounts it has, and a duty that
    /// only machines hold counts as held by the persons on the other side.
    pub both: Vec<PrincipalId>,
    /// Where the pair stands.
    pub status: Status,
    /// Controls in use that are declared to compensate it, automated ones first.
    pub controls: Vec<Compensation>,
    /// The risk that remains if those controls operate as declared; an ineffective one does not.
    pub residual_risk: Risk,
    /// The risk that remains by the controls that the evidence of the period shows to operate;
    /// null where no audit was asked.
    pub evidenced_risk: Option<Risk>,
}

/// A control in use that is declared to compensate a conflict, and what an audit found of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Compensation {
    /// The control.
    pub control: ControlId,
    /// What the audit of the period proposes to conclude; null where none was asked.
    pub proposed: Option<Conclusion>,
}

/// Where a pair of duties stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// One principal holds both and no control compensates it.
    Uncompensated,
    /// One principal holds both, controls are declared to compensate it, and no evidence shows one.
    Declared,
    /// One principal holds both, and evidence shows that a control which compensates it operated.
    Compensated,
    /// Principals hold both, and for each of them another human can take the second duty of an item.
    Reduced,
    /// A duty has no holder.
    Unassigned,
    /// Nobody holds both.
    Separated,
}

/// Returns the matrix of a program. `concluded` holds what an audit of a period proposes, and is
/// empty where none was asked: an ineffective control compensates nothing, and one that is not
/// evidenced is only declared.
pub fn compute(program: &Program, concluded: &BTreeMap<ControlId, Conclusion>) -> Matrix {
    let mut rows: Vec<Row> = program
        .conflicts
        .iter()
        .map(|conflict| row(program, conflict, concluded))
        .collect();
    rows.sort_by_key(|row| (row.status, std::cmp::Reverse(row.conflict.risk)));
    Matrix { rows }
}

impl Matrix {
    /// Returns the rows in which one principal holds both duties and nothing compensates it.
    pub fn uncompensated(&self) -> impl Iterator<Item = &Row> {
        self.of_status(Status::Uncompensated)
    }

    /// Returns the rows of one status.
    pub fn of_status(&self, status: Status) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| row.status == status)
    }
}

impl Compensation {
    /// Returns whether the control counts as declared: an audit did not find it ineffective.
    pub fn is_declared(&self) -> bool {
        match self.proposed {
            Some(Conclusion::Ineffective) => false,
            None
            | Some(
                Conclusion::Effective
                | Conclusion::EffectiveWithExceptions
                | Conclusion::NotOccurring
                | Conclusion::NotEvidenced,
            ) => true,
        }
    }

    /// Returns whether the evidence of the period shows that the control operated.
    pub fn is_shown(&self) -> bool {
        match self.proposed {
            Some(Conclusion::Effective | Conclusion::EffectiveWithExceptions) => true,
            None
            | Some(Conclusion::Ineffective | Conclusion::NotOccurring | Conclusion::NotEvidenced) => {
                false
            }
        }
    }
}

fn row(program: &Program, conflict: &Conflict, concluded: &BTreeMap<ControlId, Conclusion>) -> Row {
    let first_holders = holders(program, &conflict.first);
    let second_holders = holders(program, &conflict.second);
    let both = both(program, &first_holders, &second_holders);
    let controls = compensating(program, conflict, concluded);
    let declared = controls.iter().any(Compensation::is_declared);
    let shown = controls.iter().any(Compensation::is_shown);
    let status = if first_holders.is_empty() || second_holders.is_empty() {
        Status::Unassigned
    } else if both.is_empty() {
        Status::Separated
    } else if each_has_a_counterpart(program, &both, &second_holders) {
        Status::Reduced
    } else if shown {
        Status::Compensated
    } else if declared {
        Status::Declared
    } else {
        Status::Uncompensated
    };
    let evidenced = || match status {
        Status::Separated if shown => conflict.risk.lowered(),
        // Who holds a duty is what the program declares, and no evidence.
        Status::Separated => conflict.risk,
        status => residual(conflict.risk, status, shown),
    };
    Row {
        conflict: conflict.clone(),
        first_holders,
        second_holders,
        both,
        status,
        controls,
        residual_risk: residual(conflict.risk, status, declared),
        evidenced_risk: (!concluded.is_empty()).then(evidenced),
    }
}

/// Returns who holds both duties. A machine acts for whoever runs it and separates nothing: a duty
/// that no person holds is held by the persons who hold the other one.
fn both(program: &Program, first: &[PrincipalId], second: &[PrincipalId]) -> Vec<PrincipalId> {
    if first.is_empty() || second.is_empty() {
        return Vec::new();
    }
    let (first_staffed, second_staffed) = (staffed(program, first), staffed(program, second));
    let holds_both = |id: &PrincipalId| {
        let (in_first, in_second) = (first.contains(id), second.contains(id));
        match (first_staffed, second_staffed) {
            (true, true) => in_first && in_second,
            (true, false) => in_first && (in_second || is_person(program, id)),
            (false, true) => in_second && (in_first || is_person(program, id)),
            (false, false) => in_first || in_second,
        }
    };
    let principals = program.principals.iter().map(|principal| &principal.id);
    principals.filter(|id| holds_both(id)).cloned().collect()
}

fn staffed(program: &Program, holders: &[PrincipalId]) -> bool {
    holders.iter().any(|id| is_person(program, id))
}

/// An agent is an automated control, never a person.
fn is_person(program: &Program, id: &PrincipalId) -> bool {
    program
        .principal(id)
        .is_some_and(|principal| match principal.kind {
            PrincipalKind::Human | PrincipalKind::Outsider => true,
            PrincipalKind::Agent | PrincipalKind::Automation => false,
        })
}

/// `controlled` is whether a control counts: by declaration, or by evidence.
fn residual(risk: Risk, status: Status, controlled: bool) -> Risk {
    match status {
        Status::Separated => Risk::Low,
        Status::Uncompensated | Status::Unassigned => risk,
        Status::Declared | Status::Compensated | Status::Reduced if !controlled => risk,
        Status::Declared | Status::Compensated | Status::Reduced => risk.lowered(),
    }
}

/// Returns who holds a duty, in the order of the program.
pub fn holders(program: &Program, function: &FunctionName) -> Vec<PrincipalId> {
    let holds = |id: &PrincipalId| {
        program
            .assignments
            .get(id)
            .is_some_and(|held| held.contains(function))
    };
    program
        .principals
        .iter()
        .map(|principal| principal.id.clone())
        .filter(holds)
        .collect()
}

/// Returns whether another person can take the second duty of every item of each who holds both: somebody who
/// only writes approves nothing that the other one wrote.
fn each_has_a_counterpart(program: &Program, both: &[PrincipalId], second: &[PrincipalId]) -> bool {
    let other_than = |one: &PrincipalId| {
        second
            .iter()
            .any(|other| other != one && is_person(program, other))
    };
    both.iter().all(other_than)
}

fn compensating(
    program: &Program,
    conflict: &Conflict,
    concluded: &BTreeMap<ControlId, Conclusion>,
) -> Vec<Compensation> {
    let mut controls: Vec<&Control> = program
        .controls
        .values()
        .filter(|control| control.in_use && control.covers(conflict))
        .collect();
    controls.sort_by_key(|control| (!control.automated, control.id.clone()));
    let compensation = |control: &Control| Compensation {
        control: control.id.clone(),
        proposed: concluded.get(&control.id).copied(),
    };
    controls.into_iter().map(compensation).collect()
}

impl Control {
    /// Returns whether the control compensates the conflict, in either order of its duties.
    pub fn covers(&self, conflict: &Conflict) -> bool {
        let pair = [&conflict.first, &conflict.second];
        self.compensates
            .iter()
            .any(|[a, b]| [a, b] == pair || [b, a] == pair)
    }
}

#[cfg(test)]
mod tests;
