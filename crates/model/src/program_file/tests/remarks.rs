//! What `check` remarks on.

use super::*;

fn remarks(rest: &str) -> String {
    let texts: Vec<String> = lint(&good(&format!("{HEAD}{rest}")))
        .into_iter()
        .map(|remark| {
            let mend = remark.mend.map(|mend| format!("\n    {mend}"));
            format!(
                "{:?}: {}{}",
                remark.severity,
                remark.text,
                mend.unwrap_or_default()
            )
        })
        .collect();
    texts.join("\n")
}

#[test]
fn a_bare_program_hears_everything() {
    insta::assert_snapshot!(remarks(""), @r"
    Warning: `ada` holds both `code development` and `production deployment` (high risk), and no control in use compensates it
        these would, once they operate: AC-8, CM-3, CR-1 and CR-3
    Warning: `ada` holds both `code authoring` and `code review and approval` (high risk), and no control in use compensates it
        these would, once they operate: CM-2, CR-1, CR-2 and CR-3
    Warning: `ada` holds both `policy development` and `compliance auditing` (high risk), and no control in use compensates it
        these would, once they operate: GV-1, GV-3, GV-8 and GV-9
    Warning: `ada` holds both `change request` and `change approval` (high risk), and no control in use compensates it
        these would, once they operate: CM-1, CM-2, CM-3 and CM-4
    Warning: `ada` holds both `chief executive` and `security officer` (high risk), and no control in use compensates it
        these would, once they operate: GV-1, GV-2, GV-3 and GV-10
    Warning: `ada` holds both `access provisioning` and `access approval` (medium risk), and no control in use compensates it
        these would, once they operate: AC-1, AC-2, AC-3 and AC-4
    Warning: `ada` holds both `security administration` and `security monitoring` (medium risk), and no control in use compensates it
        these would, once they operate: AC-3, AC-7, GV-1 and IC-3
    Warning: `ada` holds both `financial transactions` and `financial approval` (medium risk), and no control in use compensates it
        these would, once they operate: GV-6
    Warning: `ada` holds both `incident response authority` and `incident investigation` (medium risk), and no control in use compensates it
        these would, once they operate: AC-6, GV-1, GV-4 and IN-1
    Warning: `ada` holds both `risk assessment` and `risk treatment approval` (medium risk), and no control in use compensates it
        these would, once they operate: GV-1, GV-2 and GV-7
    Warning: `ada` holds both `configuration change` and `configuration authorisation` (medium risk), and no control in use compensates it
        these would, once they operate: AC-1, CM-2, CR-1 and DP-1
    Warning: `ada` holds both `backup administration` and `backup verification` (low risk), and no control in use compensates it
        these would, once they operate: GV-5
    Warning: `ada` has no address, account or key: nothing is recognised as theirs
        list them under the principal
    Warning: no control is declared in use
        declare those that operate, as in `controls: {CR-4: in use}`
    Note: no outsider with a key or a duty is named: nobody outside looks
        name the person who reviews each quarter, with their SSH key
    ");
}

#[test]
fn what_is_done_less_often_than_the_catalogue_asks() {
    insta::assert_snapshot!(remarks(
        "  emails: [ada@larkspur.example]
conflicts_from_catalogue: false
controls: {CM-2: in use, GV-1: {cadence: annual}}
"
    ), @r"
    Note: no outsider with a key or a duty is named: nobody outside looks
        name the person who reviews each quarter, with their SSH key
    Note: GV-1 is annual; the catalogue asks for quarterly
    ");
}

#[test]
fn an_outsider_of_whom_nothing_is_known() {
    insta::assert_snapshot!(remarks(
        "  emails: [ada@larkspur.example]
- {id: eve, kind: outsider}
conflicts_from_catalogue: false
assignments: {ada: all}
controls: {CM-2: in use}
"
    ), @r"
    Warning: `eve` has no address, account or key: nothing is recognised as theirs
        list them under the principal
    Note: no outsider with a key or a duty is named: nobody outside looks
        name the person who reviews each quarter, with their SSH key
    ");
}

#[test]
fn sentences_that_say_nothing() {
    insta::assert_snapshot!(remarks(
        "  emails: [ada@larkspur.example]
conflicts_from_catalogue: false
controls:
  OWN-1:
    title: Peer review happens regularly.
    description: We plan to review on [DATE], TBD.
    risk_statement: Todos and irregularly are words, array[0] is code.
"
    ), @r#"
    Warning: control OWN-1 lacks `justification` and `evidence`
        an auditor asks for all four components
    Warning: line 9: "regularly" cannot be measured (controls.OWN-1.title)
        say in the present tense what happens, when and how often
    Warning: line 9: "peer review" in a company of one is broken on its first day (controls.OWN-1.title)
        describe what is done instead
    Warning: line 10: "plan to" cannot be measured (controls.OWN-1.description)
        say in the present tense what happens, when and how often
    Warning: line 10: `tbd` stands where a fact belongs (controls.OWN-1.description)
        write the fact
    Note: no outsider with a key or a duty is named: nobody outside looks
        name the person who reviews each quarter, with their SSH key
    "#);
}
