//! What a terminal of 80 columns shows.

use crate::larkspur;
use model::program_file::{Remark, Severity};
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
    let text = documents::text::check(&larkspur::report().matrix, &remarks, &program);
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
    let text = documents::text::check(&matrix, &[], &program);
    fits(&text);
    insta::assert_snapshot!("check", text);
}

#[test]
fn the_plan_fits() {
    let text = documents::text::plan(&larkspur::report().plan);
    fits(&text);
    insta::assert_snapshot!("plan", text);
}
