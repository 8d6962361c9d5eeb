//! What becomes of the fake's project by what is written to it.

use serde_json::{Value, json};

use super::refusal::Refusal;
use super::written::Written;
use super::{Content, Fault, State};
use crate::http::Answered;

const MOMENT: &str = "2026-01-05T10:00:00.000Z";
const BRANCHES: &str = "/protected_branches";

impl State {
    /// Returns what is held at a path, where it is one page.
    pub(super) fn json(&self, path: &str) -> Option<Value> {
        match self.contents.get(path) {
            Some(Content::Pages(pages)) => match pages.as_slice() {
                [page] => serde_json::from_str(page).ok(),
                _ => None,
            },
            Some(Content::CutShort(..) | Content::Refused(..)) | None => None,
        }
    }

    fn put(&mut self, path: &str, value: &Value) {
        let content = Content::Pages(vec![value.to_string()]);
        self.contents.insert(path.to_owned(), content);
    }

    fn is(&self, fault: Fault) -> bool {
        self.faults.contains(&fault)
    }

    /// Returns whether an open request may land, or what stands in its way.
    fn merge_status(&self) -> &'static str {
        let project = self.json("").unwrap_or_default();
        match self.merge_status {
            Some(status) => status,
            None if project["only_allow_merge_if_pipeline_succeeds"] == true => "ci_must_pass",
            None => "mergeable",
        }
    }

    fn protected(&self) -> Vec<Value> {
        let list = self.json(BRANCHES).unwrap_or_default();
        list.as_array().cloned().unwrap_or_default()
    }
}

/// Returns what is asked for and follows from something else that is held.
pub(super) fn derived(state: &mut State, path: &str) -> Option<Value> {
    if let Some(name) = path.strip_prefix("/protected_branches/") {
        let mut protected = state.protected().into_iter();
        return protected.find(|it| it["name"] == name);
    }
    let number = path.strip_prefix("/merge_requests/")?;
    number.parse::<u64>().ok()?;
    let mut request = state.json(path)?;
    if request["state"] != "opened" {
        return None;
    }
    let status = match state.faults.remove(&Fault::ChecksFirst) {
        true => "checking",
        false => state.merge_status(),
    };
    request["detailed_merge_status"] = status.into();
    Some(request)
}

/// Changes the project, and returns what GitLab answers.
pub(super) fn change(state: &mut State, written: &Written) -> Result<Answered, Refusal> {
    let Written { method, path, body } = written;
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    match (method.as_str(), parts.as_slice()) {
        ("POST", ["protected_branches"]) => protect(state, body),
        ("PATCH", ["protected_branches", name]) => protected(state, name, body),
        ("PUT", []) => settings(state, body),
        ("POST", ["repository", "branches"]) => branch(state, body),
        ("DELETE", ["repository", "branches", name]) => no_branch(state, name),
        ("POST", ["repository", "files", _]) => file(state, body),
        ("POST", ["merge_requests"]) => open(state, body),
        ("PUT", ["merge_requests", number, "merge"]) => merge(state, number, body),
        ("PUT", ["merge_requests", number]) => edit(state, number, body),
        ("POST", ["merge_requests", number, "notes"]) => note(state, number, body),
        ("PUT", ["merge_requests", number, "notes", note]) => {
            edit_note(state, (number, note), body)
        }
        ("DELETE", _) => {
            let complaint = format!("{path} must not be removed");
            Err(Refusal::loud(complaint, 403, "403 Forbidden"))
        }
        _ => Ok(answered(201, &json!({"id": 93}))),
    }
}

fn protect(state: &mut State, body: &Value) -> Result<Answered, Refusal> {
    let mut all = state.protected();
    if all.iter().any(|it| it["name"] == body["name"]) {
        return Err(Refusal::silent(409, "Protected branch already exists"));
    }
    let level = |field: &str| match &body[field] {
        Value::Null => json!(40),
        level => level.clone(),
    };
    let branch = json!({
        "id": 52, "name": body["name"], "allow_force_push": body["allow_force_push"] == true,
        "push_access_levels": [{"id": 1002, "access_level": level("push_access_level")}],
        "merge_access_levels": [{"id": 2002, "access_level": level("merge_access_level")}],
    });
    all.push(branch.clone());
    state.put(BRANCHES, &Value::Array(all));
    Ok(answered(201, &branch))
}

fn protected(state: &mut State, name: &str, body: &Value) -> Result<Answered, Refusal> {
    let mut all = state.protected();
    let Some(branch) = all.iter_mut().find(|it| it["name"] == name) else {
        return Err(Refusal::silent(404, "404 Not found"));
    };
    let levels = body["allowed_to_push"].as_array();
    if levels.is_some() && state.is(Fault::RefusesLevels) {
        return Err(Refusal::silent(403, "403 Forbidden"));
    }
    if body["allow_force_push"].is_boolean() {
        branch["allow_force_push"] = body["allow_force_push"].clone();
    }
    if let Some(levels) = levels.filter(|_| state.is_premium) {
        let mut now = branch["push_access_levels"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        for level in levels {
            let id = &level["id"];
            let known = now.iter().position(|it| !id.is_null() && it["id"] == *id);
            match (known, id.is_null()) {
                (Some(at), _) if level["_destroy"] == true => drop(now.remove(at)),
                (Some(at), _) => now[at]["access_level"] = level["access_level"].clone(),
                (None, true) => {
                    now.push(json!({"id": 1003, "access_level": level["access_level"]}))
                }
                (None, false) => return Err(Refusal::silent(404, "404 Not found")),
            }
        }
        branch["push_access_levels"] = Value::Array(now);
    }
    let branch = branch.clone();
    state.put(BRANCHES, &Value::Array(all));
    Ok(answered(200, &branch))
}

fn settings(state: &mut State, body: &Value) -> Result<Answered, Refusal> {
    let mut project = state.json("").unwrap_or_default();
    for (name, value) in body.as_object().into_iter().flatten() {
        project[name] = value.clone();
    }
    state.put("", &project);
    Ok(answered(200, &project))
}

fn branch_path(name: &Value) -> String {
    format!("/repository/branches/{}", name.as_str().unwrap_or_default())
}

fn branch(state: &mut State, body: &Value) -> Result<Answered, Refusal> {
    let path = branch_path(&body["branch"]);
    let is_tip = |(path, content): (&String, &Content)| {
        let Content::Pages(pages) = content else {
            return false;
        };
        let tip = body["ref"].as_str().unwrap_or_default();
        path.starts_with("/repository/branches/") && pages.iter().any(|it| it.contains(tip))
    };
    if state.contents.contains_key(&path) || !state.contents.iter().any(is_tip) {
        return Err(Refusal::silent(
            400,
            "Branch already exists, or invalid reference name",
        ));
    }
    let branch = json!({"name": body["branch"], "commit": {"id": body["ref"]}});
    state.put(&path, &branch);
    Ok(answered(201, &branch))
}

fn no_branch(state: &mut State, name: &str) -> Result<Answered, Refusal> {
    if state.is(Fault::KeepsBranches) {
        return Err(Refusal::silent(403, "403 Forbidden"));
    }
    match state.contents.remove(&branch_path(&name.into())) {
        Some(_) => Ok(Answered::status(204)),
        None => Err(Refusal::silent(404, "404 Branch Not Found")),
    }
}

/// A commit on a branch to which nobody may push is refused.
fn file(state: &mut State, body: &Value) -> Result<Answered, Refusal> {
    let path = branch_path(&body["branch"]);
    let is_closed = state.protected().iter().any(|it| {
        (it["name"] == body["branch"] || it["name"] == "*")
            && it["push_access_levels"][0]["access_level"] == 0
    });
    if is_closed || !state.contents.contains_key(&path) {
        let reason = "You are not allowed to push into this branch";
        return Err(Refusal::silent(400, reason));
    }
    let commit = format!("{:040x}", 0xca_0000 + state.written.len());
    state.put(
        &path,
        &json!({"name": body["branch"], "commit": {"id": commit}}),
    );
    let file = json!({"file_path": "countersign-canary.txt", "branch": body["branch"]});
    Ok(answered(201, &file))
}

/// A request that was just opened does not say yet what it compares.
fn open(state: &mut State, body: &Value) -> Result<Answered, Refusal> {
    if state.is(Fault::OpensNothing) {
        return Err(Refusal::silent(500, "500 Internal Server Error"));
    }
    let tip = |state: &State, name: &Value| {
        let branch = state.json(&branch_path(name)).unwrap_or_default();
        branch["commit"]["id"].clone()
    };
    let (head, start) = (
        tip(state, &body["source_branch"]),
        tip(state, &body["target_branch"]),
    );
    if head.is_null() || start.is_null() || head == start {
        return Err(Refusal::silent(
            422,
            "one of the branches is not there, or brings nothing",
        ));
    }
    let paths = state.contents.keys();
    let numbers = paths.filter_map(|it| it.strip_prefix("/merge_requests/")?.parse::<u64>().ok());
    let number = numbers.max().unwrap_or_default() + 1;
    let mut request = json!({
        "iid": number, "state": "opened", "title": body["title"], "description": body["description"],
        "draft": false, "author": {"id": 11, "username": "ada"}, "labels": [],
        "source_branch": body["source_branch"], "target_branch": body["target_branch"],
        "target_project_id": 3, "source_project_id": 3, "sha": head, "diff_refs": null,
        "created_at": MOMENT, "updated_at": MOMENT, "closed_at": null, "merged_at": null,
        "merge_user": null, "merged_by": null, "merge_commit_sha": null, "squash_commit_sha": null,
        "detailed_merge_status": "preparing",
    });
    let answer = answered(201, &request);
    request["diff_refs"] = json!({"base_sha": start, "head_sha": head, "start_sha": start});
    state.put(&format!("/merge_requests/{number}"), &request);
    Ok(answer)
}

/// "Merge a merge request": 401 where the account may not, 409 where the head is another, 405 where it may not land.
fn merge(state: &mut State, number: &str, body: &Value) -> Result<Answered, Refusal> {
    let path = format!("/merge_requests/{number}");
    let mut request = state.json(&path).unwrap_or_default();
    if state.is(Fault::MayNotMerge) {
        return Err(Refusal::silent(401, "401 Unauthorized"));
    }
    if !body["sha"].is_null() && body["sha"] != request["sha"] {
        return Err(Refusal::silent(
            409,
            "SHA does not match HEAD of source branch",
        ));
    }
    let may_land = state.is(Fault::Toothless) || state.merge_status() == "mergeable";
    if request["state"] != "opened" || !may_land {
        return Err(Refusal::silent(405, "405 Method Not Allowed"));
    }
    request["state"] = "merged".into();
    request["merged_at"] = MOMENT.into();
    request["merge_commit_sha"] = request["sha"].clone();
    state.put(&path, &request);
    match state.is(Fault::LosesMerges) {
        true => Err(Refusal::silent(502, "502 Bad Gateway")),
        false => Ok(answered(200, &request)),
    }
}

fn edit(state: &mut State, number: &str, body: &Value) -> Result<Answered, Refusal> {
    let path = format!("/merge_requests/{number}");
    let Some(mut request) = state.json(&path) else {
        return Err(Refusal::silent(404, "404 Not found"));
    };
    if body["state_event"] == "close" && request["state"] == "opened" {
        request["state"] = "closed".into();
        request["closed_at"] = MOMENT.into();
        state.put(&path, &request);
    }
    Ok(answered(200, &request))
}

fn notes(state: &State, number: &str) -> (String, Vec<Value>) {
    let path = format!("/merge_requests/{number}/notes");
    let held = state.json(&path).unwrap_or_default();
    (path, held.as_array().cloned().unwrap_or_default())
}

fn note(state: &mut State, number: &str, body: &Value) -> Result<Answered, Refusal> {
    let (path, mut notes) = notes(state, number);
    let note = json!({
        "id": 93 + notes.len(), "author": {"id": 11, "username": "ada"}, "body": body["body"],
        "system": false, "created_at": MOMENT, "updated_at": MOMENT,
    });
    notes.push(note.clone());
    state.put(&path, &Value::Array(notes));
    Ok(answered(201, &note))
}

/// "Update a merge request note": only whoever wrote it may.
fn edit_note(
    state: &mut State,
    (number, note): (&str, &str),
    body: &Value,
) -> Result<Answered, Refusal> {
    let (path, mut notes) = notes(state, number);
    let id = note.parse::<u64>().ok();
    let found = notes.iter_mut().find(|it| it["id"].as_u64() == id);
    let Some(found) = found else {
        return Err(Refusal::silent(404, "404 Note Not Found"));
    };
    if found["author"]["username"] != "ada" {
        return Err(Refusal::silent(403, "403 Forbidden"));
    }
    found["body"] = body["body"].clone();
    let note = found.clone();
    state.put(&path, &Value::Array(notes));
    Ok(answered(200, &note))
}

fn answered(status: u16, body: &Value) -> Answered {
    Answered {
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: body.to_string().into_bytes(),
        ..Answered::status(status)
    }
}
