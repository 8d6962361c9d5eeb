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
        runner.run(arguments).expect_code(0).stdout
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
fn an_erasure_after_its_time_is_told_without_it() {
    let (told, verified) = erased(&format!("{PROGRAM}ledger_retention_days: 0\n"));
    assert!(!told.contains("retention"), "{told}");
    assert!(
        verified.contains("erased: leaf 1, by Ada Marsh"),
        "{verified}"
    );
    assert!(!verified.contains("retention"), "{verified}");
}
