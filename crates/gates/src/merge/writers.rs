//! Whose models wrote a change, as far as facts show: agents of the program, assistants that commits name, and sessions that
//! AI coding tools recorded.

use super::review::shown;
use super::{Case, RequestCase};
use crate::review::independence::{Written, of_assistant};
use model::digest::CommitId;
use model::program::PrincipalKind;
use model::reviewer::AgentModel;
use model::session::SessionSeen;
use std::collections::BTreeSet;

/// Returns the models that wrote a change, by what shows it.
pub(super) fn writers(
    case: &Case<'_>,
    request: &RequestCase<'_>,
    authors: &BTreeSet<&str>,
) -> Vec<Written> {
    let principals = case.directory.principals().iter();
    let agents = principals
        .filter(|it| it.kind == PrincipalKind::Agent && authors.contains(it.id.as_str()))
        .map(|it| Written {
            by: it.id.to_string(),
            model: it.model.clone(),
        });
    let named: BTreeSet<&str> = shown(case)
        .flat_map(|change| change.assistants.iter().chain(&change.brought_assistants))
        .map(String::as_str)
        .collect();
    let named = named.into_iter().map(|name| Written {
        by: format!("{name}, which its commits name"),
        model: of_assistant(name),
    });
    let mut writers: Vec<Written> = agents.chain(named).collect();
    for session in sessions(case, request) {
        writers.extend(of_session(session));
    }
    writers
}

/// Returns the sessions that wrote commits of a change, or of any difference that its request has had.
fn sessions<'a>(case: &Case<'a>, request: &RequestCase<'a>) -> Vec<&'a SessionSeen> {
    if request.sessions.is_empty() {
        return Vec::new();
    }
    let known = request
        .dossiers
        .iter()
        .filter_map(|it| it.commits.known().ok());
    let of_request = known.flatten().map(|commit| &commit.id);
    let own = [Some(&case.change.commit), case.change.request_head()];
    let commits: BTreeSet<&CommitId> = of_request.chain(own.into_iter().flatten()).collect();
    let found = commits
        .into_iter()
        .filter_map(|commit| request.sessions.get(commit));
    let mut found: Vec<&SessionSeen> = found
        .flatten()
        .filter(|it| it.leaf < request.until)
        .collect();
    found.sort_by_key(|seen| seen.leaf);
    found.dedup_by_key(|seen| seen.leaf);
    found
}

fn of_session(seen: &SessionSeen) -> Vec<Written> {
    let record = &seen.record;
    let by = format!(
        "{} in the session of leaf {}",
        record.agent.escape_debug(),
        seen.leaf
    );
    let Some(vendor) = &record.provider else {
        return vec![Written { by, model: None }];
    };
    let of = |name: Option<&String>| Written {
        by: by.clone(),
        model: Some(AgentModel {
            vendor: vendor.clone(),
            family: None,
            name: name.cloned(),
        }),
    };
    match record.models.is_empty() {
        true => vec![of(None)],
        false => record.models.iter().map(|name| of(Some(name))).collect(),
    }
}
