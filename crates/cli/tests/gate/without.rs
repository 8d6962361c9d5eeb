//! A gate that lacks something answers so, and never passes.

use crate::company::Company;

const CONTROLS: &str = "  CR-4: in use\n";

#[test]
fn a_gate_that_cannot_know_does_not_pass() {
    let Some(company) = Company::new(CONTROLS) else {
        return;
    };
    let head = company.open("");
    let said = company.gate(0);
    assert!(said.contains("1 rule: 0 failed"), "{said}");
    let said = company.says(&["gate", "merge", "--request", "9"], 4);
    assert!(said.contains("request 9 cannot be read"), "{said}");
    company.repo.remove_object(&head);
    let said = company.gate(3);
    assert!(said.contains("fetch the request and its branch"), "{said}");
}

#[test]
fn the_protected_branch_is_found_from_any_other() {
    let Some(company) = Company::new(CONTROLS) else {
        return;
    };
    let head = company.open("");
    let repo = &company.repo;
    repo.branch("topic", &head);
    repo.head("topic");
    std::fs::remove_file(repo.path().join("countersign.yaml")).unwrap();
    let said = company.gate(0);
    assert!(said.contains("pass CR-4"), "{said}");
    repo.branch("orphan", &repo.commit().on("orphan").write());
    repo.head("orphan");
    let said = company.says(&["gate", "merge", "--request", "1"], 2);
    let hint = "name the protected branch with --branch NAME";
    assert!(said.contains(hint), "{said}");
    let tip = repo.tip("main");
    repo.remote("origin", "https://git.example/shop", "main", &tip);
    let said = company.gate(0);
    assert!(said.contains("pass CR-4"), "{said}");
}

#[test]
fn an_answer_by_a_program_in_a_file_is_not_published() {
    let Some(company) = Company::new(CONTROLS) else {
        return;
    };
    company.open("");
    let file = company.repo.beside("weak").join("weak.yaml");
    std::fs::copy(company.repo.path().join("countersign.yaml"), &file).unwrap();
    let file = file.to_str().unwrap();
    let gate = ["gate", "merge", "--request", "1", "--program", file];
    let said = company.says(&[&gate[..], &["--publish", "check-run"]].concat(), 2);
    assert!(
        said.contains("the branch's own decides what lands"),
        "{said}"
    );
    assert!(said.contains("leave --program out"), "{said}");
}

#[test]
fn a_job_of_ci_needs_a_shared_ledger() {
    let Some(company) = Company::new(CONTROLS) else {
        return;
    };
    company.open("");
    let Company {
        repo, forge, ada, ..
    } = company;
    let job = ada.env("CI", "true");
    let run = job.run(["gate", "merge", "--request", "1"]).expect_code(4);
    assert!(
        run.stderr
            .contains("nobody would see what the gate records"),
        "{}",
        run.stderr
    );
    assert!(run.stdout.is_empty() && !repo.path().join(".countersign").exists());
    drop(forge);
}

#[test]
fn a_forge_that_does_not_answer_is_no_answer() {
    let Some(company) = Company::new(CONTROLS) else {
        return;
    };
    company.open("");
    let Company {
        forge, ada, repo, ..
    } = company;
    drop(forge);
    let run = ada.run(["gate", "merge", "--request", "1"]).expect_code(4);
    assert!(run.stdout.is_empty(), "{}", run.stdout);
    drop(repo);
}

#[test]
fn a_request_does_not_choose_the_rules_that_judge_it() {
    let Some(company) = Company::new("  CR-9: in use\n") else {
        return;
    };
    company.open("");
    let program = std::fs::read_to_string(company.repo.path().join("countersign.yaml")).unwrap();
    let loosened = program.replace("CR-9: in use", "CR-4: in use");
    company.push("countersign.yaml", &loosened);
    company.repo.write_file("countersign.yaml", &loosened);
    let said = company.gate(1);
    assert!(said.contains("fail CR-9"), "{said}");
}
