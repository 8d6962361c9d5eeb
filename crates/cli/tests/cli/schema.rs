//! `countersign schema`.

use crate::repository::shop;
use crate::runner;
use serde_json::Value;

#[test]
fn each_schema_is_json() {
    for kind in ["program", "audit", "change", "check", "plan", "verify"] {
        let run = runner().run(["schema", kind]).expect_code(0);
        let schema: Value = serde_json::from_str(&run.stdout).unwrap();
        assert!(schema["properties"].is_object(), "{kind}");
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
    fits(&json, &schema, &schema, "audit.json");
}

#[test]
fn the_answer_of_check_has_the_fields_of_its_schema() {
    let (_repo, runner) = shop();
    let json = runner.run(["check", "--format", "json"]).expect_code(1);
    let schema = runner.run(["schema", "check"]).expect_code(0);
    let [json, schema]: [Value; 2] =
        [json.stdout, schema.stdout].map(|text| serde_json::from_str(&text).unwrap());
    fits(&json, &schema, &schema, "check");
}

/// Required fields are there and none is undeclared; references, arrays and maps are followed.
fn fits(value: &Value, schema: &Value, root: &Value, place: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.strip_prefix('#').unwrap();
        return fits(value, root.pointer(pointer).unwrap(), root, place);
    }
    for required in schema["required"].as_array().into_iter().flatten() {
        let name = required.as_str().unwrap();
        assert!(value.get(name).is_some(), "{place} has no {name}");
    }
    let declared = schema["properties"].as_object();
    for (name, inner) in value.as_object().into_iter().flatten() {
        let place = format!("{place}.{name}");
        match declared.and_then(|properties| properties.get(name)) {
            Some(schema) => fits(inner, schema, root, &place),
            None if declared.is_some() => panic!("{place} is undeclared"),
            None => fits(inner, &schema["additionalProperties"], root, &place),
        }
    }
    for inner in value.as_array().into_iter().flatten() {
        fits(inner, &schema["items"], root, &format!("{place}[]"));
    }
}
