//! Runs of checks and statuses.

use super::{bodies, data, parsed};
use crate::bodies::{Request, Said, account};
use crate::facts::id;
use crate::guards::{Guards, required};
use crate::world::World;
use crate::{FAIL, PASS, UNKNOWN};
use countersign::forge::record::Question;
use model::outcome::Outcome;
use serde_json::{Value, json};
use std::fs;

/// Checks CR-3 on request 7, where one check is required.
#[track_caller]
fn check(request: &Request, check: (&str, Option<u64>), expected: Outcome, words: &str) {
    let guards = Guards::good().requires(&[required(check.0, check.1)]);
    let world = World::new("CR-3: in use").with(10.0, &guards);
    world
        .with(10.0, request)
        .open(10.0, "CR-3", expected, words);
}

#[test]
fn runs_of_checks_in_webhooks() {
    let Some(folder) = data("github_payloads/webhooks/api.github.com/check_run") else {
        return;
    };
    let table = [
        ("completed.1", FAIL, "ended as failure"),
        ("completed", PASS, "ran on its head"),
        ("completed.with-organization", PASS, "ran on its head"),
        ("created", UNKNOWN, "has not ended"),
        ("created.with-organization", UNKNOWN, "has not ended"),
        ("requested_action", UNKNOWN, "has not ended"),
        ("rerequested", FAIL, "ended as neutral"),
        ("rerequested.with-organization", FAIL, "ended as neutral"),
    ];
    assert_eq!(fs::read_dir(&folder).unwrap().count(), table.len());
    for (name, expected, words) in table {
        let mut run = parsed(&folder.join(format!("{name}.payload.json")))["check_run"].clone();
        run["head_sha"] = json!(id('b').to_string());
        let named = run["name"].as_str().unwrap().to_owned();
        let app = run["app"]["id"].as_u64();
        let listed = json!({"total_count": 1, "check_runs": [run]});
        let request = Request::open().says(Question::CheckRuns, Said::Body(listed));
        check(&request, (&named, app), expected, words);
        check(&request, (&named, Some(15368)), FAIL, "by another app");
        check(&request, ("another", app), UNKNOWN, "no run of `another`");
    }
}

/// Anybody who may push can set a status, so none is one of an app.
#[test]
fn statuses_in_webhooks_and_as_they_were_set() {
    let Some(folder) = data("github_payloads") else {
        return;
    };
    let says = |statuses: &Value| {
        let said = Said::Body(statuses.clone());
        Request::open().unchecked().says(Question::Statuses, said)
    };
    let webhooks = folder.join("webhooks/api.github.com/status");
    for entry in fs::read_dir(webhooks).unwrap() {
        let mut status = parsed(&entry.unwrap().path());
        status["creator"] = status["sender"].clone();
        let request = says(&json!([status]));
        check(&request, ("default", None), PASS, "ran on its head");
        let pinned = ("default", Some(15368));
        check(&request, pinned, FAIL, "anybody who may push can set");
    }
    let steps = parsed(&folder.join("octokit_fixtures/create-status/normalized-fixture.json"));
    let mut steps = steps.as_array().unwrap().iter();
    let listed = steps
        .find(|step| {
            step["path"].as_str().unwrap().ends_with("/statuses") && step["method"] == "get"
        })
        .unwrap();
    let request = says(&listed["response"]);
    check(&request, ("example/1", None), FAIL, "says failure");
    check(&request, ("example/2", None), PASS, "ran on its head");
}

/// Of two runs of one name, the one that passed began after the one that failed had ended; GitHub lists the newest first.
#[test]
fn checks_of_policy_bot() {
    let Some(runs) = bodies("check_runs_for_ref") else {
        return;
    };
    let listed = |runs: &Value| {
        let said = Said::Body(runs.clone());
        Request::open().says(Question::CheckRuns, said)
    };
    let mut runs = runs[0].clone();
    let words = "missing field `id`";
    check(&listed(&runs), ("check-run-a", None), UNKNOWN, words);
    let listed_runs = runs["check_runs"].as_array_mut().unwrap();
    for (run, number) in listed_runs.iter_mut().rev().zip(1..) {
        run["id"] = json!(number);
        run["head_sha"] = json!(id('b').to_string());
        run["app"] = json!({"id": 15368, "slug": "github-actions"});
    }
    let request = listed(&runs);
    check(
        &request,
        ("check-run-a", Some(15368)),
        PASS,
        "ran on its head",
    );
    check(
        &request,
        ("check-run-b", Some(15368)),
        FAIL,
        "ended as failure",
    );
}

#[test]
fn statuses_of_policy_bot() {
    let Some(combined) = bodies("combined_status_for_ref") else {
        return;
    };
    let says = |body: &Value| {
        let said = Said::Body(body.clone());
        Request::open().unchecked().says(Question::Statuses, said)
    };
    let mut statuses = combined[0]["statuses"].clone();
    for status in statuses.as_array_mut().unwrap() {
        status["creator"] = account("boreyes");
    }
    let request = says(&statuses);
    check(&request, ("commit-status-a", None), PASS, "ran on its head");
    check(&request, ("commit-status-b", None), FAIL, "says pending");
    let none = bodies("repo_statuses_none").unwrap();
    check(&says(&none[0]), ("a", None), UNKNOWN, "no run of `a`");
    let name = "repo_statuses_e05fcae367230ee709313dd2720da527d178ce43";
    for page in bodies(name).unwrap() {
        let words = "missing field `context`";
        check(&says(&page), ("a", None), UNKNOWN, words);
    }
}
