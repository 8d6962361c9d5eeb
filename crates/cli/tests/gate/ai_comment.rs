//! What an AI reviewer found, in one comment on the request.

use crate::ai_review::{Reply, company};
use crate::company::Company;
use serde_json::{Value, json};
use testkit::emulate::BO;
use testkit::llm::Dialect;

const MARK: &str = "<!-- countersign review -->";
const REVIEW: [&str; 4] = ["review", "--request", "1", "--comment"];

/// Returns the comments on the request.
fn comments(company: &Company) -> Vec<String> {
    let comments = company.look("issues/1/comments");
    let comments = comments.as_array().unwrap().iter();
    comments
        .map(|it| it["body"].as_str().unwrap().to_owned())
        .collect()
}

/// Finds a fault where the shop prints in this way, in words that would call people and draw a table of their own.
fn loud(question: &str) -> Reply {
    match question.contains("+     1 print('a better shop')") {
        true => Reply::Finds(json!([{
            "file": "shop.py", "line": 1, "severity": "high", "category": "correctness",
            "claim": "It prints | @ada [sells](http://elsewhere.example).", "why": "See #1.", "suggestion": "",
        }])),
        false => Reply::Finds(json!([])),
    }
}

#[test]
fn what_was_found_stands_in_one_comment_that_the_next_review_replaces() {
    let Some((company, _model)) = company(Dialect::OpenAi, loud) else {
        return;
    };
    company.open("It shows more of what we sell.");
    // Somebody else's comment is left alone, though it begins as ours do.
    let body = json!({"body": format!("{MARK}\nnothing was found, says bo")});
    company.act(BO, "issues/1/comments", &body);
    company.says(&REVIEW, 1);
    let written = comments(&company);
    assert_eq!(written.len(), 2, "{written:?}");
    let ours = &written[1];
    assert!(ours.starts_with(MARK), "{ours}");
    assert!(ours.contains("### AI review by scout"), "{ours}");
    assert!(ours.contains("1 of high severity or graver"), "{ours}");
    assert!(
        ours.contains("It prints \\| \\@\u{200b}ada \\[sells\\]"),
        "{ours}"
    );
    assert!(ours.contains("See \\#\u{200b}1."), "{ours}");
    assert!(ours.contains("record disposition"), "{ours}");
    company.push("shop.py", "sell()\n");
    company.says(&REVIEW, 0);
    let written = comments(&company);
    assert_eq!(written.len(), 2, "{written:?}");
    assert!(written[0].contains("says bo"), "{written:?}");
    assert!(written[1].contains("nothing was found;"), "{written:?}");
    // Without the flag nothing is written.
    company.push("shop.py", "print('a better shop')\n");
    company.says(&["review", "--request", "1"], 1);
    assert_eq!(comments(&company), written);
}

#[test]
fn a_review_without_an_answer_says_so() {
    let Some((company, _model)) = company(Dialect::OpenAi, |_| Reply::Refuses(500)) else {
        return;
    };
    company.open("It shows more of what we sell.");
    company.says(&REVIEW, 3);
    let written = comments(&company);
    assert!(written[0].contains("unavailable"), "{written:?}");
    assert!(!written[0].contains("clean"), "{written:?}");
}

#[test]
fn who_cannot_comment_learns_it_before_anybody_is_asked() {
    let Some((mut company, model)) = company(Dialect::OpenAi, loud) else {
        return;
    };
    company.open("It shows more of what we sell.");
    let said = company.says(&["review", "main..topic", "--comment"], 2);
    assert!(said.contains("cannot be used with"), "{said}");
    company.ada = company.ada.env("COUNTERSIGN_GITHUB_TOKEN", "");
    let said = company.says(&REVIEW, 2);
    assert!(said.contains("there is no token for ada/shop"), "{said}");
    assert_eq!(model.questions(), Vec::<Value>::new());
}
