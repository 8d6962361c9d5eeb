//! Merges and pushes with their moments, and those that went around the protection by themselves.

use super::super::{Requests, audit_log};
use model::change::Change;
use model::digest::CommitId;
use model::program::ControlId;
use model::report::{EdgeReport, InsideReport, WindowReport};
use model::request::audit::LoggedEvent;
use model::request::dossier::{ForgeFacts, Guards};
use model::request::hook::{Happened, Hooked, Pushed};
use model::request::rules::RuleSuite;
use model::request::words::RuleResult;
use std::collections::{BTreeMap, BTreeSet};

/// Returns every merge and push whose moment the forge tells, oldest first, each once.
pub(super) fn landed(
    facts: &ForgeFacts,
    changes: &[Change],
    requests: &Requests<'_>,
) -> Vec<InsideReport> {
    let mut landed: BTreeMap<CommitId, Vec<InsideReport>> = BTreeMap::new();
    let judged = suites(facts).filter(|it| it.result != RuleResult::Fail);
    for suite in judged {
        let of_commit = landed.entry(suite.after.clone()).or_default();
        of_commit.push(of_suite(suite));
    }
    let answered: BTreeSet<CommitId> = landed.keys().cloned().collect();
    for (hooked, push) in pushes(facts) {
        // Deliveries that differ are all shown: the operator can write one.
        if let Some(at) = push.at
            && !answered.contains(&push.after)
        {
            let of_commit = landed.entry(push.after.clone()).or_default();
            of_commit.push(InsideReport {
                at,
                commit: push.after.clone(),
                request: None,
                by: hooked.by.clone(),
                is_certain: false,
            });
        }
    }
    for change in changes {
        if let Some(at) = requests.landed_at(change) {
            let request = requests.request(change);
            let merge = request.and_then(|it| it.merge());
            let by = merge.and_then(|merge| Some(merge.by.as_ref()?.login.clone()));
            let known = landed.remove(&change.commit);
            let known = known.and_then(|them| them.into_iter().find_map(|it| it.by));
            let one = InsideReport {
                at,
                commit: change.commit.clone(),
                request: request.map(|it| it.dossier.request.number),
                by: by.or(known),
                is_certain: false,
            };
            landed.insert(change.commit.clone(), vec![one]);
        }
    }
    let landed: BTreeSet<InsideReport> = landed.into_values().flatten().collect();
    landed.into_iter().collect()
}

/// Returns what the forge let around its rules, and what took commits from the branch: each a window of its own.
pub(super) fn points(facts: &ForgeFacts, is_on: impl Fn(&str) -> bool) -> Vec<WindowReport> {
    let mut points = Vec::new();
    let on = |ids: &[&str]| -> Vec<ControlId> {
        let ids = ids.iter().filter(|id| is_on(id));
        ids.map(|id| ControlId((*id).into())).collect()
    };
    let mut seen = BTreeSet::new();
    for suite in suites(facts).filter(|it| it.result == RuleResult::Bypass) {
        if seen.insert(suite.id) {
            let what = format!("a push went around the rules (rule suite {})", suite.id);
            points.push(point(on(&["CR-1", "CR-2", "CR-3"]), what, of_suite(suite)));
        }
    }
    for (hooked, push) in pushes(facts).filter(|(_, push)| push.is_forced) {
        let Some(at) = push.at else { continue };
        let what = format!(
            "a push took commits from the branch, which was at {} (leaf {})",
            push.before.short(),
            hooked.leaf
        );
        let pushed = InsideReport {
            at,
            commit: push.after.clone(),
            request: None,
            by: hooked.by.clone(),
            is_certain: true,
        };
        points.push(point(on(&["CR-2"]), what, pushed));
    }
    points.retain(|point| !point.controls.is_empty());
    points
}

/// Returns when administrators went around what a branch asks for, with what landed at that moment.
pub(super) fn overridden(
    requests: &Requests<'_>,
    landed: &[InsideReport],
    is_on: impl Fn(&str) -> bool,
) -> Vec<WindowReport> {
    let ids = ["CR-1", "CR-2", "CR-3"].into_iter().filter(|id| is_on(id));
    let controls: Vec<ControlId> = ids.map(|id| ControlId(id.into())).collect();
    let window = |event: &&LoggedEvent| {
        let edge = EdgeReport {
            not_before: Some(event.at),
            not_after: Some(event.at),
        };
        let of_it = landed
            .iter()
            .filter(|one| audit_log::is_of_moment(event, one.at));
        WindowReport {
            controls: controls.clone(),
            began: edge,
            ended: Some(edge),
            what: vec![format!(
                "{} went around the protection of a branch that the audit log does not name",
                audit_log::actor(event)
            )],
            inside: of_it.cloned().collect(),
        }
    };
    requests.overrides().iter().map(window).collect()
}

fn point(controls: Vec<ControlId>, what: String, pushed: InsideReport) -> WindowReport {
    let edge = EdgeReport {
        not_before: Some(pushed.at),
        not_after: Some(pushed.at),
    };
    WindowReport {
        controls,
        began: edge,
        ended: Some(edge),
        what: vec![what],
        inside: vec![InsideReport {
            is_certain: true,
            ..pushed
        }],
    }
}

fn of_suite(suite: &RuleSuite) -> InsideReport {
    InsideReport {
        at: suite.pushed_at,
        commit: suite.after.clone(),
        request: None,
        by: suite.actor_name.clone(),
        is_certain: false,
    }
}

fn suites(facts: &ForgeFacts) -> impl Iterator<Item = &RuleSuite> {
    let known = facts.guards.iter().filter_map(|it| it.suites.known().ok());
    known
        .flatten()
        .filter(|it| facts.is_of_branch(&it.reference))
}

fn pushes(facts: &ForgeFacts) -> impl Iterator<Item = (&Hooked, &Pushed)> {
    facts
        .hooks
        .iter()
        .filter_map(|hooked| match &hooked.happened {
            Happened::Push(push) if facts.is_of_branch(&push.reference) => Some((hooked, push)),
            Happened::Push(_)
            | Happened::Ruleset { .. }
            | Happened::Classic { .. }
            | Happened::ClassicTurned { .. }
            | Happened::Other => None,
        })
}

/// Returns what the windows are known from, in words.
pub(super) fn known_from(facts: &ForgeFacts) -> Vec<String> {
    let leaves = |leaves: Vec<u64>| match leaves.as_slice() {
        [] => None,
        [leaf] => Some(format!("leaf {leaf}")),
        [first, .., last] => Some(format!("{}, leaves {first} to {last}", leaves.len())),
    };
    let looks = facts.guards.iter().map(|guards| guards.leaf).collect();
    let versions = facts.states.values().map(|state| state.leaf);
    let versions: Vec<u64> = versions.collect();
    let judged = facts.guards.iter().filter(|it| it.suites.known().is_ok());
    let judged = judged.map(|guards| guards.leaf).collect();
    let has_log = |it: &&Guards| it.audit_log.known().is_ok_and(Option::is_some);
    let logged = facts.guards.iter().filter(has_log);
    let logged = logged.map(|guards| guards.leaf).collect();
    let hooks = facts
        .hooks
        .iter()
        .filter(|it| it.happened != Happened::Other);
    let hooks = hooks.map(|hooked| hooked.leaf).collect();
    let told = [
        ("our own looks", leaves(looks)),
        ("versions of rulesets", leaves(versions)),
        ("pushes that the rules judged", leaves(judged)),
        ("the audit log", leaves(logged)),
        ("webhooks", leaves(hooks)),
    ];
    let told = told.into_iter();
    told.filter_map(|(what, leaves)| Some(format!("{what} ({})", leaves?)))
        .collect()
}
