//! `countersign plan`.

use crate::repository::shop;

#[test]
fn a_hire_takes_its_duties() {
    let (_repo, runner) = shop();
    let run = runner
        .run(["plan", "--hire", "senior engineer"])
        .expect_code(0);
    insta::assert_snapshot!(run.snapshot(), @r#"
    exit: 0
    --- stdout
    1. senior engineer
       takes: change approval, code review and approval
       shares: code development, incident response authority, production deployment
       ends: code authoring / code review and approval; change request / change
          approval
       reduces: code development / production deployment
       arises: no conflict
       the same person still holds both: policy development / compliance auditing;
          chief executive / security officer; access provisioning / access approval;
          security administration / security monitoring; financial transactions /
          financial approval; incident response authority / incident investigation;
          risk assessment / risk treatment approval; configuration change /
          configuration authorisation; backup administration / backup verification
       may retire: no control
    --- stderr
    "#);
    let json = runner.run(["plan", "--hire", "senior engineer", "--format", "json"]);
    let answer: serde_json::Value = serde_json::from_str(&json.expect_code(0).stdout).unwrap();
    assert_eq!(answer["version"], 1);
}

#[test]
fn an_unknown_role_says_what_to_do() {
    let (_repo, runner) = shop();
    let run = runner.run(["plan", "--hire", "wizard"]).expect_code(2);
    insta::assert_snapshot!(run.snapshot(), @r#"
    exit: 2
    --- stdout
    --- stderr
    error: unknown role `wizard`; there are: compliance analyst, devops engineer, senior engineer
    hint: name the duties of another role with --takes and --shares, or add it to hiring_plan
    "#);
}
