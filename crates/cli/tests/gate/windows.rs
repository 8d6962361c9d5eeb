//! A protection that was off between two looks, though both show it on.

use crate::company::{Company, RULESET};
use serde_json::{Value, json};
use testkit::emulate::{ADA, BO};

const CONTROLS: &str = "  CR-1: in use\n  CR-2: in use\n";

/// Has the forge answer with three versions of the ruleset, of which the second says this.
fn changed(company: &Company, second: &Value) {
    let version = |number: u64, at: &str| json!({"version_id": number, "actor": {"id": 1, "type": "User"}, "updated_at": at});
    // The merge itself is later than the second, whatever the clock says.
    let all = [
        version(3, "2100-01-01T00:00:00Z"),
        version(2, "2026-01-03T00:00:00Z"),
        version(1, "2026-01-02T00:00:00Z"),
    ];
    let answers = |path: &str, body: &Value| company.forge.answers(path, 200, &body.to_string());
    answers("rulesets/5/history", &json!(all));
    let mut now: Value = serde_json::from_str(RULESET).unwrap();
    now["updated_at"] = json!("2100-01-01T00:00:00Z");
    answers("rulesets/5", &now);
    let mut of_second = all[1].clone();
    of_second["state"] = second.clone();
    answers("rulesets/5/history/2", &of_second);
    let mut of_third = all[0].clone();
    of_third["state"] = now;
    answers("rulesets/5/history/3", &of_third);
}

fn audited(company: &Company) -> (Value, String) {
    let said = company.says(&["audit", "--out", "report", "--period", "all"], 0);
    let report = std::fs::read(company.repo.path().join("report/audit.json")).unwrap();
    company.says(&["verify", "report"], 0);
    (serde_json::from_slice(&report).unwrap(), said)
}

#[test]
fn what_landed_while_it_was_off_is_an_exception() {
    let Some(company) = Company::new(CONTROLS) else {
        return;
    };
    company.protect();
    company.answers_history();
    company.open("It shows more of what we sell.");
    company.says(&["collect"], 0);
    company.merge(ADA);
    let mut off: Value = serde_json::from_str(RULESET).unwrap();
    off["enforcement"] = json!("disabled");
    changed(&company, &off);
    company.says(&["collect"], 0);
    let (report, said) = audited(&company);
    let decided = &report["changes"][1]["decisions"]["CR-1"];
    assert_eq!(decided["outcome"], "fail", "{decided:#}");
    let reason = decided["reason"].as_str().unwrap();
    let words =
        "in a window without protection, since 2026-01-03T00:00:00Z (version 2 of ruleset 5, leaf";
    assert!(reason.contains(words), "{reason}");
    let windows = &report["windows"]["windows"];
    assert_eq!(windows.as_array().unwrap().len(), 1, "{windows:#}");
    assert_eq!(windows[0]["controls"], json!(["CR-1", "CR-2"]));
    assert_eq!(windows[0]["inside"][0]["request"], 1, "{windows:#}");
    assert!(said.contains("Exception windows (1)"), "{said}");
    let page = std::fs::read_to_string(company.repo.path().join("report/index.html")).unwrap();
    assert!(page.contains("2026-01-03 00:00:00 to 2100-01-01 00:00:00"));
    // What a version said is asked once.
    company.forge.answers("rulesets/5/history/2", 500, "{}");
    company.says(&["collect"], 0);
}

#[test]
fn a_request_that_a_stranger_let_land_raises_a_warning() {
    let Some(company) = Company::new("  CR-4: in use\n") else {
        return;
    };
    company.open("It shows more of what we sell.");
    company.merge(BO);
    company.says(&["collect"], 0);
    let warning = "github:bo, which stands for nobody in the program, let request 1 land.";
    let (report, said) = audited(&company);
    assert!(!said.contains(warning), "{said}");
    let page = std::fs::read_to_string(company.repo.path().join("report/index.html")).unwrap();
    assert!(page.contains("and by whom, is the forge's word"));
    assert_eq!(report["warnings"], json!([]));
    let file = company.repo.path().join("countersign.yaml");
    let program = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, program.replace("github:bo", "github:bob")).unwrap();
    let (report, said) = audited(&company);
    assert_eq!(report["warnings"], json!([warning]));
    assert!(said.contains(warning), "{said}");
    assert_eq!(report["unknown_identities"]["github:bo"], 1);
}

#[test]
fn a_ruleset_that_was_renamed_is_no_window() {
    let Some(company) = Company::new(CONTROLS) else {
        return;
    };
    company.protect();
    company.answers_history();
    company.open("It shows more of what we sell.");
    company.says(&["collect"], 0);
    company.merge(ADA);
    let mut renamed: Value = serde_json::from_str(RULESET).unwrap();
    renamed["name"] = json!("trunk");
    renamed["rules"] = company.rules();
    changed(&company, &renamed);
    company.says(&["collect"], 0);
    let (report, said) = audited(&company);
    let decided = &report["changes"][1]["decisions"]["CR-1"];
    assert_eq!(decided["outcome"], "pass", "{decided:#}");
    assert_eq!(report["windows"]["windows"], json!([]));
    assert!(
        said.contains("Exception windows: None found, known from our own looks"),
        "{said}"
    );
    // Another token may not see what a version said.
    company
        .forge
        .answers("rulesets/5/history", 404, r#"{"message": "Not Found"}"#);
    company.says(&["collect"], 0);
    assert_eq!(
        audited(&company).0["changes"][1]["decisions"]["CR-1"]["outcome"],
        "pass"
    );
}
