//! The segregation-of-duties policy as data: only what the program declares and the audit found.

mod controls;
mod reviews;

use super::{head_count, joined, pairs, people};
use crate::words;
use crate::words::duties;
use jiff::civil::Date;
use model::matrix::{Matrix, Row, Status};
use model::plan::{Plan, Step};
use model::program::{FunctionName, Principal, PrincipalKind, Program};
use model::report::{AuditReport, LogReport, ProgramOrigin};
use serde_json::{Value, json};

/// What the policy is written from.
pub(super) struct Source<'a> {
    pub(super) program: &'a Program,
    pub(super) matrix: &'a Matrix,
    pub(super) plan: &'a Plan,
    pub(super) date: Date,
    pub(super) report: Option<&'a AuditReport>,
}

impl Source<'_> {
    /// Returns what `policy.typ` reads.
    pub(super) fn data(&self) -> Value {
        let program = self.program;
        json!({
            "organisation": program.organisation.name,
            "date": self.date.to_string(),
            "draft": self.is_draft(),
            "questions": program.questions.iter().map(words::question).collect::<Vec<_>>(),
            "alone": program.organisation.head_count == 1,
            "head_count": head_count(program),
            "criteria": self.criteria(),
            "summary": self.summary(),
            "matrix": self.matrix.rows.iter().map(|row| self.row(row)).collect::<Vec<_>>(),
            "dual": self.dual(),
            "outsiders": self.outsiders(),
            "tools": tools(program),
            "log": self.report.map(|report| log(&report.log)),
            "areas": controls::areas(program),
            "controls": controls::in_use(program, self.report),
            "unused": controls::not_in_use(program),
            "plan": self.plan.steps.iter().enumerate().map(|(index, one)| step(index + 1, one)).collect::<Vec<_>>(),
            "may_retire": duties::MAY_RETIRE,
            "reviews": reviews::schedule(program, self.date),
            "owner": people(program, &self.holders_of(&["security officer", "chief executive"]), ""),
        })
    }

    fn is_draft(&self) -> bool {
        self.report
            .is_some_and(|report| report.program.origin == ProgramOrigin::Draft)
    }

    fn criteria(&self) -> Value {
        let frameworks = &self.program.frameworks;
        json!({ "soc2": joined(&frameworks.soc2, ""), "iso27001": joined(&frameworks.iso27001, "") })
    }

    fn summary(&self) -> Value {
        let held = self
            .matrix
            .rows
            .iter()
            .filter(|row| row.status.is_held())
            .count();
        json!({
            "pairs": words::count(self.matrix.rows.len() as u64, "pair", "pairs"),
            "held": held,
            "uncompensated": self.matrix.uncompensated().count(),
            "declared": self.matrix.of_status(Status::Declared).count(),
        })
    }

    fn row(&self, row: &Row) -> Value {
        json!({
            "first": row.conflict.first,
            "second": row.conflict.second,
            "rationale": row.conflict.rationale,
            "status": duties::status(row.status),
            "held": row.status.is_held(),
            "both": people(self.program, &row.both, ""),
            "first_holders": people(self.program, &row.first_holders, "nobody"),
            "second_holders": people(self.program, &row.second_holders, "nobody"),
            "risk": row.conflict.risk.to_string(),
            "controls": controls::by_standing(self.program, row),
            "residual": duties::remaining(row),
        })
    }

    /// The section exists only where one principal is both.
    fn dual(&self) -> Value {
        let executive = self.holders_of(&["chief executive"]);
        let officer = self.holders_of(&["security officer"]);
        let both: Vec<_> = executive
            .into_iter()
            .filter(|id| officer.contains(id))
            .collect();
        if both.is_empty() {
            return Value::Null;
        }
        let pair = ["chief executive", "security officer"];
        let row = self.matrix.rows.iter().find(|row| {
            let names = [
                row.conflict.first.0.to_lowercase(),
                row.conflict.second.0.to_lowercase(),
            ];
            pair.iter()
                .all(|name| names.iter().any(|other| other == name))
        });
        json!({
            "who": people(self.program, &both, ""),
            "row": row.map(|row| self.row(row)),
            "automated": controls::automated(self.program),
        })
    }

    fn holders_of(&self, functions: &[&str]) -> Vec<model::program::PrincipalId> {
        let wanted = |name: &FunctionName| functions.contains(&name.0.to_lowercase().as_str());
        let held = |id: &model::program::PrincipalId| {
            self.program
                .assignments
                .get(id)
                .is_some_and(|held| held.iter().any(wanted))
        };
        self.program
            .principals
            .iter()
            .map(|principal| principal.id.clone())
            .filter(held)
            .collect()
    }

    fn outsiders(&self) -> Vec<Value> {
        self.program
            .principals
            .iter()
            .filter(|principal| principal.kind == PrincipalKind::Outsider)
            .filter(|outsider| outsider.has_key() || self.program.gives_duties_to(&outsider.id))
            .map(|principal| self.outsider(principal))
            .collect()
    }

    fn outsider(&self, principal: &Principal) -> Value {
        let duties = self.program.assignments.get(&principal.id);
        json!({
            "name": principal.name,
            "title": principal.title,
            "duties": joined(duties.into_iter().flatten(), "no duty is assigned"),
        })
    }
}

fn tools(program: &Program) -> Vec<Value> {
    program
        .tools
        .iter()
        .map(|(purpose, names)| json!([purpose.replace('_', " "), joined(names, "none named")]))
        .collect()
}

fn log(log: &LogReport) -> Value {
    json!({ "grade": words::log::grade(log), "meaning": words::log::meaning(log) })
}

fn step(number: usize, step: &Step) -> Value {
    json!({
        "number": number,
        "role": step.hire.role,
        "planned": step.hire.planned,
        "takes": joined(&step.hire.takes, "nothing"),
        "shares": joined(&step.hire.shares, ""),
        "ends": pairs(&step.ends),
        "reduces": pairs(&step.reduces),
        "arises": pairs(&step.arises),
        "remains": step.remains.len(),
        "may_retire": joined(&step.may_retire, "none"),
    })
}
