//! Repositories of other forms than one SHA-1 worktree with its program in it, audited and verified by the binary.

use crate::repository::PROGRAM;
use crate::runner;
use serde_json::Value;
use std::fs;
use std::path::Path;
use testkit::{Hash, Layout, Repo, Runner};

/// Writes three changes, the last with this subject, and returns its name.
fn history(repo: &Repo, last: &str) -> String {
    repo.commit().file("a", "1").message("Begin\n").write();
    repo.commit().message("Mend the totals (#7)\n").write();
    repo.commit().message(format!("{last}\n")).write()
}

/// Verifies the report in a folder offline, and returns its register.
fn verified(runner: &Runner, report: &Path) -> Vec<Value> {
    let run = runner.run([Path::new("verify"), report]).expect_code(0);
    assert!(
        run.stdout
            .ends_with("pass: the report says what the log recorded\n")
    );
    let text = fs::read_to_string(report.join("audit.json")).unwrap();
    let audit: Value = serde_json::from_str(&text).unwrap();
    audit["changes"].as_array().unwrap().clone()
}

fn last_commit(changes: &[Value]) -> &str {
    changes.last().unwrap()["commit"].as_str().unwrap()
}

#[test]
fn a_program_in_its_own_repository_lists_two_others() {
    let (shop, site) = (Repo::new(), Repo::new());
    let tips = [history(&shop, "Sell"), history(&site, "Show")];
    let policy = Repo::new();
    let here = "{name: shop, path: ., merge_methods: [merge, squash]}";
    let there = |name: &str, repo: &Repo| {
        format!(
            "{{name: {name}, path: \"{}\", merge_methods: [squash]}}",
            repo.path().display()
        )
    };
    let listed = format!("{}\n  - {}", there("shop", &shop), there("site", &site));
    let program = PROGRAM.replace(here, &listed);
    policy.commit().file("countersign.yaml", &program).write();
    policy.checkout();
    let runner = runner().in_dir(policy.path());
    let run = runner.run(["audit"]).expect_code(0);
    insta::assert_snapshot!(run.snapshot().split("--- stderr\n").nth(1).unwrap(), @r"
    began a log in .countersign
    wrote [DIR]/report/shop
    wrote [DIR]/report/site
    ");
    let folder = policy.path();
    for (name, tip) in ["shop", "site"].into_iter().zip(&tips) {
        let changes = verified(&runner, &folder.join("report").join(name));
        assert_eq!(
            (changes.len(), last_commit(&changes)),
            (3, tip.as_str()),
            "{name}"
        );
    }
    assert!(folder.join(".countersign/ledger/checkpoint").is_file());
    for repo in [&shop, &site] {
        assert!(
            !repo.path().join(".countersign").exists(),
            "one log for both"
        );
    }
    let json = runner.run(["audit", "--format", "json"]).expect_code(2);
    assert!(
        json.stderr.contains("JSON is of one"),
        "{}",
        json.snapshot()
    );
    let both = runner.run(["verify"]).expect_code(0);
    assert_eq!(
        both.stdout.matches("\npass: ").count(),
        2,
        "{}",
        both.snapshot()
    );
    let json = runner.run(["verify", "--format", "json"]).expect_code(2);
    assert!(
        json.stderr.contains("JSON is of one"),
        "{}",
        json.snapshot()
    );
    let csv = folder.join("report/site/changes.csv");
    let table = fs::read(&csv).unwrap();
    fs::write(&csv, [&table[..], b"x"].concat()).unwrap();
    let one = runner.run(["verify"]).expect_code(1);
    assert_eq!(
        one.stdout.matches("\npass: ").count(),
        1,
        "{}",
        one.snapshot()
    );
    fs::remove_dir_all(folder.join("report/site")).unwrap();
    let missing = runner.run(["verify"]).expect_code(3);
    assert!(
        missing.stdout.contains("no report on site holds here"),
        "{}",
        missing.snapshot()
    );
    let _again = runner.run(["audit"]).expect_code(0);
    let [shop, site, aside] =
        ["shop", "site", ".aside"].map(|name| folder.join("report").join(name));
    fs::rename(&site, &aside).unwrap();
    fs::rename(&shop, &site).unwrap();
    let renamed = runner.run(["verify"]).expect_code(3);
    assert!(
        renamed.stdout.contains("no report on site holds here"),
        "{}",
        renamed.snapshot()
    );
    fs::rename(&site, &shop).unwrap();
    fs::rename(&aside, &site).unwrap();
    fs::write(folder.join("report/.DS_Store"), "").unwrap();
    let _both = runner.run(["verify"]).expect_code(0);
    fs::write(folder.join("report/notes"), "").unwrap();
    let stray = runner.run(["verify"]).expect_code(2);
    assert!(
        stray.stderr.contains("notes lies among reports"),
        "{}",
        stray.snapshot()
    );
    fs::remove_file(folder.join("report/notes")).unwrap();
    let _still_holds = verified(&runner, &folder.join("report/shop"));
}

#[test]
fn a_sha256_repository_is_audited() {
    let repo = Repo::with(Layout::Worktree, Hash::Sha256);
    let tip = history(&repo, "Straight to main");
    repo.write_file("countersign.yaml", PROGRAM);
    let runner = runner().in_dir(repo.path());
    let _audited = runner.run(["audit"]).expect_code(0);
    let changes = verified(&runner, &repo.path().join("report"));
    assert_eq!(last_commit(&changes), tip);
    assert_eq!(tip.len(), 64);
}

#[test]
fn a_bare_clone_is_audited_from_a_folder_beside_it() {
    let repo = Repo::with(Layout::Bare, Hash::Sha1);
    let tip = history(&repo, "Straight to main");
    let folder = repo.beside("audit");
    fs::write(folder.join("larkspur.yaml"), PROGRAM).unwrap();
    let before = names(&repo.path());
    let runner = runner().in_dir(&folder);
    let arguments = ["audit", "--program", "larkspur.yaml", "--ledger", "log"];
    let path = repo.path();
    let clone = format!("../{}", path.file_name().unwrap().display());
    let arguments = arguments.into_iter().chain([clone.as_str()]);
    let _audited = runner.run(arguments).expect_code(0);
    assert_eq!(last_commit(&verified(&runner, &folder.join("report"))), tip);
    assert_eq!(
        names(&repo.path()),
        before,
        "nothing was written into the clone"
    );
}

#[test]
fn a_linked_worktree_is_audited_with_its_own_branch() {
    let repo = Repo::new();
    let base = history(&repo, "Straight to main");
    repo.branch("next", &base);
    let tip = repo.commit().on("next").message("Try it\n").write();
    let folder = repo.linked_worktree("second", "next");
    let program = PROGRAM.replace("path: ., ", "");
    fs::write(folder.join("countersign.yaml"), program).unwrap();
    let runner = runner().in_dir(&folder);
    let _audited = runner.run(["audit"]).expect_code(0);
    assert_eq!(last_commit(&verified(&runner, &folder.join("report"))), tip);
}

#[test]
fn a_ledger_that_is_no_folder_is_refused() {
    let repo = Repo::new();
    history(&repo, "Straight to main");
    repo.write_file("countersign.yaml", PROGRAM);
    repo.write_file("notes", "");
    let runner = runner().in_dir(repo.path());
    for (place, said) in [
        (
            "notes",
            "error: notes is no folder, and a ledger is one\nhint: name a folder with --ledger PLACE\n",
        ),
        (
            "",
            "error: an empty text names no ledger: write a folder, `git+URL`, `git+NAME` for a remote of the repository, or `s3://BUCKET/PREFIX`\n",
        ),
    ] {
        let run = runner.run(["audit", "--ledger", place]).expect_code(2);
        assert_eq!(run.stderr, said);
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
