//! An operator whose program says today of a witness what it did not say before.

use std::fs;

use crate::operator::Company;
use crate::runner;

impl Company {
    /// Changes what the program says.
    fn states(&self, before: &str, after: &str) {
        let file = self.repo.path().join("countersign.yaml");
        let program = fs::read_to_string(&file).unwrap();
        assert!(program.contains(before), "{program}");
        fs::write(file, program.replace(before, after)).unwrap();
    }

    /// Returns what a verification with the witness's key tells, lines that were folded being one again.
    fn verified(&self) -> String {
        let keys = format!("{}\n{}\n", self.log_key(), self.witness_key);
        self.repo.write_file("keys", keys);
        let told = self.says(&["ledger", "verify", "--trust", "keys"], 0);
        told.replace("\n  ", " ")
    }
}

#[test]
fn a_witness_that_was_the_operators_own_did_not_sign_as_an_outsider_then() {
    let company = Company::new();
    let begun = company.says(&["collect"], 0);
    assert!(begun.contains("recorded"), "{begun}");
    let _served = company.watched();
    company.states("relation: outside", "relation: own");
    company.says(&["collect", "--no-cosign"], 0);
    company.says(&["ledger", "cosign"], 0);
    let own = company.verified();
    assert!(own.contains("Log grade: self\n"), "{own}");

    company.states("relation: own", "relation: outside");
    let unrecorded = company.verified();
    assert!(unrecorded.contains("Log grade: self\n"), "{unrecorded}");
    company.says(&["collect"], 0);
    let recorded = company.verified();
    assert!(recorded.contains("Log grade: witnessed\n"), "{recorded}");
    assert!(
        recorded.contains("does not count: the organisation itself runs the signer"),
        "{recorded}"
    );
    assert!(recorded.contains(", noor, on 7 leaves."), "{recorded}");
    company.says(&["audit"], 0);
    let report = company.says(&["verify", "--trust", "keys"], 0);
    assert!(report.contains("runs the signer"), "{report}");
    // Whoever was an outsider then did not sign as one's own.
    company.states("relation: outside", "relation: own");
    company.says(&["collect", "--no-cosign"], 0);
    let employed = company.verified();
    assert!(employed.contains(", noor, on "), "{employed}");
}

#[test]
fn another_key_under_the_name_of_a_witness_is_warned_of() {
    let company = Company::new();
    company.says(&["collect"], 0);
    let _served = company.watched();
    company.says(&["collect"], 0);
    let init = ["witness", "init", "--name", "noor.example/w"];
    let keys = runner().run(init).expect_code(0).stdout;
    company.states(&company.witness_key, keys.lines().next().unwrap());
    let name = "the program had another key for the witness noor, noor.example/w+";
    let told = company.verified();
    assert!(told.contains(&format!("WARNING: {name}")), "{told}");
    assert!(told.contains("(leaf 2)"), "{told}");
    let audit = company.says(&["audit", "--no-cosign"], 0);
    let audit = audit.replace("\n  ", " ");
    let (head, _) = audit.split_once("\n\n").unwrap();
    assert!(head.contains("WARNING: ") && head.contains(name), "{audit}");
    let report = company.says(&["verify"], 0).replace("\n  ", " ");
    assert!(report.contains(name), "{report}");
}
