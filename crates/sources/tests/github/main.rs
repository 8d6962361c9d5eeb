//! What GitHub really answered, and the examples that it publishes, as facts.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod endpoints;
mod fields;
mod orders;
mod recorded;
mod refused;
mod replayed;
mod table;
mod webhook;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// An answer, by what it answers.
struct Sample {
    /// Where it comes from.
    place: String,
    /// What it holds, in the words of this test.
    kind: &'static str,
    value: Value,
}

/// Returns a folder of the test data, or says that there is none.
#[expect(clippy::print_stdout, reason = "a test that cannot run says so")]
fn data(name: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = folder.join(name);
    if !folder.exists() {
        println!("skipped: no test data");
        return None;
    }
    Some(folder)
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Returns the examples of GitHub's published description, by operation.
fn examples() -> Option<Vec<Sample>> {
    let file = data("github_payloads/openapi_examples")?.join("response_examples.jsonl");
    let text = fs::read_to_string(file).unwrap();
    let mut samples = Vec::new();
    for line in text.lines() {
        let example: Value = serde_json::from_str(line).unwrap();
        let operation = example["op"].as_str().unwrap();
        if !example["status"].as_str().unwrap().starts_with('2') {
            continue;
        }
        // Its other examples are texts: a patch, a difference, an id.
        if operation == "repos/get-commit" && !example["value"].is_object() {
            continue;
        }
        let kind = match operation {
            "pulls/get" | "pulls/create" | "pulls/update" => "request",
            "pulls/list" => "requests",
            "pulls/list-commits" | "repos/list-commits" => "request_commits",
            "repos/get-commit" => "request_commit",
            "pulls/list-reviews" => "reviews",
            "pulls/get-review"
            | "pulls/create-review"
            | "pulls/update-review"
            | "pulls/dismiss-review"
            | "pulls/submit-review"
            | "pulls/delete-pending-review" => "review",
            "issues/list-comments" | "issues/list-comments-for-repo" => "comments",
            "issues/get-comment" | "issues/create-comment" | "issues/update-comment" => "comment",
            "checks/list-for-ref" | "checks/list-for-suite" => "check_runs",
            "checks/get" | "checks/create" | "checks/update" => "check_run",
            "repos/list-commit-statuses-for-ref" => "statuses",
            "repos/create-commit-status" => "status",
            "repos/get-combined-status-for-ref" => "combined_statuses",
            "repos/get" | "repos/update" => "settings",
            "repos/get-repo-rulesets" | "repos/get-org-rulesets" => "rulesets",
            "repos/get-repo-ruleset"
            | "repos/create-repo-ruleset"
            | "repos/update-repo-ruleset"
            | "repos/get-org-ruleset" => "ruleset",
            "repos/get-repo-ruleset-history" => "ruleset_versions",
            "repos/get-repo-ruleset-version" | "orgs/get-org-ruleset-version" => "ruleset_version",
            "repos/get-branch-rules" => "branch_rules",
            "repos/get-repo-rule-suites" | "repos/get-org-rule-suites" => "rule_suites",
            "repos/get-repo-rule-suite" | "repos/get-org-rule-suite" => "rule_suite",
            "repos/get-branch-protection" | "repos/update-branch-protection" => "branch_protection",
            "repos/list-deploy-keys" => "deploy_keys",
            "repos/get-deploy-key" | "repos/create-deploy-key" => "deploy_key",
            "repos/list-collaborators" => "collaborators",
            "repos/get-all-environments" => "environments",
            "repos/get-environment" | "repos/create-or-update-environment" => "environment",
            _ => continue,
        };
        samples.push(Sample {
            place: operation.to_owned(),
            kind,
            value: example["value"].clone(),
        });
    }
    Some(samples)
}

/// Returns the answers of recorded scenarios.
fn scenarios() -> Option<Vec<Sample>> {
    let mut samples = Vec::new();
    for folder in files(&data("github_payloads/octokit_fixtures")?) {
        let scenario = folder.file_name().unwrap().to_string_lossy().into_owned();
        for exchange in json(&folder.join("normalized-fixture.json"))
            .as_array()
            .unwrap()
        {
            let text = |name: &str| exchange[name].as_str().unwrap_or_default().to_owned();
            let path = text("path");
            let path = path.split('?').next().unwrap();
            let status = exchange["status"].as_u64().unwrap();
            let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
            let kind = match parts.as_slice() {
                _ if status >= 300 => continue,
                ["repos", _, _] | ["repositories", _] => "settings",
                [.., "branches", _, "protection"] if status == 200 => "branch_protection",
                [.., "statuses"] => "statuses",
                [.., "statuses", _] => "status",
                [.., "status"] => "combined_statuses",
                [.., "collaborators"] => "collaborators",
                _ => continue,
            };
            samples.push(Sample {
                place: format!("{scenario}: {} {path}", text("method")),
                kind,
                value: exchange["response"].clone(),
            });
        }
    }
    Some(samples)
}

/// Returns what webhooks carry of the objects that the API answers too.
fn webhooks() -> Option<Vec<Sample>> {
    let mut samples = Vec::new();
    for folder in files(&data("github_payloads/webhooks/api.github.com")?) {
        let event = folder.file_name().unwrap().to_string_lossy().into_owned();
        for file in files(&folder) {
            let payload = json(&file);
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            let mut add = |kind, value: &Value| {
                samples.push(Sample {
                    place: format!("{event}/{name}"),
                    kind,
                    value: value.clone(),
                });
            };
            match &payload["pull_request"] {
                Value::Null => {}
                request if request["merged"].is_boolean() => add("request", request),
                request => add("listed_request", request),
            }
            match event.as_str() {
                "pull_request_review" => add("review", &payload["review"]),
                "issue_comment" => add("comment", &payload["comment"]),
                "check_run" => add("check_run", &payload["check_run"]),
                "deploy_key" => add("deploy_key", &payload["key"]),
                _ => {}
            }
            // Some events name a repository by its number or its name alone.
            if payload["repository"]["full_name"].is_string() {
                add("settings", &payload["repository"]);
            }
        }
    }
    Some(samples)
}

/// Returns how many of each kind were read, and what was refused.
fn read_all(samples: &[Sample]) -> (BTreeMap<&'static str, usize>, Vec<String>) {
    let (mut counts, mut refused) = (BTreeMap::new(), Vec::new());
    for sample in samples {
        match recorded::read(sample.kind, &sample.value) {
            Ok((items, _)) => *counts.entry(sample.kind).or_default() += items,
            Err(error) => refused.push(format!("{}: {error}", sample.place)),
        }
    }
    (counts, refused)
}
