//! The PDF is the same for the same report, and its text can be taken out again.

use crate::larkspur;
use model::report::ProgramOrigin;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// Returns the text of a PDF on one line, or `None` where poppler is not installed.
#[expect(
    clippy::print_stdout,
    reason = "a comparison that was left out is told"
)]
fn text_of(pdf: &[u8]) -> Option<String> {
    let mut child = Command::new("pdftotext")
        .args(["-layout", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .inspect_err(|error| println!("the text was not compared: pdftotext: {error}"))
        .ok()?;
    let mut stdin = child.stdin.take().expect("it was piped");
    let bytes = pdf.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&bytes));
    let output = child.wait_with_output().expect("pdftotext ends");
    let written = writer.join().expect("the writer ends");
    written.expect("pdftotext reads to the end");
    let text = String::from_utf8(output.stdout).expect("pdftotext writes UTF-8");
    let words = text.replace('\u{200b}', "");
    Some(words.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn contains(pdf: &[u8], wanted: &[&str]) {
    let Some(text) = text_of(pdf) else { return };
    for wanted in wanted {
        assert!(text.contains(wanted), "`{wanted}` is not in: {text}");
    }
}

#[test]
fn the_report_states_what_the_program_supports() {
    let pdf = documents::pdf::audit(&larkspur::report(), &larkspur::program()).unwrap();
    assert_eq!(
        pdf,
        documents::pdf::audit(&larkspur::report(), &larkspur::program()).unwrap()
    );
    contains(
        &pdf,
        &[
            "Larkspur Metrics",
            "Log grade self",
            "One person as chief executive and security officer",
            "Ada Marsh is both chief executive and security officer",
            "2 people work at Larkspur Metrics.",
            "Ilse Brandt, fractional CISO",
            "This document is not signed.",
            "by 2026-10-03",
        ],
    );
}

#[test]
fn a_subject_is_text_and_never_markup() {
    let mut report = larkspur::report();
    report.exceptions.truncate(1);
    report.exceptions[0].subject = "#panic(\"typst\") *bold* \u{202e}x 日".into();
    let pdf = documents::pdf::audit(&report, &larkspur::program()).unwrap();
    contains(&pdf, &["#panic(\"typst\")", "*bold*", "U+202Ex", "U+65E5"]);
}

#[test]
fn of_many_exceptions_two_hundred_are_printed() {
    let mut report = larkspur::report();
    let one = report.exceptions[0].clone();
    report.exceptions = vec![one; 250];
    report.program.origin = ProgramOrigin::Draft;
    let pdf = documents::pdf::audit(&report, &larkspur::program()).unwrap();
    contains(
        &pdf,
        &["The first 200 of 250 are printed here", "Draft program."],
    );
}

#[test]
fn a_founder_alone_is_told_so() {
    let mut program = larkspur::program();
    program.organisation.head_count = 1;
    program
        .principals
        .retain(|principal| principal.name == "Ada Marsh");
    program.questions.clear();
    let report = larkspur::report();
    let date = jiff::civil::date(2026, 7, 1);
    let pdf = documents::pdf::policy(&program, &report.matrix, &report.plan, date).unwrap();
    assert_eq!(
        pdf,
        documents::pdf::policy(&program, &report.matrix, &report.plan, date).unwrap()
    );
    contains(
        &pdf,
        &[
            "1 person works at Larkspur Metrics.",
            "The program names no outside person.",
            "As of 2026-07-01",
        ],
    );
}
