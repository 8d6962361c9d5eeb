//! Programs in and out.

use super::*;

fn good(text: &str) -> Program {
    parse("countersign.yaml", text).unwrap_or_else(|faults| panic!("{faults}"))
}

#[test]
fn four_lines_are_a_program() {
    let program = good(
        "version: 1\norganisation: {name: Larkspur Metrics}\nprincipals: [{id: ada}]\ncontrols: {CR-4: in use}\n",
    );
    assert_eq!(program.organisation.head_count, 1);
    assert_eq!(program.conflicts.len(), 12);
    assert_eq!(program.assignments.len(), 1);
    let used: Vec<_> = program
        .controls
        .values()
        .filter(|control| control.in_use)
        .collect();
    assert_eq!(used.len(), 1);
}
