//! An operator whose program says today of a witness what it did not say before.

use std::fs;
use std::path::Path;

use ledger::Ledger;
use ledger::append::NewLeaf;
use ledger::leaf::LeafKind;

use crate::operator::Company;
use crate::runner;

impl Company {
    /// Changes what the program says.
    pub(crate) fn states(&self, before: &str, after: &str) {
        let file = self.repo.path().join("countersign.yaml");
        let program = fs::read_to_string(&file).unwrap();
        assert!(program.contains(before), "{program}");
        fs::write(file, program.replace(before, after)).unwrap();
    }

    /// Appends a record of a program, whatever it says.
    fn appends(&self, program: Vec<u8>) {
        append_program(&self.repo.path().join(".countersign"), program);
    }

    /// Returns what a verification with the witness's key tells, lines that were folded being one again.
    fn verified(&self) -> String {
        let keys = format!("{}\n{}\n", self.log_key(), self.witness_key);
        self.repo.write_file("keys", keys);
        let told = self.says(&["ledger", "verify", "--trust", "keys"], 0);
        told.replace("\n  ", " ")
    }
}

/// Appends a record of a program to the ledger in a folder, whatever it says.
pub(crate) fn append_program(ledger: &Path, program: Vec<u8>) {
    let mut log = Ledger::open(ledger).unwrap();
    let leaf = NewLeaf::new(LeafKind::Program, program);
    let begun = log.reader().entries(0..1).unwrap();
    log.append(vec![leaf], begun[0].leaf.at, &mut || [6; 32])
        .unwrap();
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
    let interval = ["ledger", "interval", "--from", "0", "--to", "1"];
    let interval = company.says(&interval, 3).replace("\n  ", " ");
    assert!(interval.contains(&format!("WARNING: {name}")), "{interval}");
    let audit = company.says(&["audit", "--no-cosign"], 0);
    let audit = audit.replace("\n  ", " ");
    let (head, _) = audit.split_once("\n\n").unwrap();
    assert!(head.contains("WARNING: ") && head.contains(name), "{audit}");
    let report = company.says(&["verify"], 0).replace("\n  ", " ");
    assert!(report.contains(name), "{report}");
}

#[test]
fn what_a_witness_signed_does_not_count_where_the_program_of_then_is_not_here() {
    let company = Company::new();
    company.says(&["collect"], 0);
    let _served = company.watched();
    company.states("relation: outside", "relation: own");
    company.says(&["collect", "--no-cosign"], 0);
    company.says(&["ledger", "cosign"], 0);
    company.states("relation: own", "relation: outside");
    company.says(&["collect", "--no-cosign"], 0);
    let own = company.verified();
    assert!(own.contains("the organisation itself runs"), "{own}");
    company.says(
        &["ledger", "erase", "2", "--by", "ada", "--reason", "gone"],
        0,
    );
    let unread = "does not count: a record of the program that may say who ran the signer then cannot be read here";
    let erased = company.verified();
    assert!(erased.contains("Log grade: self\n"), "{erased}");
    assert!(erased.contains(unread), "{erased}");
    let interval = ["ledger", "interval", "--from", "0", "--to", "5"];
    let told = company.says(&interval, 3).replace("\n  ", " ");
    assert!(told.contains(unread), "{told}");
    assert!(
        told.contains("1 earlier record of the program cannot be read"),
        "{told}"
    );
    // What is signed from now on is behind a record that is here.
    company.says(&["ledger", "cosign"], 0);
    let signed = company.verified();
    assert!(signed.contains("Log grade: witnessed\n"), "{signed}");
    company.says(&["audit"], 0);
    let report = company.says(&["verify", "--trust", "keys"], 0);
    assert!(report.replace("\n  ", " ").contains(unread), "{report}");
}

#[test]
fn a_record_that_is_longer_than_a_program_says_nothing_of_a_witness() {
    let company = Company::new();
    company.says(&["collect"], 0);
    let _served = company.watched();
    let file = company.repo.path().join("countersign.yaml");
    let program = fs::read_to_string(file).unwrap();
    let fill = "# it goes on\n".repeat(90_000);
    // Both are programs but for their length.
    for end in [70_000, 90_000] {
        let longer = format!("{program}{}", &fill[..13 * end]);
        company.appends(longer.into_bytes());
    }
    company.says(&["ledger", "cosign"], 0);
    let told = company.verified();
    assert!(told.contains("Log grade: self\n"), "{told}");
    assert!(
        told.contains("1 earlier record of the program cannot"),
        "{told}"
    );
    // More than are read at once.
    for _ in 0..17 {
        company.appends(format!("{program}{}", &fill[..13 * 80_000]).into_bytes());
    }
    company.says(&["ledger", "cosign"], 0);
    let told = company.verified();
    assert!(told.contains("Log grade: witnessed\n"), "{told}");
    assert!(
        told.contains("1 earlier record of the program cannot"),
        "{told}"
    );
}

#[test]
fn a_record_that_is_no_program_says_nothing_of_a_witness() {
    let company = Company::new();
    company.says(&["collect"], 0);
    let _served = company.watched();
    company.appends(b"version: 9\n".to_vec());
    company.says(&["ledger", "cosign"], 0);
    let told = company.verified();
    assert!(told.contains("Log grade: self\n"), "{told}");
    assert!(told.contains("does not count: a record of the"), "{told}");
    let json = ["ledger", "interval", "--from", "0", "--to", "1"];
    let json = company.says(&[&json[..], &["--format", "json"]].concat(), 3);
    assert!(json.contains("does not count: a record of the"), "{json}");
}
