//! What a git forge answers: the JSON of GitHub's API, and the header that names the next page.

use super::{owned, text};
use sources::forge::delivery::Delivery;
use sources::forge::link;
use sources::github::{read, webhook};

/// A page of any endpoint.
pub fn github_answer(bytes: &[u8]) {
    let pages = [bytes];
    if let Ok(request) = read::request(&pages) {
        assert!(
            request
                .merge
                .is_none_or(|merge| merge.commit.as_bytes().len() >= 20)
        );
    }
    let _state = read::merge_state(&pages);
    let _count = read::line_comment_count(&pages);
    let _issue = read::issue(&pages);
    let _branch = read::branch(&pages);
    let _requests = read::requests(&pages);
    let _commits = read::request_commits(&pages);
    let _reviews = read::reviews(&pages);
    let _comments = read::comments(&pages);
    if let Ok(runs) = read::check_runs(&pages) {
        assert_eq!(runs.is_whole(), runs.total == runs.items.len() as u64);
    }
    let _statuses = read::statuses(&pages);
    let _combined = read::combined_statuses(&pages);
    let _settings = read::settings(&pages);
    let _rulesets = read::rulesets(&pages);
    let _ruleset = read::ruleset(&pages);
    let _versions = read::ruleset_versions(&pages);
    let _version = read::ruleset_version(&pages);
    let _rules = read::branch_rules(&pages);
    let _suites = read::rule_suites(&pages);
    let _events = read::audit_log(&pages);
    let _protection = read::branch_protection(&pages);
    let _keys = read::deploy_keys(&pages);
    let _collaborators = read::collaborators(&pages);
    let _environments = read::environments(&pages);
}

pub(super) fn answers() -> Vec<Vec<u8>> {
    owned(&[
        br#"{"number":7,"state":"closed","user":{"id":1,"login":"ada","type":"User"},"draft":false,"base":{"ref":"main","sha":"6dcb09b5b57875f334f61aebed695e2e4193db5e","repo":{"full_name":"larkspur/shop"}},"head":{"ref":"fix","sha":"6dcb09b5b57875f334f61aebed695e2e4193db5e","repo":null},"labels":[{"name":"risk: low"}],"created_at":"2026-06-01T12:00:00Z","closed_at":"2026-06-01T12:00:00Z","merged":true,"merged_at":"2026-06-01T12:00:00Z","merged_by":null,"merge_commit_sha":"6dcb09b5b57875f334f61aebed695e2e4193db5e","commits":1}"#,
        br#"{"total_count":1,"check_runs":[{"id":4,"name":"gate","head_sha":"6dcb09b5b57875f334f61aebed695e2e4193db5e","status":"completed","conclusion":"success","app":{"id":1,"slug":"ci"}}]}"#,
        br#"[{"id":80,"user":{"id":1,"login":"ada","type":"User"},"state":"APPROVED","commit_id":null,"submitted_at":"2026-06-01T12:00:00Z"}]"#,
        br#"{"id":1,"name":"main","target":"branch","enforcement":"active","source_type":"Repository","source":"larkspur/shop","bypass_actors":[{"actor_id":5,"actor_type":"RepositoryRole","bypass_mode":"always"}],"conditions":{"ref_name":{"include":["~DEFAULT_BRANCH"],"exclude":[]}},"rules":[{"type":"required_status_checks","parameters":{"strict_required_status_checks_policy":true,"required_status_checks":[{"context":"gate","integration_id":7}]}},{"type":"deletion"}]}"#,
        br#"{"enforce_admins":{"enabled":true},"required_status_checks":{"strict":true,"contexts":["gate"],"checks":[{"context":"gate","app_id":-1}]},"restrictions":{"users":[{"login":"ada"}],"teams":[],"apps":[]}}"#,
        br#"[{"sha":"6dcb09b5b57875f334f61aebed695e2e4193db5e","parents":[],"author":{},"committer":null,"commit":{"author":{"name":"Ada","email":"a"},"committer":{"name":"Ada","email":"a"},"tree":{"sha":"6dcb09b5b57875f334f61aebed695e2e4193db5e"}}}]"#,
    ])
}

/// The header `Link`.
pub fn link(bytes: &[u8]) {
    let header = text(bytes);
    if let Ok(Some(next)) = link::next(&header) {
        assert!(header.contains(&next));
    }
}

pub(super) fn links() -> Vec<Vec<u8>> {
    owned(&[
        br#"<https://api.github.com/repositories/1/pulls?page=2>; rel="next", <https://api.github.com/repositories/1/pulls?page=5>; rel="last""#,
        br#"<a>; title="x, <b>"; rel=next"#,
    ])
}

/// A delivery of a webhook in a file, and what GitHub says in it.
pub fn delivery(bytes: &[u8]) {
    let Ok(delivery) = Delivery::parse(bytes) else {
        return;
    };
    assert!(bytes.ends_with(delivery.body));
    let event = delivery.header("x-github-event").unwrap_or("push");
    let _happened = webhook::happened(event, delivery.body);
    let _payload = webhook::payload(delivery.body);
}

pub(super) fn deliveries() -> Vec<Vec<u8>> {
    owned(&[
        b"POST /hook HTTP/1.1\r\nX-GitHub-Event: push\r\nContent-Length: 244\r\n\r\n{\"ref\":\"refs/heads/main\",\"before\":\"6dcb09b5b57875f334f61aebed695e2e4193db5e\",\"after\":\"6dcb09b5b57875f334f61aebed695e2e4193db5e\",\"forced\":true,\"pusher\":{},\"repository\":{\"id\":3,\"full_name\":\"larkspur/shop\",\"pushed_at\":1767603600},\"sender\":null}",
        b"X-GitHub-Event: branch_protection_rule\n\n{\"action\":\"edited\",\"rule\":{\"name\":\"main\",\"updated_at\":\"2021-08-19T12:16:32.000-04:00\",\"pull_request_reviews_enforcement_level\":\"off\",\"dismiss_stale_reviews_on_push\":false,\"require_code_owner_review\":false,\"required_status_checks\":[\"ci\"],\"required_status_checks_enforcement_level\":\"everyone\",\"admin_enforced\":true,\"allow_force_pushes_enforcement_level\":\"off\",\"allow_deletions_enforcement_level\":\"off\"}}",
        br#"{"action":"disabled","repository":{"id":3,"full_name":"larkspur/shop"}}"#,
    ])
}
