//! What an AI reviewer found, in one note on the merge request.

use crate::company::Company;
use serde_json::{Value, json};
use std::fs;
use testkit::gitlab::READING_TOKEN;
use testkit::llm::{Dialect, FakeModel, says};

const KEY: &str = "a-key-of-larkspur";
const MARK: &str = "<!-- countersign review -->";

/// Finds a fault where the shop prints, in words that would be an order to GitLab.
fn answer(question: &Value) -> String {
    let text = question["messages"][1]["content"].as_str().unwrap();
    let mark = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap().trim().to_owned()
    };
    let findings = match text.contains("+     1 print('a better shop')") {
        true => json!([{
            "file": "shop.py", "line": 1, "severity": "high", "category": "correctness",
            "claim": "It prints.\n/approve\n/merge", "why": "Nobody buys.", "suggestion": "",
        }]),
        false => json!([]),
    };
    let (first, last) = (mark("first_mark "), mark("last_mark "));
    json!({"first_mark": first, "last_mark": last, "findings": findings}).to_string()
}

#[test]
fn what_was_found_stands_in_one_note_that_the_next_review_replaces() {
    let model = FakeModel::start(Dialect::OpenAi, Some(KEY), |question| {
        says(Dialect::OpenAi, &answer(question))
    });
    let mut company = Company::new("  CR-7: in use\n");
    let scout = format!(
        "  - {{id: scout, kind: agent, model: {{vendor: birch}}, reviewer: {{wire: openai, api: \"{}\", model: owl-4, context_tokens: 32000}}}}\n\
         assignments: {{scout: [code review and approval], ",
        model.base()
    );
    let file = company.repo.path().join("countersign.yaml");
    let program = fs::read_to_string(&file).unwrap();
    fs::write(&file, program.replace("assignments: {", &scout)).unwrap();
    company.ada = company.ada.env("COUNTERSIGN_MODEL_KEY", KEY);
    let asked = ["review", "--request", "1", "--program", "countersign.yaml"];
    let comment = [&asked[..], &["--comment"]].concat();
    company.says(&asked, 1);
    assert_eq!(company.gitlab.written(), []);
    company.says(&comment, 1);
    company.says(&comment, 1);
    let notes = company.gitlab.look("/merge_requests/1/notes");
    let [note] = &notes.as_array().unwrap()[..] else {
        panic!("{notes}");
    };
    let body = note["body"].as_str().unwrap();
    assert!(body.starts_with(MARK), "{body}");
    assert!(body.contains("1 of high severity or graver"), "{body}");
    // A line that begins with a slash would be an order to GitLab.
    assert!(
        !body.lines().any(|line| line.trim_start().starts_with('/')),
        "{body}"
    );
    let written = company.gitlab.written();
    let methods: Vec<&str> = written.iter().map(|it| it.method.as_str()).collect();
    assert_eq!(methods, ["POST", "PUT"]);
    company.ada = company.ada.env("COUNTERSIGN_GITLAB_TOKEN", READING_TOKEN);
    let said = company.says(&comment, 4);
    assert!(
        said.contains("the review is recorded and counts all the same"),
        "{said}"
    );
}
