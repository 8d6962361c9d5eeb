//! What a terminal of 80 columns shows.

use crate::larkspur;
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
    let verdict = "proposed: 2 ineffective, 3 not evidenced, 1 effective with exceptions, 2 others";
    assert_eq!(text.lines().last(), Some(verdict));
    insta::assert_snapshot!("audit_summary", text);
}

#[test]
fn ten_exceptions_are_shown_and_the_rest_counted() {
    let mut report = larkspur::report();
    let one = report.exceptions[0].clone();
    report.exceptions = vec![one; 1_012];
    let text = documents::text::audit_summary(&report);
    assert!(
        text.contains("Exceptions (1,012)") && text.contains("and 1,002 more\n"),
        "{text}"
    );
}

#[test]
fn the_matrix_fits() {
    let text = documents::text::matrix(&larkspur::report().matrix, &larkspur::program());
    fits(&text);
    insta::assert_snapshot!("matrix", text);
}

#[test]
fn the_plan_fits() {
    let text = documents::text::plan(&larkspur::report().plan);
    fits(&text);
    insta::assert_snapshot!("plan", text);
}
