//! A private key that is gone.

use std::fs;

use crate::company::Company;

const LOST: [&str; 5] = ["ledger", "key", "lost", "--reason", "disk broken"];

#[test]
fn a_lost_key_fails_whoever_trusts_it_alone_and_is_always_shown() {
    let company = Company::new();
    let old = company.key();
    let there = company.says(&LOST, 2);
    assert!(there.contains("log.key is there"), "{there}");
    fs::remove_file(company.repo.path().join(".countersign/log.key")).unwrap();
    let refused = company.says(&["collect"], 4);
    assert!(refused.contains("countersign ledger key lost"), "{refused}");
    let shown = company.says(&["ledger", "key", "show"], 0);
    assert!(shown.contains("not here: "), "{shown}");
    company.says(&LOST, 0);
    company.says(&["collect"], 0);
    let mark = "KEY LOST at leaf 2, ";
    let why = "from leaf 2 on the log is signed by a key that the one before did not vouch for";
    for command in [["ledger", "status"], ["ledger", "verify"]] {
        let said = company.says(&command, 0);
        assert!(said.contains(mark) && said.contains(why), "{said}");
    }
    let refused = company.verified_by(&[&old], 1);
    assert!(refused.contains(why), "{refused}");
    assert!(refused.contains("hint: ask the company"), "{refused}");
    let verified = company.verified_by(&[&company.key()], 0);
    assert!(verified.contains(mark), "{verified}");
}

#[test]
fn a_report_of_a_lost_log_is_refused_to_whoever_trusts_the_old_key() {
    let company = Company::new();
    let old = company.key();
    fs::remove_file(company.repo.path().join(".countersign/log.key")).unwrap();
    company.says(&LOST, 0);
    company.says(&["audit", "--out", "report"], 0);
    company.repo.write_file("trusted", &old);
    let verify = ["verify", "report", "--trust", "trusted"];
    let refused = company.says(&verify, 1);
    assert!(refused.contains("does not vouch for it"), "{refused}");
    company.repo.write_file("trusted", company.key());
    let verified = company.says(&verify, 0);
    assert!(verified.contains("KEY LOST at leaf 2"), "{verified}");
}

#[test]
fn a_folder_without_a_log_has_no_key_to_lose() {
    let company = Company::new();
    let elsewhere = [&LOST[..], &["--ledger", "elsewhere"]].concat();
    let absent = company.says(&elsewhere, 4);
    assert!(absent.contains("no ledger lies in elsewhere"), "{absent}");
}
