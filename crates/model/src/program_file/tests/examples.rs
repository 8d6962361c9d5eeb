//! The examples, and matrices that must fit: their rows and plans as people read them.

use super::*;
use crate::matrix::{self, Row};
use crate::plan;
use crate::program::Conflict;
use std::collections::BTreeMap;
use std::fmt::Write;

const SOLO: &str = include_str!("../../../../../examples/solo-saas/countersign.yaml");
const HIRES: &str = include_str!("../../../../../examples/first-three-hires/countersign.yaml");
const FOUNDERS: &str = include_str!("../../../../../examples/three-founders/countersign.yaml");
const OWN: &str = include_str!("../../../../../countersign.yaml");
const FIFTEEN: &str = include_str!("fifteen_pairs.yaml");

fn rows(program: &Program) -> String {
    let matrix = matrix::compute(program, &BTreeMap::new());
    matrix.rows.iter().map(row).collect()
}

fn row(row: &Row) -> String {
    let words = |list: &[String]| list.join(" ");
    let both: Vec<String> = row.both.iter().map(ToString::to_string).collect();
    let controls = row.controls.iter().map(|one| one.control.to_string());
    let controls: Vec<String> = controls.collect();
    format!(
        "{:?} | {} / {} | {} -> {} | {} | {}\n",
        row.status,
        row.conflict.first,
        row.conflict.second,
        row.conflict.risk,
        row.residual_risk,
        words(&both),
        words(&controls),
    )
}

fn steps(program: &Program) -> String {
    let mut text = String::new();
    for step in plan::compute(program, &program.hiring_plan).steps {
        let planned = step.hire.planned.unwrap_or_default();
        writeln!(text, "{} {planned}", step.hire.role).unwrap();
        writeln!(text, "  ends: {}", pairs(&step.ends)).unwrap();
        writeln!(text, "  reduces: {}", pairs(&step.reduces)).unwrap();
        writeln!(text, "  remains: {}", pairs(&step.remains)).unwrap();
        assert_eq!(step.arises, []);
        writeln!(text, "  may retire: {:?}", step.may_retire).unwrap();
    }
    text
}

fn remarks(program: &Program) -> String {
    let remarks = lint(program).into_iter();
    let texts = remarks.map(|remark| format!("{:?}: {}\n", remark.severity, remark.text));
    texts.collect()
}

fn pairs(conflicts: &[Conflict]) -> String {
    let pairs: Vec<String> = conflicts
        .iter()
        .map(|conflict| format!("{} / {}", conflict.first, conflict.second))
        .collect();
    pairs.join("; ")
}

#[test]
fn one_person_holds_nine_pairs() {
    let program = good(SOLO);
    assert_eq!(program.conflicts.len(), 9);
    insta::assert_snapshot!(rows(&program), @r"
    Declared | code development / production deployment | high -> medium | ada | CR-1 CR-4 CR-5 CR-8 DP-1
    Declared | code authoring / code review and approval | high -> medium | ada | CM-2 CR-1 CR-4 CR-5 CR-8 CR-10 CR-9
    Declared | policy development / compliance auditing | high -> medium | ada | GV-1 GV-11
    Declared | access provisioning / access approval | medium -> low | ada | AC-7 MO-2 AC-4 GV-1
    Declared | security administration / security monitoring | medium -> low | ada | AC-7 MO-2 MO-3 GV-1
    Declared | financial transactions / financial approval | medium -> low | ada | GV-6
    Declared | incident response authority / incident investigation | medium -> low | ada | IN-1 MO-3 GV-1 IN-2
    Declared | risk assessment / risk treatment approval | medium -> low | ada | GV-1 GV-7
    Declared | backup administration / backup verification | low -> low | ada | GV-5
    ");
    insta::assert_snapshot!(steps(&program), @r#"
    senior engineer 2027-Q1
      ends: code authoring / code review and approval
      reduces: code development / production deployment
      remains: policy development / compliance auditing; access provisioning / access approval; security administration / security monitoring; financial transactions / financial approval; incident response authority / incident investigation; risk assessment / risk treatment approval; backup administration / backup verification
      may retire: [ControlId("CM-2"), ControlId("CR-9"), ControlId("CR-10")]
    devops engineer 2027-Q4
      ends: code development / production deployment; security administration / security monitoring
      reduces: 
      remains: policy development / compliance auditing; access provisioning / access approval; financial transactions / financial approval; incident response authority / incident investigation; risk assessment / risk treatment approval; backup administration / backup verification
      may retire: [ControlId("CR-1"), ControlId("CR-4"), ControlId("CR-5"), ControlId("CR-8"), ControlId("DP-1")]
    compliance analyst 2028-H2
      ends: policy development / compliance auditing; access provisioning / access approval
      reduces: 
      remains: financial transactions / financial approval; incident response authority / incident investigation; risk assessment / risk treatment approval; backup administration / backup verification
      may retire: [ControlId("AC-4"), ControlId("AC-7"), ControlId("GV-11"), ControlId("MO-2")]
    "#);
    assert_eq!(lint(&program), []);
}

#[test]
fn three_hires_end_what_they_are_hired_for() {
    let program = good(HIRES);
    insta::assert_snapshot!(steps(&program), @r#"
    senior engineer 2027-Q1
      ends: code authoring / code review and approval
      reduces: code development / production deployment
      remains: access provisioning / access approval; financial transactions / financial approval; incident response authority / incident investigation; risk assessment / risk treatment approval; code development / infrastructure management; backup administration / backup verification; policy development / compliance auditing; security administration / security monitoring
      may retire: [ControlId("CR-9")]
    devops engineer 2027-Q4
      ends: code development / production deployment; security administration / security monitoring; code development / infrastructure management
      reduces: 
      remains: access provisioning / access approval; financial transactions / financial approval; incident response authority / incident investigation; risk assessment / risk treatment approval; backup administration / backup verification; policy development / compliance auditing
      may retire: [ControlId("CR-4"), ControlId("CR-8"), ControlId("MO-6")]
    compliance analyst 2028-H2
      ends: policy development / compliance auditing; access provisioning / access approval
      reduces: 
      remains: financial transactions / financial approval; incident response authority / incident investigation; risk assessment / risk treatment approval; backup administration / backup verification
      may retire: [ControlId("GV-8")]
    "#);
}

#[test]
fn three_founders_and_their_machines() {
    let program = good(FOUNDERS);
    insta::assert_snapshot!(rows(&program), @r"
    Uncompensated | code development / field safety approval | high -> high | teo | 
    Declared | code development / production deployment | high -> medium | teo | CR-1 CR-4 CR-8 DP-1 DP-4
    Declared | robot release / field safety approval | high -> medium | teo | TR-1
    Reduced | code authoring / code review and approval | high -> medium | teo suri | CM-2 CR-1 CR-4 CR-7 CR-8 CR-10
    Separated | policy development / compliance auditing | high -> low |  | GV-1
    Separated | change request / change approval | high -> low |  | CM-2 CR-1 CR-4 CR-8 CR-10 GV-1
    Separated | chief executive / security officer | high -> low |  | GV-1
    Separated | access provisioning / access approval | medium -> low |  | GV-1
    Separated | security administration / security monitoring | medium -> low |  | GV-1
    Separated | financial transactions / financial approval | medium -> low |  | 
    Separated | incident response authority / incident investigation | medium -> low |  | GV-1
    Separated | risk assessment / risk treatment approval | medium -> low |  | GV-1
    Separated | configuration change / configuration authorisation | medium -> low |  | CM-2 CR-1 DP-1
    Separated | backup administration / backup verification | low -> low |  |
    ");
    insta::assert_snapshot!(remarks(&program), @"Warning: `teo` holds both `code development` and `field safety approval` (high risk), and no control in use compensates it");
}

#[test]
fn fifteen_pairs_fit_without_a_change_to_the_code() {
    let program = good(FIFTEEN);
    assert_eq!(program.conflicts.len(), 15);
    let matrix = matrix::compute(&program, &BTreeMap::new());
    assert!(matrix.rows.iter().all(|row| row.both.len() == 1));
    insta::assert_snapshot!(rows(&program), @r"
    Uncompensated | policy development / compliance auditing | high -> high | lou | 
    Uncompensated | chief executive / security officer | high -> high | lou | 
    Uncompensated | key custody / key use approval | high -> high | lou | 
    Uncompensated | access provisioning / access approval | medium -> medium | lou | 
    Uncompensated | security administration / security monitoring | medium -> medium | lou | 
    Uncompensated | incident response authority / incident investigation | medium -> medium | lou | 
    Uncompensated | risk assessment / risk treatment approval | medium -> medium | lou | 
    Uncompensated | configuration change / configuration authorisation | medium -> medium | lou | 
    Uncompensated | backup administration / backup verification | low -> low | lou | 
    Declared | code development / production deployment | high -> medium | lou | CR-4
    Declared | code authoring / code review and approval | high -> medium | lou | CR-4
    Declared | change request / change approval | high -> medium | lou | CR-4
    Declared | payroll entry / payroll release | high -> medium | lou | QP-1 GV-6
    Declared | financial transactions / financial approval | medium -> low | lou | GV-6
    Declared | vendor selection / vendor payment | medium -> low | lou | GV-6
    ");
}

#[test]
fn this_project_says_what_it_does_not_do() {
    let program = good(OWN);
    assert_eq!(program.questions.len(), 4);
    insta::assert_snapshot!(rows(&program), @r"
    Uncompensated | code authoring / code review and approval | high -> high | maintainers | 
    Uncompensated | policy development / compliance auditing | high -> high | maintainers | 
    Uncompensated | change request / change approval | high -> high | maintainers | 
    Unassigned | code development / production deployment | high -> high |  | 
    Unassigned | chief executive / security officer | high -> high |  | 
    Unassigned | access provisioning / access approval | medium -> medium |  | 
    Unassigned | security administration / security monitoring | medium -> medium |  | 
    Unassigned | financial transactions / financial approval | medium -> medium |  | 
    Unassigned | incident response authority / incident investigation | medium -> medium |  | 
    Unassigned | risk assessment / risk treatment approval | medium -> medium |  | 
    Unassigned | configuration change / configuration authorisation | medium -> medium |  | 
    Unassigned | backup administration / backup verification | low -> low |  |
    ");
    insta::assert_snapshot!(remarks(&program), @r"
    Warning: `maintainers` holds both `code authoring` and `code review and approval` (high risk), and no control in use compensates it
    Warning: `maintainers` holds both `policy development` and `compliance auditing` (high risk), and no control in use compensates it
    Warning: `maintainers` holds both `change request` and `change approval` (high risk), and no control in use compensates it
    Warning: no control is declared in use
    Note: `access approval`, `access provisioning`, `backup administration`, `backup verification`, `chief executive`, `configuration authorisation`, `configuration change`, `financial approval`, `financial transactions`, `incident investigation`, `incident response authority`, `production deployment`, `risk assessment`, `risk treatment approval`, `security administration`, `security monitoring` and `security officer` have no holder
    Note: no outsider with a key or a duty is named: nobody outside looks
    ");
}
