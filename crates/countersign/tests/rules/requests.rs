//! CR-4: every change landed through a request.

use crate::run::{TRACED, check, conclusion, decision, open_request, program, report, row};
use model::outcome::{AssuranceGrade, Conclusion, Outcome};
use model::population::Incomplete;
use testkit::Repo;

/// The exact bytes of a commit that GitHub made and signed for a user of its web page (typst/typst, Apache-2.0).
const WEB_FLOW_SQUASH: &[u8] = include_bytes!("fixtures/web_flow_squash.commit");

fn merged_request() -> (Repo, String) {
    let repo = Repo::new();
    repo.commit().file("docs/a", "1").write();
    open_request(&repo, "topic");
    repo.commit().on("topic").file("docs/a", "2").write();
    let merge = repo
        .merge("main", "topic")
        .message("Merge pull request #7 from larkspur/topic\n")
        .write();
    (repo, merge)
}

#[test]
fn a_merged_request_passes_on_the_committers_word() {
    let (repo, merge) = merged_request();
    let report = report(&repo, &program("", ""));
    let decided = decision(&report, &merge, "CR-4");
    check(
        decided,
        Outcome::Pass,
        "names request 7, as its committer typed it",
    );
    assert_eq!(decided.grade, AssuranceGrade::Attested);
    assert_eq!(
        conclusion(&report, "CR-4").grade,
        Some(AssuranceGrade::Attested)
    );
}

#[test]
fn a_squash_signed_by_the_forge_stays_attested_since_its_subject_is_typed() {
    let repo = Repo::new();
    repo.commit().write();
    let squash = repo.raw_commit(WEB_FLOW_SQUASH);
    repo.branch("main", &squash);
    let text = program("", "").replace("2026-H1", "2025");
    let report = report(&repo, &text);
    let decided = decision(&report, &squash, "CR-4");
    check(
        decided,
        Outcome::Pass,
        "names request 6369, as its committer typed it",
    );
    assert_eq!(decided.grade, AssuranceGrade::Attested);
    assert_eq!(report.population.incomplete, [Incomplete::MissingObjects]);
    let signature = &row(&report, &squash).signature;
    assert!(signature.by_forge && signature.signer.is_none());
    assert_eq!(
        conclusion(&report, "CR-4").proposed,
        Conclusion::NotEvidenced
    );
}

#[test]
fn one_changed_byte_takes_the_platforms_grade_away() {
    let repo = Repo::new();
    let forged = String::from_utf8(WEB_FLOW_SQUASH.into()).unwrap();
    let forged = repo.raw_commit(forged.replace("(#6369)", "(#6368)"));
    repo.branch("main", &forged);
    let text = program("", "").replace("2026-H1", "2025");
    let report = report(&repo, &text);
    let decided = decision(&report, &forged, "CR-4");
    check(
        decided,
        Outcome::Pass,
        "names request 6368, as its committer typed it",
    );
    assert_eq!(decided.grade, AssuranceGrade::Attested);
    check(
        decision(&report, &forged, "CR-10"),
        Outcome::Fail,
        "the signature is invalid",
    );
}

#[test]
fn a_direct_push_is_unknown_while_rebasing_is_possible() {
    let repo = Repo::new();
    repo.commit().write();
    let push = repo.commit().message("Mend the totals\n").write();
    let unknown = |methods: &str| {
        let report = report(&repo, &program(methods, ""));
        let words = "git alone cannot tell";
        check(decision(&report, &push, "CR-4"), Outcome::Unknown, words);
    };
    unknown("");
    unknown(", merge_methods: [merge, rebase]");
}

#[test]
fn a_direct_push_fails_where_every_request_leaves_its_number() {
    let repo = Repo::new();
    let root = repo.commit().write();
    let push = repo.commit().message("Mend the totals\n").write();
    open_request(&repo, "topic");
    repo.commit().on("topic").file("docs/a", "2").write();
    let branch = repo
        .merge("main", "topic")
        .message("Merge branch 'topic'\n")
        .write();
    let report = report(&repo, &program(TRACED, ""));
    let words = "a commit that names no request";
    check(decision(&report, &push, "CR-4"), Outcome::Fail, words);
    let words = "a merge that names no request";
    check(decision(&report, &branch, "CR-4"), Outcome::Fail, words);
    let words = "the first commit of a history";
    check(decision(&report, &root, "CR-4"), Outcome::Unknown, words);
}

#[test]
fn a_pass_below_the_grade_that_the_program_asks_for_is_unknown() {
    let (repo, merge) = merged_request();
    let more = "controls: {CR-4: {parameters: {minimum_grade: platform}}}\n";
    let report = report(&repo, &program("", more));
    let words = "the program asks for evidence of grade platform and this is attested";
    check(decision(&report, &merge, "CR-4"), Outcome::Unknown, words);
    assert_eq!(conclusion(&report, "CR-4").grade, None);
}
