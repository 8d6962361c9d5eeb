//! Everything that was recorded or published is read, and counted.

use std::fmt::Debug;

use insta::assert_snapshot;
use model::request::ListedRequest;
use model::request::check::Counted;
use serde_json::{Value, json};
use sources::forge::answer::Unreadable;
use sources::forge::cut::cut;
use sources::github::read;

use super::{Sample, data, examples, files, read_all, scenarios, webhooks};

/// Reads a list of requests, of which the fields that are kept show the same.
fn requests(pages: &[&[u8]; 1]) -> Result<Vec<ListedRequest>, Unreadable> {
    let kept = cut(pages[0], read::LISTED_FIELDS).unwrap();
    let whole = read::requests(pages);
    assert_eq!(read::requests(&[&kept]).ok(), whole.as_ref().ok().cloned());
    whole
}

/// What an answer of a kind holds: how many items, and what they say.
type Held = Result<(usize, String), Unreadable>;

fn one<T: Debug>(read: Result<T, Unreadable>) -> Held {
    read.map(|it| (1, format!("{it:?}")))
}

fn many<T: Debug>(read: Result<Vec<T>, Unreadable>) -> Held {
    read.map(|it| (it.len(), format!("{it:?}")))
}

fn counted<T: Debug>(read: Result<Counted<T>, Unreadable>) -> Held {
    read.map(|it| (it.items.len(), format!("{it:?}")))
}

/// Returns what an answer of a kind holds.
pub(super) fn read(kind: &str, value: &Value) -> Held {
    let body = value.to_string();
    let body = [body.as_bytes()];
    match kind {
        "request" => one(read::request(&body)),
        "requests" => many(requests(&body)),
        "request_commits" => many(read::request_commits(&body)),
        "reviews" => many(read::reviews(&body)),
        "comments" => many(read::comments(&body)),
        "check_runs" => counted(read::check_runs(&body)),
        "statuses" => many(read::statuses(&body)),
        "combined_statuses" => many(read::combined_statuses(&body)),
        "issue" => one(read::issue(&body)),
        "branch" => one(read::branch(&body)),
        "settings" => one(read::settings(&body)),
        "rulesets" => many(read::rulesets(&body)),
        "ruleset" => one(read::ruleset(&body)),
        "ruleset_version" => one(read::ruleset_version(&body)),
        "ruleset_versions" => many(read::ruleset_versions(&body)),
        "branch_rules" => many(read::branch_rules(&body)),
        "rule_suites" => many(read::rule_suites(&body)),
        "branch_protection" => one(read::branch_protection(&body)),
        "deploy_keys" => many(read::deploy_keys(&body)),
        "collaborators" => many(read::collaborators(&body)),
        "environments" => counted(read::environments(&body)),
        other => match whole(other, value) {
            Some((kind, value)) => read(kind, &value),
            None => panic!("{other} is no kind"),
        },
    }
}

/// Returns what stands alone as the answer of one item in which it is read.
pub(super) fn whole(kind: &str, value: &Value) -> Option<(&'static str, Value)> {
    let counted = |name: &str| json!({"total_count": 1, name: [value]});
    Some(match kind {
        "listed_request" => ("requests", json!([value])),
        "request_commit" => ("request_commits", json!([value])),
        "review" => ("reviews", json!([value])),
        "comment" => ("comments", json!([value])),
        "check_run" => ("check_runs", counted("check_runs")),
        "status" => ("statuses", json!([value])),
        "rule_suite" => ("rule_suites", json!([value])),
        "deploy_key" => ("deploy_keys", json!([value])),
        "environment" => ("environments", counted("environments")),
        _ => return None,
    })
}

pub(super) fn summary(samples: &[Sample]) -> String {
    let (counts, refused) = read_all(samples);
    let counts = counts
        .iter()
        .map(|(kind, count)| format!("{kind} {count}\n"));
    let refused = refused.iter().map(|line| format!("refused {line}\n"));
    counts.chain(refused).collect()
}

#[test]
fn every_published_example_is_read() {
    if let Some(samples) = examples() {
        assert_snapshot!(summary(&samples), @r"
        branch_protection 2
        branch_rules 2
        check_run 4
        check_runs 2
        collaborators 1
        combined_statuses 2
        comment 3
        comments 2
        deploy_key 2
        deploy_keys 1
        environment 2
        environments 1
        request_commit 1
        request_commits 2
        requests 1
        review 6
        reviews 1
        rule_suite 2
        rule_suites 4
        ruleset 4
        ruleset_version 2
        ruleset_versions 3
        rulesets 4
        settings 2
        status 1
        statuses 1
        refused pulls/create: a pull request, page 1, is not what GitHub answers: it is not merged, and says when it was
        refused pulls/get: a pull request, page 1, is not what GitHub answers: it is not merged, and says when it was
        refused pulls/update: a pull request, page 1, is not what GitHub answers: it is not merged, and says when it was
        ");
    }
}

#[test]
fn what_github_answers_beyond_its_published_examples_is_read() {
    let rules = json!([
        {"type": "copilot_code_review", "parameters": {"review_on_push": true}},
        {"type": "deletion"},
    ]);
    let ruleset = json!({
        "id": 41, "name": "main", "target": "branch", "source_type": "Repository", "source": "larkspur/shop",
        "enforcement": "active", "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
        "rules": rules, "bypass_actors": [{"actor_id": null, "actor_type": "DeployKey", "bypass_mode": "exempt"}],
        "current_user_can_bypass": "never", "created_at": "2026-04-28T00:09:27.755+02:00",
        "updated_at": "2026-04-28T00:09:56.136+02:00",
    });
    let suite = json!([{
        "id": 51, "actor_id": 61, "actor_name": "ada", "before_sha": "0".repeat(40), "after_sha": "a".repeat(40),
        "ref": "refs/heads/main", "pushed_at": "2026-09-16T22:00:44-04:00", "result": "bypass",
    }]);
    let (_, ruleset) = read("ruleset", &ruleset).unwrap();
    let (_, suite) = read("rule_suites", &suite).unwrap();
    assert_snapshot!(format!("{ruleset}\n{suite}"));
}

#[test]
fn every_recorded_scenario_is_read() {
    if let Some(samples) = scenarios() {
        assert_snapshot!(summary(&samples), @r"
        branch_protection 2
        collaborators 3
        combined_statuses 2
        settings 4
        status 2
        statuses 2
        ");
    }
}

#[test]
fn every_object_in_a_webhook_is_read() {
    if let Some(samples) = webhooks() {
        assert_snapshot!(summary(&samples), @r"
        check_run 8
        comment 8
        deploy_key 1
        listed_request 9
        request 28
        review 3
        settings 235
        ");
    }
}

#[test]
fn answers_that_another_product_cut_short_are_refused_by_name() {
    // Its authors kept only what it reads: GitHub's own answers have these fields.
    let Some(folder) = data("ci_reports/policy_bot_responses") else {
        return;
    };
    let mut lines = Vec::new();
    for file in files(&folder) {
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let kind = match name.as_str() {
            "check_runs_for_ref" => "check_runs",
            "combined_status_for_ref" => "combined_statuses",
            name if name.starts_with("repo_statuses") => "statuses",
            _ => continue,
        };
        #[derive(serde::Deserialize)]
        struct Response {
            body: String,
        }
        let text = std::fs::read_to_string(&file).unwrap();
        let responses: Vec<Response> = serde_saphyr::from_str(&text).unwrap();
        for response in responses {
            let value = serde_json::from_str(&response.body).unwrap();
            let read = read(kind, &value).map(|(items, _)| items);
            let read = read.map_err(|error| error.why);
            lines.push(format!("{}: {read:?}\n", name.get(..24).unwrap_or(&name)));
        }
    }
    assert_snapshot!(lines.concat(), @r#"
    check_runs_for_ref: Err("missing field `id` at line 1 column 155")
    combined_status_for_ref: Ok(2)
    repo_statuses_e05fcae367: Err("missing field `context` at line 1 column 38")
    repo_statuses_e05fcae367: Err("missing field `context` at line 1 column 38")
    repo_statuses_e05fcae367: Err("missing field `context` at line 1 column 38")
    repo_statuses_none: Ok(0)
    "#);
}
