//! What the fake of GitLab lets its callers write, and keeps.

use serde_json::{Map, Value, json};

use super::fields::{ROUTES, Route};
use super::refusal::{Credential, Refusal, credential, is_said_well};
use super::table::fits;
use super::{State, changed};
use crate::http::{Answered, Asked};

/// What somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: String,
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

/// Returns what is answered to what is written behind a project's path, and keeps it.
pub(super) fn accept(asked: &Asked, path: &str, state: &mut State) -> Result<Answered, Refusal> {
    let method = asked.method.as_str();
    let mut routes = ROUTES.iter();
    let route = routes.find(|route| route.method == method && is_of(route.template, path));
    let route = route.ok_or_else(|| {
        let complaint = format!("GitLab has no {method} {path}");
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
        method: method.to_owned(),
        path: path.to_owned(),
        body: Value::Object(body(asked, route)?),
    };
    waits_once(&written, &state.written)?;
    state.written.push(written.clone());
    changed::change(state, &written)
}

fn is_of(template: &str, path: &str) -> bool {
    let both = || template.split('/').zip(path.split('/'));
    template.split('/').count() == path.split('/').count()
        && both().all(|(wanted, found)| fits(wanted, found))
}

/// What is removed is named by its path alone.
fn body(asked: &Asked, route: &Route) -> Result<Map<String, Value>, Refusal> {
    let bad = |why: String| {
        let Route {
            method, template, ..
        } = route;
        Refusal::loud(format!("{method} {template}: {why}"), 400, &why)
    };
    if asked.header("content-type") != Some("application/json") || !asked.query.is_empty() {
        return Err(bad("it is no JSON, or has parameters beside it".to_owned()));
    }
    let body = match (route.method, asked.body.as_slice()) {
        ("DELETE", []) => Ok(Map::new()),
        (_, bytes) => serde_json::from_slice::<Map<String, Value>>(bytes),
    };
    let body = body.map_err(|error| bad(error.to_string()))?;
    match route.fault(&body) {
        Some(fault) => Err(bad(fault)),
        None => Ok(body),
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
