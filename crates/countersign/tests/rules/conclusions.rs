//! The deviation rule, through an audit of real bytes.

use crate::run::{AFTER, HOUR, T0, TRACED, audit, conclusion, program, report};
use model::outcome::Conclusion;
use testkit::Repo;

/// A repository with a root in the year before, and squashed requests in the period.
fn squashes(count: i64) -> Repo {
    let repo = Repo::new();
    repo.commit()
        .author("Ada Marsh", "ada@larkspur.example", T0 - 300 * 24 * HOUR)
        .write();
    for number in 1..=count {
        let message = format!("Mend {number} (#{number})\n");
        repo.commit().message(message).write();
    }
    repo
}

#[track_caller]
fn check(repo: &Repo, program: &str, control: &str, expected: Conclusion, reason: &str) {
    let report = report(repo, program);
    let found = conclusion(&report, control);
    assert_eq!(found.proposed, expected, "{found:?}");
    assert!(
        found.reasons.iter().any(|given| given.contains(reason)),
        "{found:?}"
    );
}

#[test]
fn many_deviations_are_ineffective() {
    let repo = squashes(3);
    repo.commit().message("Straight to main\n").write();
    let words = "1 of 4 items deviated without a recorded cause";
    check(
        &repo,
        &program(TRACED, ""),
        "CR-4",
        Conclusion::Ineffective,
        words,
    );
}

#[test]
fn passes_without_a_second_source_are_not_evidenced() {
    let repo = squashes(25);
    let words = "the population has no second source";
    check(
        &repo,
        &program(TRACED, ""),
        "CR-4",
        Conclusion::NotEvidenced,
        words,
    );
}

#[test]
fn a_recorded_cause_softens_and_git_alone_still_concludes_nothing() {
    let repo = squashes(25);
    let push = repo.commit().message("Straight to main\n").write();
    let without = "1 of 26 items deviated without a recorded cause";
    check(
        &repo,
        &program(TRACED, ""),
        "CR-4",
        Conclusion::NotEvidenced,
        without,
    );
    let more = format!(
        "causes:\n  - {{control: CR-4, change: {}, cause: the forge was down}}\n",
        &push[..16]
    );
    let report = report(&repo, &program(TRACED, &more));
    let found = conclusion(&report, "CR-4");
    assert_eq!(found.proposed, Conclusion::NotEvidenced);
    assert!(
        !found
            .reasons
            .iter()
            .any(|reason| reason.contains("without a recorded cause"))
    );
    let exception = report
        .exceptions
        .iter()
        .find(|found| found.control.0 == "CR-4")
        .unwrap();
    assert_eq!(exception.cause.as_deref(), Some("the forge was down"));
}

#[test]
fn unknown_items_stay_in_the_denominator() {
    let repo = squashes(3);
    repo.commit().message("Pushed or rebased\n").write();
    let words = "1 of 4 items cannot be decided";
    check(
        &repo,
        &program("", ""),
        "CR-4",
        Conclusion::NotEvidenced,
        words,
    );
}

#[test]
fn an_empty_population_is_not_occurring() {
    let repo = squashes(3);
    let text = program(TRACED, "").replace("2026-H1", "2026-Q2");
    let words = "no item in the period, which is not a pass";
    for control in ["CM-2", "CR-10", "CR-4", "CR-8"] {
        check(&repo, &text, control, Conclusion::NotOccurring, words);
    }
}

#[test]
fn a_period_that_is_not_over_concludes_nothing() {
    let repo = squashes(25);
    let text = program(TRACED, "").replace("2026-H1", "2026");
    let words = "the period was not over";
    check(&repo, &text, "CR-4", Conclusion::NotEvidenced, words);
}

#[test]
fn a_shallow_clone_is_never_effective() {
    let repo = squashes(25);
    let boundary = repo.commit().message("Boundary (#26)\n").write();
    repo.commit().message("Tip (#27)\n").write();
    repo.shallow([&boundary]);
    let report = report(&repo, &program(TRACED, ""));
    let found = conclusion(&report, "CR-4");
    assert_eq!(found.proposed, Conclusion::NotEvidenced);
    assert!(
        found
            .reasons
            .iter()
            .any(|reason| reason.contains("the clone is shallow"))
    );
    assert!(report.limits.iter().any(|limit| limit.contains("shallow")));
    let effective = |control: &model::report::ControlReport| {
        matches!(
            control.proposed,
            Conclusion::Effective | Conclusion::EffectiveWithExceptions
        )
    };
    assert!(!report.conclusions.iter().any(effective));
}

#[test]
fn what_git_cannot_show_names_the_source_that_would() {
    let report = report(&squashes(1), &program("", ""));
    let untested: Vec<_> = report
        .conclusions
        .iter()
        .filter(|found| !found.tested)
        .collect();
    assert!(untested.len() > 30);
    for control in untested {
        assert_eq!(control.proposed, Conclusion::NotEvidenced);
        assert!(!control.evidenced_by.is_empty(), "{}", control.control);
    }
}

#[test]
fn an_audit_and_its_verification_conclude_the_same() {
    let repo = squashes(4);
    repo.commit().message("Straight to main\n").write();
    let audited = audit(&repo, &program(TRACED, ""));
    let verified =
        countersign::verify::verify(&audited.folder, &[], AFTER.parse().unwrap()).unwrap();
    assert_eq!(verified.report.conclusions, audited.report.conclusions);
    assert_eq!(verified.report.exceptions, audited.report.exceptions);
}
