//! The ruleset of the protected branch: shown, set, tried with a canary, and passed by what passed the gate.

use crate::company::Company;
use serde_json::Value;
use testkit::overlay::Fault;
use testkit::schema::fits;

const CONTROLS: &str = "  CR-1: in use\n  CR-2: in use\n  CR-3: in use\n";
const PIPELINE: (&str, &str) = (".github/workflows/countersign.yml", "name: countersign\n");

#[test]
fn a_branch_is_protected_and_its_protection_tried() {
    let Some(company) = Company::with(CONTROLS, &[PIPELINE]) else {
        return;
    };
    let said = company.says(&["protect", "--plan"], 1);
    let expect = "ruleset `countersign` of ada/shop, on main: there is none \
        pull_request 0 approvals, merge or squash non_fast_forward deletion \
        required_status_checks `countersign` of app 15368, on the last commit of the branch \
        nothing was changed: countersign protect --apply sets the ruleset";
    assert_eq!(said, expect);

    let said = company.says(&["protect", "--apply"], 0);
    assert!(said.contains("on main: it was set, number 5"), "{said}");
    let blocked = "pass canary, request 1, leaf 2: Repository rule violations found \
        Required status check \"countersign\" is expected.";
    assert!(said.contains(blocked), "{said}");
    assert!(said.contains("protect --passed NUMBER"), "{said}");
    assert_eq!(company.look("pulls/1")["state"], "closed");
    let branches = company.look("branches");
    let names: Vec<&Value> = branches
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["name"])
        .collect();
    assert_eq!(names, ["main"]);
    let said = company.says(&["protect", "--plan"], 0);
    assert!(said.contains("on main: it is set, number 5"), "{said}");

    // What the gate lets pass, the forge lets land; before the answer is published, it does not.
    company.open("");
    let gate = ["gate", "merge", "--request", "2"];
    let early = company.says(&["protect", "--passed", "2"], 1);
    assert!(
        early.contains("the gate did not let request 2 pass as it is now"),
        "{early}"
    );
    let nowhere = company.says(&["protect", "--passed", "9"], 2);
    assert!(
        nowhere.contains("the forge shows no request 9"),
        "{nowhere}"
    );
    assert!(!nowhere.contains("the change"), "{nowhere}");
    company.says(&gate, 0);
    let said = company.says(&["protect", "--passed", "2"], 1);
    assert!(
        said.contains("the gate let it pass, and the forge blocks it"),
        "{said}"
    );
    company.says(&[&gate[..], &["--publish", "check-run"]].concat(), 0);
    let said = company.says(&["protect", "--passed", "2"], 0);
    assert!(said.contains("the forge lets it land"), "{said}");
}

#[test]
fn what_was_weakened_is_told_and_set_again() {
    let Some(company) = Company::with(CONTROLS, &[PIPELINE]) else {
        return;
    };
    company.says(&["protect", "--apply"], 0);
    let weak = company
        .forge
        .ruleset(5)
        .replace("\"enforcement\":\"active\"", "\"enforcement\":\"disabled\"");
    company.forge.changes_ruleset(5, &weak);
    let said = company.says(&["protect", "--plan"], 1);
    assert!(
        said.contains("number 5 differs it is disabled, and is to be active"),
        "{said}"
    );
    let json: Value = {
        let run = company.ada.run(["protect", "--plan", "--format", "json"]);
        serde_json::from_str(&run.expect_code(1).stdout).unwrap()
    };
    let schema = company.ada.run(["schema", "protect"]).expect_code(0);
    let schema: Value = serde_json::from_str(&schema.stdout).unwrap();
    fits(&json, &schema, "protect");
    assert_eq!(json["outcome"], "fail");
    assert_eq!(json["step"]["replace"]["id"], 5);
    let said = company.says(&["protect", "--apply"], 0);
    assert!(said.contains("it was set, number 5"), "{said}");
}

#[test]
fn a_canary_that_lands_fails() {
    let Some(company) = Company::with(CONTROLS, &[PIPELINE]) else {
        return;
    };
    company.forge.is_toothless();
    let said = company.says(&["protect", "--apply"], 1);
    assert!(
        said.contains("fail canary, request 1, leaf 2: it landed: revert it"),
        "{said}"
    );
}

#[test]
fn a_canary_whose_answer_is_lost_is_looked_at() {
    let Some(company) = Company::with(CONTROLS, &[PIPELINE]) else {
        return;
    };
    company.forge.is_toothless();
    company.forge.has(Fault::LosesMerges);
    let said = company.says(&["protect", "--apply"], 1);
    assert!(
        said.contains("fail canary, request 1, leaf 2: it landed: revert it"),
        "{said}"
    );
}

#[test]
fn what_a_canary_leaves_is_named() {
    let Some(company) = Company::with(CONTROLS, &[PIPELINE]) else {
        return;
    };
    company.forge.has(Fault::OpensNothing);
    company.forge.has(Fault::KeepsBranches);
    let said = company.says(&["protect", "--apply"], 4);
    let expect = [
        "error: the canary could not be tried caused by: ",
        "hint: the ruleset is set, and was not tried",
        "hint: remove it: branch countersign-canary-",
        "with a request from it if there is one",
    ];
    for words in expect {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn without_a_required_check_nothing_is_tried() {
    let Some(company) = Company::with("  CR-1: in use\n  CR-2: in use\n", &[PIPELINE]) else {
        return;
    };
    let said = company.says(&["protect", "--apply"], 3);
    assert!(said.contains("it was set, number 5"), "{said}");
    assert!(
        said.contains("unknown nothing was tried: without CR-3 no check is required"),
        "{said}"
    );
    company.says(&["protect", "--plan"], 0);
}

#[test]
fn a_program_that_asks_for_nothing_is_told_first() {
    let Some(company) = Company::new("  CR-4: in use\n") else {
        return;
    };
    for how in ["--plan", "--apply"] {
        let said = company.says(&["protect", how], 2);
        assert!(said.contains("it asks for no protection"), "{said}");
    }
    assert!(!company.repo.path().join(".countersign").exists());
}

#[test]
fn what_would_lock_the_team_out_is_not_set() {
    let Some(company) = Company::new(CONTROLS) else {
        return;
    };
    let said = company.says(&["protect", "--apply"], 1);
    let expect = "main holds no .github/workflows/countersign.yml: nothing would report the check `countersign`";
    assert!(said.contains(expect), "{said}");
    let said = company.says(&["protect", "--plan"], 1);
    assert!(said.contains("there is none"), "nothing was set: {said}");

    let Some(locked) = Company::with(
        "  CR-3: in use\n  CM-2: {parameters: {approvals: {low: 0, medium: 5, high: 5}}}\n",
        &[PIPELINE],
    ) else {
        return;
    };
    let said = locked.says(&["protect", "--apply"], 1);
    assert!(
        said.contains("are not shown to let every change of this team pass"),
        "{said}"
    );
}

#[test]
fn an_answer_is_published_as_a_status() {
    let Some(company) = Company::with(CONTROLS, &[PIPELINE]) else {
        return;
    };
    let head = company.open("");
    let gate = ["gate", "merge", "--request", "1", "--publish", "status"];
    company.says(&gate, 1);
    let status = company.forge.answer(&format!("commits/{head}/statuses"));
    assert!(status.contains("\"state\":\"failure\""), "{status}");
    assert!(
        status.contains("fail: CR-1 and 2 more: leaf 1: no ruleset in force"),
        "{status}"
    );
    assert!(status.contains("\"context\":\"countersign\""), "{status}");
}

#[test]
fn without_a_token_nothing_is_changed() {
    let Some(company) = Company::with(CONTROLS, &[PIPELINE]) else {
        return;
    };
    let runner = testkit::Runner::new(env!("CARGO_BIN_EXE_countersign"))
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .in_dir(company.repo.path());
    let run = runner.run(["protect", "--apply"]).expect_code(2);
    assert!(run.stderr.contains("no token"), "{}", run.stderr);
}

#[test]
fn who_cannot_comment_learns_it_before_the_reading() {
    let controls = "  CR-8: {parameters: {wait_hours: {low: 0, medium: 1, high: 1}}}\n";
    let Some(company) = Company::new(controls) else {
        return;
    };
    company.open("");
    let runner = testkit::Runner::new(env!("CARGO_BIN_EXE_countersign"))
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .in_dir(company.repo.path());
    let key = company.key();
    let review = ["self-review", "--request", "1", "--key", &key];
    let found = ["--findings", "reads well and is small"];
    let mut review = [&review[..], &found].concat();
    review.extend(["--answer", "yes"].repeat(4));
    let said = runner.run(&review).expect_code(2).stderr;
    assert!(said.contains("no token"), "{said}");
    assert!(said.contains("--no-comment"), "{said}");
    review.push("--no-comment");
    let said = runner.run(&review).expect_code(0).stdout;
    assert!(said.contains("recorded the self-review"), "{said}");
}
