//! The PDF is the same for the same report, and its text can be taken out again.

use crate::larkspur;
use crate::poppler::text_of;
use model::report::ProgramOrigin;

fn contains(pdf: &[u8], wanted: &[&str]) {
    let Some(text) = text_of(pdf, "-layout") else {
        return;
    };
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
            "declared; not evidenced in this period:",
            "ineffective in this period, compensates",
            "A risk “as declared” is what remains if duties are held and controls operate as declared",
            "Arises:",
            "A control may retire only once the hire has taken the function in practice",
            "2 ineffective, 1 not evidenced",
            "2 untested, not evidenced",
            "Exception windows",
            "b57e31b5d5a0 request 12",
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

/// One character without a glyph would end the audit.
#[test]
fn every_character_can_be_set() {
    let characters: Vec<char> = ('\u{a0}'..='\u{3100}')
        .chain('\u{1f000}'..='\u{1fb00}')
        .collect();
    let mut report = larkspur::report();
    let one = report.exceptions[0].clone();
    let with = |subject: &[char]| {
        let mut exception = one.clone();
        exception.subject = subject.iter().collect();
        exception.reason.clone_from(&exception.subject);
        exception
    };
    report.exceptions = characters.chunks(300).map(with).collect();
    assert!(report.exceptions.len() < 60, "all of them are printed");
    report.organisation = characters[..2000].iter().collect();
    let pdf = documents::pdf::audit(&report, &larkspur::program()).unwrap();
    contains(&pdf, &["U+2728"]);
}

#[test]
fn of_many_exceptions_the_first_are_printed() {
    let mut report = larkspur::report();
    let one = report.exceptions[0].clone();
    report.exceptions = vec![one; 250];
    report.program.origin = ProgramOrigin::Draft;
    let pdf = documents::pdf::audit(&report, &larkspur::program()).unwrap();
    contains(
        &pdf,
        &["The first 60 of 250 are printed here", "Draft program."],
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
            "The program names no outside person who holds a duty or has a key.",
            "As of 2026-07-01",
        ],
    );
}
