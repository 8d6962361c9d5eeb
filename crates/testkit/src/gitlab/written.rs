//! What the fake of GitLab lets its callers write, and keeps.

use serde_json::{Map, Value, json};

use super::refusal::{Credential, Refusal, credential, is_said_well};
use super::table::fits;
use crate::http::{Answered, Asked};

/// A path that can be written to with POST.
struct Route {
    /// The path behind the project's.
    template: &'static str,
    /// The parts of its body that must be there.
    required: &'static [&'static str],
    /// The others.
    optional: &'static [&'static str],
}

/// Facts of `doc/api/openapi/openapi_v3.yaml` and `doc/api` of GitLab 19.5.
const ROUTES: [Route; 2] = [
    Route {
        template: "/statuses/:commit",
        required: &["state"],
        optional: &[
            "ref",
            "target_url",
            "description",
            "name",
            "context",
            "coverage",
            "pipeline_id",
        ],
    },
    Route {
        template: "/merge_requests/:number/notes",
        required: &["body"],
        optional: &["internal", "created_at", "merge_request_diff_head_sha"],
    },
];

const STATES: [&str; 6] = [
    "pending", "running", "success", "failed", "canceled", "skipped",
];
/// The most characters of a description and of an address that a status names.
const MAX_TEXT: usize = 255;
/// The most characters of a note.
const MAX_NOTE: usize = 1_000_000;

/// What somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The path behind the project's.
    pub path: String,
    /// What was sent there.
    pub body: Value,
}

impl Written {
    fn text(&self, field: &str) -> &str {
        self.body[field].as_str().unwrap_or_default()
    }

    fn is_status(&self) -> bool {
        self.path.starts_with("/statuses/")
    }
}

/// Returns what is written behind a project's path, and adds it to what was written before.
pub(super) fn accept(
    asked: &Asked,
    path: &str,
    all: &mut Vec<Written>,
) -> Result<Answered, Refusal> {
    let route = ROUTES.iter().find(|route| is_of(route.template, path));
    let route = route.ok_or_else(|| {
        let complaint = format!("GitLab has no POST {path}");
        Refusal::loud(complaint, 404, "404 Not Found")
    })?;
    is_said_well(asked)?;
    match credential(asked)? {
        Credential::Access => {}
        Credential::Reads => return Err(Refusal::scope("api")),
        Credential::Job | Credential::Nothing => {
            return Err(Refusal::silent(404, "404 Project Not Found"));
        }
        Credential::Wrong => return Err(Refusal::silent(401, "401 Unauthorized")),
    }
    let written = Written {
        path: path.to_owned(),
        body: Value::Object(body(asked, route)?),
    };
    waits_once(&written, all)?;
    all.push(written);
    Ok(Answered {
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: b"{\"id\": 93}".to_vec(),
        ..Answered::status(201)
    })
}

fn is_of(template: &str, path: &str) -> bool {
    let both = || template.split('/').zip(path.split('/'));
    template.split('/').count() == path.split('/').count()
        && both().all(|(wanted, found)| fits(wanted, found))
}

fn body(asked: &Asked, route: &Route) -> Result<Map<String, Value>, Refusal> {
    let bad = |why: String| Refusal::loud(format!("{}: {why}", route.template), 400, &why);
    if asked.header("content-type") != Some("application/json") || !asked.query.is_empty() {
        return Err(bad("it is no JSON, or has parameters beside it".to_owned()));
    }
    let body = serde_json::from_slice::<Map<String, Value>>(&asked.body);
    let body = body.map_err(|error| bad(error.to_string()))?;
    for name in route.required {
        let is_there = body.get(*name).and_then(Value::as_str);
        if is_there.is_none_or(str::is_empty) {
            return Err(bad(format!("{name} is missing")));
        }
    }
    for (name, value) in &body {
        let mut known = route.required.iter().chain(route.optional);
        if !known.any(|known| known == name) || !is_good(name, value) {
            return Err(bad(format!("{name} does not have a valid value: {value}")));
        }
    }
    Ok(body)
}

fn is_good(name: &str, value: &Value) -> bool {
    let text = value.as_str();
    let is_at_most = |most| text.is_some_and(|it| it.chars().count() <= most);
    match name {
        "state" => text.is_some_and(|it| STATES.contains(&it)),
        "body" => is_at_most(MAX_NOTE),
        "target_url" => {
            let is_address = |it: &str| it.starts_with("https://") || it.starts_with("http://");
            is_at_most(MAX_TEXT) && text.is_some_and(is_address)
        }
        "internal" => value.is_boolean(),
        "coverage" => value.is_number(),
        "pipeline_id" => value.is_u64(),
        _ => is_at_most(MAX_TEXT),
    }
}

/// A status that waits cannot be made to wait again ("Cannot transition status").
fn waits_once(written: &Written, all: &[Written]) -> Result<(), Refusal> {
    let is_same =
        |it: &&Written| it.path == written.path && it.text("name") == written.text("name");
    let last = all.iter().rev().find(is_same);
    let waits = |it: &Written| it.is_status() && it.text("state") == "pending";
    match last.is_some_and(waits) && waits(written) {
        true => Err(Refusal::silent(
            400,
            "Cannot transition status via :enqueue from :pending (Reason(s): Status cannot transition via enqueue)",
        )),
        false => Ok(()),
    }
}

/// Returns the last status of each name of a commit, as the list of them shows it.
pub(super) fn statuses(all: &[Written], path: &str) -> Option<String> {
    let commit = path
        .strip_prefix("/repository/commits/")?
        .strip_suffix("/statuses")?;
    let of_commit = format!("/statuses/{commit}");
    let of_commit = all.iter().filter(|it| it.path == of_commit);
    let shown = of_commit.map(|it| {
        json!({
            "name": it.text("name"), "status": it.text("state"), "sha": commit,
            "description": it.text("description"), "allow_failure": false, "author": null,
            "created_at": "2026-01-05T09:00:00.000Z", "started_at": null, "finished_at": null,
        })
    });
    let shown: Vec<Value> = shown.collect();
    (!shown.is_empty()).then(|| Value::Array(shown).to_string())
}
