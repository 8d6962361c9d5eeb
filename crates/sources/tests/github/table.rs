//! A dozen answers, read by hand and by the program.

use insta::assert_debug_snapshot;
use model::request::Readable;
use model::request::rules::{BypassActor, Rule};
use model::request::words::{
    AccountKind, BypassActorKind, BypassMode, CheckConclusion, CheckStatus, Enforcement,
    RequestState, ReviewState, Role, RuleResult, StatusState, Visibility,
};
use serde_json::Value;
use sources::github::read;

use super::{Sample, examples, scenarios, webhooks};

fn find(samples: Option<Vec<Sample>>, place: &str, kind: &str) -> Option<Value> {
    let samples = samples?;
    let mut found = samples
        .into_iter()
        .filter(|it| it.place == place && it.kind == kind);
    Some(found.next_back().expect("it is in the data").value)
}

fn bytes(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

#[test]
fn a_request_that_was_closed() {
    let Some(value) = find(webhooks(), "pull_request/closed.payload.json", "request") else {
        return;
    };
    let read = read::request(&[&bytes(&value)]).unwrap();
    assert_eq!(
        (read.number, read.state, read.is_draft),
        (2, RequestState::Closed, Some(false))
    );
    assert_eq!(read.author.unwrap().login, "Codertocat");
    assert_eq!(
        (read.base.branch.as_str(), read.head.branch.as_str()),
        ("master", "changes")
    );
    assert_eq!(read.head.commit.short(), "ec26c3e57ca3");
    assert_eq!(
        read.head.repository.as_deref(),
        Some("Codertocat/Hello-World")
    );
    // It was closed without a merge, and names a commit that was only tried.
    assert_eq!((read.merge, read.commit_count), (None, Some(1)));
    assert!(value["merge_commit_sha"].is_string());
}

#[test]
fn a_request_of_the_documentation() {
    let Some(mut value) = find(examples(), "pulls/get", "request") else {
        return;
    };
    // The example says both that it is not merged and when it was.
    let error = read::request(&[&bytes(&value)]).unwrap_err();
    assert_eq!(error.why, "it is not merged, and says when it was");
    value["merged"] = true.into();
    let read = read::request(&[&bytes(&value)]).unwrap();
    let merge = read.merge.unwrap();
    assert_eq!(merge.by.unwrap().login, "octocat");
    assert_eq!(merge.commit.short(), "e5bd3914e2e5");
    assert_eq!(merge.at, "2011-01-26T19:01:12Z".parse().unwrap());
    assert!(read.labels.contains("bug"));
}

#[test]
fn commits_of_a_request() {
    let Some(value) = find(examples(), "pulls/list-commits", "request_commits") else {
        return;
    };
    let read = read::request_commits(&[&bytes(&value)]).unwrap().remove(0);
    assert_eq!(read.id.short(), "6dcb09b5b578");
    assert_eq!(read.tree.unwrap().short(), "6dcb09b5b578");
    assert_eq!(&*read.author.address, "support@github.com");
    assert_eq!(read.author_account.unwrap().login, "octocat");
    assert_eq!(read.parents.unwrap().len(), 1);
}

#[test]
fn reviews_of_a_request() {
    let Some(value) = find(examples(), "pulls/list-reviews", "reviews") else {
        return;
    };
    let read = read::reviews(&[&bytes(&value)]).unwrap().remove(0);
    assert_eq!((read.id, read.state), (80, ReviewState::Approved));
    assert_eq!(read.account.unwrap().kind, AccountKind::User);
    assert_eq!(read.commit.unwrap().short(), "ecdd80bb5712");
    let Some(value) = find(
        webhooks(),
        "pull_request_review/dismissed.payload.json",
        "review",
    ) else {
        return;
    };
    let read = read::reviews(&[format!("[{value}]").as_bytes()])
        .unwrap()
        .remove(0);
    assert_eq!(read.state, ReviewState::Dismissed);
    assert_eq!(read.submitted_at, "2019-05-15T15:20:38Z".parse().ok());
}

#[test]
fn a_failed_check_and_who_reported_it() {
    let Some(value) = find(
        webhooks(),
        "check_run/completed.1.payload.json",
        "check_run",
    ) else {
        return;
    };
    let body = format!("{{\"total_count\": 2, \"check_runs\": [{value}]}}");
    let read = read::check_runs(&[body.as_bytes()]).unwrap();
    assert!(!read.is_whole());
    let run = &read.items[0];
    assert_eq!(
        (run.name.as_str(), &run.status),
        ("Octocoders-linter", &CheckStatus::Completed)
    );
    assert_eq!(run.conclusion, Some(CheckConclusion::Failure));
    let app = run.app.clone().unwrap();
    assert_eq!(
        (app.id, app.slug.as_deref()),
        (29310, Some("github-actions"))
    );
    assert_eq!(run.head.short(), "ec26c3e57ca3");
}

#[test]
fn statuses_of_a_commit() {
    let place = "create-status: get /repos/octokit-fixture-org/create-status/commits/\
                 0000000000000000000000000000000000000001/statuses";
    let Some(value) = find(scenarios(), place, "statuses") else {
        return;
    };
    let read = read::statuses(&[&bytes(&value)]).unwrap();
    let said: Vec<_> = read
        .iter()
        .map(|it| (it.context.as_str(), &it.state))
        .collect();
    assert_eq!(
        said,
        [
            ("example/2", &StatusState::Success),
            ("example/1", &StatusState::Failure)
        ]
    );
    assert_eq!(
        read[0].creator.clone().unwrap().login,
        "octokit-fixture-user-a"
    );
}

#[test]
fn settings_of_a_repository() {
    let place = "get-repository: get /repos/octokit-fixture-org/hello-world";
    let Some(value) = find(scenarios(), place, "settings") else {
        return;
    };
    let read = read::settings(&[&bytes(&value)]).unwrap();
    assert_eq!(
        (read.full_name.as_str(), read.default_branch.as_str()),
        ("octokit-fixture-org/hello-world", "master")
    );
    assert_eq!(
        (read.visibility, read.is_private, read.is_archived),
        (Some(Visibility::Public), false, Some(false))
    );
    assert_eq!(read.owner.kind, AccountKind::Organization);
    assert!(matches!(read.merge_methods, Readable::Known(methods) if methods.len() == 3));
}

#[test]
fn protection_with_and_without_requirements() {
    let place = "branch-protection: put /repos/octokit-fixture-org/branch-protection/branches/main/protection";
    let Some(value) = find(scenarios(), place, "branch_protection") else {
        return;
    };
    let read = read::branch_protection(&[&bytes(&value)]).unwrap();
    assert!(read.holds_for_administrators);
    let checks = read.checks.unwrap();
    assert_eq!(
        (checks.checks[0].context.as_str(), checks.checks[0].app),
        ("foo/bar", None)
    );
    assert_eq!(checks.is_strict, Some(true));
    assert_eq!(read.pushers.unwrap().teams, ["a-team"]);
    assert_eq!(
        (read.allows_force_pushes, read.is_locked),
        (Some(false), None)
    );
    let reviews = read.reviews.unwrap();
    assert!(reviews.dismisses_stale && !reviews.needs_code_owner);
    assert_eq!(reviews.bypass, None);
}

#[test]
fn a_ruleset_with_and_without_its_bypass_actors() {
    let Some(mut value) = find(examples(), "repos/get-repo-ruleset", "ruleset") else {
        return;
    };
    let read = |value: &Value| read::ruleset(&[&bytes(value)]).unwrap();
    let ruleset = read(&value);
    assert_eq!(ruleset.enforcement, Enforcement::Active);
    let actor = BypassActor {
        id: Some(234),
        kind: BypassActorKind::Team,
        mode: BypassMode::Always,
    };
    assert_eq!(ruleset.bypass_actors, Readable::Known(vec![actor]));
    assert_eq!(
        ruleset.include.unwrap(),
        ["refs/heads/main", "refs/heads/master"]
    );
    assert_eq!(
        ruleset.rules,
        [Rule::Other("commit_author_email_pattern".to_owned())]
    );
    value.as_object_mut().unwrap().remove("bypass_actors");
    let needs = "Administration: write".to_owned();
    assert_eq!(read(&value).bypass_actors, Readable::Withheld { needs });
}

#[test]
fn a_push_that_went_around_the_rules() {
    let Some(value) = find(examples(), "repos/get-repo-rule-suites", "rule_suites") else {
        return;
    };
    let read = read::rule_suites(&[&bytes(&value)]).unwrap().remove(0);
    assert_eq!(
        (read.id, read.actor_name.as_deref(), read.result),
        (21, Some("octocat"), RuleResult::Bypass)
    );
    assert_eq!(read.reference, "refs/heads/i-see-everything");
}

#[test]
fn who_and_what_may_reach_a_repository() {
    let Some(value) = find(examples(), "repos/list-collaborators", "collaborators") else {
        return;
    };
    let read = read::collaborators(&[&bytes(&value)]).unwrap().remove(0);
    assert_eq!(
        (read.account.login.as_str(), read.role),
        ("octocat", Role::Write)
    );
    let value = find(examples(), "repos/list-deploy-keys", "deploy_keys").unwrap();
    let read = read::deploy_keys(&[&bytes(&value)]).unwrap().remove(0);
    assert_eq!(
        (read.title.as_str(), read.is_read_only),
        ("octocat@octomac", true)
    );
    let value = find(examples(), "repos/get-all-environments", "environments").unwrap();
    let read = read::environments(&[&bytes(&value)]).unwrap();
    assert!(read.is_whole());
    assert_debug_snapshot!(read.items[0].rules, @r#"
    Some(
        [
            WaitTimer {
                minutes: 30,
            },
            RequiredReviewers {
                reviewers: [
                    (
                        Account,
                        "octocat",
                    ),
                    (
                        Team,
                        "justice-league",
                    ),
                ],
                prevents_self_review: Some(
                    false,
                ),
            },
            BranchPolicy,
        ],
    )
    "#);
}
