//! Payloads of webhooks, in the form that GitLab publishes, and what they are about.

use insta::assert_snapshot;
use model::request::words::PipelineStatus;
use serde_json::{Value, json};
use sources::gitlab::webhook::{Happened, payload};

use super::{HEAD, START};

const ZEROS: &str = "0000000000000000000000000000000000000000";

fn of(kind: &str, attributes: &Value) -> Value {
    json!({
        "object_kind": kind, "user": {"id": 11, "name": "Ada Marsh", "username": "ada", "email": "[REDACTED]"},
        "project": {"id": 3, "name": "shop", "path_with_namespace": "larkspur/web/shop", "default_branch": "main"},
        "object_attributes": attributes,
    })
}

fn happened(payload_of: &Value) -> Happened {
    let read = payload(payload_of.to_string().as_bytes()).unwrap();
    let project = read.project.unwrap();
    assert_eq!(
        (project.id, project.path.as_str()),
        (3, "larkspur/web/shop")
    );
    assert_eq!(read.account.unwrap().login, "ada");
    read.happened
}

fn why(payload_of: &Value) -> String {
    let error = payload(payload_of.to_string().as_bytes()).unwrap_err();
    error.to_string()
}

fn request() -> Value {
    let attributes = json!({
        "id": 701, "iid": 7, "target_branch": "main", "source_branch": "receipts", "state": "opened",
        "action": "update", "oldrev": START, "last_commit": {"id": HEAD, "message": "Send receipts"},
    });
    of("merge_request", &attributes)
}

#[test]
fn a_merge_request() {
    let mut sent = request();
    let expected = |action: Option<&str>, before: Option<&str>| Happened::Request {
        number: 7,
        action: action.map(str::to_owned),
        head: HEAD.parse().unwrap(),
        head_before: before.map(|it| it.parse().unwrap()),
        target_branch: "main".to_owned(),
    };
    assert_eq!(happened(&sent), expected(Some("update"), Some(START)));
    let attributes = sent["object_attributes"].as_object_mut().unwrap();
    attributes.remove("oldrev").unwrap();
    attributes.remove("action").unwrap();
    assert_eq!(happened(&sent), expected(None, None));
    sent["object_attributes"]["last_commit"] = Value::Null;
    assert_snapshot!(why(&sent), @"a webhook's payload, page 1, is not what GitLab answers: invalid type: null, expected struct CommitWire");
}

#[test]
fn a_push() {
    let mut sent = json!({
        "object_kind": "push", "event_name": "push", "before": ZEROS, "after": HEAD, "ref": "refs/heads/receipts",
        "user_id": 11, "user_username": "ada", "user_name": "Ada Marsh", "project_id": 3,
        "project": {"id": 3, "path_with_namespace": "larkspur/web/shop"}, "commits": [], "total_commits_count": 1,
    });
    let Happened::Push {
        reference,
        before,
        after,
    } = happened(&sent)
    else {
        panic!("it is a push");
    };
    assert_eq!(
        (reference.as_str(), before.to_string().as_str()),
        ("refs/heads/receipts", ZEROS)
    );
    assert_eq!(after.to_string(), HEAD);
    sent.as_object_mut().unwrap().remove("after").unwrap();
    assert_snapshot!(why(&sent), @"a webhook's payload, page 1, is not what GitLab answers: a push lacks its ref, or what it named before or since");
}

#[test]
fn a_pipeline() {
    let mut sent = of(
        "pipeline",
        &json!({"id": 31, "ref": "receipts", "sha": HEAD, "status": "failed"}),
    );
    let read = |sent: &Value| match happened(sent) {
        Happened::Pipeline {
            id,
            status,
            request,
            ..
        } => (id, status, request),
        other => panic!("{other:?}"),
    };
    assert_eq!(read(&sent), (31, PipelineStatus::Failed, None));
    sent["merge_request"] = json!({"id": 701, "iid": 7});
    sent["object_attributes"]["status"] = "passed".into();
    assert_eq!(
        read(&sent),
        (31, PipelineStatus::Other("passed".to_owned()), Some(7))
    );
}

#[test]
fn a_comment_is_on_a_merge_request_or_on_something_else() {
    let mut sent = of(
        "note",
        &json!({"id": 91, "note": "LGTM", "noteable_type": "MergeRequest"}),
    );
    assert_snapshot!(why(&sent), @"a webhook's payload, page 1, is not what GitLab answers: a comment lacks the merge request that it is on");
    sent["merge_request"] = json!({"id": 701, "iid": 7});
    let comment = |request| Happened::Comment { id: 91, request };
    assert_eq!(happened(&sent), comment(Some(7)));
    sent["object_attributes"]["noteable_type"] = "Commit".into();
    assert_eq!(happened(&sent), comment(None));
}

#[test]
fn what_is_none_of_these_is_kept_by_its_name() {
    let sent = of("deployment", &Value::Null);
    assert_eq!(happened(&sent), Happened::Other("deployment".to_owned()));
    let nameless = json!({"event_name": "project_create", "user": {"name": "Ada Marsh"}});
    let read = payload(nameless.to_string().as_bytes()).unwrap();
    assert_eq!((read.project, read.account), (None, None));
    assert_eq!(read.happened, Happened::Other("project_create".to_owned()));
    assert_snapshot!(why(&json!({"project": null})), @"a webhook's payload, page 1, is not what GitLab answers: it does not say what it is");
    assert_snapshot!(why(&of("pipeline", &Value::Null)), @"a webhook's payload, page 1, is not what GitLab answers: it has no `object_attributes`");
    assert!(payload(b"[]").is_err());
}
