//! What a terminal of 80 columns shows.

use crate::larkspur;
use model::outcome::Risk;
use model::program::{PrincipalId, PrincipalKind};
use model::program_file::{Remark, Severity};
use model::satisfiable::{Answer, Finding, Proof, Rule, RuleSet, Step};
use std::collections::BTreeMap;
use unicode_width::UnicodeWidthStr;

fn fits(text: &str) {
    for line in text.lines() {
        assert!(line.width() <= 80, "{} columns: {line}", line.width());
        assert_eq!(line, line.trim_end());
    }
}

#[test]
fn the_summary_begins_with_exceptions_and_ends_with_the_verdict() {
    let text = documents::text::audit_summary(&larkspur::report());
    fits(&text);
    let verdict = "proposed: 2 ineffective, 4 others of 6 tested; 2 untested, not evidenced";
    assert_eq!(text.lines().last(), Some(verdict));
    insta::assert_snapshot!("audit_summary", text);
}

#[test]
fn equal_exceptions_are_counted_and_told_once() {
    let mut report = larkspur::report();
    let one = report.exceptions[0].clone();
    report.exceptions = vec![one; 1_012];
    let text = documents::text::audit_summary(&report);
    fits(&text);
    assert!(text.contains("Exceptions (1,012)"), "{text}");
    assert_eq!(text.matches("carries no signature").count(), 1, "{text}");
}

#[test]
fn a_control_that_was_not_tested_is_no_verdict() {
    let mut report = larkspur::report();
    report
        .conclusions
        .iter_mut()
        .for_each(|one| one.tested = false);
    let text = documents::text::audit_summary(&report);
    let verdict = "proposed: nothing tested; 8 untested, not evidenced";
    assert_eq!(text.lines().last(), Some(verdict));
}

#[test]
fn remarks_and_questions_wrap_between_words() {
    let long = "CR-14 ".repeat(40);
    let remarks = [Remark {
        severity: Severity::Warning,
        text: long.clone(),
        mend: Some(long.clone()),
    }];
    let mut program = larkspur::program();
    program.questions[0].text = format!("?? {long}");
    let text = documents::text::check(
        &larkspur::report().matrix,
        &nothing_proven(),
        &remarks,
        &program,
    );
    fits(&text);
    assert_eq!(text.matches("CR-14").count(), 3 * 40, "{text}");
    for start in [
        "\nwarning: CR-14",
        "\n  mend: CR-14",
        "\n    CR-14",
        "\nquestion in line 14: CR-14",
    ] {
        assert!(text.contains(start), "{start}: {text}");
    }
}

#[test]
fn the_matrix_of_check_fits() {
    let program = larkspur::program();
    let matrix = model::matrix::compute(&program, &BTreeMap::new());
    let text = documents::text::check(&matrix, &nothing_proven(), &[], &program);
    fits(&text);
    insta::assert_snapshot!("check", text);
}

#[test]
fn the_plan_fits() {
    let text = documents::text::plan(&larkspur::report().plan);
    fits(&text);
    insta::assert_snapshot!("plan", text);
}

#[test]
fn who_gets_a_change_through_the_gate() {
    let mut proof = Proof {
        answers: Vec::new(),
        not_proven: None,
        notes: vec!["the wait of CR-8 rests on `Guild`".into()],
    };
    for risk in [Risk::Low, Risk::Medium, Risk::High] {
        for author in ["ada", "bo", "scribe"] {
            proof.answers.push(answer(risk, author));
        }
    }
    let program = larkspur::program();
    let matrix = model::matrix::compute(&program, &BTreeMap::new());
    let text = documents::text::check(&matrix, &proof, &[], &program);
    fits(&text);
    let (_, gate) = text.split_once("gate:\n").unwrap();
    insta::assert_snapshot!(gate, @r"
    low: ada writes, justifies and self-reviews after 4 h; noor approves; likewise
      bo
    medium: ada writes, justifies and self-reviews after 4 h; noor approves;
      likewise bo
    high: ada writes, justifies and self-reviews after 4 h; noor approves
    note: the wait of CR-8 rests on `Guild`
    fail: no change of low or medium risk by scribe passes: CR-10 needs commits
      signed by `scribe`
      mend: name an outsider
    fail: no change of high risk by bo or scribe passes: CM-2 needs an outsider;
      outsiders: nobody
      mend: name an outsider
    and 4 more, see --format json
    ");
}

fn answer(risk: Risk, author: &str) -> Answer {
    let kind = match author {
        "scribe" => PrincipalKind::Agent,
        _ => PrincipalKind::Human,
    };
    let set = |rule, why: &str| RuleSet {
        rules: [rule].into(),
        why: why.into(),
        mend: "name an outsider".into(),
    };
    let finding = match (risk, author) {
        (Risk::High, "bo" | "scribe") => Finding::Contradiction {
            sets: vec![set(
                Rule::of("CM-2"),
                "CM-2 needs an outsider; outsiders: nobody",
            )],
            further: 0,
        },
        (_, "scribe") => Finding::Contradiction {
            sets: vec![set(
                Rule::of("CR-10"),
                "CR-10 needs commits signed by `scribe`",
            )],
            further: 2,
        },
        _ => Finding::Passes {
            wait_hours: 4.0,
            steps: vec![
                step(author, "writes"),
                step(author, "justifies"),
                step("noor", "approves"),
                step(author, "self-reviews after 4 h"),
            ],
        },
    };
    Answer {
        risk,
        author: id(author),
        author_kind: kind,
        finding,
    }
}

fn step(who: &str, does: &str) -> Step {
    Step {
        rule: None,
        who: Some(id(who)),
        does: does.into(),
    }
}

fn id(text: &str) -> PrincipalId {
    PrincipalId::new(text).expect("a short name")
}

fn nothing_proven() -> Proof {
    Proof::none("no rule of the merge gate is in use".into())
}
