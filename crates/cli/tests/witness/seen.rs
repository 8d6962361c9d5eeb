//! An auditor who kept a checkpoint from before, and an operator who does not like it.

use std::fs;

use crate::operator::Company;
use crate::runner;

/// Keeps what the log is now, as the folder of a report would.
fn keep(company: &Company, name: &str) {
    let checkpoint = company.repo.path().join(".countersign/ledger/checkpoint");
    let bytes = fs::read(checkpoint).unwrap();
    company
        .repo
        .write_file(&format!("{name}/checkpoint"), bytes);
}

#[test]
fn a_log_that_goes_on_extends_what_was_seen_of_it() {
    let company = Company::new();
    company.says(&["audit", "--out", "first"], 0);
    company.says(&["audit", "--out", "second"], 0);
    let report = company.says(&["verify", "second", "--seen", "first"], 0);
    assert!(
        report.contains("It extends the 4 leaves that you have seen."),
        "{report}"
    );
    let log = company.says(&["ledger", "verify", "--seen", "first"], 0);
    assert!(log.contains("It extends the 4 leaves"), "{log}");
    let cut = company.says(&["verify", "first", "--seen", "second"], 1);
    assert!(
        cut.contains("you have seen 8 leaves of this log, and it has 4"),
        "{cut}"
    );
    let absent = company.says(&["ledger", "verify", "--seen", "nowhere"], 4);
    assert!(
        absent.contains("cannot read the checkpoint in nowhere"),
        "{absent}"
    );
    let program = ["ledger", "verify", "--seen", "countersign.yaml"];
    let no_note = company.says(&program, 2);
    assert!(
        no_note.contains("countersign.yaml is no checkpoint"),
        "{no_note}"
    );
}

#[test]
fn a_rewritten_log_is_convicted_by_its_own_signatures() {
    let company = Company::new();
    company.says(&["collect"], 0);
    keep(&company, "kept");
    company.rewrite(7);
    company.says(&["ledger", "verify"], 0);
    let seen = ["ledger", "verify", "--seen", "kept", "--conflict", "proof"];
    let told = company.says(&seen, 1);
    assert!(
        told.contains("the first 2 leaves of this log are not those that you have seen"),
        "{told}"
    );
    assert!(told.contains("the proof is in proof"), "{told}");
    company
        .repo
        .write_file("keys", format!("{}\n", company.log_key()));
    // Whoever has the proof and the key needs nothing else.
    let court = runner().in_dir(company.repo.path());
    let check = ["ledger", "conflict", "proof", "--trust", "keys"];
    let held = court.run(check).expect_code(0).stdout;
    assert!(held.contains("pass: the proof holds"), "{held}");
    let other = Company::new();
    other.says(&["collect"], 0);
    company
        .repo
        .write_file("keys", format!("{}\n", other.log_key()));
    let refused = court.run(check).expect_code(1).stderr;
    assert!(refused.contains("are these its keys?"), "{refused}");
}

#[test]
fn a_log_that_was_begun_anew_is_not_the_one_that_was_seen() {
    let company = Company::new();
    company.says(&["collect"], 0);
    company.says(&["collect"], 0);
    keep(&company, "kept");
    fs::remove_dir_all(company.repo.path().join(".countersign")).unwrap();
    company.says(&["audit"], 0);
    let told = company.says(&["verify", "--seen", "kept"], 1);
    assert!(
        told.contains("with 4 leaves: a log was begun anew beside that one"),
        "{told}"
    );
}
