//! Merge requests, what was said of them and what ran for them, read by hand and by the program.

use model::request::issue::LinkedIssue;
use model::request::words::{
    AccountKind, CheckConclusion, CheckStatus, PipelineStatus, RequestState, ReviewState,
    StatusState,
};
use serde_json::{Value, json};
use sources::forge::cut::cut;
use sources::gitlab::read;

use super::{HEAD, LANDED, START, answers};

fn bytes(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

fn listed(value: &Value) -> Vec<u8> {
    format!("[{value}]").into_bytes()
}

#[test]
fn a_request_that_landed_by_a_merge() {
    let read = read::request(&[&bytes(&answers::request())]).unwrap();
    assert_eq!(
        (read.number, read.state, read.is_draft),
        (7, RequestState::Closed, Some(false))
    );
    let author = read.author.unwrap();
    assert_eq!(
        (author.id, author.login.as_str(), author.kind),
        (12, "bo", AccountKind::Unstated)
    );
    assert_eq!(
        (read.base.branch.as_str(), read.head.branch.as_str()),
        ("main", "receipts")
    );
    assert_eq!(read.base.commit.to_string(), START);
    assert_eq!(read.head.commit.to_string(), HEAD);
    assert_eq!(read.base.repository.as_deref(), Some("larkspur/web/shop"));
    assert_eq!(read.base.repository, read.head.repository);
    assert!(read.labels.contains("risk: low"));
    let merge = read.merge.unwrap();
    assert_eq!(
        (
            merge.by.unwrap().login.as_str(),
            merge.commit.to_string().as_str()
        ),
        ("ada", LANDED)
    );
    // GitLab says of what was merged only when it was merged.
    assert_eq!(read.closed_at, Some(merge.at));
    assert_eq!(read.commit_count, None);
}

#[test]
fn what_lies_on_the_branch_is_named_in_three_ways() {
    let check = |merge: Value, squash: Value, expected| {
        let mut request = answers::request();
        (request["merge_commit_sha"], request["squash_commit_sha"]) = (merge, squash);
        let merge = read::request(&[&bytes(&request)]).unwrap().merge.unwrap();
        assert_eq!(merge.commit.to_string(), expected);
    };
    check(json!(LANDED), json!(START), LANDED);
    check(Value::Null, json!(LANDED), LANDED);
    check(Value::Null, Value::Null, HEAD);
}

#[test]
fn a_fork_is_named_by_its_number_and_a_deleted_one_not_at_all() {
    let check = |source: Value, expected: Option<&str>| {
        let mut request = answers::request();
        request["source_project_id"] = source;
        let head = read::request(&[&bytes(&request)]).unwrap().head;
        assert_eq!(head.repository.as_deref(), expected);
    };
    check(json!(9), Some("9"));
    check(json!(3), Some("larkspur/web/shop"));
    check(Value::Null, None);
}

#[test]
fn a_request_is_open_closed_or_neither() {
    let check = |word: &str, expected| {
        let mut request = answers::request();
        request["state"] = word.into();
        (request["merged_at"], request["merge_user"]) = (Value::Null, Value::Null);
        let whole = read::request(&[&bytes(&request)]).unwrap();
        let page = listed(&request);
        let in_list = read::requests(&[&page]).unwrap().remove(0);
        let kept = cut(&page, read::LISTED_FIELDS).unwrap();
        assert_eq!(read::requests(&[&kept]).unwrap()[0], in_list);
        assert_eq!((&whole.state, &in_list.state), (&expected, &expected));
        assert_eq!((whole.merge, in_list.merged_at), (None, None));
    };
    check("opened", RequestState::Open);
    check("closed", RequestState::Closed);
    check("locked", RequestState::Other("locked".to_owned()));
    check("open", RequestState::Other("open".to_owned()));
}

#[test]
fn where_a_request_stands() {
    let mut request = answers::request();
    let merged = read::standing(&[&bytes(&request)]).unwrap();
    assert_eq!(
        (merged.number, merged.branch.as_str(), merged.is_merged),
        (7, "main", true)
    );
    assert_eq!(merged.head.to_string(), HEAD);
    // One that was just opened does not say yet what it compares.
    (request["state"], request["merged_at"]) = ("opened".into(), Value::Null);
    request["diff_refs"] = Value::Null;
    request["detailed_merge_status"] = "ci_must_pass".into();
    let open = read::standing(&[&bytes(&request)]).unwrap();
    assert_eq!((open.state, open.is_merged), (RequestState::Open, false));
    assert_eq!(open.merge_status.as_deref(), Some("ci_must_pass"));
    assert_eq!(read::opened(&[&bytes(&request)]).unwrap(), 7);
    let old = request.as_object_mut().unwrap();
    old.remove("detailed_merge_status").unwrap();
    let old = read::standing(&[&bytes(&request)]).unwrap();
    assert_eq!(old.merge_status, None);
}

#[test]
fn commits_of_a_request_the_oldest_first() {
    let mut newer = answers::commit();
    (newer["id"], newer["parent_ids"]) = (LANDED.into(), json!([HEAD]));
    let page = json!([newer, answers::commit()]);
    let read = read::request_commits(&[&bytes(&page)]).unwrap();
    let ids: Vec<String> = read.iter().map(|commit| commit.id.to_string()).collect();
    assert_eq!(ids, [HEAD, LANDED]);
    assert_eq!(&*read[0].author.address, "bo@larkspur.example");
    assert_eq!(&*read[0].committer.name, "Ada Marsh");
    // An empty list of parents is how GitLab leaves them out, and the tree is nowhere.
    assert_eq!((&read[0].parents, &read[0].tree), (&None, &None));
    assert_eq!(read[1].parents.as_ref().unwrap().len(), 1);
}

#[test]
fn an_approval_is_a_review_of_no_commit() {
    let mut answer = answers::approvals();
    let read = read::approvals(&[&bytes(&answer)]).unwrap();
    let [review] = read.as_slice() else {
        panic!("{read:?}");
    };
    assert_eq!(
        (review.id, &review.state, &review.commit),
        (11, &ReviewState::Approved, &None)
    );
    assert_eq!(review.submitted_at, "2026-06-01T14:00:00Z".parse().ok());
    // GitLab calls a request approved that needs nobody; nobody approved it.
    answer["approved_by"] = json!([]);
    assert_eq!(read::approvals(&[&bytes(&answer)]).unwrap(), []);
    answer["approved_by"] = json!([{"user": answers::bo()}]);
    assert_eq!(
        read::approvals(&[&bytes(&answer)]).unwrap()[0].submitted_at,
        None
    );
}

#[test]
fn what_gitlab_wrote_is_no_comment_of_a_person() {
    let words = "approved this merge request";
    let page = json!([answers::note(false, words), answers::note(true, words)]);
    let page = bytes(&page);
    let (said, done) = (
        read::comments(&[&page]).unwrap(),
        read::system_notes(&[&page]).unwrap(),
    );
    assert_eq!((said.len(), done.len()), (1, 1));
    assert_eq!(
        (said[0].body.as_str(), done[0].body.as_str()),
        (words, words)
    );
}

#[test]
fn an_issue_and_one_of_another_tracker() {
    let issue = read::issue(&[&bytes(&answers::issue())]).unwrap();
    assert_eq!((issue.number, issue.state), (4, RequestState::Open));
    assert!(issue.description.starts_with("## Rollback plan"));
    let page = json!([answers::issue(), {"id": "SHOP-12", "title": "Receipts"}]);
    let linked = read::closes_issues(&[&bytes(&page)]).unwrap();
    let own = LinkedIssue::Own {
        project: 3,
        number: 4,
    };
    assert_eq!(linked, [own, LinkedIssue::External("SHOP-12".to_owned())]);
}

#[test]
fn how_far_a_job_is() {
    let check = |word: &str, status, conclusion| {
        let read = read::jobs(&[&listed(&answers::job(word))])
            .unwrap()
            .remove(0);
        assert_eq!(
            (read.status, read.conclusion),
            (status, conclusion),
            "{word}"
        );
        assert_eq!((read.head.to_string().as_str(), read.app), (HEAD, None));
    };
    let other = |word: &str| CheckStatus::Other(word.to_owned());
    check(
        "success",
        CheckStatus::Completed,
        Some(CheckConclusion::Success),
    );
    // It may fail, which makes it no success.
    check(
        "failed",
        CheckStatus::Completed,
        Some(CheckConclusion::Failure),
    );
    check(
        "canceled",
        CheckStatus::Completed,
        Some(CheckConclusion::Cancelled),
    );
    check(
        "skipped",
        CheckStatus::Completed,
        Some(CheckConclusion::Skipped),
    );
    check("running", CheckStatus::InProgress, None);
    check("canceling", CheckStatus::InProgress, None);
    check("pending", CheckStatus::Queued, None);
    check("created", CheckStatus::Requested, None);
    check("waiting_for_resource", CheckStatus::Waiting, None);
    check("manual", other("manual"), None);
    check("scheduled", other("scheduled"), None);
    check("SUCCESS", other("SUCCESS"), None);
}

#[test]
fn what_a_status_says() {
    let check = |word: &str, expected| {
        let read = read::statuses(&[&listed(&answers::status(word))])
            .unwrap()
            .remove(0);
        assert_eq!(
            (read.context.as_str(), read.state),
            ("countersign", expected)
        );
        assert_eq!(read.creator.unwrap().login, "ada");
        assert_eq!(read.updated_at, "2026-06-01T12:03:00Z".parse().unwrap());
    };
    let other = |word: &str| StatusState::Other(word.to_owned());
    check("success", StatusState::Success);
    check("failed", StatusState::Failure);
    check("running", StatusState::Pending);
    check("canceled", other("canceled"));
    check("skipped", other("skipped"));
    check("succeeded", other("succeeded"));
}

#[test]
fn a_pipeline_and_what_started_it() {
    let read = read::pipelines(&[&listed(&answers::pipeline())])
        .unwrap()
        .remove(0);
    assert_eq!((read.id, read.status), (31, PipelineStatus::Success));
    assert_eq!(read.source.as_deref(), Some("merge_request_event"));
    assert_eq!(read.reference, "refs/merge-requests/7/head");
}
