//! Every question that is asked of GitLab, against a fake that answers only what the published description allows.

use insta::assert_snapshot;
use sources::gitlab::endpoint::Endpoint;
use sources::gitlab::read;
use testkit::gitlab::table::ROUTES;
use testkit::gitlab::{Content, FakeGitlab};

use super::{HEAD, access, answers, ask, job};

const ALL: [Endpoint<'_>; 23] = [
    Endpoint::Settings,
    Endpoint::Requests,
    Endpoint::Request(7),
    Endpoint::RequestCommits(7),
    Endpoint::Notes(7),
    Endpoint::Approvals(7),
    Endpoint::RequestPipelines(7),
    Endpoint::Versions(7),
    Endpoint::MergeRef(7),
    Endpoint::Branch("fix/a *"),
    Endpoint::ClosesIssues(7),
    Endpoint::Jobs(31),
    Endpoint::Statuses(HEAD),
    Endpoint::ProtectedBranches,
    Endpoint::ProtectedBranch("fix/a *"),
    Endpoint::DeployKeys,
    Endpoint::Members,
    Endpoint::Environments,
    Endpoint::ApprovalRules,
    Endpoint::PushRule,
    Endpoint::Issue(4),
    Endpoint::AuditEvents,
    Endpoint::GroupAuditEvents("larkspur/web"),
];

#[test]
fn each_is_asked_as_the_description_says() {
    let contents = answers::all();
    let contents: Vec<(&str, Content)> = contents
        .iter()
        .map(|(path, body)| (path.as_str(), Content::Pages(vec![body.clone()])))
        .collect();
    let gitlab = FakeGitlab::start(&contents);
    let mut shown = String::new();
    for endpoint in ALL {
        let got = ask(&gitlab, access(), endpoint).unwrap();
        assert!(got.is_whole(), "{endpoint:?}");
        let asked = gitlab.asked();
        shown += &format!("project{} | {}\n", asked.last().unwrap(), got.needs);
    }
    assert_snapshot!(shown, @r"
    project | read_api and the role Guest
    project/merge_requests?per_page=100&state=all&order_by=created_at&sort=asc | read_api and the role Reporter
    project/merge_requests/7 | read_api and the role Reporter
    project/merge_requests/7/commits?per_page=100 | read_api and the role Reporter
    project/merge_requests/7/notes?per_page=100&order_by=created_at&sort=asc | read_api and the role Reporter
    project/merge_requests/7/approvals | read_api and the role Reporter
    project/merge_requests/7/pipelines | read_api and the role Reporter
    project/merge_requests/7/versions?per_page=100 | read_api and the role Reporter
    project/merge_requests/7/merge_ref | read_api and the role Reporter
    project/repository/branches/fix%2Fa%20* | read_api and the role Reporter
    project/merge_requests/7/closes_issues?per_page=100 | read_api and the role Reporter
    project/pipelines/31/jobs?per_page=100&include_retried=true | read_api and the role Reporter
    project/repository/commits/1f0d2a5c3b4e69788796a5b4c3d2e1f001122334/statuses?per_page=100&all=true | read_api and the role Reporter
    project/protected_branches?per_page=100 | read_api and the role Maintainer
    project/protected_branches/fix%2Fa%20* | read_api and the role Maintainer
    project/deploy_keys?per_page=100 | read_api and the role Maintainer
    project/members/all?per_page=100 | read_api and the role Guest
    project/environments?per_page=100 | read_api and the role Reporter
    project/approval_rules?per_page=100 | read_api, the role Reporter and the plan Premium
    project/push_rule | read_api, the role Maintainer and the plan Premium
    project/issues/4 | read_api and the role Guest
    project/audit_events?per_page=100 | read_api, the role Maintainer and the plan Premium
    project/groups/larkspur%2Fweb/audit_events?per_page=100 | read_api, the role Owner of the group and the plan Premium
    ");
}

#[test]
fn every_route_is_asked_and_every_answer_read() {
    let all = answers::all();
    assert_eq!((ALL.len(), all.len()), (ROUTES.len(), ROUTES.len()));
    for (path, body) in &all {
        let pages = [body.as_bytes()];
        let pages = &pages[..];
        let is_read = match path.rsplit('/').next().unwrap() {
            "" => read::settings(pages).is_ok() && read::merge_settings(pages).is_ok(),
            "merge_requests" => read::requests(pages).is_ok(),
            "commits" => read::request_commits(pages).is_ok(),
            "notes" => read::comments(pages).is_ok() && read::system_notes(pages).is_ok(),
            "approvals" => read::approvals(pages).is_ok(),
            "pipelines" => read::pipelines(pages).is_ok(),
            "versions" => read::versions(pages).is_ok(),
            "merge_ref" => read::merge_ref(pages).is_ok(),
            "closes_issues" => read::closes_issues(pages).is_ok(),
            "jobs" => read::jobs(pages).is_ok(),
            "statuses" => read::statuses(pages).is_ok(),
            "protected_branches" => read::protected_branches(pages).is_ok(),
            "deploy_keys" => read::deploy_keys(pages).is_ok(),
            "all" => read::members(pages).is_ok(),
            "environments" => read::environments(pages).is_ok(),
            "approval_rules" => read::approval_rules(pages).is_ok(),
            "push_rule" => read::push_rule(pages).is_ok(),
            "audit_events" | "groups" => read::audit_events(pages).is_ok(),
            "7" => read::request(pages).is_ok() && read::standing(pages).is_ok(),
            "4" => read::issue(pages).is_ok(),
            _ if path.contains("/repository/") => read::branch(pages).is_ok(),
            _ => read::push_levels(pages).is_ok(),
        };
        assert!(is_read, "{path}: {body}");
    }
}

#[test]
fn a_job_token_reads_what_the_fake_lets_it() {
    let gitlab = FakeGitlab::start(&[
        ("/pipelines/31/jobs", Content::Pages(vec!["[]".to_owned()])),
        ("/environments", Content::Pages(vec!["[]".to_owned()])),
    ]);
    for endpoint in ALL {
        let got = ask(&gitlab, job(), endpoint);
        assert_eq!(got.is_ok(), endpoint.takes_job_token(), "{endpoint:?}");
    }
}
