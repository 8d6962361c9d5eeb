//! Commits that an AI reviewer reads before they have a request.

use crate::ai_review::{KEY, Reply, company, of_printing, told, user};
use crate::company::Company;
use serde_json::{Value, json};
use testkit::emulate::ADA;
use testkit::llm::{Dialect, FakeModel, says};
use testkit::{Repo, Runner};

const NOTHING: fn(&str) -> Reply = |_| Reply::Finds(json!([]));

/// Commits what request 1 will bring, on a branch of its own.
fn early(company: &Company) {
    let main = company.repo.tip("main");
    company.repo.branch("early", &main);
    let commit = company.repo.commit().on("early");
    let commit = commit.file("shop.py", "print('a better shop')\n");
    commit.message("Show more of what we sell\n").write();
}

#[test]
fn a_review_of_commits_is_one_of_the_request_that_shows_the_same_difference() {
    let Some((company, model)) = company(Dialect::OpenAi, NOTHING) else {
        return;
    };
    early(&company);
    let said = company.says(&["review", "main..early"], 0);
    assert!(said.contains("clean: nothing was found"), "{said}");
    let [question] = &model.questions()[..] else {
        panic!("{:?}", model.questions());
    };
    let question = user(question);
    assert!(question.contains("Show more of what we sell"), "{question}");
    company.open("It shows more of what we sell.");
    let said = company.gate(0);
    assert!(said.contains("pass CR-7"), "{said}");
    assert!(said.contains("scout found nothing, independence"), "{said}");
    // The audit and its verifier come to the same.
    company.merge(ADA);
    company.says(&["collect"], 0);
    let (outcome, reason) = company.landed("CR-7");
    assert_eq!(outcome, "pass", "{reason}");
}

#[test]
fn what_was_found_in_commits_blocks_the_request_that_brings_them() {
    let Some((company, _model)) = company(Dialect::Anthropic, of_printing) else {
        return;
    };
    early(&company);
    let run = company
        .ada
        .run(["review", "main..early", "--format", "json"]);
    let answer: Value = serde_json::from_str(&run.expect_code(1).stdout).unwrap();
    assert_eq!(answer["request"], Value::Null);
    assert_eq!(answer["repository"], "ada/shop");
    company.open("It shows more of what we sell.");
    let said = company.gate(1);
    assert!(said.contains("fail CR-7 1 finding"), "{said}");
    // Another difference was not reviewed.
    company.push("shop.py", "sell()\n");
    let said = company.gate(3);
    assert!(said.contains("unknown CR-7"), "{said}");
}

#[test]
fn commits_that_got_no_answer_are_unavailable() {
    let Some((company, _model)) = company(Dialect::OpenAi, |_| Reply::Refuses(429)) else {
        return;
    };
    early(&company);
    let said = company.says(&["review", "main..early"], 3);
    assert!(said.contains("unavailable"), "{said}");
    company.open("It shows more of what we sell.");
    let said = company.gate(3);
    assert!(
        said.contains("the review by scout was unavailable"),
        "{said}"
    );
}

/// A repository whose program names no forge, and a reviewer that finds nothing.
#[test]
fn commits_are_reviewed_without_a_forge() {
    let model = FakeModel::start(Dialect::OpenAi, Some(KEY), |question| {
        says(Dialect::OpenAi, &told(&user(question), json!([])))
    });
    let repo = Repo::new();
    let program = format!(
        "version: 1\norganisation: {{name: Larkspur Metrics}}\n\
         repositories:\n  - {{name: shop, path: ., branch: main}}\n\
         principals:\n  - {{id: ada, name: Ada Marsh, emails: [ada@larkspur.example]}}\n\
         \x20 - {{id: scout, kind: agent, model: {{vendor: birch}}, reviewer: {{wire: openai, api: \"{}\", model: owl-4, context_tokens: 32000}}}}\n\
         assignments: {{ada: all, scout: [code review and approval]}}\n\
         controls: {{CR-7: in use}}\n",
        model.base()
    );
    let main = repo.commit().file("countersign.yaml", &program).write();
    repo.branch("early", &main);
    repo.commit()
        .on("early")
        .file("shop.py", "sell()\n")
        .write();
    repo.checkout();
    let ada = Runner::new(env!("CARGO_BIN_EXE_countersign"))
        .env("COUNTERSIGN_MODEL_KEY", KEY)
        .in_dir(repo.path());
    let run = ada.run(["review", "main..early"]).expect_code(0);
    assert!(
        run.stdout.contains("clean: nothing was found"),
        "{}",
        run.stdout
    );
    for (range, why) in [
        ("main", "`main` is no range of commits"),
        (
            "main..nowhere",
            "`nowhere` names no commit of the repository",
        ),
        ("early..main", "early..main changes nothing"),
        ("main..main", "main..main changes nothing"),
    ] {
        let run = ada.run(["review", range]).expect_code(2);
        assert!(run.stderr.contains(why), "{range}: {}", run.stderr);
    }
    assert_eq!(model.questions().len(), 1, "what is no range asks nobody");
}
