//! The register for spreadsheets, byte for byte.

use crate::larkspur;

#[test]
fn the_register_is_as_agreed() {
    let bytes = documents::csv::changes(&larkspur::report()).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.lines().count() == 12 && text.matches("\r\n").count() == 12);
    insta::assert_snapshot!("changes.csv", text.replace("\r\n", "\n"));
}

#[test]
fn no_subject_is_a_formula() {
    let bytes = documents::csv::changes(&larkspur::report()).unwrap();
    let mut reader = ::csv::Reader::from_reader(bytes.as_slice());
    let subjects: Vec<String> = reader
        .records()
        .map(|row| row.unwrap()[2].to_owned())
        .collect();
    assert!(
        subjects
            .iter()
            .any(|subject| subject.starts_with("'=HYPERLINK"))
    );
    assert!(subjects.iter().all(|subject| !subject.starts_with('=')));
}

#[test]
fn a_period_without_changes_has_a_header_alone() {
    let mut report = larkspur::report();
    report.changes.clear();
    let text = String::from_utf8(documents::csv::changes(&report).unwrap()).unwrap();
    assert!(text.starts_with("commit,at,subject,") && text.lines().count() == 1);
}
