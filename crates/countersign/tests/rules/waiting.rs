//! CR-8: the request stayed open for the wait of its risk class.

use crate::run::{
    AFTER, HOUR, T0, TRACED, audit, check, collect, decision, open_request, program, report, row,
};
use jiff::Timestamp;
use ledger::erase::Erasure;
use model::outcome::{AssuranceGrade, Outcome};
use model::report::{AuditReport, OpenHoursSource};
use std::path::Path;
use testkit::Repo;

/// A repository with one commit on `main` and the head of a request at `T0` + 1 h.
fn opened(path: &str) -> Repo {
    let repo = Repo::new();
    repo.commit().file("docs/a", "1").write();
    open_request(&repo, "topic");
    repo.commit().on("topic").file(path, "2").write();
    repo
}

/// Merges the request at that moment, by the committer's clock.
fn land(repo: &Repo, seconds: i64) -> String {
    repo.merge("main", "topic")
        .author("Ada Marsh", "ada@larkspur.example", seconds)
        .message("Merge pull request #7 from larkspur/topic\n")
        .write()
}

#[test]
fn merged_an_hour_after_its_last_commit_fails() {
    let repo = opened("docs/a");
    let merge = land(&repo, T0 + 2 * HOUR);
    let report = report(&repo, &program("", ""));
    let decided = decision(&report, &merge, "CR-8");
    check(decided, Outcome::Fail, "merged 1.0 h after its last commit");
    let open = &row(&report, &merge).open_hours;
    assert_eq!(
        (open.value, open.source),
        (Some(1.0), OpenHoursSource::SelfReported)
    );
}

#[test]
fn the_programs_own_wait_counts() {
    let repo = opened("docs/a");
    let merge = land(&repo, T0 + 2 * HOUR);
    let more = "controls: {CR-8: {parameters: {wait_hours: {low: 0.5, medium: 24, high: 24}}}}\n";
    let report = report(&repo, &program("", more));
    check(
        decision(&report, &merge, "CR-8"),
        Outcome::Unknown,
        "may prove a miss, never a pass",
    );
}

#[test]
fn the_committers_own_clocks_never_pass() {
    let repo = opened("docs/a");
    let merge = land(&repo, T0 + 200 * HOUR);
    let report = report(&repo, &program("", ""));
    let words =
        "open for 199.0 h by the committers' own clocks, which may prove a miss, never a pass";
    check(decision(&report, &merge, "CR-8"), Outcome::Unknown, words);
}

#[test]
fn a_merge_that_holds_more_than_its_head_did_not_wait() {
    let landed = |path: &str| {
        let repo = opened("docs/a");
        let program = program("", "");
        collect(&repo, &program, T0 + HOUR);
        collect(&repo, &program, T0 + 26 * HOUR);
        let merge = repo.merge("main", "topic");
        let merge = merge.author("Ada Marsh", "ada@larkspur.example", T0 + 27 * HOUR);
        let merge = merge.message("Merge pull request #7 from larkspur/topic\n");
        let merge = merge.file(path, "2").write();
        decision(&report(&repo, &program), &merge, "CR-8").clone()
    };
    check(&landed("docs/a"), Outcome::Pass, "our receipts show");
    let words = "1 file that its merge holds otherwise was seen by nobody before it landed";
    check(&landed("docs/more"), Outcome::Unknown, words);
}

#[test]
fn a_merge_dated_before_its_commits_is_unknown() {
    let repo = opened("docs/a");
    let merge = land(&repo, T0);
    let report = report(&repo, &program("", ""));
    let words = "the committers' clocks disagree";
    check(decision(&report, &merge, "CR-8"), Outcome::Unknown, words);
}

#[test]
fn a_squash_does_not_show_its_wait() {
    let repo = Repo::new();
    repo.commit().write();
    let squash = repo.commit().message("Mend the totals (#8)\n").write();
    let push = repo.commit().message("Mend more\n").write();
    let rebased = report(&repo, &program("", ""));
    let words = "a squash does not show";
    check(decision(&rebased, &squash, "CR-8"), Outcome::Unknown, words);
    let words = "git does not show a request";
    check(decision(&rebased, &push, "CR-8"), Outcome::Unknown, words);
    let traced = report(&repo, &program(TRACED, ""));
    check(
        decision(&traced, &push, "CR-8"),
        Outcome::Fail,
        "no request stayed open",
    );
}

#[test]
fn our_own_receipts_of_the_open_request_pass() {
    let repo = opened("infra/net.tf");
    let text = program("", "");
    collect(&repo, &text, T0 + HOUR);
    collect(&repo, &text, T0 + 26 * HOUR);
    let merge = land(&repo, T0 + 26 * HOUR);
    let audited = audit(&repo, &text);
    let decided = decision(&audited.report, &merge, "CR-8");
    let words = "the branch still without it 25.0 h later at leaf 3; high risk asks for 24 h";
    check(decided, Outcome::Pass, words);
    assert_eq!(decided.grade, AssuranceGrade::Attested);
    let verified =
        countersign::verify::verify(&audited.folder, &[], AFTER.parse().unwrap()).unwrap();
    check(
        decision(&verified.report, &merge, "CR-8"),
        Outcome::Pass,
        words,
    );
}

#[test]
fn receipts_too_close_together_do_not() {
    let repo = opened("infra/net.tf");
    let text = program("", "");
    collect(&repo, &text, T0 + HOUR);
    collect(&repo, &text, T0 + 24 * HOUR);
    let merge = land(&repo, T0 + 40 * HOUR);
    let report = report(&repo, &text);
    check(
        decision(&report, &merge, "CR-8"),
        Outcome::Unknown,
        "open for 39.0 h",
    );
}

#[test]
fn another_commit_on_the_request_starts_the_wait_again() {
    let repo = opened("infra/net.tf");
    let text = program("", "");
    collect(&repo, &text, T0 + HOUR);
    repo.commit().on("topic").file("infra/net.tf", "3").write();
    collect(&repo, &text, T0 + 26 * HOUR);
    let merge = land(&repo, T0 + 60 * HOUR);
    let report = report(&repo, &text);
    check(
        decision(&report, &merge, "CR-8"),
        Outcome::Unknown,
        "never a pass",
    );
}

#[test]
fn a_shallow_clone_does_not_show_that_the_branch_was_without_it() {
    let repo = opened("infra/net.tf");
    let text = program("", "");
    collect(&repo, &text, T0 + HOUR);
    let merge = land(&repo, T0 + 2 * HOUR);
    repo.shallow([&merge]);
    collect(&repo, &text, T0 + 30 * HOUR);
    repo.shallow::<&str>([]);
    let report = report(&repo, &text);
    check(
        decision(&report, &merge, "CR-8"),
        Outcome::Fail,
        "merged 1.0 h after",
    );
}

#[test]
fn taking_a_change_back_for_a_day_does_not_make_it_wait() {
    let repo = opened("infra/net.tf");
    let text = program("", "");
    let before = repo.tip("main");
    collect(&repo, &text, T0 + HOUR);
    let merge = land(&repo, T0 + 2 * HOUR);
    collect(&repo, &text, T0 + 3 * HOUR);
    repo.branch("main", &before);
    collect(&repo, &text, T0 + 30 * HOUR);
    repo.branch("main", &merge);
    let report = report(&repo, &text);
    check(
        decision(&report, &merge, "CR-8"),
        Outcome::Fail,
        "merged 1.0 h after",
    );
}

/// Each clock is an hour behind the last: together they would be a wait of a day.
#[test]
fn a_clock_that_is_set_back_between_receipts_makes_no_wait() {
    let repo = opened("docs/a");
    let program = program("", "");
    for hour in (2..30).rev() {
        collect(&repo, &program, T0 + hour * HOUR);
    }
    collect(&repo, &program, T0 + 30 * HOUR);
    let merge = land(&repo, T0 + 31 * HOUR);
    let report = report(&repo, &program);
    let decided = decision(&report, &merge, "CR-8");
    check(decided, Outcome::Unknown, "may prove a miss, never a pass");
    let told = |limit: &String| limit.starts_with("Leaf 2 of the log claims an earlier time");
    assert!(report.warnings.iter().any(told), "{:#?}", report.warnings);
}

#[test]
fn a_branch_that_was_rewritten_between_audits_is_told() {
    let repo = opened("docs/a");
    let program = program("", "");
    let before = repo.tip("main");
    let bad = repo.commit().on("main").message("bad\n").write();
    collect(&repo, &program, T0 + 2 * HOUR);
    let told = |report: &AuditReport| {
        let words = format!("leaf 1 of the log saw commit {} at the tip", &bad[..12]);
        report
            .warnings
            .iter()
            .any(|warning| warning.contains(&words))
    };
    assert!(!told(&report(&repo, &program)));
    repo.branch("main", &before);
    repo.commit().on("main").message("good\n").write();
    assert!(told(&report(&repo, &program)));
}

#[test]
fn a_history_under_another_name_is_told() {
    let repo = opened("docs/a");
    let program = program("", "");
    collect(&repo, &program, T0 + HOUR);
    assert!(report(&repo, &program).warnings.is_empty());
    let told = |program: &str, words: &str| {
        let warnings = report(&repo, program).warnings;
        let found = warnings.iter().any(|warning| warning.contains(words));
        assert!(found, "{words}: {warnings:#?}");
    };
    let renamed = program.replace("name: shop", "name: store");
    assert_ne!(renamed, program);
    told(
        &renamed,
        "observed repository shop, which the program does not name",
    );
    // With the old name left behind as a decoy.
    let tip = repo.tip("main");
    repo.branch("trunk", &tip);
    repo.head("trunk");
    told(&program, "observed branch main of this repository");
    collect(&repo, &program, T0 + 3 * HOUR);
    told(&program, "observed branch main of this repository");
    repo.head("main");
    assert!(
        report(&repo, &program).warnings.is_empty(),
        "it was there first"
    );
}

/// The receipt that is gone could be the one that shows the change on the branch.
#[test]
fn no_wait_reaches_across_a_receipt_that_is_gone() {
    let repo = opened("docs/a");
    let program = program("", "");
    collect(&repo, &program, T0 + HOUR);
    collect(&repo, &program, T0 + 2 * HOUR);
    collect(&repo, &program, T0 + 26 * HOUR);
    let merge = land(&repo, T0 + 27 * HOUR);
    let whole = report(&repo, &program);
    check(
        decision(&whole, &merge, "CR-8"),
        Outcome::Pass,
        "our receipts show",
    );
    let ledger = repo.beside("program").join(".countersign");
    erase(&ledger, 3);
    let broken = report(&repo, &program);
    let words = "may prove a miss, never a pass";
    check(decision(&broken, &merge, "CR-8"), Outcome::Unknown, words);
}

/// Erases the payload of a leaf, as the operator may.
fn erase(folder: &Path, leaf: u64) {
    let mut ledger = ledger::Ledger::open_or_create(folder, "unused", [1; 32]).unwrap();
    let erasure = Erasure::new([leaf].into(), [].into(), "Ada", "no longer wanted");
    let at = Timestamp::from_second(T0 + 26 * HOUR).unwrap();
    ledger.erase(&erasure, at, &mut || [4; 32]).unwrap();
}
