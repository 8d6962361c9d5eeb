//! `countersign check`.

use crate::repository::{PROGRAM, shop};

#[test]
fn every_fault_is_shown_with_its_place() {
    let (repo, runner) = shop();
    let faults =
        "version: 1\norganisation: {name: Larkspur}\nassignments: {bo: [deploying]}\ncolour: red\n";
    repo.write_file("countersign.yaml", faults);
    let run = runner.run(["check"]).expect_code(2);
    insta::assert_snapshot!(run.snapshot(), @r"
    exit: 2
    --- stdout
    --- stderr
    error: `principals` is missing
     --> countersign.yaml:1:1
      |
    1 | version: 1
      | ^^^^^^^
      |
      = help: add `principals: …`

    error: unknown principal `bo`
     --> countersign.yaml:3:15
      |
    3 | assignments: {bo: [deploying]}
      |               ^^
      |
      = help: declare it under `principals`

    error: unknown function `deploying`
     --> countersign.yaml:3:20
      |
    3 | assignments: {bo: [deploying]}
      |                    ^^^^^^^^^
      |
      = help: declare it under `functions`, or see the catalogue's names

    error: unknown key `colour`
     --> countersign.yaml:4:1
      |
    4 | colour: red
      | ^^^^^^
      |
      = help: the keys here are version, organisation, frameworks, period,
              repositories, environments, tools, principals, functions,
              assignments, conflicts, conflicts_from_catalogue, controls,
              risk_classes, cadences, hiring_plan, causes, forge_addresses, ledger,
              ledger_retention_days, witnesses, timestamp_authorities,
              outside_silence_hours
    ");
}

#[test]
fn an_absent_program_says_what_to_do() {
    let (_repo, runner) = shop();
    let run = runner.run(["check", "other.yaml"]).expect_code(2);
    insta::assert_snapshot!(run.snapshot(), @r#"
    exit: 2
    --- stdout
    --- stderr
    error: cannot read other.yaml
    caused by: No such file or directory (os error 2)
    hint: countersign init drafts one from the repository
    "#);
}

#[test]
fn a_conflict_without_a_control_fails_and_a_question_is_unknown() {
    let (repo, runner) = shop();
    let run = runner.run(["check"]).expect_code(1);
    let words: Vec<&str> = run.stdout.split_whitespace().collect();
    assert!(words.join(" ").contains("no control in use compensates it"));
    let fits = |line: &str| line.chars().count() <= 80;
    assert!(run.stdout.lines().all(fits), "{}", run.snapshot());
    let separated = PROGRAM.replace("ada: all", "ada: [code development]")
        + "controls: \"?? Which controls are in use?\"\n";
    repo.write_file("countersign.yaml", separated);
    let run = runner.run(["check"]).expect_code(3);
    assert!(run.stdout.contains("Which controls are in use?"));
}

#[test]
fn json_and_html_are_what_they_say() {
    let (_repo, runner) = shop();
    let json = runner.run(["check", "--format", "json"]).expect_code(1);
    let answer: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(answer["version"], 1);
    assert!(answer["matrix"].is_object() && answer["remarks"].is_array());
    let html = runner.run(["check", "--format", "html"]).expect_code(1);
    assert!(html.stdout.to_lowercase().starts_with("<!doctype html>"));
}

#[test]
fn who_gets_a_change_through_is_shown() {
    let (repo, runner) = shop();
    let rules = "controls:
  CR-5: {parameters: {required_checks: sast}}
  CR-8: in use
  CM-2: {parameters: {approvals: {low: 1, medium: 0, high: 0}, automated_security_review: accepted}}
";
    repo.write_file("countersign.yaml", format!("{PROGRAM}{rules}"));
    let run = runner.run(["check"]).expect_code(1);
    let (_, gate) = run.stdout.split_once("merge gate:\n").unwrap();
    insta::assert_snapshot!(gate, @r"
    medium: ada writes, justifies and assesses the risk; it lands after 24 h
    high: ada writes; the SAST scan stands in for an outsider; it lands after 24 h
    note: no forge is named for `shop`: `gate merge` has nobody to ask there until
      `forge` stands in the repository's entry
    fail: no change of low risk passes: CM-2 `approvals` needs an approver who is
      not the author; the program has one human
      mend: lower CM-2's `approvals`, or name more people who may approve
    ");
    let json = runner.run(["check", "--format", "json"]).expect_code(1);
    let answer: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let answers = &answer["gate"]["answers"];
    let set = &answers[0]["finding"]["contradiction"]["sets"][0];
    let rule = serde_json::json!({"control": "CM-2", "parameter": "approvals"});
    assert_eq!(set["rules"], serde_json::json!([rule]));
    assert_eq!(answers[1]["finding"]["passes"]["wait_hours"], 24.0);
}

#[test]
fn who_locks_themselves_out_fails_and_a_gate_without_rules_is_unknown() {
    let (repo, runner) = shop();
    let separated = PROGRAM.replace("ada: all", "ada: [code development]");
    for (rules, code) in [("", 3), ("CR-4: in use", 0), ("CR-1: in use", 1)] {
        let rest = format!("conflicts_from_catalogue: false\ncontrols: {{{rules}}}\n");
        repo.write_file("countersign.yaml", format!("{separated}{rest}"));
        let run = runner.run(["check"]).expect_code(code);
        assert_eq!(run.stdout.contains("not proven"), code == 3, "{rules}");
    }
}
