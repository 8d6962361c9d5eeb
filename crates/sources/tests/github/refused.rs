//! What a field that is absent, or a word that nobody knows, does to an answer.

use std::collections::BTreeSet;

use insta::assert_snapshot;
use model::request::Readable;
use model::request::rules::Rule;
use model::request::words::{CheckConclusion, Enforcement, MergeMethod};
use serde_json::{Value, json};
use sources::github::read;

const COMMIT: &str = "6dcb09b5b57875f334f61aebed695e2e4193db5e";

fn run() -> Value {
    json!({
        "id": 4, "name": "tests", "head_sha": COMMIT, "status": "completed", "conclusion": "success",
        "app": {"id": 1, "slug": "ci"},
    })
}

fn check(field: &str) -> String {
    let mut run = run();
    run.as_object_mut().unwrap().remove(field).unwrap();
    let body = json!({"total_count": 1, "check_runs": [run]}).to_string();
    read::check_runs(&[body.as_bytes()])
        .unwrap_err()
        .to_string()
}

#[test]
fn a_check_without_what_decides_is_no_check() {
    assert_snapshot!(check("head_sha"), @"the check runs of a commit, page 1, is not what GitHub answers: missing field `head_sha` at line 1 column 109");
    assert_snapshot!(check("status"), @"the check runs of a commit, page 1, is not what GitHub answers: missing field `status` at line 1 column 142");
    assert_snapshot!(check("conclusion"), @"the check runs of a commit, page 1, is not what GitHub answers: missing field `conclusion` at line 1 column 140");
    assert_snapshot!(check("app"), @"the check runs of a commit, page 1, is not what GitHub answers: missing field `app` at line 1 column 136");
    assert_snapshot!(check("name"), @"the check runs of a commit, page 1, is not what GitHub answers: missing field `name` at line 1 column 148");
}

#[test]
fn a_conclusion_that_nobody_knows_is_no_success() {
    for word in ["succeeded", "SUCCESS ", ""] {
        let mut run = run();
        run["conclusion"] = word.into();
        let body = json!({"total_count": 1, "check_runs": [run]}).to_string();
        let read = read::check_runs(&[body.as_bytes()]).unwrap();
        assert_eq!(
            read.items[0].conclusion,
            Some(CheckConclusion::Other(word.to_owned()))
        );
    }
}

#[test]
fn runs_that_came_while_pages_were_read_are_missed() {
    let page = |total| json!({"total_count": total, "check_runs": [run()]}).to_string();
    let (first, second) = (page(2), page(3));
    let read = read::check_runs(&[first.as_bytes(), second.as_bytes()]).unwrap();
    assert_eq!(
        (read.total, read.items.len(), read.is_whole()),
        (3, 2, false)
    );
    assert!(read::check_runs(&[]).is_err());
}

fn ruleset(rule: &Value) -> Value {
    json!({
        "id": 1, "name": "main", "target": "branch", "enforcement": "paused", "source_type": "Repository",
        "source": "larkspur/shop", "rules": [rule],
    })
}

#[test]
fn a_rule_without_what_it_asks_for_is_not_read() {
    let read = |rule: &Value| read::ruleset(&[ruleset(rule).to_string().as_bytes()]);
    let why = |rule: &Value| read(rule).unwrap_err().why;
    assert_snapshot!(why(&json!({"type": "required_status_checks"})), @"the rule required_status_checks has no parameters");
    let rule =
        json!({"type": "pull_request", "parameters": {"dismiss_stale_reviews_on_push": true}});
    assert_snapshot!(why(&rule), @"the rule pull_request: missing field `required_approving_review_count`");
    let known = read(&json!({"type": "a_rule_of_tomorrow", "parameters": {"a": 1}})).unwrap();
    assert_eq!(known.rules, [Rule::Other("a_rule_of_tomorrow".to_owned())]);
    // Neither active nor tried nor off: a rule that asks for `Active` does not find it.
    assert_eq!(known.enforcement, Enforcement::Other("paused".to_owned()));
    assert_eq!(known.include, None);
}

#[test]
fn a_check_pinned_to_an_app_keeps_its_app() {
    let rule = json!({"type": "required_status_checks", "parameters": {
        "strict_required_status_checks_policy": true,
        "required_status_checks": [{"context": "gate", "integration_id": 7}, {"context": "other"}],
    }});
    let read = read::ruleset(&[ruleset(&rule).to_string().as_bytes()]).unwrap();
    let Rule::RequiredStatusChecks { checks, is_strict } = &read.rules[0] else {
        panic!("{:?}", read.rules);
    };
    let apps: Vec<Option<u64>> = checks.iter().map(|check| check.app).collect();
    assert_eq!((apps, *is_strict), (vec![Some(7), None], true));
}

#[test]
fn merge_methods_are_known_together_or_not_at_all() {
    let mut settings = json!({
        "id": 1, "full_name": "larkspur/shop", "default_branch": "main", "private": true,
        "owner": {"id": 2, "login": "larkspur", "type": "Organization"},
        "allow_squash_merge": true, "allow_merge_commit": false,
    });
    let read = |settings: &Value| read::settings(&[settings.to_string().as_bytes()]).unwrap();
    let needs = "Contents: write".to_owned();
    assert_eq!(read(&settings).merge_methods, Readable::Withheld { needs });
    settings["allow_rebase_merge"] = false.into();
    let squash = BTreeSet::from([MergeMethod::Squash]);
    assert_eq!(read(&settings).merge_methods, Readable::Known(squash));
}

#[test]
fn an_answer_is_of_its_kind_and_has_one_page() {
    let text = |error: sources::forge::answer::Unreadable| error.to_string();
    assert_snapshot!(text(read::request(&[]).unwrap_err()), @"a pull request, page 0, is not what GitHub answers: it is one page");
    assert_snapshot!(text(read::reviews(&[b"[]", b"{\"message\": \"Not Found\"}"]).unwrap_err()), @"the reviews of a pull request, page 2, is not what GitHub answers: invalid type: map, expected a sequence at line 1 column 0");
    assert_snapshot!(text(read::reviews(&[b"[{\"id\": 1"]).unwrap_err()), @"the reviews of a pull request, page 1, is not what GitHub answers: EOF while parsing an object at line 1 column 9");
    assert_eq!(read::reviews(&[b"[]"]), Ok(vec![]));
    // What is wrong may be a megabyte long; the error is not.
    let long = format!("[{:?}]", "x".repeat(1_000_000));
    assert!(read::reviews(&[long.as_bytes()]).unwrap_err().why.len() <= 300);
    let deep = "[".repeat(100_000);
    assert!(read::reviews(&[deep.as_bytes()]).is_err());
}

#[test]
fn an_account_is_whole_or_absent() {
    let commit = |author: Value| {
        let person = json!({"name": "Ada", "email": "ada@larkspur.example"});
        let commit = json!([{
            "sha": COMMIT, "parents": [], "author": author, "committer": null,
            "commit": {"author": person, "committer": person, "tree": {"sha": COMMIT}},
        }]);
        read::request_commits(&[commit.to_string().as_bytes()])
    };
    assert_eq!(commit(json!({})).unwrap()[0].author_account, None);
    assert_eq!(commit(Value::Null).unwrap()[0].author_account, None);
    assert!(commit(json!({"login": "ada"})).is_err());
}
