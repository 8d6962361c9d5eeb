//! The rules on a change that reached the protected branch, each decided with its reason.

mod approval;
mod checks;
mod landing;
mod signing;
mod waiting;

pub use self::checks::{Checked, Checks, Received};
pub use self::signing::{Verdict, verdict};
pub use self::waiting::{Receipts, Wait, Waits, receipts};

use crate::directory::Directory;
use crate::rules::Rules;
use model::change::Change;
use model::outcome::{AssuranceGrade, Outcome, Risk};
use model::program::ControlId;
use model::report::Decision;
use std::collections::BTreeMap;

/// What is known of one change when it is decided.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The facts.
    pub change: &'a Change,
    /// The higher of the declared class and the one that the paths imply.
    pub risk: Risk,
    /// What our own receipts show of its waiting period.
    pub wait: Option<Wait>,
    /// The reports on its content, in the order of their leaves.
    pub checks: &'a [Checked<'a>],
    /// Whether the log holds reports that cannot be read: any of them may be on this content, and may have failed.
    pub unread_checks: bool,
    /// Who is who.
    pub directory: &'a Directory<'a>,
    /// The parameters.
    pub rules: &'a Rules,
}

/// Returns the decision of each rule on one change.
pub fn decide(case: &Case<'_>) -> BTreeMap<ControlId, Decision> {
    let rules = case.rules;
    let checks = |required: &Option<_>| Some(checks::decide(case, required.as_ref()?));
    let decided = [
        ("CM-2", Some(approval::decide(case))),
        ("CR-10", Some(signing::decide(case))),
        ("CR-4", Some(landing::decide(case))),
        ("CR-5", checks(&rules.required_checks)),
        ("CR-6", checks(&rules.required_coverage)),
        ("CR-8", Some(waiting::decide(case))),
    ];
    let decided = decided
        .into_iter()
        .filter_map(|(control, decision)| Some((control, decision?)));
    let named = |(control, decision): (&str, Decision)| {
        (ControlId(control.into()), graded(control, decision, rules))
    };
    decided.map(named).collect()
}

/// Why nothing is said of a merge whose commits are absent.
const COMMITS_ABSENT: &str = "not all commits that it merged are in the repository";

/// Returns whether commits that a merge brought in are absent: who wrote and signed those is unknown.
pub(crate) fn commits_are_absent(change: &Change) -> bool {
    change.brought.absent || (change.parents.len() > 1 && change.brought.commits == 0)
}

/// A pass on weaker evidence than the program asks for is no pass.
fn graded(control: &str, decision: Decision, rules: &Rules) -> Decision {
    let minimum = rules.minimum_grade(control);
    if decision.outcome != Outcome::Pass || decision.grade >= minimum {
        return decision;
    }
    let reason = format!(
        "{}; the program asks for evidence of grade {minimum} and this is {}",
        decision.reason, decision.grade
    );
    Decision {
        outcome: Outcome::Unknown,
        reason,
        ..decision
    }
}

fn pass(reason: impl Into<String>, grade: AssuranceGrade) -> Decision {
    Decision {
        outcome: Outcome::Pass,
        reason: reason.into(),
        grade,
    }
}

fn fail(reason: impl Into<String>) -> Decision {
    Decision {
        outcome: Outcome::Fail,
        reason: reason.into(),
        grade: AssuranceGrade::Attested,
    }
}

fn unknown(reason: impl Into<String>) -> Decision {
    Decision {
        outcome: Outcome::Unknown,
        reason: reason.into(),
        grade: AssuranceGrade::Attested,
    }
}
