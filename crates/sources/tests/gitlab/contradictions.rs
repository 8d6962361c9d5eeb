//! Answers that contradict themselves.

use insta::assert_snapshot;
use serde_json::{Value, json};
use sources::gitlab::read;

use super::{LANDED, answers};

fn one(body: &Value) -> Vec<u8> {
    body.to_string().into_bytes()
}

fn listed(body: &Value) -> Vec<u8> {
    format!("[{body}]").into_bytes()
}

/// Returns why a request is refused of which some fields are others.
fn contradiction(changes: &[(&str, Value)]) -> String {
    let mut request = answers::request();
    for (field, value) in changes {
        request[field] = value.clone();
    }
    let error = read::request(&[&one(&request)]).unwrap_err();
    error.to_string()
}

#[test]
fn a_request_does_not_contradict_itself() {
    assert_snapshot!(contradiction(&[("merged_at", Value::Null)]), @"a merge request, page 1, is not what GitLab answers: it is merged, and does not say when");
    assert_snapshot!(contradiction(&[("state", "opened".into())]), @"a merge request, page 1, is not what GitLab answers: it is not merged, and says when it was");
    assert_snapshot!(contradiction(&[("sha", LANDED.into())]), @"a merge request, page 1, is not what GitLab answers: its head is one commit, and what it compares another");
    assert_snapshot!(contradiction(&[("diff_refs", Value::Null)]), @"a merge request, page 1, is not what GitLab answers: it does not say yet what it compares");
    let mut request = answers::request();
    request["state"] = "closed".into();
    assert!(read::requests(&[&listed(&request)]).is_err());
}

#[test]
fn other_answers_do_not_contradict_themselves_either() {
    let mut job = answers::job("success");
    job["commit"]["id"] = LANDED.into();
    assert_snapshot!(read::jobs(&[&listed(&job)]).unwrap_err().why, @"the job is of one commit, and its pipeline of another");
    let twice = json!({"approved_by": [{"user": answers::ada()}, {"user": answers::ada()}]});
    assert_snapshot!(read::approvals(&[&one(&twice)]).unwrap_err().why, @"the account 11 approved it twice");
    let why = |changes: &[(&str, Value)]| {
        let mut branch = answers::protected_branch();
        for (field, value) in changes {
            branch["push_access_levels"][0][field] = value.clone();
        }
        read::push_levels(&[&one(&branch)]).unwrap_err().why
    };
    assert_snapshot!(why(&[("access_level", Value::Null)]), @"a level of access lets through nobody who is named");
    assert_snapshot!(why(&[("user_id", 1.into()), ("group_id", 2.into())]), @"a level of access names two at once");
    let issue = json!({"id": 504, "title": "Receipts"});
    assert_snapshot!(read::closes_issues(&[&listed(&issue)]).unwrap_err().why, @"it is neither an issue of GitLab nor one of another tracker");
}
