//! An AI review in SARIF, as our own reader of reports reads it back.

use crate::ai_review::{Reply, company};
use model::check::{CheckReport, Measured};
use serde_json::{Value, json};
use sources::scanners;
use testkit::llm::Dialect;

/// Returns the review in SARIF, and what is read of it.
fn reviewed(answer: fn(&str) -> Reply, code: i32) -> Option<(Value, CheckReport)> {
    let (company, _model) = company(Dialect::OpenAi, answer)?;
    company.open("It shows more of what we sell.");
    let asked = ["review", "--request", "1", "--format", "sarif"];
    let run = company.ada.run(asked).expect_code(code);
    let report = scanners::read(run.stdout.as_bytes(), None).unwrap();
    Some((serde_json::from_str(&run.stdout).unwrap(), report))
}

#[test]
fn findings_are_results_at_their_lines() {
    let finds = |_: &str| {
        let finding = |line: u32, severity: &str| {
            json!({
                "file": "shop.py", "line": line, "severity": severity, "category": "correctness",
                "claim": format!("It prints {severity}."), "why": "Nobody buys.", "suggestion": "Sell.",
            })
        };
        Reply::Finds(json!([
            finding(1, "critical"),
            finding(1, "high"),
            finding(1, "medium"),
            finding(99, "low"),
        ]))
    };
    let Some((sarif, report)) = reviewed(finds, 1) else {
        return;
    };
    let Measured::Findings(found) = &report.measured else {
        panic!("{report:?}");
    };
    let counts: Vec<u64> = found.by_severity.values().copied().collect();
    assert_eq!(counts, [1, 1, 1, 1], "{report:?}");
    assert_eq!(report.tools.len(), 1);
    assert!(report.tools[0].contains("Countersign review"), "{report:?}");
    let run = &sarif["runs"][0];
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    let results = run["results"].as_array().unwrap();
    let of = |level: &str| results.iter().find(|it| it["level"] == level).unwrap();
    let place = &of("error")["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "shop.py");
    assert_eq!(place["region"]["startLine"], 1);
    // What points at no changed line is shown at its file.
    let place = &of("note")["locations"][0]["physicalLocation"];
    assert_eq!(place["region"], Value::Null);
    let named = &of("note")["partialFingerprints"]["countersignFinding/v1"];
    assert_eq!(named.as_str().unwrap().len(), 12);
}

#[test]
fn a_review_without_an_answer_is_a_run_that_failed() {
    let Some((sarif, report)) = reviewed(|_| Reply::Refuses(429), 3) else {
        return;
    };
    let invocation = &sarif["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let flaw = |part: &str| report.flaws.iter().any(|flaw| flaw.contains(part));
    assert!(flaw("says that its run failed"), "{report:?}");
    assert!(flaw("takes no more questions"), "{report:?}");
}
