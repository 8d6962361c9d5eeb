//! Who is asked where an AI reviewer gives no review.

use crate::ai_review::{KEY, told, user};
use crate::company::Company;
use serde_json::{Value, json};
use testkit::emulate::{ADA, BO};
use testkit::llm::{Dialect, FakeModel, refusal, says};

/// A server that refuses, or that finds nothing. The second takes no key: that of the first is not for it.
struct Servers {
    scout: FakeModel,
    finch: FakeModel,
}

fn servers(finch_answers: bool) -> Servers {
    let scout = FakeModel::start(Dialect::OpenAi, Some(KEY), |_| {
        refusal(Dialect::OpenAi, 429, "no")
    });
    let finch = FakeModel::start(Dialect::OpenAi, None, move |question| match finch_answers {
        true => says(Dialect::OpenAi, &told(&user(question), json!([]))),
        false => refusal(Dialect::OpenAi, 500, "no"),
    });
    Servers { scout, finch }
}

/// Returns a company with one open request, in which these are asked where scout gives no review.
fn company(servers: &Servers, fallback: &str) -> Option<Company> {
    let of = |server: &FakeModel, model: &str| {
        format!(
            "wire: openai, api: \"{}\", model: {model}, context_tokens: 32000, retries: 1",
            server.base()
        )
    };
    let scout = format!("{}, fallback: [{fallback}]", of(&servers.scout, "owl-4"));
    let finch = of(&servers.finch, "jay-1");
    let mut company = Company::with_two_reviewers("  CR-7: in use\n", &scout, &finch)?;
    company.ada = company.ada.env("COUNTERSIGN_MODEL_KEY", KEY);
    company.open("It shows more of what we sell.");
    Some(company)
}

const REVIEW: [&str; 3] = ["review", "--request", "1"];

#[test]
fn the_next_reviewer_is_asked_where_one_is_unavailable() {
    let servers = servers(true);
    let Some(company) = company(&servers, "finch") else {
        return;
    };
    let said = company.says(&REVIEW, 0);
    assert!(
        said.contains("where that is unavailable, finch asks jay-1"),
        "{said}"
    );
    assert!(
        said.contains("scout was unavailable, leaf 3: part 1 of 1"),
        "{said}"
    );
    assert!(said.contains("clean: nothing was found"), "{said}");
    assert!(said.contains("leaf 4"), "{said}");
    assert_eq!(servers.scout.questions().len(), 2, "retries come first");
    let said = company.gate(0);
    assert!(
        said.contains("pass CR-7 leaf 4: finch found nothing"),
        "{said}"
    );
    // The audit and its verifier come to the same.
    company.merge(ADA);
    company.says(&["collect"], 0);
    let (outcome, reason) = company.landed("CR-7");
    assert_eq!(outcome, "pass", "{reason}");
}

#[test]
fn nobody_is_asked_whom_the_program_does_not_name() {
    let servers = servers(true);
    let Some(company) = company(&servers, "") else {
        return;
    };
    let said = company.says(&REVIEW, 2);
    assert!(said.contains("several reviewers: scout, finch"), "{said}");
    let said = company.says(&["review", "--request", "1", "--by", "scout"], 3);
    assert!(!said.contains("finch"), "{said}");
    assert_eq!(servers.finch.questions(), Vec::<Value>::new());
    company.act(BO, "pulls/1/reviews", &json!({"event": "APPROVE"}));
    let said = company.gate(3);
    assert!(said.contains("unknown CR-7"), "{said}");
}

#[test]
fn an_outsider_stands_in_where_nobody_else_gives_a_review() {
    let servers = servers(false);
    let Some(mut company) = company(&servers, "finch, outsider") else {
        return;
    };
    // An approval stands in for reviews that were asked for, not for those that were not.
    company.act(BO, "pulls/1/reviews", &json!({"event": "APPROVE"}));
    let said = company.gate(3);
    assert!(
        said.contains("unknown CR-7 no AI review of this difference"),
        "{said}"
    );
    company.ada = company.ada.env("COUNTERSIGN_MODEL_KEY", "");
    company.says(&["review", "--request", "1", "--by", "finch"], 3);
    company.gate(3);
    company.ada = company.ada.env("COUNTERSIGN_MODEL_KEY", KEY);
    let run = company
        .ada
        .run([&REVIEW[..], &["--format", "json"]].concat());
    let answer: Value = serde_json::from_str(&run.expect_code(3).stdout).unwrap();
    assert_eq!(answer["outcome"], "unavailable");
    assert_eq!(answer["reviewer"], "finch");
    assert_eq!(answer["before"][0]["reviewer"], "scout");
    assert_eq!(answer["outsiders"], json!(["bo"]));
    let said = company.gate(0);
    assert!(
        said.contains("the outsider bo approved the final head in its place"),
        "{said}"
    );
    company.merge(ADA);
    company.says(&["collect"], 0);
    let (outcome, reason) = company.landed("CR-7");
    assert_eq!(outcome, "pass", "{reason}");
}

#[test]
fn an_outsider_who_has_not_approved_is_asked_for() {
    let servers = servers(false);
    let Some(company) = company(&servers, "outsider") else {
        return;
    };
    let said = company.says(&["review", "--request", "1", "--by", "scout"], 3);
    assert!(
        said.contains("ask an outsider to approve the final head at the forge: bo"),
        "{said}"
    );
    assert!(
        company
            .gate(3)
            .contains("unknown CR-7 leaf 3: the review by scout was unavailable: ask an outsider")
    );
}
