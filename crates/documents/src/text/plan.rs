//! What each hire changes, one paragraph a hire.

use super::joined;
use super::table::wrapped;
use crate::visible::visible;
use crate::words::duties;
use model::plan::{Plan, Step};
use model::program::Conflict;

pub(super) fn render(plan: &Plan) -> String {
    if plan.steps.is_empty() {
        return "The program names no hire.\n".to_owned();
    }
    let mut paragraphs: Vec<String> = plan
        .steps
        .iter()
        .enumerate()
        .map(|(index, one)| step(index + 1, one))
        .collect();
    if plan.steps.iter().any(|step| !step.may_retire.is_empty()) {
        paragraphs.push(wrapped(duties::MAY_RETIRE, 0));
    }
    paragraphs.join("\n")
}

fn step(number: usize, step: &Step) -> String {
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
        ("arises", conflicts(&step.arises)),
        ("the same person still holds both", conflicts(&step.remains)),
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
