//! When nothing is proven.

use crate::{program, proof, told};
use gates::satisfiable::{MOST_PRINCIPALS, prove};
use model::outcome::Outcome;
use model::program::{Principal, PrincipalId};

const HEAD: &str = "version: 1\norganisation: {name: Larkspur Metrics}\nprincipals:\n";

fn unproven(text: &str) -> String {
    let proof = proof(text);
    assert_eq!(proof.outcome(), Outcome::Unknown);
    assert!(proof.answers.is_empty());
    told(&proof)
}

#[test]
fn without_a_rule_nothing_is_proven() {
    let said = unproven(&format!("{HEAD}- id: ada\ncontrols: {{AC-1: in use}}\n"));
    assert_eq!(said, "not proven: no rule of the merge gate is in use");
}

#[test]
fn without_an_author_nothing_is_proven() {
    let said = unproven(&format!(
        "{HEAD}- {{id: noor, kind: outsider}}\ncontrols: {{CR-8: in use}}\n"
    ));
    assert_eq!(
        said,
        "not proven: the program names nobody who could write a change"
    );
}

#[test]
fn a_team_above_the_limit_is_told_so() {
    let mut program = program(&format!("{HEAD}- id: ada\ncontrols: {{CM-2: in use}}\n"));
    let one = program.principals[0].clone();
    let named = |number: usize| Principal {
        id: PrincipalId::new(&format!("p{number}")).unwrap(),
        ..one.clone()
    };
    program.assignments.clear();
    program.principals = (0..MOST_PRINCIPALS).map(named).collect();
    assert_eq!(prove(&program).unwrap().answers.len(), 3 * MOST_PRINCIPALS);
    program.principals.push(one.clone());
    let proof = prove(&program).unwrap();
    assert_eq!(proof.outcome(), Outcome::Unknown);
    let said = "not proven: the program names 201 principals, and the proof takes 200 at most";
    assert_eq!(told(&proof), said);
}
