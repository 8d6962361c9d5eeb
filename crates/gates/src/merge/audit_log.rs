//! What the audit log of an organisation says of the classic protection of branches, which keeps no history of its own.
//!
//! An event names its repository and no branch: one of another branch is not told apart.

use super::protection::CLASSIC_HAS_NO_HISTORY;
use jiff::Timestamp;
use model::request::Readable;
use model::request::audit::{AuditLog, LoggedEvent};
use model::request::dossier::{ForgeFacts, Guards};
use std::collections::{BTreeMap, BTreeSet};

/// An administrator went around what a branch asks for.
const OVERRIDE: &str = "protected_branch.policy_override";
/// Events that change nothing of what protects a branch.
const CHANGE_NOTHING: [&str; 2] = [OVERRIDE, "protected_branch.rejected_ref_update"];
/// A push and the event that tells of it are of one moment, but for this much.
const SAME_MOMENT_SECONDS: i64 = 5;

/// Every event that any look showed, each once.
pub(super) type Events<'a> = BTreeMap<&'a str, &'a LoggedEvent>;

/// Returns every event. The log lags behind: a later look may show what an earlier one lacks.
pub(super) fn events(facts: &ForgeFacts) -> Events<'_> {
    let logs = facts.guards.iter().filter_map(of);
    let mut events: Events<'_> = BTreeMap::new();
    for event in logs.flat_map(|log| &log.events) {
        let known = events.entry(event.id.as_str()).or_insert(event);
        // An event never changes: of two that differ, the one that says more against it counts.
        if changes_nothing(known) {
            *known = event;
        }
    }
    events
}

/// Returns that classic protection stayed what both looks show, or why nobody can say.
pub(super) fn unchanged(
    events: &Events<'_>,
    before: &Guards,
    after: &Guards,
) -> Result<(), String> {
    let none = CLASSIC_HAS_NO_HISTORY;
    let (Some(first), Some(second)) = (of(before), of(after)) else {
        return Err(match after.audit_log.known() {
            Ok(_) => none.to_owned(),
            Err(why) => format!("{none}; the audit log: {why}"),
        });
    };
    if before.classic != after.classic {
        return Err("classic protection is another at one than at the other".to_owned());
    }
    if before.at < second.since {
        return Err(format!(
            "{none}; the audit log was asked for what came since {} alone",
            second.since
        ));
    }
    let known: BTreeSet<&str> = first.events.iter().map(|event| event.id.as_str()).collect();
    let mut new = events.values().filter(|event| {
        event.at <= after.at && !known.contains(event.id.as_str()) && !changes_nothing(event)
    });
    match new.next() {
        None => Ok(()),
        Some(event) => Err(format!(
            "the audit log has {} by {} at {}, of a branch that it does not name",
            event.action,
            actor(event),
            event.at
        )),
    }
}

/// Returns the events by which an administrator went around what a branch asks for, oldest first.
pub(super) fn overrides<'a>(events: &Events<'a>) -> Vec<&'a LoggedEvent> {
    let overrides = events.values().filter(|event| event.action == OVERRIDE);
    let mut overrides: Vec<&LoggedEvent> = overrides.copied().collect();
    overrides.sort_by_key(|event| event.at);
    overrides
}

/// Returns whether an event is of the moment at which something landed.
pub(super) fn is_of_moment(event: &LoggedEvent, landed: Timestamp) -> bool {
    let apart = event.at.as_second() - landed.as_second();
    apart.abs() <= SAME_MOMENT_SECONDS
}

/// Returns who caused an event.
pub(super) fn actor(event: &LoggedEvent) -> &str {
    event.actor.as_deref().unwrap_or("an account that is gone")
}

fn changes_nothing(event: &LoggedEvent) -> bool {
    CHANGE_NOTHING.contains(&event.action.as_str())
}

fn of(look: &Guards) -> Option<&AuditLog> {
    match &look.audit_log {
        Readable::Known(log) => log.as_ref(),
        Readable::Withheld { .. } | Readable::Unread { .. } | Readable::NotOffered { .. } => None,
    }
}
