//! One request that is blocked at each rule of the gate, is mended rule by rule, and passes.

use crate::company::Company;
use serde_json::{Value, json};
use testkit::emulate::{ADA, BO};

/// Every rule that the gate decides; a wait of two seconds.
const CONTROLS: &str = "  CR-1: in use\n  CR-2: in use\n  CR-3: in use\n  CR-4: in use\n  \
     CR-5: {parameters: {required_checks: unit_tests}}\n  CR-6: {parameters: {minimum_coverage: 80}}\n  CR-7: in use\n  \
     CR-8: {parameters: {wait_hours: {low: 0.0006, medium: 1, high: 1}}}\n  CR-9: in use\n  CR-10: in use\n  \
     CM-1: in use\n  CM-2: in use\n";

const TICKET: &str = "## Description\nA better shop.\n## Business justification\nIt sells more.\n## Risk class\nLow\n\
     ## Rollback plan\nRevert it.\n## Testing evidence\nThe unit tests.\n";

/// How often the gate is asked until the wait is over.
const TRIES: usize = 200;

#[track_caller]
fn contains(said: &str, expect: &[&str]) {
    for words in expect {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn each_rule_blocks_the_request_until_it_is_kept() {
    let Some(company) = Company::with_agent(CONTROLS) else {
        return;
    };
    company.open("");
    contains(
        &company.gate(1),
        &[
            "12 rules: 8 failed, 3 unknown, 1 passed",
            "fail CM-1 the request names no ticket",
            "fail CM-2 low risk, and no justification",
            "fail CR-1 leaf 1: no ruleset in force asks for a request",
            "fail CR-2 leaf 1: no ruleset in force asks for no force push",
            "fail CR-3 leaf 1: no ruleset in force asks for checks",
            "fail CR-8 leaf 2 first showed this difference",
            "fail CR-9",
            "fail CR-10 commit",
            "unknown CR-5 unit_tests: no report of it",
            "unknown CR-6 coverage: no report of it",
            "unknown CR-7 no agent of the program",
            "pass CR-4 request 1 is open to main",
        ],
    );
    protected_rule_by_rule(&company);
    company.sign();
    contains(&company.gate(1), &["pass CR-10 every commit (1) is signed"]);
    described(&company);
    checked(&company);
    reviewed_by_an_agent(&company);
    waited(&company);
    read_again(&company);
    let said = company.gate(0);
    contains(&said, &["12 rules: 0 failed, 0 unknown, 12 passed"]);
    closed(&company);
}

fn protected_rule_by_rule(company: &Company) {
    company.protect();
    let all = company.rules();
    let in_force = |kinds: &[&str]| {
        let rules = all.as_array().unwrap().iter();
        let rules = rules.filter(|rule| kinds.contains(&rule["type"].as_str().unwrap()));
        let rules: Vec<Value> = rules.cloned().collect();
        let path = "rules/branches/main";
        company.forge.answers(path, 200, &json!(rules).to_string());
        company.gate(1)
    };
    let mut kinds = vec!["pull_request"];
    contains(&in_force(&kinds), &["pass CR-1", "fail CR-2", "fail CR-3"]);
    kinds.push("non_fast_forward");
    let deletion = "no ruleset in force asks for no deletion";
    contains(&in_force(&kinds), &["pass CR-1", "fail CR-2", deletion]);
    kinds.push("deletion");
    contains(&in_force(&kinds), &["pass CR-2", "fail CR-3"]);
    kinds.push("required_status_checks");
    contains(&in_force(&kinds), &["pass CR-1", "pass CR-2", "pass CR-3"]);
}

fn described(company: &Company) {
    let lacking = TICKET.replace("Revert it.", "");
    let open = |body: &str| {
        company.act(
            ADA,
            "issues",
            &json!({"title": "A better shop", "body": body}),
        );
    };
    open(&lacking);
    company.change_request(&json!({"body": "Closes #2"}));
    contains(
        &company.gate(1),
        &["fail CM-1 ticket #2 lacks Rollback plan", "fail CM-2"],
    );
    open(TICKET);
    company.change_request(&json!({"body": "Closes #3"}));
    let whole = "pass CM-1 ticket #3 holds every part";
    contains(&company.gate(1), &[whole, "fail CM-2"]);
    let body = "It shows more of what we sell. Closes #3";
    company.change_request(&json!({"body": body}));
    contains(&company.gate(1), &[whole, "pass CM-2 low risk"]);
}

/// Records a report on the head, and returns its leaf.
fn recorded(company: &Company, text: &str, arguments: &[&str], code: i32) -> String {
    company.repo.write_file("report", text);
    let mut record = vec!["record", "check", "report", "--commit", "topic"];
    record.extend_from_slice(arguments);
    record.extend(["--format", "json"]);
    let said: Value = serde_json::from_str(&company.says(&record, code)).unwrap();
    said["leaf"].to_string()
}

fn checked(company: &Company) {
    let failed = "<testsuite tests=\"1\" failures=\"1\"><testcase name=\"sells\"><failure/></testcase></testsuite>";
    let leaf = recorded(company, failed, &["--kind", "unit_tests"], 1);
    contains(
        &company.gate(1),
        &["fail CR-5 unit_tests: leaf", "unknown CR-6"],
    );
    let passed = "<testsuite tests=\"1\"><testcase name=\"sells\"/></testsuite>";
    let again = ["--kind", "unit_tests", "--supersedes", &leaf];
    recorded(company, passed, &again, 0);
    contains(
        &company.gate(1),
        &["pass CR-5 unit_tests: leaf", "unknown CR-6"],
    );
    let lcov = |hit: u32| {
        let lines = (1..=10).map(|line| format!("DA:{line},{}\n", u32::from(line <= hit)));
        let lines: String = lines.collect();
        format!("TN:\nSF:shop.py\n{lines}LF:10\nLH:{hit}\nend_of_record\n")
    };
    let leaf = recorded(company, &lcov(4), &[], 1);
    contains(&company.gate(1), &["fail CR-6 coverage: leaf"]);
    recorded(company, &lcov(9), &["--supersedes", &leaf], 0);
    contains(&company.gate(1), &["pass CR-5", "pass CR-6 coverage: leaf"]);
}

/// The agent's own word decides; the reviews that the forge keeps of it are the record.
fn reviewed_by_an_agent(company: &Company) {
    let review = |event: &str| {
        let body = json!({"event": event, "body": "It was read."});
        company.act(BO, "pulls/1/reviews", &body);
        company.gate(1)
    };
    let comment = "unknown CR-7 bo wrote about the final head without an outcome";
    contains(&review("COMMENT"), &[comment]);
    let asks = "fail CR-7 bo asks for changes to the final head";
    contains(&review("REQUEST_CHANGES"), &[asks]);
    contains(
        &review("APPROVE"),
        &["pass CR-7 bo found nothing to change"],
    );
}

/// The clock is the real one: every try is a look of its own.
fn waited(company: &Company) {
    let gate = ["gate", "merge", "--request", "1"];
    let passed = (0..TRIES).any(|_| {
        let run = company.ada.run(gate);
        let said: Vec<&str> = run.stdout.split_whitespace().collect();
        said.join(" ").contains("pass CR-8 leaf 2 first showed")
    });
    assert!(passed, "the wait does not end");
    contains(
        &company.gate(1),
        &["12 rules: 1 failed, 0 unknown, 11 passed"],
    );
}

fn read_again(company: &Company) {
    contains(
        &company.gate(1),
        &["fail CR-9 no self-review of this difference"],
    );
    let key = company.key();
    let mut review = vec!["self-review", "--request", "1", "--key", &key];
    review.extend(["--findings", "reads well and is small"]);
    review.extend(["--answer", "yes"].repeat(4));
    company.says(&review, 0);
}

fn closed(company: &Company) {
    company.change_request(&json!({"state": "closed"}));
    contains(&company.gate(1), &["fail CR-4 request 1 is not open"]);
}
