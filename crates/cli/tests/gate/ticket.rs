//! A ticket that is a file of the repository or an issue that the request closes, open and landed.

use crate::company::Company;
use serde_json::json;
use testkit::emulate::{ADA, REPOSITORY};

const FILE: &str = "docs/tickets/0001.md";

const WHOLE: &str = "## Description\nA better shop.\n## Business justification\nIt sells more.\n## Risk class\nLow\n\
     ## Rollback plan\nRevert it.\n## Testing evidence\nThe unit tests.\n";

#[test]
fn a_file_of_the_repository_is_a_ticket() {
    let Some(company) = Company::new("  CM-1: in use\n") else {
        return;
    };
    company.open(&format!("It shows more.\n\nTicket: {FILE}"));
    let said = company.gate(1);
    let absent = "fail CM-1 docs/tickets/0001.md is not there, in the content that is judged";
    assert!(said.contains(absent), "{said}");
    company.push(FILE, &WHOLE.replace("Revert it.", "_No response_"));
    let said = company.gate(1);
    let lacking = "fail CM-1 ticket docs/tickets/0001.md lacks Rollback plan";
    assert!(said.contains(lacking), "{said}");
    company.push(FILE, WHOLE);
    let said = company.gate(0);
    let whole = "pass CM-1 ticket docs/tickets/0001.md holds every part";
    assert!(said.contains(whole), "{said}");
    company.merge(ADA);
    company.says(&["collect"], 0);
    let (outcome, reason) = company.landed("CM-1");
    assert_eq!(outcome, "pass", "{reason}");
    // What becomes of the file later changes nothing.
    company.repo.commit().file(FILE, "gone").write();
    company.says(&["collect"], 0);
    assert_eq!(company.landed("CM-1").0, "pass");
}

#[test]
fn a_ticket_that_is_named_behind_the_merge_shows_nothing() {
    let Some(company) = Company::new("  CM-1: in use\n") else {
        return;
    };
    company.open("It shows more.");
    company.push(FILE, WHOLE);
    company.gate(1);
    company.merge(ADA);
    company.change_request(&json!({"body": format!("Ticket: {FILE}")}));
    company.says(&["collect"], 0);
    let (outcome, reason) = company.landed("CM-1");
    assert_eq!(outcome, "unknown", "{reason}");
    let words = "no record shows that it did before the change landed";
    assert!(reason.contains(words), "{reason}");
}

#[test]
fn a_ticket_that_raises_the_risk_class_is_named() {
    let Some(company) = Company::new("  CM-1: in use\n") else {
        return;
    };
    let high = WHOLE.replace("Low", "High");
    company.open("It shows more.\n\nTicket: #2");
    let said = company.gate(3);
    let words = "ticket #2: there is no such issue, or the token may not read issues";
    assert!(said.contains(words), "{said}");
    let issue = json!({"title": "A better shop", "body": high});
    company.act(ADA, "issues", &issue);
    let said = company.gate(0);
    assert!(
        said.contains("pass, high risk by ticket #2, head"),
        "{said}"
    );
    // The name is one that others chose, and makes no link there.
    let summary = company.repo.beside("told").join("summary.md");
    let path = summary.to_str().unwrap();
    company.says(&["gate", "merge", "--request", "1", "--summary", path], 0);
    let summary = std::fs::read_to_string(&summary).unwrap();
    assert!(
        summary.contains(r"high risk by ticket \#2, head"),
        "{summary}"
    );
}

#[test]
fn an_issue_that_the_request_closes_is_a_ticket() {
    let Some(company) = Company::new("  CM-1: in use\n") else {
        return;
    };
    company.open("It shows more.\n\n<!-- Fixes #2 -->");
    let said = company.gate(1);
    let none = "fail CM-1 the request names no ticket: write `Ticket: #N` or `Ticket: PATH.md` in its description, or link \
                an issue (`Closes #N`)";
    assert!(said.contains(none), "{said}");
    let lacking = WHOLE.replace("Revert it.", "");
    let issue = json!({"title": "A better shop", "body": lacking});
    company.act(ADA, "issues", &issue);
    company.change_request(&json!({"body": format!("It shows more. Fixes {REPOSITORY}#2.")}));
    let said = company.gate(1);
    let lacks = format!("fail CM-1 ticket {REPOSITORY}#2 lacks Rollback plan");
    assert!(said.contains(&lacks), "{said}");
    company.act(
        ADA,
        "issues",
        &json!({"title": "A better shop", "body": WHOLE}),
    );
    company.change_request(&json!({"body": "It shows more. Fixes #3."}));
    let said = company.gate(0);
    assert!(
        said.contains("pass CM-1 ticket #3 holds every part"),
        "{said}"
    );
    company.change_request(&json!({"body": "It shows more. Fixes #3.\n\nTicket: #2"}));
    let said = company.gate(1);
    assert!(
        said.contains("fail CM-1 ticket #2 lacks Rollback plan"),
        "{said}"
    );
    company.change_request(&json!({"body": "It shows more. Fixes #3."}));
    company.gate(0);
    company.merge(ADA);
    company.says(&["collect"], 0);
    let (outcome, reason) = company.landed("CM-1");
    assert_eq!(outcome, "pass", "{reason}");
}
