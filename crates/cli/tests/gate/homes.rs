//! One request and three homes: a laptop, a runner of CI that is destroyed after each step, and an outsider.

use crate::company::Company;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Command;
use testkit::Runner;
use testkit::emulate::{ADA, BO};

const CONTROLS: &str = "  CR-1: in use\n  CR-2: in use\n  CR-3: in use\n  CR-4: in use\n  CM-2: in use\n  \
     CR-8: {parameters: {wait_hours: 0}}\n  CR-9: in use\n";
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// What one step in CI says: a machine that has nothing but a clone, a token and the key of the log, and is gone afterwards.
fn in_ci(company: &Company, place: &str, key: &str, arguments: &[&str], code: i32) -> String {
    let runner = Runner::new(env!("CARGO_BIN_EXE_countersign"));
    let clone = runner.home().join("shop");
    let mut git = Command::new("git");
    let cloned = git
        .args(["clone", "--quiet"])
        .args([company.repo.path(), clone.clone()])
        .status();
    assert!(cloned.unwrap().success());
    let runner = runner
        .env("PATH", PATH)
        .env("CI", "true")
        .env("COUNTERSIGN_GITHUB_TOKEN", ADA)
        .env("COUNTERSIGN_LOG_KEY", key)
        .in_dir(&clone);
    let run = runner.run([arguments, &["--ledger", place]].concat());
    let run = run.expect_code(code);
    assert!(!clone.join(".countersign/log.key").exists());
    let said = format!("{}{}", run.stdout, run.stderr);
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let there = to.join(path.file_name().unwrap());
        match path.is_dir() {
            true => copied(&path, &there),
            false => drop(fs::copy(&path, &there).unwrap()),
        }
    }
}

#[test]
fn three_homes_take_a_request_through() {
    let Some(company) = Company::new(CONTROLS) else {
        return;
    };
    company.protect();
    let server = company.repo.beside("ledger.git");
    let mut git = Command::new("git");
    let made = git.args(["init", "--quiet", "--bare"]).arg(&server);
    assert!(made.status().unwrap().success());
    let place = format!("git+file://{}", server.display());
    let laptop = |arguments: &[&str], code: i32| {
        company.says(&[arguments, &["--ledger", &place]].concat(), code)
    };

    laptop(&["collect"], 0);
    let key = fs::read_to_string(company.repo.path().join(".countersign/log.key")).unwrap();
    company.open("It keeps what we sell.");
    company.push("secrets/vault.py", "open()\n");
    let gate = ["gate", "merge", "--request", "1"];
    let said = in_ci(&company, &place, key.trim_end(), &gate, 1);
    let expect = [
        "fail CM-2 high risk; no outsider of the program has approved the final head",
        "fail CR-9 no self-review of this difference",
        "7 rules: 2 failed, 0 unknown, 5 passed",
    ];
    for words in expect {
        assert!(said.contains(words), "{words}: {said}");
    }

    // The outsider approves from a machine of their own; the author reads again on the laptop.
    let review = json!({"event": "APPROVE", "body": "I read it."});
    company.act(BO, "pulls/1/reviews", &review);
    let said = in_ci(&company, &place, key.trim_end(), &gate, 1);
    assert!(
        said.contains("the outsider bo approved the final head"),
        "{said}"
    );
    let ssh = company.key();
    let mut review = vec!["self-review", "--request", "1", "--key", &ssh];
    review.extend(["--findings", "reads well and is small"]);
    review.extend(["--answer", "yes"].repeat(4));
    laptop(&review, 0);
    let published = [&gate[..], &["--publish", "check-run"]].concat();
    let said = in_ci(&company, &place, key.trim_end(), &published, 0);
    assert!(
        said.contains("7 rules: 0 failed, 0 unknown, 7 passed"),
        "{said}"
    );

    company.merge(ADA);
    laptop(&["collect"], 0);
    laptop(&["audit", "--out", "report", "--period", "all"], 0);
    let report = company.repo.path().join("report");
    let audited: Value =
        serde_json::from_slice(&fs::read(report.join("audit.json")).unwrap()).unwrap();
    let landed = &audited["changes"][1]["decisions"];
    for control in ["CR-1", "CR-2", "CR-3", "CR-4", "CM-2", "CR-8", "CR-9"] {
        assert_eq!(landed[control]["outcome"], "pass", "{control}: {landed:#}");
    }

    // The outsider has the report and the address of the log, and nothing else.
    let outsider = Runner::new(env!("CARGO_BIN_EXE_countersign")).env("PATH", PATH);
    let home = outsider.home().to_owned();
    copied(&report, &home.join("report"));
    let outsider = outsider.in_dir(&home);
    let verified = outsider.run(["verify", "report"]).expect_code(0);
    assert!(verified.stdout.contains("decisions"), "{}", verified.stdout);
    let held = outsider.run(["ledger", "verify", "--ledger", &place]);
    let held = held.expect_code(0);
    assert!(held.stdout.contains("leaves"), "{}", held.stdout);
}
