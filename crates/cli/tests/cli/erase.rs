//! Payloads that are erased, and what every later look at the log says of them.

use testkit::Repo;

use crate::runner;

const PROGRAM: &str = "\
version: 1
organisation: {name: Larkspur Metrics}
principals:
  - {id: ada, name: Ada Marsh, emails: [ada@larkspur.example]}
assignments: {ada: all}
";

fn erased(program: &str) -> (String, String) {
    let repo = Repo::new();
    repo.commit().message("Begin\n").write();
    repo.write_file("countersign.yaml", program);
    let run = |arguments: &[&str]| {
        let runner = runner().in_dir(repo.path());
        // Lines that were folded are one again.
        let run = runner.run(arguments).expect_code(0);
        run.stdout.replace("\n  ", " ")
    };
    run(&["collect"]);
    let erase = [
        "ledger",
        "erase",
        "1",
        "--by",
        "Ada Marsh",
        "--reason",
        "request 4",
    ];
    let told = run(&erase);
    assert!(
        told.contains("erased 1 payload; leaf 2 records it"),
        "{told}"
    );
    (told, run(&["ledger", "verify"]))
}

#[test]
fn an_erasure_before_its_time_is_told_from_then_on() {
    let (told, verified) = erased(PROGRAM);
    assert!(
        told.contains("1 payload before the 400 days of retention had ended"),
        "{told}"
    );
    assert!(
        verified.contains("before its retention ended: request 4 (leaf 2)"),
        "{verified}"
    );
}

#[test]
fn an_erasure_that_is_hidden_is_unknown() {
    let repo = Repo::new();
    repo.commit().message("Begin\n").write();
    repo.write_file("countersign.yaml", PROGRAM);
    let says = |arguments: &[&str], code: i32| {
        let run = runner().in_dir(repo.path()).run(arguments);
        run.expect_code(code).stdout.replace("\n  ", " ")
    };
    says(&["collect"], 0);
    let erase = ["ledger", "erase", "1", "--by", "ada", "--reason", "4"];
    says(&erase, 0);
    says(&["ledger", "export", "--out", "copy"], 0);
    let whole = says(&["ledger", "verify", "--ledger", "copy"], 0);
    assert!(whole.contains("erased: leaf 1, by ada"), "{whole}");
    says(&["audit"], 0);
    let report = says(&["verify"], 0);
    assert!(report.contains("erased: leaf 1, by ada"), "{report}");
    std::fs::remove_dir_all(repo.path().join("copy/payloads")).unwrap();
    let hidden = says(&["ledger", "verify", "--ledger", "copy"], 3);
    assert!(
        hidden.contains("not every record of an erasure is here"),
        "{hidden}"
    );
}

#[test]
fn an_erasure_after_its_time_is_told_without_it() {
    let (told, verified) = erased(&format!("{PROGRAM}ledger_retention_days: 0\n"));
    assert!(!told.contains("retention"), "{told}");
    assert!(
        verified.contains("erased: leaf 1, by Ada Marsh"),
        "{verified}"
    );
    assert!(!verified.contains("retention"), "{verified}");
}

#[test]
fn what_was_erased_before_is_not_recorded_again() {
    let repo = Repo::new();
    repo.commit().message("Begin\n").write();
    repo.write_file("countersign.yaml", PROGRAM);
    let says = |arguments: &[&str]| {
        let run = runner().in_dir(repo.path()).run(arguments);
        run.expect_code(0).stdout
    };
    says(&["collect"]);
    let why = ["--by", "ada", "--reason", "request 4"];
    let erase = |leaves: &[&str]| says(&[&["ledger", "erase"], leaves, &why].concat());
    erase(&["1"]);
    let again = erase(&["1"]);
    assert_eq!(
        again,
        "leaf 1 was erased before, as leaf 2 records; nothing was added\n"
    );
    let both = erase(&["0", "1"]);
    assert!(both.contains("leaf 1 was erased before"), "{both}");
    assert!(both.contains("1 payload before the 400 days"), "{both}");
    assert!(
        both.contains("erased 1 payload; leaf 3 records it"),
        "{both}"
    );
    let verified = says(&["ledger", "verify"]);
    assert!(verified.contains("4 leaves and 2 payloads"), "{verified}");
}
