//! What hires change.

use super::*;
use crate::program_file;

fn plan(rest: &str) -> Plan {
    let head = "version: 1\norganisation: {name: Larkspur Metrics}\nprincipals: [{id: ada}]\n";
    let text = format!("{head}{rest}");
    let program =
        program_file::parse("countersign.yaml", &text).unwrap_or_else(|faults| panic!("{faults}"));
    compute(&program, &program.hiring_plan)
}

fn firsts(conflicts: &[Conflict]) -> Vec<&str> {
    conflicts
        .iter()
        .map(|conflict| conflict.first.0.as_str())
        .collect()
}

#[test]
fn what_a_hire_takes_ends_and_what_it_shares_reduces() {
    let plan = plan(
        "hiring_plan: [{role: engineer, takes: [code review and approval], shares: [production deployment]}]\n",
    );
    let step = &plan.steps[0];
    assert_eq!(firsts(&step.ends), ["code authoring"]);
    assert_eq!(firsts(&step.reduces), ["code development"]);
    assert_eq!(step.remains.len(), 10);
    assert_eq!(step.arises, []);
}

#[test]
fn a_reduced_conflict_remains_until_it_ends() {
    let plan = plan(
        "hiring_plan:\n- {role: engineer, shares: [production deployment]}\n- {role: bookkeeper, takes: [financial approval]}\n- {role: operator, takes: [production deployment]}\n",
    );
    assert_eq!(firsts(&plan.steps[0].reduces), ["code development"]);
    assert!(firsts(&plan.steps[1].remains).contains(&"code development"));
    assert_eq!(firsts(&plan.steps[2].ends), ["code development"]);
}

#[test]
fn a_hire_who_takes_both_sides_brings_the_conflict_back() {
    let plan = plan(
        "hiring_plan:\n- {role: a, takes: [financial approval]}\n- {role: b, takes: [financial approval, financial transactions]}\n",
    );
    assert_eq!(firsts(&plan.steps[0].ends), ["financial transactions"]);
    assert_eq!(firsts(&plan.steps[1].arises), ["financial transactions"]);
}

#[test]
fn controls_retire_with_the_last_conflict_they_compensate() {
    let plan = plan(
        "controls: {CR-9: in use, CR-4: in use}\nhiring_plan: [{role: engineer, takes: [code review and approval]}]\n",
    );
    assert_eq!(plan.steps[0].may_retire, [ControlId("CR-9".into())]);
}

#[test]
fn shipped_roles_need_no_lists() {
    let plan = plan(
        "hiring_plan: [{role: senior engineer}, {role: DevOps engineer}, {role: compliance analyst}]\n",
    );
    let ended: Vec<Vec<&str>> = plan.steps.iter().map(|step| firsts(&step.ends)).collect();
    insta::assert_debug_snapshot!(ended, @r#"
    [
        [
            "code authoring",
            "change request",
        ],
        [
            "code development",
            "security administration",
            "configuration change",
            "backup administration",
        ],
        [
            "policy development",
            "access provisioning",
        ],
    ]
    "#);
}
