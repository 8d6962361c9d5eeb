//! Whether a team can pass its own merge gate: each rule by itself, every example, and generated teams.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

mod examples;
mod generated;
mod limits;
mod numbers;
mod plain;
mod rules;

use gates::satisfiable::prove;
use model::program::Program;
use model::program_file;
use model::satisfiable::{Finding, Proof};

/// A key of the form that a program is held to; whose it is does not matter here.
const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDDmgzwki+b/SIcLVuW3ehlvM8bIUhNrFklg8DjXd/hi";

fn program(text: &str) -> Program {
    let text = text.replace("KEY", KEY);
    program_file::parse("countersign.yaml", &text).unwrap_or_else(|faults| panic!("{faults}"))
}

fn proof(text: &str) -> Proof {
    prove(&program(text)).unwrap()
}

/// Returns a line an answer: who does what, or which rules contradict each other and why.
fn told(proof: &Proof) -> String {
    let mut lines: Vec<String> = Vec::new();
    for answer in &proof.answers {
        let change = format!("{} {}", answer.risk, answer.author);
        match &answer.finding {
            Finding::Passes { steps, .. } => {
                let step = |step: &model::satisfiable::Step| match &step.who {
                    Some(who) => format!("{who} {}", step.does),
                    None => step.does.clone(),
                };
                let steps: Vec<String> = steps.iter().map(step).collect();
                lines.push(format!("{change}: {}", steps.join(", ")));
            }
            Finding::Contradiction { sets, .. } => {
                let sets = sets.iter();
                lines.extend(sets.map(|set| format!("{change}: NO: {}\n  {}", set.why, set.mend)));
            }
        }
    }
    lines.extend(
        proof
            .not_proven
            .iter()
            .map(|why| format!("not proven: {why}")),
    );
    lines.extend(proof.notes.iter().map(|note| format!("note: {note}")));
    lines.join("\n")
}
