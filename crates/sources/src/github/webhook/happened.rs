//! What a payload tells of the protection of branches and of pushes.
//!
//! Nothing signs the name of the event, so what happened is read from the payload, and the name must fit it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use model::digest::CommitId;
use model::request::hook::{Done, Happened, Pushed};
use model::request::protection::{BranchProtection, ProtectionChecks, ProtectionReviews};
use model::request::rules::RequiredCheck;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::super::read::{GITHUB, ruleset};
use crate::forge::answer::Unreadable;

const WHAT: &str = "a webhook's payload";

/// The events whose payloads tell something of protection, or of pushes.
const TELLING: [&str; 4] = [RULESET, CLASSIC, TURNED, PUSH];
const RULESET: &str = "repository_ruleset";
const CLASSIC: &str = "branch_protection_rule";
const TURNED: &str = "branch_protection_configuration";
const PUSH: &str = "push";

/// What stands in every payload.
const COMMON: [&str; 4] = ["organization", "enterprise", "installation", "sender"];

#[derive(Deserialize)]
struct HookWire {
    action: Option<String>,
    rule: Option<Value>,
    repository_ruleset: Option<Value>,
    #[serde(rename = "ref")]
    reference: Option<Value>,
    before: Option<Value>,
    after: Option<Value>,
    forced: Option<bool>,
    pusher: Option<IgnoredAny>,
    repository: Option<RepositoryWire>,
    #[serde(flatten)]
    rest: BTreeMap<String, IgnoredAny>,
}

#[derive(Deserialize)]
struct RepositoryWire {
    // Seconds in a push, a text in every other event.
    pushed_at: Option<Value>,
}

#[derive(Deserialize)]
struct RuleWire {
    name: String,
    updated_at: Timestamp,
    pull_request_reviews_enforcement_level: String,
    required_approving_review_count: Option<u64>,
    dismiss_stale_reviews_on_push: bool,
    require_code_owner_review: bool,
    require_last_push_approval: Option<bool>,
    required_status_checks: Vec<String>,
    required_status_checks_enforcement_level: String,
    strict_required_status_checks_policy: Option<bool>,
    signature_requirement_enforcement_level: Option<String>,
    linear_history_requirement_enforcement_level: Option<String>,
    admin_enforced: bool,
    allow_force_pushes_enforcement_level: String,
    allow_deletions_enforcement_level: String,
}

/// Returns what a payload of this event tells.
pub fn happened(event: &str, bytes: &[u8]) -> Result<Happened, Unreadable> {
    let wire: HookWire = GITHUB.read(WHAT, 1, bytes)?;
    let shown = shown(&wire);
    match (shown, TELLING.contains(&event)) {
        (Some(shown), _) if shown != event => Err(wrong(format!(
            "it is the payload of `{shown}`, and not of `{event}`"
        ))),
        (None, true) => Err(wrong(format!("it is no payload of `{event}`"))),
        (None, false) => Ok(Happened::Other),
        (Some(RULESET), _) => of_ruleset(wire),
        (Some(CLASSIC), _) => of_classic(wire),
        (Some(PUSH), _) => of_push(wire),
        (Some(_), _) => Ok(Happened::ClassicTurned {
            on: wire.action.as_deref() == Some("enabled"),
        }),
    }
}

/// Returns the event that a payload is of, as its own parts show.
fn shown(wire: &HookWire) -> Option<&'static str> {
    let is_done = wire.action.as_deref().is_some_and(|it| done(it).is_some());
    if wire.repository_ruleset.is_some() && is_done {
        return Some(RULESET);
    }
    if wire.rule.is_some() && is_done {
        return Some(CLASSIC);
    }
    let parts = [&wire.reference, &wire.before, &wire.after];
    if parts.iter().all(|part| part.is_some()) && wire.pusher.is_some() {
        return Some(PUSH);
    }
    let is_turned = matches!(wire.action.as_deref(), Some("enabled" | "disabled"));
    let is_bare = wire.rest.keys().all(|name| COMMON.contains(&name.as_str()));
    (is_turned && is_bare && wire.repository.is_some()).then_some(TURNED)
}

fn done(action: &str) -> Option<Done> {
    match action {
        "created" => Some(Done::Created),
        "edited" => Some(Done::Edited),
        "deleted" => Some(Done::Deleted),
        _ => None,
    }
}

fn done_of(wire: &HookWire) -> Result<Done, Unreadable> {
    let action = wire.action.as_deref().unwrap_or_default();
    done(action).ok_or_else(|| wrong("it does not say what was done"))
}

fn of_ruleset(wire: HookWire) -> Result<Happened, Unreadable> {
    let done = done_of(&wire)?;
    let bytes = part(wire.repository_ruleset)?.to_string().into_bytes();
    Ok(Happened::Ruleset {
        done,
        ruleset: Box::new(ruleset(&[&bytes])?),
    })
}

fn of_classic(wire: HookWire) -> Result<Happened, Unreadable> {
    let done = done_of(&wire)?;
    let rule: RuleWire = value(part(wire.rule)?)?;
    Ok(Happened::Classic {
        done,
        pattern: rule.name.clone(),
        updated_at: rule.updated_at,
        protection: Box::new(protection(rule)),
    })
}

/// Levels are `off`, `non_admins` and `everyone`; one that is not known protects nothing and allows everything.
fn is_on(level: &str) -> bool {
    matches!(level, "non_admins" | "everyone")
}

fn protection(rule: RuleWire) -> BranchProtection {
    let check = |context: String| RequiredCheck { context, app: None };
    let checks = ProtectionChecks {
        checks: rule.required_status_checks.into_iter().map(check).collect(),
        is_strict: rule.strict_required_status_checks_policy,
    };
    let reviews = ProtectionReviews {
        approvals: rule.required_approving_review_count,
        dismisses_stale: rule.dismiss_stale_reviews_on_push,
        needs_code_owner: rule.require_code_owner_review,
        needs_other_than_last_pusher: rule.require_last_push_approval,
        bypass: None,
    };
    let asks = |level: Option<String>| level.map(|level| is_on(&level));
    BranchProtection {
        holds_for_administrators: rule.admin_enforced,
        checks: is_on(&rule.required_status_checks_enforcement_level).then_some(checks),
        reviews: is_on(&rule.pull_request_reviews_enforcement_level).then_some(reviews),
        pushers: None,
        allows_force_pushes: Some(rule.allow_force_pushes_enforcement_level != "off"),
        allows_deletions: Some(rule.allow_deletions_enforcement_level != "off"),
        needs_linear_history: asks(rule.linear_history_requirement_enforcement_level),
        needs_signatures: asks(rule.signature_requirement_enforcement_level),
        is_locked: None,
    }
}

fn of_push(wire: HookWire) -> Result<Happened, Unreadable> {
    let commit = |it| part(it).and_then(value::<CommitId>);
    let seconds = wire.repository.and_then(|it| it.pushed_at);
    let seconds = seconds.as_ref().and_then(Value::as_i64);
    Ok(Happened::Push(Pushed {
        reference: value(part(wire.reference)?)?,
        before: commit(wire.before)?,
        after: commit(wire.after)?,
        is_forced: wire
            .forced
            .ok_or_else(|| wrong("it does not say whether it was forced"))?,
        at: seconds.and_then(|it| Timestamp::from_second(it).ok()),
    }))
}

fn part(part: Option<Value>) -> Result<Value, Unreadable> {
    part.ok_or_else(|| wrong("a part of it is missing"))
}

fn value<T: for<'de> Deserialize<'de>>(value: Value) -> Result<T, Unreadable> {
    serde_json::from_value(value).map_err(wrong)
}

fn wrong(why: impl std::fmt::Display) -> Unreadable {
    GITHUB.unreadable(WHAT, 1, why)
}
