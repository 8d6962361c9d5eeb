//! What the fake of GitLab refuses, and how GitLab would.

use std::collections::BTreeMap;

use super::table::Route;
use super::{JOB_TOKEN, READING_TOKEN, TOKEN};
use crate::http::{Answered, Asked};
use serde_json::json;

/// The items of a page that must be asked for, where a list lets its caller choose.
pub(super) const PER_PAGE: &str = "100";

/// Who asks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Credential {
    Nothing,
    Access,
    /// Somebody who may read and write nothing.
    Reads,
    Job,
    Wrong,
}

/// Why a request is refused: what the fake complains of, if it does, and what GitLab would answer.
pub(super) struct Refusal {
    pub(super) complaint: Option<String>,
    pub(super) answer: Answered,
}

impl Refusal {
    pub(super) fn silent(status: u16, reason: &str) -> Refusal {
        Refusal {
            complaint: None,
            answer: refused(status, "message", reason),
        }
    }

    /// What GitLab answers to a token that is good, and may not do this (RFC 6750 section 3.1).
    pub(super) fn scope(scope: &str) -> Refusal {
        let body = json!({
            "error": "insufficient_scope",
            "error_description": "The request requires higher privileges than provided by the access token.",
            "scope": scope,
        });
        Refusal {
            complaint: None,
            answer: Answered {
                headers: vec![("content-type".to_owned(), "application/json".to_owned())],
                body: body.to_string().into_bytes(),
                ..Answered::status(403)
            },
        }
    }

    pub(super) fn loud(complaint: String, status: u16, reason: &str) -> Refusal {
        Refusal {
            complaint: Some(complaint),
            answer: refused(status, "error", reason),
        }
    }
}

pub(super) fn is_well_formed(asked: &Asked) -> Result<(), Refusal> {
    let bad = |why: String| Err(Refusal::loud(why, 405, "405 Not Allowed"));
    if asked.method != "GET" || !asked.body.is_empty() {
        return bad(format!("{} {}", asked.method, asked.path));
    }
    is_said_well(asked)
}

/// What every request says of who asks.
pub(super) fn is_said_well(asked: &Asked) -> Result<(), Refusal> {
    let bad = |why: String| Err(Refusal::loud(why, 405, "405 Not Allowed"));
    let header = |name| asked.header(name).unwrap_or_default();
    if !header("user-agent").starts_with("countersign/") {
        return bad(format!("the user agent is `{}`", header("user-agent")));
    }
    if header("accept") != "application/json" {
        return bad(format!("`{}` is accepted", header("accept")));
    }
    Ok(())
}

/// "REST API authentication": a header for each kind of token, and never two of them.
pub(super) fn credential(asked: &Asked) -> Result<Credential, Refusal> {
    let bearer = asked.header("authorization");
    let bearer = bearer.map(|it| it.strip_prefix("Bearer ").unwrap_or_default());
    let access = bearer.or(asked.header("private-token"));
    match (access, asked.header("job-token")) {
        (None, None) => Ok(Credential::Nothing),
        (Some(TOKEN), None) => Ok(Credential::Access),
        (Some(READING_TOKEN), None) => Ok(Credential::Reads),
        (None, Some(JOB_TOKEN)) => Ok(Credential::Job),
        (Some(_), None) | (None, Some(_)) => Ok(Credential::Wrong),
        (Some(_), Some(_)) => {
            let complaint = "two credentials were sent".to_owned();
            Err(Refusal::loud(complaint, 401, "401 Unauthorized"))
        }
    }
}

/// Returns 1 where the parameters are those of the route, each once and with a value that it takes.
pub(super) fn first_page(route: &Route, query: &str) -> Result<usize, Refusal> {
    let mut seen = BTreeMap::new();
    for pair in query.split('&').filter(|it| !it.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if !route.takes(name, value) || seen.insert(name, value).is_some() {
            let complaint = format!("{} takes no {name}={value}", route.template);
            let reason = format!("{name} does not have a valid value");
            return Err(Refusal::loud(complaint, 400, &reason));
        }
    }
    let is_sized = !route.takes("per_page", PER_PAGE) || seen.get("per_page") == Some(&PER_PAGE);
    match is_sized {
        true => Ok(1),
        false => {
            let complaint = format!("{} was asked for small pages", route.template);
            Err(Refusal::loud(
                complaint,
                400,
                "per_page does not have a valid value",
            ))
        }
    }
}

pub(super) fn refused(status: u16, name: &str, reason: &str) -> Answered {
    Answered {
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: format!("{{\"{name}\":\"{reason}\"}}").into_bytes(),
        ..Answered::status(status)
    }
}

#[cfg(test)]
mod tests {
    use super::first_page;
    use crate::gitlab::table::route;

    #[test]
    fn a_parameter_is_known_good_and_there_once() {
        let check = |path, query, is_good| {
            let page = first_page(route(path).unwrap(), query);
            assert_eq!(page.is_ok(), is_good, "{path}?{query}");
        };
        check("/merge_requests", "per_page=100&sort=asc", true);
        check("/push_rule", "", true);
        for query in [
            "",
            "per_page=20",
            "per_page=100&sort=up",
            "per_page=100&sort=asc&sort=asc",
            "per_page=100&a=b",
        ] {
            check("/merge_requests", query, false);
        }
        check("/push_rule", "per_page=100", false);
    }
}
