//! CM-2: approval by risk class.

use crate::keys;
use crate::run::{HOUR, T0, TRACED, check, collect, decision, open_request, program, report, row};
use model::outcome::{AssuranceGrade, Outcome, Risk};
use model::report::AuditReport;
use testkit::Repo;

const JUSTIFIED: &str = "Mend the totals (#8)\n\nThe totals of a month missed its last day.\n";
const ASSESSED: &str = "\
Merge pull request #7 from larkspur/topic

The totals of a month missed its last day.

Risk-Assessment: only the totals of one page change, and they can be turned back in a minute.
";

/// A commit on `main` with this message that touches a path.
fn pushed(path: &str, message: &str) -> (Repo, String) {
    let repo = Repo::new();
    repo.commit().write();
    let commit = repo.commit().file(path, "2").message(message).write();
    (repo, commit)
}

/// A request that touches `app/`, its head made at `T0` + 1 h.
fn opened() -> Repo {
    let repo = Repo::new();
    repo.commit().write();
    open_request(&repo, "topic");
    repo.commit().on("topic").file("app/a", "2").write();
    repo
}

fn land(repo: &Repo, message: &str, seconds: i64) -> String {
    repo.merge("main", "topic")
        .author("Ada Marsh", "ada@larkspur.example", seconds)
        .message(message)
        .write()
}

#[track_caller]
fn check_risk(report: &AuditReport, commit: &str, risk: Risk) {
    assert_eq!(row(report, commit).risk_class, risk);
}

#[test]
fn low_risk_passes_with_a_justification_and_not_with_a_number() {
    let (repo, commit) = pushed("docs/a", JUSTIFIED);
    let justified = report(&repo, &program("", ""));
    check_risk(&justified, &commit, Risk::Low);
    let words = "low risk, with its justification in the message";
    check(decision(&justified, &commit, "CM-2"), Outcome::Pass, words);
    let (repo, commit) = pushed("docs/a", "Mend the totals\n\nFixes SHOP-12\n");
    let ticket = report(&repo, &program(TRACED, ""));
    let words = "its message names SHOP-12, which may hold the justification";
    check(decision(&ticket, &commit, "CM-2"), Outcome::Unknown, words);
}

#[test]
fn low_risk_without_a_word_is_unknown_or_fails() {
    let (repo, commit) = pushed("docs/a", "Mend the totals\n");
    let rebased = report(&repo, &program("", ""));
    let words = "the request or the ticket may";
    check(decision(&rebased, &commit, "CM-2"), Outcome::Unknown, words);
    let traced = report(&repo, &program(TRACED, ""));
    let words = "without a justification in the message and without a request";
    check(decision(&traced, &commit, "CM-2"), Outcome::Fail, words);
}

#[test]
fn medium_risk_passes_assessed_and_after_its_wait() {
    let repo = opened();
    let text = program("", "");
    collect(&repo, &text, T0 + HOUR);
    collect(&repo, &text, T0 + 26 * HOUR);
    let merge = land(&repo, ASSESSED, T0 + 26 * HOUR);
    let report = report(&repo, &text);
    check_risk(&report, &merge, Risk::Medium);
    let words = "medium risk, assessed in writing; our receipts show";
    check(decision(&report, &merge, "CM-2"), Outcome::Pass, words);
}

#[test]
fn medium_risk_merged_at_once_fails() {
    let repo = opened();
    let merge = land(&repo, ASSESSED, T0 + 2 * HOUR);
    let report = report(&repo, &program("", ""));
    check(
        decision(&report, &merge, "CM-2"),
        Outcome::Fail,
        "merged 1.0 h after",
    );
}

#[test]
fn medium_risk_without_receipts_or_assessment_is_unknown() {
    let repo = opened();
    let merge = land(&repo, ASSESSED, T0 + 60 * HOUR);
    let assessed = report(&repo, &program("", ""));
    let words = "assessed in writing; open for 59.0 h";
    check(decision(&assessed, &merge, "CM-2"), Outcome::Unknown, words);
    let repo = opened();
    let merge = land(
        &repo,
        "Merge pull request #7 from larkspur/topic\n",
        T0 + 60 * HOUR,
    );
    let silent = report(&repo, &program("", ""));
    let words = "its message holds no risk assessment";
    check(decision(&silent, &merge, "CM-2"), Outcome::Unknown, words);
}

/// A change of high risk by Ada that the outsider puts on the branch and signs.
fn reviewed_outside(author: (&str, &str), trailer: &str) -> (Repo, String) {
    let repo = Repo::new();
    repo.commit().write();
    open_request(&repo, "topic");
    let (name, address) = author;
    let head = repo.commit().on("topic").file("infra/net.tf", "2");
    head.author(name, address, T0 + HOUR).write();
    let merge = repo
        .merge("main", "topic")
        .author("Noor Haddad", "noor@haddad.example", T0 + 50 * HOUR)
        .message(format!(
            "Merge pull request #7 from larkspur/topic\n\n{trailer}"
        ))
        .signed(|bytes| keys::noor().sign(bytes))
        .write();
    (repo, merge)
}

#[test]
fn high_risk_passes_where_an_outsider_signed_the_merge() {
    let (repo, merge) = reviewed_outside(("Ada Marsh", "ada@larkspur.example"), "");
    let report = report(&repo, &program("", ""));
    check_risk(&report, &merge, Risk::High);
    let decided = decision(&report, &merge, "CM-2");
    check(
        decided,
        Outcome::Pass,
        "the key that the program gives to the outsider noor signed the merge",
    );
    assert_eq!(decided.grade, AssuranceGrade::Attested);
}

#[test]
fn an_outsider_who_wrote_it_is_no_outside_review() {
    let words = "noor is an author of it and cannot be its outside review";
    let (repo, merge) = reviewed_outside(("Noor Haddad", "Noor@Haddad.example"), "");
    let own = report(&repo, &program("", ""));
    check(decision(&own, &merge, "CM-2"), Outcome::Fail, words);
    let trailer = "Co-authored-by: Noor Haddad <noor@haddad.example>\n";
    let (repo, merge) = reviewed_outside(("Ada Marsh", "ada@larkspur.example"), trailer);
    let shared = report(&repo, &program("", ""));
    check(decision(&shared, &merge, "CM-2"), Outcome::Fail, words);
}

#[test]
fn high_risk_signed_by_nobody_from_outside_is_unknown() {
    let (repo, commit) = pushed("infra/net.tf", JUSTIFIED);
    let unsigned = report(&repo, &program("", ""));
    let words = "no outsider's signature in git";
    check(
        decision(&unsigned, &commit, "CM-2"),
        Outcome::Unknown,
        words,
    );
    let commit = repo.commit().file("infra/net.tf", "3");
    let commit = commit.signed(|bytes| keys::bo().sign(bytes)).write();
    let insider = report(&repo, &program("", ""));
    check(decision(&insider, &commit, "CM-2"), Outcome::Unknown, words);
}

#[test]
fn the_class_is_the_higher_of_the_declared_and_the_touched() {
    let (repo, commit) = pushed("docs/a", "Mend the totals (#8)\n\nRisk: high\n");
    check_risk(&report(&repo, &program("", "")), &commit, Risk::High);
    let (repo, commit) = pushed("infra/net.tf", "Mend the totals (#8)\n\nRisk: low\n");
    check_risk(&report(&repo, &program("", "")), &commit, Risk::High);
}
