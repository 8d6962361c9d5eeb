//! A request that an AI reviewer of the program reads: at a fake of a model's server, stricter than the real ones.

use crate::company::Company;
use ledger::read::Reader;
use serde_json::{Value, json};
use testkit::Counterparts;
use testkit::emulate::ADA;
use testkit::llm::{Dialect, FakeModel, refusal, says};
use testkit::small_model::{NAME, SmallModel};

pub(crate) const KEY: &str = "a-key-of-larkspur";

/// Returns a company with one open request, and a reviewer that answers so.
pub(crate) fn company(dialect: Dialect, answer: fn(&str) -> Reply) -> Option<(Company, FakeModel)> {
    let model = FakeModel::start(dialect, Some(KEY), move |question| {
        match answer(&user(question)) {
            Reply::Finds(findings) => says(dialect, &told(&user(question), findings)),
            Reply::Says(text) => says(dialect, text),
            Reply::Refuses(status) => refusal(dialect, status, "no"),
        }
    });
    let wire = match dialect {
        Dialect::OpenAi => "openai",
        Dialect::Anthropic => "anthropic",
    };
    let reviewer = format!(
        "wire: {wire}, api: \"{}\", model: owl-4, context_tokens: 32000, retries: 1, budget_seconds: 60",
        model.base()
    );
    let company = Company::with_reviewer("  CR-7: in use\n", &reviewer)?;
    let mut company = company;
    company.ada = company.ada.env("COUNTERSIGN_MODEL_KEY", KEY);
    Some((company, model))
}

/// What a model answers.
pub(crate) enum Reply {
    Finds(Value),
    Says(&'static str),
    Refuses(u16),
}

/// Returns the text of a question.
pub(crate) fn user(question: &Value) -> String {
    let messages = question["messages"].as_array().unwrap();
    let last = &messages.last().unwrap()["content"];
    let text = last.as_str().or_else(|| last[0]["text"].as_str());
    text.unwrap().to_owned()
}

/// Returns an answer with the marks of its question.
pub(crate) fn told(question: &str, findings: Value) -> String {
    let mark = |name: &str| {
        let line = question.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap().trim().to_owned()
    };
    let (first, last) = (mark("first_mark "), mark("last_mark "));
    json!({"first_mark": first, "last_mark": last, "findings": findings}).to_string()
}

#[test]
fn a_review_that_found_nothing_lets_the_request_pass() {
    for dialect in [Dialect::OpenAi, Dialect::Anthropic] {
        let Some((company, model)) = company(dialect, |_| Reply::Finds(json!([]))) else {
            return;
        };
        company.open("It shows more of what we sell.");
        let said = company.gate(3);
        assert!(said.contains("unknown CR-7"), "{said}");
        let said = company.says(&["review", "--request", "1"], 0);
        assert!(said.contains("clean: nothing was found"), "{said}");
        assert!(
            said.contains("scout asks owl-4 at http://127.0.0.1"),
            "{said}"
        );
        let said = company.gate(0);
        assert!(said.contains("pass CR-7"), "{said}");
        assert!(said.contains("scout found nothing, independence"), "{said}");
        let [question] = &model.questions()[..] else {
            panic!("{:?}", model.questions());
        };
        let question = user(question);
        assert!(
            question.contains("+     1 print('a better shop')"),
            "{question}"
        );
        assert!(
            question.contains("It shows more of what we sell."),
            "{question}"
        );
        // It is of this difference alone.
        company.push("shop.py", "print('another shop')\n");
        let said = company.gate(3);
        assert!(said.contains("unknown CR-7"), "{said}");
    }
}

#[test]
fn a_program_that_asks_another_model_later_takes_nothing_back() {
    let Some((company, _model)) = company(Dialect::OpenAi, |_| Reply::Finds(json!([]))) else {
        return;
    };
    company.open("It shows more of what we sell.");
    company.says(&["review", "--request", "1"], 0);
    company.merge(ADA);
    company.says(&["collect"], 0);
    let path = company.repo.path().join("countersign.yaml");
    let program = std::fs::read_to_string(&path).unwrap();
    let program = program.replace("model: owl-4", "model: elm-1");
    let commit = company.repo.commit().file("countersign.yaml", &program);
    commit.message("Ask another model\n").write();
    std::fs::write(&path, &program).unwrap();
    let (outcome, reason) = company.landed("CR-7");
    assert_eq!(outcome, "pass", "{reason}");
    let report = std::fs::read_to_string(company.repo.path().join("report/audit.json")).unwrap();
    assert!(!report.contains("names another model"), "{reason}");
}

#[test]
fn a_finding_blocks_the_request() {
    let finds = |_: &str| {
        Reply::Finds(json!([{
            "file": "shop.py", "line": 1, "severity": "high", "category": "correctness",
            "claim": "The shop prints instead of selling.", "why": "Nobody buys.", "suggestion": "Sell.",
        }]))
    };
    let Some((company, _model)) = company(Dialect::Anthropic, finds) else {
        return;
    };
    company.open("It shows more of what we sell.");
    let said = company.says(&["review", "--request", "1"], 1);
    assert!(
        said.contains("high shop.py:1: The shop prints instead of selling."),
        "{said}"
    );
    assert!(
        said.contains("findings: 1, 1 of high severity or graver"),
        "{said}"
    );
    let said = company.gate(1);
    assert!(
        said.contains("fail CR-7 1 finding of high severity or graver without an answer"),
        "{said}"
    );
    let asked = ["review", "--request", "1", "--format", "json"];
    let run = company.ada.run(asked).expect_code(1);
    let answer: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(answer["outcome"], "findings");
    assert_eq!(answer["findings"][0]["is_located"], true);
}

#[test]
fn what_is_no_answer_is_unavailable_and_never_a_pass() {
    let replies: [fn(&str) -> Reply; 4] = [
        |_| Reply::Says("Sorry, you are out of quota. Looks good to me!"),
        |_| Reply::Says(r#"{"first_mark": "x", "last_mark": "y", "findings": []}"#),
        |_| Reply::Refuses(429),
        |_| Reply::Refuses(500),
    ];
    for reply in replies {
        let Some((company, model)) = company(Dialect::OpenAi, reply) else {
            return;
        };
        company.open("It shows more of what we sell.");
        let said = company.says(&["review", "--request", "1"], 3);
        assert!(
            said.contains("unavailable: the difference was not reviewed whole"),
            "{said}"
        );
        assert_eq!(
            model.questions().len(),
            2,
            "it is asked again as often as the program says"
        );
        let said = company.gate(3);
        assert!(said.contains("unknown CR-7"), "{said}");
        assert!(
            said.contains("the review by scout was unavailable"),
            "{said}"
        );
    }
}

/// Returns what the log holds, as far as it is text.
pub(crate) fn payloads(company: &Company) -> String {
    let reader = Reader::open(&company.repo.path().join(".countersign")).unwrap();
    let size = reader.checkpoint().unwrap().checkpoint.size();
    let entries = reader.entries(0..size).unwrap();
    let held = entries.iter().map(|entry| reader.payload(entry).unwrap());
    let payloads: Vec<u8> = held.flatten().flatten().collect();
    String::from_utf8_lossy(&payloads).into_owned()
}

#[test]
fn no_secret_reaches_the_wire() {
    let Some((company, model)) = company(Dialect::OpenAi, |_| Reply::Finds(json!([]))) else {
        return;
    };
    let body = "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zAbC12";
    let secrets = [
        ["gh", "p_", body].concat(),
        ["AKIA", "Q3EGRIZV7YKPL2MN"].concat(),
        ["sk", "_live_", &body[..24]].concat(),
        ["glp", "at-", &body[..20]].concat(),
        ["xo", "xb-123456789012-", &body[..24]].concat(),
        ["AI", "za", &body[..35]].concat(),
        ["npm", "_", body].concat(),
        ["sk-", "ant-api03-", body, body].concat(),
        [
            "eyJhbGciOiJIUzI1NiJ9.",
            "eyJzdWIiOiIxMjM0NTY3ODkwIn0.",
            body,
        ]
        .concat(),
        [
            "postgres://shop:",
            "hunter2-is-long",
            "@db.larkspur.example/shop",
        ]
        .concat(),
        ["hv", "s.", body].concat(),
        ["do", "p_v1_", &"0123456789abcdef".repeat(4)].concat(),
    ];
    let said = ["gh", "o_", body].concat();
    company.open(&format!("It needs {said} for now."));
    let file = secrets.iter().map(|it| format!("call('{it}')\n"));
    company.push("keys.py", &file.collect::<String>());
    let said = company.says(&["review", "--request", "1"], 1);
    assert!(
        said.contains("keys.py:1: What looks like a secret was added"),
        "{said}"
    );
    let questions = Value::Array(model.questions()).to_string();
    let held = payloads(&company);
    assert!(held.contains("It needs"), "{held}");
    for secret in &secrets {
        assert!(!questions.contains(secret), "{secret}: {questions}");
        assert!(!held.contains(secret), "{secret}");
    }
    assert!(
        !questions.contains("hunter2") && !questions.contains(&said),
        "{questions}"
    );
    assert!(questions.contains("[struck: GitHub token]"), "{questions}");
}

/// Finds a fault where the shop prints in this way.
pub(crate) fn of_printing(question: &str) -> Reply {
    match question.contains("+     1 print('a better shop')") {
        true => Reply::Finds(json!([{
            "file": "shop.py", "line": 1, "severity": "high", "category": "correctness",
            "claim": "The shop prints.", "why": "Nobody buys.", "suggestion": "Sell.",
        }])),
        false => Reply::Finds(json!([])),
    }
}

/// Has the request reviewed, and returns the name of its only finding.
fn found(company: &Company) -> String {
    let asked = ["review", "--request", "1", "--format", "json"];
    let run = company.ada.run(asked).expect_code(1);
    let answer: Value = serde_json::from_str(&run.stdout).unwrap();
    let findings = answer["findings"].as_array().unwrap();
    let [finding] = &findings[..] else {
        panic!("{answer}");
    };
    finding["name"].as_str().unwrap().to_owned()
}

#[test]
fn a_person_says_what_became_of_a_finding() {
    let Some((company, _model)) = company(Dialect::OpenAi, of_printing) else {
        return;
    };
    company.open("It shows more of what we sell.");
    let (finding, key) = (found(&company), company.key());
    let record = |more: &[&str], exit| {
        let asked = ["record", "disposition", "--request", "1", "--key", &key];
        company.says(&[&asked[..], more].concat(), exit)
    };
    let said = record(&[&finding, "--false"], 2);
    assert!(said.contains("--because <TEXT>"), "{said}");
    let said = record(&[&finding, "--false", "--because", "fine"], 2);
    assert!(said.contains("say why, in 3 words or more"), "{said}");
    let said = record(
        &["0123456789ab", "--accepted", "--because", "it does so"],
        2,
    );
    assert!(
        said.contains("no review of request 1 that the log holds found 0123456789ab"),
        "{said}"
    );
    let said = record(&[&finding, "--fixed", "topic"], 2);
    assert!(
        said.contains("cannot have mended what the final difference holds"),
        "{said}"
    );
    let said = record(&[&finding, "--false", "--because", "it sells in pay.py"], 0);
    assert!(said.contains("high: The shop prints."), "{said}");
    assert!(said.contains("recorded as false by ada, leaf"), "{said}");
    let said = company.gate(0);
    assert!(said.contains("pass CR-7"), "{said}");
    assert!(said.contains("findings answered by ada (leaf"), "{said}");
}

#[test]
fn a_finding_stands_until_the_commit_is_named_that_mended_it() {
    let Some((company, _model)) = company(Dialect::Anthropic, of_printing) else {
        return;
    };
    company.open("It shows more of what we sell.");
    let (finding, key) = (found(&company), company.key());
    let before = company.repo.tip("topic");
    let mended = company.push("shop.py", "sell()\n");
    let said = company.says(&["review", "--request", "1"], 0);
    assert!(said.contains("clean: nothing was found"), "{said}");
    let said = company.gate(1);
    assert!(said.contains("fail CR-7 1 finding"), "{said}");
    assert!(said.contains("of an earlier difference"), "{said}");
    let record = |commit: &str, exit| {
        let asked = ["record", "disposition", "--request", "1", "--key", &key];
        company.says(&[&asked[..], &[&finding, "--fixed", commit]].concat(), exit)
    };
    let said = record(&before, 2);
    assert!(said.contains("was there when it was found"), "{said}");
    let main = company.repo.tip("main");
    company.repo.branch("other", &main);
    let elsewhere = company.repo.commit().on("other").file("x.py", "").write();
    let said = record(&elsewhere, 2);
    assert!(said.contains("no record shows"), "{said}");
    let said = record(&mended, 0);
    assert!(said.contains("recorded as mended by"), "{said}");
    let said = company.gate(0);
    assert!(said.contains("pass CR-7"), "{said}");
    // The audit and its verifier come to the same.
    company.merge(ADA);
    company.says(&["collect"], 0);
    let (outcome, reason) = company.landed("CR-7");
    assert_eq!(outcome, "pass", "{reason}");
    assert!(reason.contains("found nothing"), "{reason}");
}

/// The road to a real model and back; that it is too small to review anything shows as no review.
#[test]
fn a_real_model_is_asked_over_both_wires() {
    let Some(counterparts) = Counterparts::find("a review by a real model") else {
        return;
    };
    let model = SmallModel::start(&counterparts, KEY, 2048);
    for wire in ["openai", "anthropic"] {
        let reviewer = format!(
            "wire: {wire}, api: \"{}\", model: {NAME}, context_tokens: 2000, max_output_tokens: 16, temperature: 0, \
             retries: 0, budget_seconds: 280",
            model.base()
        );
        let mut company = Company::with_reviewer("  CR-7: in use\n", &reviewer).unwrap();
        company.ada = company.ada.env("COUNTERSIGN_MODEL_KEY", KEY);
        company.open("It shows more of what we sell.");
        let asked = ["review", "--request", "1", "--format", "json"];
        let run = company.ada.run(asked).expect_code(3);
        let answer: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(answer["outcome"], "unavailable", "{answer}");
        assert_eq!(answer["models"], json!([NAME]));
        assert!(answer["spent"]["tokens"].as_u64() > Some(300), "{answer}");
        let said = company.gate(3);
        assert!(
            said.contains("the review by scout was unavailable"),
            "{said}"
        );
    }
}

/// A change of so many lines is read as far as the budget goes, and what was not read is named.
#[test]
fn a_change_of_200_000_lines_is_read_in_part() {
    let counts = |question: &Value| {
        let question = user(question);
        let mut answered = says(Dialect::OpenAi, &told(&question, json!([])));
        // It counts as such a model would: a token has three bytes or so.
        let tokens = format!("\"prompt_tokens\":{}", question.len() / 3);
        let body = String::from_utf8(answered.body).unwrap();
        answered.body = body.replace("\"prompt_tokens\":11", &tokens).into_bytes();
        answered
    };
    let model = FakeModel::start(Dialect::OpenAi, Some(KEY), counts);
    let reviewer = format!(
        "wire: openai, api: \"{}\", model: owl-4, context_tokens: 32000, retries: 1, budget_tokens: 200000",
        model.base()
    );
    let Some(mut company) = Company::with_reviewer("  CR-7: in use\n", &reviewer) else {
        return;
    };
    company.ada = company.ada.env("COUNTERSIGN_MODEL_KEY", KEY);
    company.open("It brings our whole catalogue.");
    for file in 0..20 {
        let lines = (0..10_000).map(|line| format!("item('{file} of {line}')\n"));
        company.push(
            &format!("catalogue/{file:02}.py"),
            &lines.collect::<String>(),
        );
    }
    let asked = ["review", "--request", "1", "--format", "json"];
    let run = company.ada.run(asked).expect_code(3);
    let answer: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(answer["outcome"], "unavailable");
    let (spent, budget) = (&answer["spent"]["tokens"], &answer["budget"]["tokens"]);
    assert!(spent.as_u64() <= budget.as_u64(), "{spent} of {budget}");
    let questions = model.questions().len();
    assert!((2..20).contains(&questions), "{questions}");
    let why = answer["why"].as_array().unwrap();
    let unread = |file: &str| why.iter().any(|it| it.as_str().unwrap().contains(file));
    assert!(!unread("catalogue/00.py"), "{answer}");
    assert!(unread("catalogue/19.py"), "{answer}");
    let said = company.gate(3);
    assert!(
        said.contains("the review by scout was unavailable"),
        "{said}"
    );
}
