//! What GitLab answers, and what it sends by itself.

use super::{owned, text};
use sources::gitlab::project::Project;
use sources::gitlab::{read, webhook};

/// A page of any endpoint.
pub fn gitlab_answer(bytes: &[u8]) {
    let pages = [bytes];
    if let Ok(request) = read::request(&pages) {
        let is_closed = request.closed_at.is_some();
        assert!(request.merge.is_none_or(|_| is_closed));
    }
    let _requests = read::requests(&pages);
    let _commits = read::request_commits(&pages);
    let _approvals = read::approvals(&pages);
    if let (Ok(said), Ok(done)) = (read::comments(&pages), read::system_notes(&pages)) {
        assert!(said.len() + done.len() <= bytes.len());
    }
    let _pipelines = read::pipelines(&pages);
    let _jobs = read::jobs(&pages);
    let _statuses = read::statuses(&pages);
    let _settings = read::settings(&pages);
    let _merges = read::merge_settings(&pages);
    let _keys = read::deploy_keys(&pages);
    let _members = read::members(&pages);
    let _environments = read::environments(&pages);
    let _branches = read::protected_branches(&pages);
    let _levels = read::push_levels(&pages);
    let _standing = read::standing(&pages);
    let _opened = read::opened(&pages);
    let _rules = read::approval_rules(&pages);
    let _push = read::push_rule(&pages);
    let _issue = read::issue(&pages);
    let _versions = read::versions(&pages);
    let _trial = read::merge_ref(&pages);
    let _tip = read::branch(&pages);
    let _project = read::project(&pages);
    let _linked = read::closes_issues(&pages);
    let _events = read::audit_events(&pages);
}

pub(super) fn answers() -> Vec<Vec<u8>> {
    owned(&[
        br#"{"iid":7,"state":"merged","author":{"id":11,"username":"ada"},"draft":false,"target_branch":"main","source_branch":"fix","target_project_id":3,"source_project_id":3,"references":{"full":"larkspur/web/shop!7"},"sha":"6dcb09b5b57875f334f61aebed695e2e4193db5e","diff_refs":{"head_sha":"6dcb09b5b57875f334f61aebed695e2e4193db5e","start_sha":"6dcb09b5b57875f334f61aebed695e2e4193db5e"},"labels":["risk: low"],"created_at":"2026-06-01T12:00:00Z","updated_at":"2026-06-01T12:00:00Z","closed_at":null,"merged_at":"2026-06-01T12:00:00Z","merge_user":null,"merge_commit_sha":null,"squash_commit_sha":null}"#,
        br#"[{"id":301,"name":"unit","status":"success","started_at":null,"finished_at":"2026-06-01T12:00:00Z","commit":{"id":"6dcb09b5b57875f334f61aebed695e2e4193db5e"},"pipeline":{"id":31,"sha":"6dcb09b5b57875f334f61aebed695e2e4193db5e"}}]"#,
        br#"{"approved_by":[{"user":{"id":11,"username":"ada"},"approved_at":"2026-06-01T12:00:00Z"}]}"#,
        br#"[{"id":91,"author":null,"body":"approved this merge request","system":true,"created_at":"2026-06-01T12:00:00Z","updated_at":"2026-06-01T12:00:00Z"}]"#,
        br#"[{"name":"main","push_access_levels":[{"access_level":0,"user_id":null}],"merge_access_levels":[{"access_level":40,"group_id":2}],"allow_force_push":false,"unprotect_access_levels":[]}]"#,
        br#"{"id":3,"path_with_namespace":"larkspur/web/shop","namespace":{"id":2,"kind":"group","full_path":"larkspur/web"},"default_branch":"main","visibility":"private","merge_method":"ff","squash_option":"never","only_allow_merge_if_pipeline_succeeds":true}"#,
        br#"[{"id":5,"author_id":-1,"event_name":"a","created_at":"2026-06-01T12:00:00Z","details":{"change":"b","from":false,"to":["c"]}}]"#,
        br#"[{"id":110,"head_commit_sha":"6dcb09b5b57875f334f61aebed695e2e4193db5e","created_at":"2026-06-01T12:00:00Z"}]"#,
        br#"{"name":"main","commit":{"id":"6dcb09b5b57875f334f61aebed695e2e4193db5e"},"commit_id":"6dcb09b5b57875f334f61aebed695e2e4193db5e"}"#,
        br#"[{"id":"SHOP-12","title":"Receipts"},{"id":504,"iid":4,"project_id":3}]"#,
    ])
}

/// The payload of a webhook, and the name of a project.
pub fn gitlab_hook(bytes: &[u8]) {
    let _payload = webhook::payload(bytes);
    let name = text(bytes);
    if Project::parse(&name).is_ok() {
        assert!(name.is_ascii() && !name.contains([' ', '%', '?', '#']));
    }
}

pub(super) fn hooks() -> Vec<Vec<u8>> {
    owned(&[
        br#"{"object_kind":"merge_request","user":{"id":11,"username":"ada"},"project":{"id":3,"path_with_namespace":"larkspur/web/shop"},"object_attributes":{"iid":7,"action":"update","target_branch":"main","oldrev":"6dcb09b5b57875f334f61aebed695e2e4193db5e","last_commit":{"id":"6dcb09b5b57875f334f61aebed695e2e4193db5e"}}}"#,
        br#"{"object_kind":"push","ref":"refs/heads/main","before":"0000000000000000000000000000000000000000","after":"6dcb09b5b57875f334f61aebed695e2e4193db5e","user_id":11,"user_username":"ada"}"#,
        br#"{"object_kind":"pipeline","object_attributes":{"id":31,"sha":"6dcb09b5b57875f334f61aebed695e2e4193db5e","status":"failed"},"merge_request":{"iid":7}}"#,
        br#"{"object_kind":"note","object_attributes":{"id":91,"noteable_type":"MergeRequest"},"merge_request":{"iid":7}}"#,
        b"larkspur/web/shop",
        b"7",
    ])
}
