//! `countersign audit` and `countersign collect`.

use crate::repository::shop;
use crate::runner;
use serde_json::Value;
use std::fs;
use testkit::Repo;

#[test]
fn the_summary_fits_a_terminal() {
    let (_repo, runner) = shop();
    let run = runner.run(["audit"]).expect_code(0);
    let last = run.stdout.lines().last().unwrap();
    assert!(last.starts_with("proposed: "), "{}", run.snapshot());
    assert!(
        run.stdout.lines().all(|line| line.chars().count() <= 80),
        "{}",
        run.snapshot()
    );
    assert!(
        run.stderr
            .starts_with("began a log in .countersign\nwrote ")
    );
}

#[test]
fn json_has_the_fields_of_the_census() {
    let (_repo, runner) = shop();
    let run = runner.run(["audit", "--format", "json"]).expect_code(0);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let fields = [
        "commit",
        "landed",
        "request",
        "authors",
        "merger",
        "self_merged",
        "signature",
        "embedded_tag",
        "assistants",
        "automation",
        "open_hours",
        "risk_class",
    ];
    let changes = report["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 3);
    for change in changes {
        for field in fields {
            assert!(change.get(field).is_some(), "{field}");
        }
    }
    let landed = &report["totals"]["landed"];
    assert_eq!((&landed["squash"], &landed["root"]), (&1.into(), &1.into()));
    assert_eq!(landed["not_evidenced"], 1);
}

#[test]
fn enforced_it_exits_with_the_verdict() {
    let (_repo, runner) = shop();
    let _ineffective = runner.run(["audit", "--enforce"]).expect_code(1);
    let _nothing_there = runner
        .run(["audit", "--enforce", "--period", "2020"])
        .expect_code(3);
}

#[test]
fn a_second_audit_replaces_the_report_and_grows_the_log() {
    let (repo, runner) = shop();
    let size = || {
        let text = fs::read_to_string(repo.path().join("report/audit.json")).unwrap();
        serde_json::from_str::<Value>(&text).unwrap()["log"]["size"]
            .as_u64()
            .unwrap()
    };
    let _first = runner.run(["audit"]).expect_code(0);
    let first = size();
    let _collected = runner.run(["collect"]).expect_code(0);
    let _second = runner.run(["audit"]).expect_code(0);
    assert!(size() > first + 3);
    let _holds = runner.run(["verify"]).expect_code(0);
}

#[test]
fn git_takes_no_report_into_the_repository() {
    let (repo, runner) = shop();
    let _audited = runner.run(["audit"]).expect_code(0);
    let ignored = repo.path().join("report/.gitignore");
    assert_eq!(fs::read_to_string(&ignored).unwrap(), "*\n");
    let _holds = runner.run(["verify"]).expect_code(0);
    // One that says more may hide what it likes.
    repo.write_file("report/.gitignore", "*\n!notes\n");
    let run = runner.run(["verify"]).expect_code(1);
    assert!(run.stderr.contains(".gitignore"), "{}", run.stderr);
    fs::remove_file(&ignored).unwrap();
    let _holds = runner.run(["verify"]).expect_code(0);
    let _again = runner.run(["audit"]).expect_code(0);
    assert!(ignored.exists());
}

#[test]
fn a_folder_of_others_is_not_replaced() {
    let (repo, runner) = shop();
    repo.write_file("papers/taxes", "mine");
    let run = runner.run(["audit", "--out", "papers"]).expect_code(2);
    insta::assert_snapshot!(run.snapshot(), @r#"
    exit: 2
    --- stdout
    --- stderr
    error: the report cannot be written
    caused by: [DIR]/papers/taxes exists and is not of a report, so its folder is not replaced
    hint: choose another folder with --out, or move that one away
    "#);
}

#[test]
fn the_report_of_another_log_is_not_replaced() {
    let (repo, runner) = shop();
    let _first = runner.run(["audit"]).expect_code(0);
    let json = || fs::read(repo.path().join("report/audit.json")).unwrap();
    let before = json();
    let anew = ["audit", "--ledger", "anew"];
    insta::assert_snapshot!(runner.run(anew).expect_code(2).snapshot(), @r"
    exit: 2
    --- stdout
    --- stderr
    error: the report cannot be written
    caused by: the report in report is of another log and is not replaced
    hint: choose another folder with --out, or move that one away
    ");
    assert_eq!(json(), before);
    let inside = runner
        .run(["audit", "--out", "report/inside"])
        .expect_code(2);
    insta::assert_snapshot!(inside.snapshot(), @r"
    exit: 2
    --- stdout
    --- stderr
    error: the report cannot be written
    caused by: [DIR]/report is a report or a ledger, and nothing else can lie in it
    hint: choose another folder with --out, or move that one away
    ");
    for ledger in ["report/ledger", "report/mine", "."] {
        let run = runner.run(["audit", "--out", "other", "--ledger", ledger]);
        assert!(matches!(run.code, Some(2 | 4)), "{}", run.snapshot());
    }
    let each_in_other = runner
        .run(["audit", "--out", "new", "--ledger", "new/log"])
        .expect_code(2);
    insta::assert_snapshot!(each_in_other.snapshot(), @r"
    exit: 2
    --- stdout
    --- stderr
    error: the report cannot be written
    caused by: what is written and the ledger new/log cannot lie in each other
    hint: choose another folder with --out, or move that one away
    ");
    for name in [
        "anew",
        "other",
        "new",
        "report/mine",
        "log.key",
        ".gitignore",
    ] {
        assert!(!repo.path().join(name).exists(), "{name}");
    }
    let _holds = runner.run(["verify"]).expect_code(0);
}

#[test]
fn what_cannot_be_read_is_refused_by_name() {
    let (_repo, shop) = shop();
    let branch = shop.run(["audit", "--branch", "release"]).expect_code(4);
    insta::assert_snapshot!(branch.snapshot(), @r#"
    exit: 4
    --- stdout
    --- stderr
    error: the history cannot be read
    caused by: there is no branch `release`; there are: main
    hint: name the protected branch with --branch NAME
    "#);
    let period = shop.run(["audit", "--period", "2026-Q9"]).expect_code(2);
    insta::assert_snapshot!(period.snapshot(), @r#"
    exit: 2
    --- stdout
    --- stderr
    error: invalid value '2026-Q9' for '--period <PERIOD>': `2026-Q9` is not a period: no such form or no such date; write all, 2026, 2026-H1, 2026-Q2, 2026-05 or 2026-01-01..2026-07-01

    For more information, try '--help'.
    "#);
    let empty = Repo::new();
    let run = runner().in_dir(empty.path()).run(["audit"]).expect_code(4);
    insta::assert_snapshot!(run.snapshot(), @r#"
    exit: 4
    --- stdout
    --- stderr
    error: the history cannot be read
    caused by: the repository is empty: no branch has a commit
    "#);
    let folder = empty.beside("no-repository");
    let run = runner().in_dir(folder).run(["audit"]).expect_code(4);
    insta::assert_snapshot!(run.snapshot(), @r#"
    exit: 4
    --- stdout
    --- stderr
    error: . is not in a git repository
    hint: name the repository, or run this inside one
    "#);
}

#[test]
fn a_period_that_has_not_begun_is_refused() {
    let (_repo, runner) = shop();
    let run = runner.run(["audit", "--period", "2999"]).expect_code(2);
    assert_eq!(
        run.stderr,
        "error: the period 2999 has not begun\nhint: audit a period that has begun, or all\n"
    );
}

#[test]
fn an_entry_that_leads_elsewhere_says_nothing_of_another_repository() {
    let (repo, runner) = shop();
    let other = Repo::new();
    other.commit().on("trunk").write();
    other.head("trunk");
    let program = "version: 1\norganisation: {name: Larkspur}\nprincipals: [{id: ada}]\nrepositories: [{name: shop, path: ., branch: main}]\n";
    repo.write_file("countersign.yaml", program);
    let other = other.path().display().to_string();
    let arguments = [
        "audit",
        &other,
        "--program",
        "countersign.yaml",
        "--format",
        "json",
    ];
    let run = runner.run(arguments).expect_code(0);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let query = &report["population"]["query"];
    assert_eq!(query["branch"], "trunk");
    assert_ne!(query["repository"], "shop");
}
