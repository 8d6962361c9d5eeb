//! Who counts as a second person, and what compensates.

use super::*;
use crate::program_file;

const PEOPLE: &str = "
version: 1
organisation: {name: Larkspur Metrics}
conflicts_from_catalogue: false
conflicts:
  - {between: [code authoring, code review and approval]}
  - {between: [backup administration, backup verification]}
principals:
  - {id: ada, emails: [ada@larkspur.example, a.marsh@home.example], accounts: [github:ada, gitlab:amarsh]}
  - {id: bo, emails: [bo@larkspur.example]}
  - {id: owl, kind: agent, accounts: [github:owl-review]}
  - {id: ferry, kind: automation, accounts: [github:ferry]}
  - {id: eve, kind: outsider, emails: [eve@outside.example]}
";

fn program(rest: &str) -> Program {
    let text = format!("{PEOPLE}{rest}");
    program_file::parse("countersign.yaml", &text).unwrap_or_else(|faults| panic!("{faults}"))
}

/// Checks the row of authoring and review.
fn check(assignments: &str, controls: &str, expect: Status, both: &[&str]) {
    let program = program(&format!(
        "assignments: {assignments}\ncontrols: {controls}\n"
    ));
    let matrix = compute(&program, &BTreeMap::new());
    let mut rows = matrix.rows.iter();
    let row = rows
        .find(|row| row.conflict.first.0 == "code authoring")
        .unwrap();
    assert_eq!(row.status, expect, "{assignments}");
    let holders: Vec<&str> = row.both.iter().map(PrincipalId::as_str).collect();
    assert_eq!(holders, both, "{assignments}");
}

const BOTH: &str = "[code authoring, code review and approval]";

#[test]
fn one_human_with_many_accounts_is_one() {
    check(
        &format!("{{ada: {BOTH}}}"),
        "{}",
        Status::Uncompensated,
        &["ada"],
    );
}

#[test]
fn two_humans_separate() {
    let split = "{ada: [code authoring], bo: [code review and approval]}";
    check(split, "{}", Status::Separated, &[]);
}

#[test]
fn an_agent_or_a_bot_is_never_the_second_person() {
    for machine in ["owl", "ferry"] {
        let split = format!("{{ada: [code authoring], {machine}: [code review and approval]}}");
        check(&split, "{}", Status::Uncompensated, &["ada"]);
        let shared = format!("{{ada: {BOTH}, {machine}: {BOTH}}}");
        check(&shared, "{}", Status::Uncompensated, &["ada", machine]);
    }
    let written_by_machine = "{owl: [code authoring], ada: [code review and approval]}";
    check(written_by_machine, "{}", Status::Uncompensated, &["ada"]);
    let machines = "{owl: [code authoring], ferry: [code review and approval]}";
    check(machines, "{}", Status::Uncompensated, &["owl", "ferry"]);
}

#[test]
fn a_reviewing_agent_takes_no_side_from_two_authors() {
    let split = "{ada: [code authoring], bo: [code authoring], owl: [code review and approval]}";
    check(split, "{}", Status::Uncompensated, &["ada", "bo"]);
}

#[test]
fn an_outsider_is_a_second_person() {
    let split = "{ada: [code authoring], eve: [code review and approval]}";
    check(split, "{}", Status::Separated, &[]);
}

#[test]
fn a_second_holder_reduces_and_a_control_compensates() {
    let shared = format!("{{ada: {BOTH}, bo: [code review and approval]}}");
    check(&shared, "{}", Status::Reduced, &["ada"]);
    check(&shared, "{CR-4: in use}", Status::Reduced, &["ada"]);
    let writer = format!("{{ada: {BOTH}, bo: [code authoring]}}");
    check(&writer, "{}", Status::Uncompensated, &["ada"]);
    let alone = format!("{{ada: {BOTH}}}");
    check(&alone, "{CR-4: in use}", Status::Declared, &["ada"]);
    check(
        &alone,
        "{CR-4: not in use}",
        Status::Uncompensated,
        &["ada"],
    );
    check(&alone, "{GV-5: in use}", Status::Uncompensated, &["ada"]);
}

#[test]
fn a_duty_without_a_holder_is_open() {
    check("{ada: [code authoring]}", "{}", Status::Unassigned, &[]);
}

/// Checks the status, the risk as declared and the risk by evidence of one pair of high risk that
/// CR-4 and CR-9 compensate.
fn check_evidence(concluded: &[(&str, Conclusion)], expect: (Status, Risk, Option<Risk>)) {
    let program = program(&format!(
        "assignments: {{ada: {BOTH}}}\ncontrols: {{CR-4: in use, CR-9: in use}}\n"
    ));
    let concluded = concluded
        .iter()
        .map(|(id, conclusion)| (ControlId((*id).into()), *conclusion))
        .collect();
    let matrix = compute(&program, &concluded);
    let row = &matrix.rows[0];
    assert_eq!(
        (row.status, row.residual_risk, row.evidenced_risk),
        expect,
        "{concluded:?}"
    );
    let ids: Vec<&str> = row.controls.iter().map(|one| &*one.control.0).collect();
    assert_eq!(ids, ["CR-4", "CR-9"]);
}

#[test]
fn only_evidence_compensates_and_a_declaration_is_called_one() {
    use Conclusion::{Effective, EffectiveWithExceptions, Ineffective, NotEvidenced, NotOccurring};
    use Risk::{High, Medium};
    check_evidence(&[], (Status::Declared, Medium, None));
    let declared = (Status::Declared, Medium, Some(High));
    check_evidence(&[("CR-4", NotEvidenced), ("CR-9", NotOccurring)], declared);
    check_evidence(&[("CR-4", Ineffective), ("CR-9", NotEvidenced)], declared);
    let shown = (Status::Compensated, Medium, Some(Medium));
    check_evidence(&[("CR-4", Effective), ("CR-9", NotEvidenced)], shown);
    check_evidence(
        &[("CR-4", Ineffective), ("CR-9", EffectiveWithExceptions)],
        shown,
    );
    let nothing = (Status::Uncompensated, High, Some(High));
    check_evidence(&[("CR-4", Ineffective), ("CR-9", Ineffective)], nothing);
}

/// Which duty checks the other is not the operator's to say of a pair that ships.
#[test]
fn a_pair_of_the_catalogue_keeps_its_order() {
    for catalogue in [true, false] {
        let text = format!(
            "version: 1
organisation: {{name: Larkspur Metrics}}
conflicts_from_catalogue: {catalogue}
conflicts: [{{between: [code review and approval, code authoring], risk: low}}]
principals:
  - {{id: ada, emails: [ada@larkspur.example]}}
  - {{id: bo, emails: [bo@larkspur.example]}}
assignments: {{ada: [code authoring, code review and approval], bo: [code authoring]}}
"
        );
        let program = program_file::parse("countersign.yaml", &text).unwrap();
        let rows = compute(&program, &BTreeMap::new()).rows;
        let authoring = |row: &&Row| row.conflict.second.0 == "code review and approval";
        let row = rows.iter().find(authoring).unwrap();
        assert_eq!(row.conflict.risk, Risk::Low);
        assert_eq!(row.status, Status::Uncompensated);
    }
}

#[test]
fn a_separation_is_declared_until_a_control_is_shown() {
    let program = program(
        "assignments: {ada: [code authoring], bo: [code review and approval]}\ncontrols: {CR-4: in use}\n",
    );
    let of = |conclusion| {
        let concluded = BTreeMap::from([(ControlId("CR-4".into()), conclusion)]);
        let mut rows = compute(&program, &concluded).rows.into_iter();
        let row = rows.find(|row| row.controls.len() == 1).unwrap();
        (row.status, row.residual_risk, row.evidenced_risk)
    };
    let (separated, low) = (Status::Separated, Risk::Low);
    assert_eq!(
        of(Conclusion::NotEvidenced),
        (separated, low, Some(Risk::High))
    );
    assert_eq!(
        of(Conclusion::Effective),
        (separated, low, Some(Risk::Medium))
    );
}

#[test]
fn the_worst_comes_first() {
    let program = program(&format!(
        "assignments: {{ada: {BOTH}, bo: [backup administration, backup verification]}}\ncontrols: {{CR-4: in use}}\n"
    ));
    let matrix = compute(&program, &BTreeMap::new());
    let statuses: Vec<Status> = matrix.rows.iter().map(|row| row.status).collect();
    assert_eq!(statuses, [Status::Uncompensated, Status::Declared]);
    assert_eq!(matrix.uncompensated().count(), 1);
}
