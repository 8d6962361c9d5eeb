//! An auditor who looks at the logs of several companies from one folder.

use std::fs;

use crate::forge::Forge;
use crate::{machine, says};

#[test]
fn two_logs_are_no_two_histories_of_one_and_a_log_that_was_set_back_is_found() {
    let forges = [Forge::new(), Forge::new()];
    for forge in &forges {
        let laptop = machine().in_dir(forge.repo.path());
        says(&laptop, &["collect"], 0);
        says(&laptop, &["collect"], 0);
    }
    let auditor = machine();
    let config = "[credential]\n\thelper = store\n";
    fs::write(auditor.home().join(".gitconfig"), config).unwrap();
    let logins: String = forges.iter().map(Forge::credentials).collect();
    fs::write(auditor.home().join(".git-credentials"), logins).unwrap();
    let verify = |forge: &Forge, code| {
        let place = format!("git+{}", forge.url(""));
        says(&auditor, &["ledger", "verify", "--ledger", &place], code)
    };
    for forge in forges.iter().chain(&forges) {
        let verified = verify(forge, 0);
        assert!(verified.contains("4 leaves"), "{verified}");
    }
    forges[0].rolls_back();
    let told = verify(&forges[0], 1);
    assert!(told.contains("was rewritten"), "{told}");
    verify(&forges[1], 0);
}

#[test]
fn what_was_seen_of_a_shared_log_begins_no_other_wherever_it_lies() {
    for left in ["git", "seen", "places/0123456789abcdef/seen"] {
        let forge = Forge::new();
        let laptop = machine().in_dir(forge.repo.path());
        let path = forge.repo.path().join("own").join(left);
        fs::create_dir_all(path).unwrap();
        let told = says(&laptop, &["collect", "--ledger", "own"], 4);
        assert!(told.contains("keeps of a shared ledger"), "{told}");
    }
}
