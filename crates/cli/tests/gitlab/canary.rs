//! The canary at GitLab, and what passed the gate: what GitLab does with each.

use crate::company::Company;
use crate::protect::{company, contains, sent};
use testkit::gitlab::Fault;

#[test]
fn a_canary_that_lands_fails() {
    for fault in [None, Some(Fault::LosesMerges)] {
        let company = company();
        company.gitlab.has(Fault::Toothless);
        if let Some(fault) = fault {
            company.gitlab.has(fault);
        }
        let said = company.says(&["protect", "--apply"], 1);
        contains(
            &said,
            &["fail canary, request 2, leaf 2: it landed: revert it"],
        );
    }
}

#[test]
fn a_canary_that_is_refused_for_something_else_is_unknown() {
    let other = company();
    other.gitlab.says_of_merging("not_approved");
    contains(
        &other.says(&["protect", "--apply"], 3),
        &[
            "unknown canary, request 2, leaf 2: it was refused, and not for its pipeline: not_approved",
        ],
    );
    let stranger = company();
    stranger.gitlab.has(Fault::MayNotMerge);
    contains(
        &stranger.says(&["protect", "--apply"], 3),
        &["unknown canary, request 2, leaf 2: this account may not merge into the branch"],
    );
    let running = company();
    running.gitlab.says_of_merging("ci_still_running");
    let said = running.says(&["protect", "--apply"], 0);
    contains(&said, &["405 Method Not Allowed: ci_still_running"]);
}

#[test]
fn what_a_canary_leaves_is_named() {
    let company = company();
    company.gitlab.has(Fault::OpensNothing);
    company.gitlab.has(Fault::KeepsBranches);
    contains(
        &company.says(&["protect", "--apply"], 4),
        &[
            "error: the canary could not be tried caused by: ",
            "hint: the protection is set, and was not tried",
            "hint: remove it: branch countersign-canary-",
            "with a request from it if there is one",
        ],
    );
}

#[test]
fn without_a_pipeline_that_must_succeed_nothing_is_tried() {
    let company = Company::new("  CR-1: in use\n  CR-2: in use\n");
    let commit = company
        .repo
        .commit()
        .file(".gitlab-ci.yml", "countersign: {script: [true]}\n");
    commit.message("Add the pipeline\n").write();
    let said = company.says(&["protect", "--apply"], 3);
    contains(
        &said,
        &[
            "it was set",
            "unknown nothing was tried: without CR-3 no check is required",
        ],
    );
    assert_eq!(sent(&company), ["POST /protected_branches"]);
    company.says(&["protect", "--plan"], 0);
}

#[test]
fn what_the_gate_let_pass_is_asked_for() {
    let mut company = company();
    company.gitlab.set_protected(&[("main", 0)]);
    company.gitlab.set_pipelines_must_succeed(true);
    company.change(|request| request.pipeline = "success");
    let passed = ["protect", "--passed", "1"];
    contains(
        &company.says(&passed, 1),
        &["the gate did not let request 1 pass as it is now"],
    );
    company.gate(0);
    contains(
        &company.says(&passed, 1),
        &[
            "fail canary, request 1, leaf ",
            ": the gate let it pass, and its pipeline did not",
        ],
    );
    for (status, code, words) in [
        ("mergeable", 0, ": the forge lets it land"),
        (
            "ci_still_running",
            3,
            ": its pipeline still runs: ask again",
        ),
        (
            "not_approved",
            1,
            ": the gate let it pass, and the forge blocks it (not_approved): another rule locks the team out",
        ),
        ("need_rebase", 1, ": its branch is behind: rebase it"),
    ] {
        company.gitlab.says_of_merging(status);
        contains(&company.says(&passed, code), &[words]);
    }
    assert_eq!(sent(&company), [""; 0]);
}
