//! Everything that was recorded or published is read, and counted.

use insta::assert_snapshot;
use model::request::ListedRequest;
use serde_json::Value;
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

/// Returns how many items an answer of a kind holds.
pub(super) fn read(kind: &str, value: &Value) -> Result<usize, Unreadable> {
    let body = value.to_string();
    let one = [body.as_bytes()];
    // A list of one item, for what stands alone in a payload and is read from lists only.
    let listed = format!("[{body}]");
    let listed = [listed.as_bytes()];
    let counted = |name: &str| format!("{{\"total_count\": 1, \"{name}\": [{body}]}}");
    match kind {
        "request" => read::request(&one).map(|_| 1),
        "requests" => requests(&one).map(|it| it.len()),
        "listed_request" => requests(&listed).map(|it| it.len()),
        "request_commits" => read::request_commits(&one).map(|it| it.len()),
        "request_commit" => read::request_commits(&listed).map(|it| it.len()),
        "reviews" => read::reviews(&one).map(|it| it.len()),
        "review" => read::reviews(&listed).map(|it| it.len()),
        "comments" => read::comments(&one).map(|it| it.len()),
        "comment" => read::comments(&listed).map(|it| it.len()),
        "check_runs" => read::check_runs(&one).map(|it| it.items.len()),
        "check_run" => {
            read::check_runs(&[counted("check_runs").as_bytes()]).map(|it| it.items.len())
        }
        "statuses" => read::statuses(&one).map(|it| it.len()),
        "status" => read::statuses(&listed).map(|it| it.len()),
        "combined_statuses" => read::combined_statuses(&one).map(|it| it.len()),
        "settings" => read::settings(&one).map(|_| 1),
        "rulesets" => read::rulesets(&one).map(|it| it.len()),
        "ruleset" => read::ruleset(&one).map(|_| 1),
        "ruleset_version" => read::ruleset_version(&one).map(|_| 1),
        "ruleset_versions" => read::ruleset_versions(&one).map(|it| it.len()),
        "branch_rules" => read::branch_rules(&one).map(|it| it.len()),
        "rule_suites" => read::rule_suites(&one).map(|it| it.len()),
        "rule_suite" => read::rule_suites(&listed).map(|it| it.len()),
        "branch_protection" => read::branch_protection(&one).map(|_| 1),
        "deploy_keys" => read::deploy_keys(&one).map(|it| it.len()),
        "deploy_key" => read::deploy_keys(&listed).map(|it| it.len()),
        "collaborators" => read::collaborators(&one).map(|it| it.len()),
        "environments" => read::environments(&one).map(|it| it.items.len()),
        "environment" => {
            read::environments(&[counted("environments").as_bytes()]).map(|it| it.items.len())
        }
        other => panic!("{other} is no kind"),
    }
}

fn summary(samples: &[Sample]) -> String {
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
            let read = read(kind, &value).map_err(|error| error.why);
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
