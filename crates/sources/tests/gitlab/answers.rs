//! An answer of each endpoint, in the form of GitLab's published examples, with names of our own.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{HEAD, LANDED, START};

pub(super) fn ada() -> Value {
    json!({
        "id": 11, "username": "ada", "name": "Ada Marsh", "state": "active", "locked": false, "avatar_url": null,
        "web_url": "https://git.larkspur.example/ada",
    })
}

pub(super) fn bo() -> Value {
    json!({
        "id": 12, "username": "bo", "name": "Bo Lind", "state": "active", "locked": false, "avatar_url": null,
        "web_url": "https://git.larkspur.example/bo",
    })
}

/// Returns a merge request that landed with a merge commit.
pub(super) fn request() -> Value {
    json!({
        "id": 701, "iid": 7, "project_id": 3, "title": "Send receipts", "description": null, "state": "merged",
        "merged_by": ada(), "merge_user": ada(), "merged_at": "2026-06-02T09:00:00.123Z", "closed_by": null,
        "closed_at": null, "created_at": "2026-06-01T12:00:00.000Z", "updated_at": "2026-06-02T09:00:01.000Z",
        "target_branch": "main", "source_branch": "receipts", "author": bo(), "assignees": [], "reviewers": [ada()],
        "source_project_id": 3, "target_project_id": 3, "labels": ["risk: low"], "draft": false,
        "work_in_progress": false, "sha": HEAD, "merge_commit_sha": LANDED, "squash_commit_sha": null,
        "references": {"short": "!7", "relative": "!7", "full": "larkspur/web/shop!7"},
        "diff_refs": {"base_sha": START, "head_sha": HEAD, "start_sha": START}, "changes_count": "2",
        "has_conflicts": false, "detailed_merge_status": "not_open", "squash": false,
    })
}

pub(super) fn commit() -> Value {
    json!({
        "id": HEAD, "short_id": "1f0d2a5c", "created_at": "2026-06-01T11:00:00.000+02:00", "parent_ids": [],
        "title": "Send receipts", "message": "Send receipts\n", "author_name": "Bo Lind",
        "author_email": "bo@larkspur.example", "authored_date": "2026-06-01T11:00:00.000+02:00",
        "committer_name": "Ada Marsh", "committer_email": "ada@larkspur.example",
        "committed_date": "2026-06-01T11:00:00.000+02:00", "trailers": {},
    })
}

pub(super) fn note(system: bool, body: &str) -> Value {
    json!({
        "id": 91, "type": null, "body": body, "attachment": null, "author": ada(), "system": system,
        "created_at": "2026-06-01T13:00:00.000Z", "updated_at": "2026-06-01T13:00:00.000Z", "noteable_id": 701,
        "noteable_type": "MergeRequest", "noteable_iid": 7, "project_id": 3, "resolvable": false, "internal": false,
    })
}

pub(super) fn approvals() -> Value {
    json!({
        "id": 701, "iid": 7, "project_id": 3, "state": "merged", "approved": true, "approvals_required": 0,
        "approvals_left": 0, "approved_by": [{"user": ada(), "approved_at": "2026-06-01T14:00:00.000Z"}],
        "user_has_approved": false, "user_can_approve": false,
    })
}

pub(super) fn version() -> Value {
    json!({
        "id": 110, "head_commit_sha": HEAD, "base_commit_sha": START, "start_commit_sha": START,
        "created_at": "2026-06-01T12:00:00.000Z", "merge_request_id": 701, "state": "collected", "real_size": "1",
        "patch_id_sha": "d504412d5b6e6739647e752aff8e468dde093f2f",
    })
}

pub(super) fn branch() -> Value {
    json!({
        "name": "fix/a *", "merged": false, "protected": false, "default": false, "developers_can_push": false,
        "developers_can_merge": false, "can_push": true, "commit": commit(),
    })
}

pub(super) fn pipeline() -> Value {
    json!({
        "id": 31, "iid": 5, "project_id": 3, "sha": HEAD, "ref": "refs/merge-requests/7/head", "status": "success",
        "source": "merge_request_event", "created_at": "2026-06-01T12:01:00.000Z",
        "updated_at": "2026-06-01T12:05:00.000Z", "web_url": "https://git.larkspur.example/p/31",
    })
}

pub(super) fn job(status: &str) -> Value {
    json!({
        "id": 301, "status": status, "stage": "test", "name": "unit", "ref": "receipts", "tag": false,
        "allow_failure": true, "created_at": "2026-06-01T12:01:00.000Z", "started_at": "2026-06-01T12:02:00.000Z",
        "finished_at": "2026-06-01T12:04:00.000Z", "duration": 120.0, "user": bo(),
        "commit": {"id": HEAD, "title": "Send receipts"},
        "pipeline": {"id": 31, "project_id": 3, "sha": HEAD, "ref": "receipts", "status": "success"}, "runner": null,
    })
}

pub(super) fn status(word: &str) -> Value {
    json!({
        "id": 401, "sha": HEAD, "ref": "receipts", "status": word, "name": "countersign", "target_url": null,
        "description": null, "created_at": "2026-06-01T12:00:00.000Z", "started_at": null,
        "finished_at": "2026-06-01T12:03:00.000Z", "allow_failure": false, "coverage": null, "pipeline_id": 31,
        "author": ada(),
    })
}

pub(super) fn project() -> Value {
    json!({
        "id": 3, "name": "shop", "path": "shop", "path_with_namespace": "larkspur/web/shop", "default_branch": "main",
        "visibility": "private", "archived": false, "merge_method": "ff", "squash_option": "default_off",
        "namespace": {"id": 2, "name": "web", "path": "web", "kind": "group", "full_path": "larkspur/web"},
        "only_allow_merge_if_pipeline_succeeds": true, "allow_merge_on_skipped_pipeline": null,
        "only_allow_merge_if_all_discussions_are_resolved": false, "merge_trains_enabled": false,
    })
}

pub(super) fn level(level: u64) -> Value {
    json!({
        "id": 81, "access_level": level, "access_level_description": "somebody", "user_id": null, "group_id": null,
        "deploy_key_id": null,
    })
}

pub(super) fn protected_branch() -> Value {
    json!({
        "id": 51, "name": "main", "push_access_levels": [level(0)], "merge_access_levels": [level(40)],
        "allow_force_push": false, "unprotect_access_levels": [level(40)], "code_owner_approval_required": false,
        "inherited": false,
    })
}

pub(super) fn deploy_key() -> Value {
    json!({
        "id": 61, "title": "mirror", "key": "ssh-ed25519 AAAAC3Nz", "fingerprint": "ab:cd",
        "created_at": "2026-01-05T08:00:00.000Z", "expires_at": null, "can_push": true,
        "last_used_at": "2026-05-30T08:00:00.000Z",
    })
}

pub(super) fn member() -> Value {
    let mut member = bo();
    member["access_level"] = 30.into();
    member["expires_at"] = "2026-12-31".into();
    member["created_at"] = "2026-01-02T10:00:00.000Z".into();
    member["membership_state"] = "active".into();
    member
}

pub(super) fn approval_rule() -> Value {
    json!({
        "id": 71, "name": "security", "rule_type": "regular", "eligible_approvers": [ada(), bo()],
        "approvals_required": 1, "users": [ada()], "groups": [], "contains_hidden_groups": false,
        "protected_branches": [protected_branch()], "applies_to_all_protected_branches": false,
    })
}

pub(super) fn push_rule() -> Value {
    json!({
        "id": 1, "project_id": 3, "commit_message_regex": "", "branch_name_regex": "", "deny_delete_tag": false,
        "member_check": true, "prevent_secrets": true, "max_file_size": 0, "commit_committer_check": null,
        "reject_unsigned_commits": true, "created_at": "2026-01-02T10:00:00.000Z",
    })
}

pub(super) fn issue() -> Value {
    json!({
        "id": 504, "iid": 4, "project_id": 3, "title": "Receipts", "description": "## Rollback plan\nRevert.",
        "state": "opened", "author": ada(), "labels": ["change"], "created_at": "2026-05-30T10:00:00.000Z",
        "updated_at": "2026-05-31T10:00:00.000Z", "closed_at": null, "confidential": false,
    })
}

pub(super) fn audit_event() -> Value {
    json!({
        "id": 5, "author_id": 12, "entity_id": 3, "entity_type": "Project", "event_name": "protected_branch_updated",
        "details": {
            "author_name": "Bo Lind", "change": "allow_force_push", "from": false, "to": true, "target_id": 51,
            "target_type": "ProtectedBranch", "target_details": "main", "ip_address": "192.0.2.1",
        },
        "created_at": "2026-06-01T12:30:00.000Z",
    })
}

/// Returns an answer for each path behind the project's.
pub(super) fn all() -> BTreeMap<String, String> {
    let list = |item: Value| Value::Array(vec![item]);
    let environment =
        json!({"id": 41, "name": "production", "slug": "production", "state": "available"});
    let answers = [
        (String::new(), project()),
        ("/merge_requests".to_owned(), list(request())),
        ("/merge_requests/7".to_owned(), request()),
        ("/merge_requests/7/commits".to_owned(), list(commit())),
        (
            "/merge_requests/7/notes".to_owned(),
            list(note(false, "Looks good")),
        ),
        ("/merge_requests/7/approvals".to_owned(), approvals()),
        ("/merge_requests/7/pipelines".to_owned(), list(pipeline())),
        ("/merge_requests/7/versions".to_owned(), list(version())),
        (
            "/merge_requests/7/merge_ref".to_owned(),
            json!({"commit_id": LANDED}),
        ),
        ("/repository/branches/fix%2Fa%20*".to_owned(), branch()),
        ("/merge_requests/7/closes_issues".to_owned(), list(issue())),
        ("/pipelines/31/jobs".to_owned(), list(job("success"))),
        (
            format!("/repository/commits/{HEAD}/statuses"),
            list(status("success")),
        ),
        ("/protected_branches".to_owned(), list(protected_branch())),
        (
            "/protected_branches/fix%2Fa%20*".to_owned(),
            protected_branch(),
        ),
        ("/deploy_keys".to_owned(), list(deploy_key())),
        ("/members/all".to_owned(), list(member())),
        ("/environments".to_owned(), list(environment)),
        ("/approval_rules".to_owned(), list(approval_rule())),
        ("/push_rule".to_owned(), push_rule()),
        ("/issues/4".to_owned(), issue()),
        ("/audit_events".to_owned(), list(audit_event())),
        (
            "/groups/larkspur%2Fweb/audit_events".to_owned(),
            list(audit_event()),
        ),
    ];
    let text = answers
        .into_iter()
        .map(|(path, answer)| (path, answer.to_string()));
    text.collect()
}
