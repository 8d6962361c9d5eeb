//! What a field that is absent, of another type, or at odds with another does to an answer.

use insta::assert_snapshot;
use model::request::Readable;
use serde_json::{Value, json};
use sources::forge::answer::Unreadable;
use sources::gitlab::read;

use super::answers;

/// Reads an answer, and forgets what it says.
type Reader = fn(&[u8]) -> Result<(), Unreadable>;

fn one(body: &Value) -> Vec<u8> {
    body.to_string().into_bytes()
}

fn listed(body: &Value) -> Vec<u8> {
    format!("[{body}]").into_bytes()
}

/// Checks that an answer is read, and no more without any of these fields, nor with an object in place of one.
fn needs(read: Reader, page: fn(&Value) -> Vec<u8>, whole: &Value, fields: &[&str]) {
    assert_eq!(read(&page(whole)), Ok(()));
    for field in fields {
        let mut lacking = whole.clone();
        lacking.as_object_mut().unwrap().remove(*field).unwrap();
        assert!(read(&page(&lacking)).is_err(), "without {field}");
        let mut strange = whole.clone();
        strange[field] = json!({"strange": []});
        assert!(read(&page(&strange)).is_err(), "with a strange {field}");
    }
}

#[test]
fn a_request_without_what_decides_is_no_request() {
    let whole = answers::request();
    let fields = [
        "iid",
        "state",
        "author",
        "target_branch",
        "source_branch",
        "target_project_id",
        "source_project_id",
        "sha",
        "diff_refs",
        "labels",
        "created_at",
        "closed_at",
        "merged_at",
        "merge_commit_sha",
        "squash_commit_sha",
    ];
    needs(
        |body| read::request(&[body]).map(drop),
        one,
        &whole,
        &fields,
    );
    let fields = ["iid", "state", "target_branch", "sha", "merged_at"];
    needs(
        |body| read::standing(&[body]).map(drop),
        one,
        &whole,
        &fields,
    );
    needs(
        |body| read::opened(&[body]).map(drop),
        one,
        &whole,
        &["iid"],
    );
    let fields = [
        "iid",
        "state",
        "sha",
        "target_branch",
        "updated_at",
        "merged_at",
    ];
    needs(
        |body| read::requests(&[body]).map(drop),
        listed,
        &whole,
        &fields,
    );
    let fields = [
        "id",
        "author_name",
        "author_email",
        "committer_name",
        "committer_email",
    ];
    needs(
        |body| read::request_commits(&[body]).map(drop),
        listed,
        &answers::commit(),
        &fields,
    );
}

#[test]
fn a_check_without_what_decides_is_no_check() {
    let fields = [
        "id",
        "name",
        "status",
        "started_at",
        "finished_at",
        "pipeline",
    ];
    needs(
        |body| read::jobs(&[body]).map(drop),
        listed,
        &answers::job("success"),
        &fields,
    );
    let fields = ["name", "status", "created_at"];
    needs(
        |body| read::statuses(&[body]).map(drop),
        listed,
        &answers::status("success"),
        &fields,
    );
    let fields = ["id", "sha", "ref", "status", "created_at", "updated_at"];
    needs(
        |body| read::pipelines(&[body]).map(drop),
        listed,
        &answers::pipeline(),
        &fields,
    );
    let fields = ["approved_by"];
    needs(
        |body| read::approvals(&[body]).map(drop),
        one,
        &answers::approvals(),
        &fields,
    );
    let fields = ["id", "author", "body", "system", "created_at", "updated_at"];
    needs(
        |body| read::comments(&[body]).map(drop),
        listed,
        &answers::note(true, "x"),
        &fields,
    );
}

#[test]
fn a_protection_without_what_decides_is_none() {
    let fields = [
        "name",
        "push_access_levels",
        "merge_access_levels",
        "allow_force_push",
    ];
    needs(
        |body| read::protected_branches(&[body]).map(drop),
        listed,
        &answers::protected_branch(),
        &fields,
    );
    let fields = [
        "id",
        "name",
        "rule_type",
        "approvals_required",
        "eligible_approvers",
        "contains_hidden_groups",
        "protected_branches",
    ];
    needs(
        |body| read::approval_rules(&[body]).map(drop),
        listed,
        &answers::approval_rule(),
        &fields,
    );
    needs(
        |body| read::push_levels(&[body]).map(drop),
        one,
        &answers::protected_branch(),
        &["push_access_levels"],
    );
    needs(
        |body| read::push_rule(&[body]).map(drop),
        one,
        &answers::push_rule(),
        &["id"],
    );
}

#[test]
fn settings_without_what_decides_are_none() {
    let fields = [
        "id",
        "path_with_namespace",
        "namespace",
        "default_branch",
        "visibility",
    ];
    needs(
        |body| read::settings(&[body]).map(drop),
        one,
        &answers::project(),
        &fields,
    );
    needs(
        |body| read::merge_settings(&[body]).map(drop),
        one,
        &answers::project(),
        &["path_with_namespace"],
    );
    let fields = ["id", "title", "key", "can_push", "created_at"];
    needs(
        |body| read::deploy_keys(&[body]).map(drop),
        listed,
        &answers::deploy_key(),
        &fields,
    );
    let fields = ["id", "username", "access_level", "expires_at"];
    needs(
        |body| read::members(&[body]).map(drop),
        listed,
        &answers::member(),
        &fields,
    );
    let fields = [
        "iid",
        "title",
        "description",
        "state",
        "author",
        "labels",
        "created_at",
        "updated_at",
        "closed_at",
    ];
    needs(
        |body| read::issue(&[body]).map(drop),
        one,
        &answers::issue(),
        &fields,
    );
    let fields = ["id", "author_id", "created_at"];
    needs(
        |body| read::audit_events(&[body]).map(drop),
        listed,
        &answers::audit_event(),
        &fields,
    );
}

#[test]
fn how_requests_may_land_is_known_whole_or_not_at_all() {
    for field in ["merge_method", "squash_option"] {
        let mut project = answers::project();
        project.as_object_mut().unwrap().remove(field).unwrap();
        let read = read::settings(&[&one(&project)]).unwrap();
        assert!(
            matches!(read.merge_methods, Readable::Withheld { .. }),
            "{field}"
        );
    }
    let mut empty = answers::project();
    empty["default_branch"] = Value::Null;
    assert_snapshot!(read::settings(&[&one(&empty)]).unwrap_err().why, @"it has no branch");
}

#[test]
fn an_answer_is_of_its_kind_and_has_one_page() {
    let text = |error: Unreadable| error.to_string();
    assert_snapshot!(text(read::request(&[]).unwrap_err()), @"a merge request, page 0, is not what GitLab answers: it is one page");
    assert_snapshot!(text(read::push_rule(&[b"null", b"null"]).unwrap_err()), @"the push rules of a project, page 2, is not what GitLab answers: it is one page");
    let refusal = br#"{"message": "404 Not Found"}"#;
    assert_snapshot!(text(read::requests(&[b"[]", refusal]).unwrap_err()), @"a list of merge requests, page 2, is not what GitLab answers: invalid type: map, expected a sequence at line 1 column 0");
    assert_snapshot!(text(read::approvals(&[refusal]).unwrap_err()), @"the approvals of a merge request, page 1, is not what GitLab answers: missing field `approved_by` at line 1 column 28");
    assert_snapshot!(text(read::jobs(&[b"[{\"id\": 1"]).unwrap_err()), @"the jobs of a pipeline, page 1, is not what GitLab answers: EOF while parsing an object at line 1 column 9");
    assert_eq!(read::requests(&[b"[]"]), Ok(vec![]));
    // What is wrong may be a megabyte long; the error is not.
    let long = format!("[{:?}]", "x".repeat(1_000_000));
    assert!(read::jobs(&[long.as_bytes()]).unwrap_err().why.len() <= 300);
    let deep = "[".repeat(100_000);
    assert!(read::audit_events(&[deep.as_bytes()]).is_err());
}
