//! One merge request taken through the whole gate: blocked at each rule in turn, passed, landed, audited and verified.

use crate::company::{Company, OPENED, now};
use serde_json::Value;
use testkit::gitlab::Content;

const CONTROLS: &str = "  CR-1: in use\n  CR-2: in use\n  CR-3: in use\n  CR-4: in use\n  CM-1: in use\n  \
     CM-2: {parameters: {approvals: 1}}\n  CR-5: {parameters: {required_checks: unit_tests}}\n  \
     CR-8: {parameters: {wait_hours: {low: 0, medium: 1, high: 1}}}\n  CR-9: in use\n";

const TICKET: &str = "## Description\nA better shop.\n## Business justification\nIt sells more.\n## Risk class\nLow\n\
     ## Rollback plan\nRevert it.\n## Testing evidence\nThe unit tests.\n";

#[track_caller]
fn contains(said: &str, expect: &[&str]) {
    for words in expect {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn a_request_is_blocked_at_each_rule_passes_lands_and_is_audited() {
    let mut company = Company::new(CONTROLS);
    contains(
        &company.gate(1),
        &[
            "fail CM-1 the request names no ticket",
            "fail CM-2",
            "fail CR-1 leaf 1: no protected branch covers it",
            "fail CR-2 leaf 1: no protected branch covers it",
            "fail CR-3 leaf 1: a request may land without a pipeline: set `Pipelines must succeed`",
            "fail CR-4 request 1 is a draft",
            "fail CR-9 no self-review of this difference",
            "unknown CR-5 unit_tests: no report of it",
            "pass CR-8 leaf 2 first showed this difference",
        ],
    );
    protected_step_by_step(&mut company);
    described_and_approved(&mut company);
    tested_and_read_again(&company);
    let said = company.gate(0);
    contains(
        &said,
        &[
            "request 1 of larkspur/web/shop: pass",
            "9 rules: 0 failed, 0 unknown, 9 passed",
            "GitLab pins no job to an app",
        ],
    );
    company.merge();
    landed(&company);
}

fn protected_step_by_step(company: &mut Company) {
    company.gitlab.set_protected(&[("main", 0), ("*", 40)]);
    company.gitlab.set_pipelines_must_succeed(true);
    contains(
        &company.gate(1),
        &[
            "fail CR-1 leaf 5: every maintainer may push, by protected branch `*`",
            "fail CR-3",
            "pass CR-2",
        ],
    );
    company.gitlab.set_protected(&[("main", 0)]);
    contains(
        &company.gate(1),
        &[
            "pass CR-1",
            "fail CR-3",
            "`tests` of pipeline 31 did not pass",
        ],
    );
    company.change(|request| request.pipeline = "success");
    contains(
        &company.gate(1),
        &["pass CR-3", "`countersign` is a job of pipeline 31"],
    );
    company.change(|request| request.is_draft = false);
    contains(&company.gate(1), &["pass CR-4 request 1 is open to main"]);
}

fn described_and_approved(company: &mut Company) {
    company.gitlab.has_issue(1, TICKET);
    company.change(|request| {
        "It shows more of what we sell.\n\nTicket: #1".clone_into(&mut request.description);
    });
    contains(
        &company.gate(1),
        &[
            "pass CM-1 ticket #1 holds every part",
            "fail CM-2 0 of 1 people other than its author approved the final head",
        ],
    );
    company.change(|request| request.objections = vec![("bo", OPENED.to_owned())]);
    contains(
        &company.gate(1),
        &["fail CM-2 bo asks for changes to the final head"],
    );
    company.change(|request| request.approvals = vec![("bo", now())]);
    contains(&company.gate(1), &["approved by bo"]);
}

fn tested_and_read_again(company: &Company) {
    let report = "<testsuite tests=\"1\"><testcase name=\"sells\"/></testsuite>";
    company.repo.write_file("junit.xml", report);
    let record = "record check junit.xml --kind unit_tests --commit topic";
    company.says(&record.split(' ').collect::<Vec<_>>(), 0);
    contains(&company.gate(1), &["pass CR-5 unit_tests: leaf"]);
    let key = company.key();
    let mut review = vec!["self-review", "--request", "1", "--key", &key];
    review.extend(["--findings", "reads well and is small"]);
    review.extend(["--answer", "yes"].repeat(4));
    contains(
        &company.says(&review, 0),
        &["recorded the self-review of request 1 by ada"],
    );
}

fn landed(company: &Company) {
    contains(&company.says(&["collect"], 0), &["1 request"]);
    let audit = company
        .ada
        .run(["audit", "--format", "json"])
        .expect_code(0);
    let report: Value = serde_json::from_str(&audit.stdout).unwrap();
    let changes = report["changes"].as_array().unwrap();
    let merge = changes
        .iter()
        .find(|change| change["request"] == 1)
        .unwrap_or_else(|| panic!("{}", report["changes"]));
    let says = |control: &str, outcome: &str, words: &str| {
        let decision = &merge["decisions"][control];
        assert_eq!(decision["outcome"], outcome, "{control}: {decision}");
        let reason = decision["reason"].as_str().unwrap();
        assert!(reason.contains(words), "{control}: {reason}");
    };
    says("CR-4", "pass", "the forge says that request 1 landed as it");
    says("CM-1", "pass", "ticket #1");
    says("CM-2", "pass", "approved by bo");
    says("CR-9", "pass", "read the final difference again");
    // The free plan keeps no history of what protected the branch.
    for control in ["CR-1", "CR-2", "CR-3"] {
        says(
            control,
            "unknown",
            "no history of the protection is readable",
        );
    }
    contains(&company.says(&["verify"], 0), &["holds"]);
}

#[test]
fn an_issue_that_the_request_closes_is_its_ticket() {
    let mut company = Company::new("  CM-1: in use\n");
    contains(&company.gate(1), &["fail CM-1 the request names no ticket"]);
    company
        .gitlab
        .has_issue(1, &TICKET.replace("Revert it.", ""));
    company.change(|request| request.closes = vec![(3, 1)]);
    contains(
        &company.gate(1),
        &["fail CM-1 ticket #1 lacks Rollback plan"],
    );
    company.change(|request| request.closes = vec![(4, 1)]);
    let elsewhere = "unknown CM-1 it names #1 of project 4, which is in no tracker that was read";
    contains(&company.gate(3), &[elsewhere]);
    let closes = "/merge_requests/1/closes_issues";
    let hidden = || Content::Refused(403, "403 Forbidden");
    company.gitlab.holds(closes, hidden());
    let unknown = "unknown CM-1 the issues that it closes: the token may not see it";
    contains(&company.gate(3), &[unknown]);
    company.gitlab.has_issue(1, TICKET);
    company.change(|request| request.closes = vec![(3, 1)]);
    contains(&company.gate(0), &["pass CM-1 ticket #1 holds every part"]);
    // A line goes before what it closes, which need not be known then.
    company.gitlab.has_issue(2, "Sell more.");
    company.change(|request| "Ticket: #2".clone_into(&mut request.description));
    company.gitlab.holds(closes, hidden());
    contains(&company.gate(1), &["fail CM-1 ticket #2 lacks Description"]);
    let asked = company.gitlab.asked();
    assert!(asked.iter().any(|it| it.starts_with(closes)), "{asked:?}");
}
