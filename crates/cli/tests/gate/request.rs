//! One request taken through the whole gate: blocked at each rule in turn, and then passed.

use crate::company::Company;
use serde_json::json;
use testkit::emulate::{ADA, BO};

const CONTROLS: &str = "  CR-1: in use\n  CR-2: in use\n  CR-3: in use\n  CR-4: in use\n  CM-1: in use\n  CM-2: in use\n  \
     CR-5: {parameters: {required_checks: unit_tests}}\n  CR-8: {parameters: {wait_hours: {low: 0, medium: 1, high: 1}}}\n  CR-9: in use\n";

const TICKET: &str = "## Description\nA better shop.\n## Business justification\nIt sells more.\n## Risk class\nLow\n\
     ## Rollback plan\nRevert it.\n## Testing evidence\nThe unit tests.\n";

#[test]
fn a_request_is_blocked_at_each_rule_and_then_passes() {
    let Some(company) = Company::new(CONTROLS) else {
        return;
    };
    company.open("");
    let said = company.gate(1);
    let expect = [
        "fail CM-1 the request names no ticket",
        "fail CM-2 low risk, and no justification",
        "fail CR-1 leaf 1: no ruleset in force asks for a request; no classic protection",
        "fail CR-9 no self-review of this difference",
        "unknown CR-5 unit_tests: no report of it",
        "pass CR-4 request 1 is open to main",
        "pass CR-8 leaf 2 first showed this difference",
    ];
    for words in expect {
        assert!(said.contains(words), "{words}: {said}");
    }
    company.protect();
    let said = company.gate(1);
    for control in ["CR-1", "CR-2", "CR-3"] {
        assert!(said.contains(&format!("pass {control} leaf")), "{said}");
    }
    company.act(
        ADA,
        "issues",
        &json!({"title": "A better shop", "body": TICKET}),
    );
    let body = json!({"body": "It shows more of what we sell.\n\nTicket: #2"});
    company.change_request(&body);
    let said = company.gate(1);
    assert!(
        said.contains("pass CM-1 ticket #2 holds every part"),
        "{said}"
    );
    assert!(
        said.contains("pass CM-2 low risk, with its justification in request 1"),
        "{said}"
    );

    let report = "<testsuite tests=\"1\"><testcase name=\"sells\"/></testsuite>";
    company.repo.write_file("junit.xml", report);
    let record = [
        "record",
        "check",
        "junit.xml",
        "--kind",
        "unit_tests",
        "--commit",
        "topic",
    ];
    company.says(&record, 0);
    let said = company.gate(1);
    assert!(said.contains("pass CR-5 unit_tests: leaf"), "{said}");

    let key = company.key();
    let mut review = vec!["self-review", "--request", "1", "--key", &key];
    review.extend(["--findings", "reads well and is small"]);
    let unanswered = company.says(&review, 2);
    assert!(unanswered.contains("--answer"), "{unanswered}");
    review.extend(["--answer", "yes"].repeat(4));
    let said = company.says(&review, 0);
    assert!(
        said.contains("recorded the self-review of request 1 by ada"),
        "{said}"
    );
    let comments = company.look("issues/1/comments");
    let comment = comments[0]["body"].as_str().unwrap();
    assert!(
        comment.starts_with("Self-review by ada, leaf "),
        "{comment}"
    );
    assert!(
        comment.ends_with("> reads well and is small\n"),
        "{comment}"
    );
    let said = company.gate(0);
    assert!(
        said.contains("9 rules: 0 failed, 0 unknown, 9 passed"),
        "{said}"
    );

    // Another push makes void what was bound to the difference.
    company.push("shop.py", "print('the best shop')\n");
    let said = company.gate(1);
    assert!(
        said.contains("fail CR-9 no self-review of this difference"),
        "{said}"
    );
    assert!(
        said.contains("unknown CR-5 unit_tests: no report"),
        "{said}"
    );

    // A change of high risk needs somebody outside, and waits.
    company.push("secrets/vault.py", "open()\n");
    let said = company.gate(1);
    assert!(
        said.contains("high risk; no outsider of the program has approved the final head"),
        "{said}"
    );
    assert!(said.contains("it waits until"), "{said}");
    company.act(
        BO,
        "pulls/1/reviews",
        &json!({"event": "APPROVE", "body": "fine"}),
    );
    let said = company.gate(1);
    assert!(
        said.contains("pass CM-2 high risk; the outsider bo approved the final head"),
        "{said}"
    );
    let waits = company.says(&review, 1);
    assert!(waits.contains("request 1 waits until"), "{waits}");
}
