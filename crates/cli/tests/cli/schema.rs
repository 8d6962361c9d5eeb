//! `countersign schema`.

use crate::repository::shop;
use crate::runner;
use serde_json::Value;
use testkit::schema::fits;

#[test]
fn each_schema_is_json() {
    let kinds = "program audit change check record-check gate protect plan verify ledger-status \
        ledger-verify ledger-interval ledger-key";
    for kind in kinds.split_whitespace() {
        let run = runner().run(["schema", kind]).expect_code(0);
        let schema: Value = serde_json::from_str(&run.stdout).unwrap();
        let properties = schema["properties"].as_object();
        assert!(properties.is_some(), "{kind}");
        // What is written has every field, also those that are null.
        if kind != "program" {
            let required = schema["required"].as_array().unwrap();
            assert_eq!(required.len(), properties.unwrap().len(), "{kind}");
        }
    }
}

#[test]
fn the_report_of_a_run_has_the_fields_of_its_schema() {
    let (_repo, runner) = shop();
    let json = runner
        .run(["audit", "--format", "json"])
        .expect_code(0)
        .stdout;
    let schema = runner.run(["schema", "audit"]).expect_code(0).stdout;
    let [json, schema]: [Value; 2] =
        [json, schema].map(|text| serde_json::from_str(&text).unwrap());
    fits(&json, &schema, "audit.json");
}

#[test]
fn the_answer_of_check_has_the_fields_of_its_schema() {
    let (_repo, runner) = shop();
    let json = runner.run(["check", "--format", "json"]).expect_code(1);
    let schema = runner.run(["schema", "check"]).expect_code(0);
    let [json, schema]: [Value; 2] =
        [json.stdout, schema.stdout].map(|text| serde_json::from_str(&text).unwrap());
    fits(&json, &schema, "check");
}
