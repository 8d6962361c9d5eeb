//! `countersign verify`.

use crate::repository::shop;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use testkit::Repo;

#[test]
fn a_report_holds_with_the_right_key_and_not_with_another() {
    let (repo, runner) = shop();
    let _audited = runner.run(["audit"]).expect_code(0);
    let run = runner.run(["verify"]).expect_code(0);
    assert!(run.stdout.contains("which the audited company supplied"));
    assert!(
        run.stdout
            .ends_with("pass: the report says what the log recorded\n")
    );
    let key = fs::read_to_string(repo.path().join("report/ledger/log.vkey")).unwrap();
    repo.write_file("right", format!("# by phone\n{key}"));
    let other = Repo::new();
    other.commit().message("Begin\n").write();
    let _begun = super::runner()
        .in_dir(other.path())
        .run(["collect"])
        .expect_code(0);
    let other = fs::read(other.path().join(".countersign/log.vkey")).unwrap();
    repo.write_file("wrong", other);
    repo.write_file("junk", "countersign.local/00+00000000+AAAA\n");
    repo.write_file("empty", "# nobody\n");
    let right = runner
        .run(["verify", "report", "--trust", "right"])
        .expect_code(0);
    assert!(right.stdout.contains("a key that you supplied"));
    let wrong = runner
        .run(["verify", "report", "--trust", "wrong"])
        .expect_code(1);
    assert!(wrong.stderr.contains("not among the trusted keys"));
    let junk = runner
        .run(["verify", "report", "--trust", "junk"])
        .expect_code(2);
    assert!(
        junk.stderr.contains("is no key of a log"),
        "{}",
        junk.stderr
    );
    let empty = runner
        .run(["verify", "report", "--trust", "empty"])
        .expect_code(2);
    insta::assert_snapshot!(empty.snapshot(), @r#"
    exit: 2
    --- stdout
    --- stderr
    error: cannot use the trusted keys in empty
    caused by: it holds no key
    "#);
}

#[test]
fn a_changed_byte_is_named() {
    let (repo, runner) = shop();
    let _audited = runner.run(["audit"]).expect_code(0);
    let file = repo.path().join("report/changes.csv");
    let table = fs::read_to_string(&file).unwrap();
    fs::write(&file, table.replacen("Straight", "Strayght", 1)).unwrap();
    let run = runner.run(["verify"]).expect_code(1);
    assert!(
        run.stderr.contains("changes.csv: byte "),
        "{}",
        run.snapshot()
    );
    let json = runner.run(["verify", "--format", "json"]).expect_code(1);
    let answer: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(answer["holds"], false);
}

#[test]
fn a_folder_that_is_not_there_is_neither_pass_nor_fail() {
    let (_repo, runner) = shop();
    let run = runner.run(["verify", "nowhere"]).expect_code(4);
    insta::assert_snapshot!(run.snapshot(), @r#"
    exit: 4
    --- stdout
    --- stderr
    error: nowhere is no folder
    hint: name the folder of a report, as countersign audit writes it
    "#);
}

#[test]
fn the_log_key_stays_with_its_owner() {
    let (repo, runner) = shop();
    let _audited = runner.run(["audit"]).expect_code(0);
    let key = repo.path().join(".countersign/log.key");
    assert_eq!(
        fs::metadata(&key).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let text = fs::read_to_string(&key).unwrap();
    // golang.org/x/mod/sumdb/note: PRIVATE+KEY+<name>+<id>+<key>, and the key may hold a plus.
    let secret = text.trim().splitn(5, '+').last().unwrap();
    assert!(secret.len() >= 32, "{} characters", secret.len());
    let mut folders = vec![repo.path().join("report")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            let found = bytes
                .windows(secret.len())
                .any(|part| part == secret.as_bytes());
            assert!(!found, "{}", path.display());
        }
    }
}
