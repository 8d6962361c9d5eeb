//! Reports of an operator whose log an outsider cosigns.

use testkit::Repo;

use crate::operator::Company;
use crate::runner;

#[test]
fn a_report_carries_what_outsiders_signed_of_it() {
    let company = Company::new();
    company.says(&["collect", "--no-cosign"], 0);
    let _served = company.watched();
    let first = company.says(&["audit"], 0);
    assert!(first.contains("log grade self\n"), "{first}");
    assert!(
        first.contains("noor: signed 6 leaves, kept in leaf 6"),
        "{first}"
    );
    let claimed = company.says(&["verify"], 0);
    assert!(
        claimed.contains("Log grade: witnessed, claimed: no key was supplied to verify it"),
        "{claimed}"
    );
    let keys = format!("{}\n{}\n", company.log_key(), company.witness_key);
    company.repo.write_file("keys", keys);
    let verified = company.says(&["verify", "--trust", "keys"], 0);
    assert!(verified.contains("Log grade: witnessed\n"), "{verified}");
    assert!(verified.contains(", noor, on 6 leaves.\n"), "{verified}");

    let second = company.says(&["audit"], 0);
    assert!(second.contains("log grade witnessed (claimed)"), "{second}");
    company.says(&["verify", "--trust", "keys"], 0);
}

#[test]
fn an_outsider_that_is_off_keeps_nobody_from_an_audit() {
    let company = Company::new();
    company.says(&["collect"], 0);
    drop(company.watched());
    let audited = company.says(&["audit"], 0);
    assert!(audited.contains("warning: noor: "), "{audited}");
    assert!(audited.contains("cannot be reached"), "{audited}");
    assert!(
        audited.contains("hint: countersign ledger cosign asks again"),
        "{audited}"
    );
    let verified = company.says(&["verify"], 0);
    assert!(
        verified.contains("Nobody outside has signed it."),
        "{verified}"
    );
}

#[test]
fn a_history_that_a_witness_knows_otherwise_fails_what_is_enforced() {
    let (company, _served) = Company::rewritten();
    let collected = company.says(&["collect"], 1);
    assert!(
        collected.contains("it has cosigned another history of this log"),
        "{collected}"
    );
    company.says(&["audit"], 0);
    company.says(&["audit", "--enforce"], 1);
}

#[test]
fn a_report_warns_at_its_top_of_a_witness_that_contradicts_the_log() {
    let (company, _served) = Company::rewritten();
    // The very report whose audit asked the witness, and each later one of the record that it left.
    for _ in 0..2 {
        let told = company.says(&["audit"], 0).replace("\n  ", " ");
        let warning = "WARNING: A witness contradicts the log: the witness noor has cosigned another history of this log";
        let (head, _) = told.split_once("\n\n").unwrap();
        assert!(head.contains(warning), "{told}");
        assert!(told.contains("leaf 11 keeps its answer"), "{told}");
        let verified = company.says(&["verify"], 0).replace("\n  ", " ");
        assert!(verified.contains(warning), "{verified}");
    }
    let log = company.says(&["ledger", "verify"], 0);
    assert!(log.contains("WARNING: the witness noor"), "{log}");
    let status = company.says(&["ledger", "status"], 0);
    assert!(status.contains(", 1 outside,"), "{status}");
    // Nothing that a witness refused to sign gives a later record an age.
    let interval = ["ledger", "interval", "--from", "0", "--to", "12"];
    let unknown = company.says(&interval, 3);
    assert!(unknown.contains("WARNING: the witness noor"), "{unknown}");
    assert!(
        unknown.contains("commits to no outside signature"),
        "{unknown}"
    );
}

#[test]
fn the_report_that_warns_of_a_witness_is_signed_by_the_others() {
    let (company, _served) = Company::rewritten();
    let (_second, key) = company.watched_by_bo();
    let told = company.says(&["audit"], 0).replace("\n  ", " ");
    let (head, _) = told.split_once("\n\n").unwrap();
    assert!(head.contains("WARNING: A witness contradicts"), "{told}");
    assert!(told.contains("leaf 11 keeps its answer"), "{told}");
    let signed = "bo: signed 17 leaves, kept in leaf 17";
    assert!(told.contains(signed), "{told}");
    assert_eq!(told.matches("bo: ").count(), 1, "{told}");
    let keys = format!("{}\n{key}\n", company.log_key());
    company.repo.write_file("keys", keys);
    let verified = company.says(&["verify", "--trust", "keys"], 0);
    assert!(verified.contains(", bo, on 17 leaves."), "{verified}");
}

#[test]
fn a_signature_of_whom_nobody_names_is_not_said_to_be_none() {
    let company = Company::new();
    company.says(&["collect"], 0);
    let _served = company.watched();
    company.says(&["ledger", "cosign"], 0);
    let elsewhere = Repo::new();
    let copy = elsewhere.path().join("copy");
    let export = ["ledger", "export", "--out", copy.to_str().unwrap()];
    company.says(&export, 0);
    // Where no program lies, nobody says whose key it is.
    let auditor = runner().in_dir(&copy);
    let run = auditor.run(["ledger", "verify", "--ledger", "."]);
    let told = run.expect_code(3).stdout;
    assert!(
        told.contains("No outside signature on it counts."),
        "{told}"
    );
    assert!(told.contains("name it with --program"), "{told}");
    assert!(told.contains("Log grade: self\n"), "{told}");
    assert!(
        told.contains("1 record of outside signatures by keys"),
        "{told}"
    );
}

#[test]
fn no_line_is_wider_than_a_terminal_but_for_keys() {
    let (company, served) = Company::rewritten();
    let answers = [
        (
            company.says(&["ledger", "cosign"], 1),
            "leaf 7 keeps its answer",
        ),
        (
            company.says(&["ledger", "status"], 0),
            "by the clocks of its own",
        ),
        (company.says(&["ledger", "verify"], 0), "hashed"),
        (company.says(&["ledger", "key", "show"], 0), "private"),
    ];
    drop(served);
    let off = company.says(&["collect"], 0);
    for (told, expected) in answers.into_iter().chain([(off, "cannot be reached")]) {
        assert!(told.replace("\n  ", " ").contains(expected), "{told}");
        let wide = |line: &&str| line.chars().count() > 80 && !line.contains(&company.log_key());
        assert_eq!(told.lines().find(wide), None, "{told}");
    }
}
