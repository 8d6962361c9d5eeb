//! What the gate saw, in an audit and in its verification.

use crate::company::Company;
use serde_json::{Value, json};
use testkit::emulate::ADA;

const CONTROLS: &str = "  CR-1: in use\n  CR-4: in use\n  CR-8: {parameters: {wait_hours: 0}}\n";

#[test]
fn an_audit_decides_by_what_the_forge_said() {
    let Some(company) = Company::new(CONTROLS) else {
        return;
    };
    company.protect();
    company.open("It shows more of what we sell.");
    company.gate(0);
    company.merge(ADA);
    let said = company.says(&["collect"], 0);
    assert!(
        said.contains("1 of 1 request of the forge that changed"),
        "{said}"
    );
    let again = company.says(&["collect"], 0);
    assert!(again.contains("0 of 1 request"), "{again}");
    company.says(&["audit", "--out", "report", "--period", "all"], 0);
    let report = std::fs::read(company.repo.path().join("report/audit.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    let landed = &report["changes"][1]["decisions"];
    let decided = |control: &str| {
        landed[control]["outcome"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let all = ["CR-1", "CR-4", "CR-8"].map(decided);
    assert_eq!(all, ["pass", "pass", "pass"], "{landed:#}");
    assert_eq!(landed["CR-4"]["grade"], "collected");
    let said = &report["changes"][1]["at_forge"];
    assert_eq!(
        (&said["landed"], &said["request"]),
        (&json!("request"), &json!(1))
    );
    assert_eq!(
        (&said["opened_by"], &said["merged_by"]),
        (&json!("ada"), &json!("ada"))
    );
    assert_eq!(
        (&said["passed"], &said["gate"]),
        (&json!([]), &json!("pass"))
    );
    assert!(
        said["patch_digest"].is_string() && said["merged_at"].is_string(),
        "{said}"
    );
    assert_eq!(report["changes"][1]["self_merged"], true);
    assert_eq!(report["totals"]["at_forge"]["request"], 1);
    let register = std::fs::read_to_string(company.repo.path().join("report/changes.csv"));
    let register = register.unwrap();
    assert!(
        register.lines().nth(2).unwrap().contains(",request,1,ada,"),
        "{register}"
    );
    // The log's first key is the report's own: what rests on it is claimed, and holds.
    let said = company.says(&["verify", "report"], 0);
    assert!(said.contains("decisions"), "{said}");
}

#[test]
fn what_landed_against_the_gate_is_an_exception() {
    let Some(company) = Company::new("  CR-3: in use\n  CR-9: in use\n") else {
        return;
    };
    company.protect();
    company.open("It shows more of what we sell.");
    let said = company.gate(1);
    assert!(said.contains("fail CR-9"), "{said}");
    company.merge(ADA);
    company.says(&["collect"], 0);
    company.says(&["audit", "--out", "report", "--period", "all"], 0);
    let report = std::fs::read(company.repo.path().join("report/audit.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    let decided = &report["changes"][1]["decisions"]["CR-3"];
    assert_eq!(decided["outcome"], "fail", "{decided:#}");
    let reason = decided["reason"].as_str().unwrap();
    assert!(reason.contains("it landed all the same"), "{reason}");
    company.says(&["verify", "report"], 0);
}
