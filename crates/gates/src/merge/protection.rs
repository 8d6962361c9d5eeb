//! CR-1, CR-2 and CR-3: the branch takes requests only, keeps its history, and requires checks that run.

use self::in_force::protected;
use super::{Case, GuardsCase, Landing, Moment, fail, pass, unknown};
use super::{audit_log, levels, pipelines, required, windows};
use jiff::Timestamp;
use model::change::Landed;
use model::outcome::{AssuranceGrade, Outcome};
use model::report::Decision;
use model::request::dossier::Guards;
use model::request::protection::{Actors, BranchProtection};
use model::request::rules::{BypassActor, RequiredCheck, Rule, RuleSuite};
use model::request::words::BypassMode;
use std::collections::BTreeSet;

mod in_force;

/// What one record of the protection shows.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) outcome: Outcome,
    pub(super) reason: String,
    /// Whether it rests on classic protection, which keeps no history.
    pub(super) is_classic: bool,
}

pub(super) fn shown(outcome: Outcome, reason: impl Into<String>) -> Shown {
    Shown {
        outcome,
        reason: reason.into(),
        is_classic: false,
    }
}

/// Judges what protected a branch; the checks are those that were required before and after, and not then.
pub(super) type Judge = fn(&Guards, &BTreeSet<RequiredCheck>) -> Shown;

/// The rules on protection, with what judges each.
pub(super) const JUDGES: [(&str, Judge); 3] = [
    ("CR-1", takes_requests),
    ("CR-2", keeps_history),
    ("CR-3", requires_checks),
];

/// CR-1: the branch takes changes only through a request, from administrators too.
pub(super) fn requests_only(case: &Case<'_>) -> Decision {
    if let (Moment::Landed, Landing::Push { list }) = (case.moment, case.landing)
        && case.change.landed != Landed::Root
    {
        return fail(format!(
            "it took this very change as a push: no request of the forge's whole list, leaf {list}, landed as it"
        ));
    }
    match (case.landing, decide(case, takes_requests)) {
        (Landing::Pushed(number), decision) if decision.outcome == Outcome::Pass => {
            unknown(format!(
                "{}, and yet the head of request {number} or a merge of it was pushed to it",
                decision.reason
            ))
        }
        (_, decision) => decision,
    }
}

fn takes_requests(guards: &Guards, _: &BTreeSet<RequiredCheck>) -> Shown {
    if let Some(project) = &guards.project {
        return levels::requests_only(project, &guards.branch);
    }
    let is_request = |rule: &Rule| matches!(rule, Rule::PullRequest(_));
    let classic = |classic: &BranchProtection| match &classic.reviews {
        Some(reviews) if reviews.bypass.as_ref().is_some_and(Actors::are_some) => Err((
            Outcome::Fail,
            "classic protection names some who need no request",
        )),
        Some(_) => Ok(()),
        None => Err((Outcome::Fail, "classic protection takes pushes")),
    };
    // Who may only go around by a request still lands one.
    protected(guards, &[("a request", &is_request)], classic, &|actor| {
        actor.mode == BypassMode::PullRequest
    })
}

/// CR-2: no force push, and no deletion, each by a ruleset or by classic protection.
pub(super) fn history_kept(case: &Case<'_>) -> Decision {
    if let Some(forced) = case.guards.and_then(|guards| guards.forced) {
        return fail(format!(
            "leaf {}: a push took commits from the branch, and left this one",
            forced.leaf
        ));
    }
    decide(case, keeps_history)
}

fn keeps_history(guards: &Guards, _: &BTreeSet<RequiredCheck>) -> Shown {
    if let Some(project) = &guards.project {
        return levels::history_kept(project, guards);
    }
    let lacks = |allowed: Option<bool>, what: &'static str| match allowed {
        Some(false) => Ok(()),
        Some(true) => Err((Outcome::Fail, what)),
        None => Err((
            Outcome::Unknown,
            "classic protection does not say whether history is kept",
        )),
    };
    let forced = |rule: &Rule| matches!(rule, Rule::NonFastForward);
    let deleted = |rule: &Rule| matches!(rule, Rule::Deletion);
    let by_request = |actor: &BypassActor| actor.mode == BypassMode::PullRequest;
    let pushed = protected(
        guards,
        &[("no force push", &forced)],
        |it| {
            let what = "classic protection lets the branch be force-pushed";
            lacks(it.allows_force_pushes, what)
        },
        &by_request,
    );
    let deletion = protected(
        guards,
        &[("no deletion", &deleted)],
        |it| {
            let what = "classic protection lets the branch be deleted";
            lacks(it.allows_deletions, what)
        },
        &by_request,
    );
    both(pushed, deletion)
}

/// Returns that two rules hold, or the worse of the two answers.
fn both(first: Shown, second: Shown) -> Shown {
    match (first.outcome, second.outcome) {
        (Outcome::Pass, Outcome::Pass) if first.reason == second.reason => first,
        (Outcome::Pass, Outcome::Pass) => Shown {
            reason: format!("{}, {}", first.reason, second.reason),
            is_classic: first.is_classic || second.is_classic,
            ..first
        },
        (Outcome::Fail, _) | (Outcome::Unknown, Outcome::Pass | Outcome::Unknown) => first,
        (Outcome::Pass | Outcome::Unknown, _) => second,
    }
}

/// CR-3: checks are required, and each of their names matches a check that runs.
pub(super) fn checks_required(case: &Case<'_>) -> Decision {
    let state = decide(case, requires_checks);
    match (state.outcome, case.guards.and_then(|guards| guards.before)) {
        (Outcome::Pass, Some(before)) if before.project.is_some() => match pipelines::ran(case) {
            // Whoever writes the request writes the jobs of its pipeline.
            Ok(how) => pass(format!("{}; {how}", state.reason), AssuranceGrade::Attested),
            Err(decision) => decision,
        },
        (Outcome::Pass, Some(before)) => match required::ran(case, before) {
            Ok(how) => match required::rewritten_judge(case.change) {
                // Whoever wrote the change wrote what ran its checks.
                Some(what) => pass(
                    format!("{}; {how}, and {what}", state.reason),
                    AssuranceGrade::Attested,
                ),
                None => pass(format!("{}; {how}", state.reason), state.grade),
            },
            Err(decision) => decision,
        },
        (Outcome::Pass | Outcome::Fail | Outcome::Unknown, _) => state,
    }
}

fn requires_checks(guards: &Guards, lost: &BTreeSet<RequiredCheck>) -> Shown {
    if let Some(project) = &guards.project {
        return levels::checks_required(project, &guards.branch);
    }
    if !lost.is_empty() {
        let names = lost.iter().map(|check| format!("`{}`", check.context));
        let names: Vec<String> = names.collect();
        let reason = format!(
            "no longer required, or not from its app: {}",
            names.join(", ")
        );
        return shown(Outcome::Fail, reason);
    }
    let is_check = |rule: &Rule| matches!(rule, Rule::RequiredStatusChecks { checks, .. } if !checks.is_empty());
    let classic = |classic: &BranchProtection| match &classic.checks {
        Some(checks) if !checks.checks.is_empty() => Ok(()),
        Some(_) | None => Err((Outcome::Fail, "classic protection requires no check")),
    };
    protected(guards, &[("checks", &is_check)], classic, &|_| false)
}

/// Returns the decision on what was seen before the change landed and after it; a change that is open rests on the last.
fn decide(case: &Case<'_>, judge: Judge) -> Decision {
    let Some(guards) = case.guards else {
        return unknown(
            "nothing of the protection was recorded: `countersign collect` asks the forge",
        );
    };
    let GuardsCase { before, after, .. } = guards;
    let Some(before) = before else {
        return unknown("nothing of the protection was recorded before the change landed");
    };
    // Where nobody may go around the rules, no suite is needed to show it.
    if let Some(around) = guards.around {
        return fail(went_around(around));
    }
    if let Some(event) = guards.overridden {
        return fail(format!(
            "{} went around the protection of a branch at {}, as it landed (audit log)",
            audit_log::actor(event),
            event.at
        ));
    }
    let first = judge(before, &BTreeSet::new());
    match (case.moment, after) {
        (Moment::Open { now }, _) => fresh(before, now, first),
        (Moment::Landed, None) => unknown(format!(
            "leaf {}: {}, and nothing was recorded since the change landed",
            before.leaf, first.reason
        )),
        (Moment::Landed, Some(after)) => {
            let second = judge(after, &BTreeSet::new());
            let of_history = guards.between.zip(guards.landed_at);
            let of_history = of_history.and_then(|it| windows::landed(it, (before, after), judge));
            let decision =
                of_history.unwrap_or_else(|| around(&guards, (before, first), (after, second)));
            match (guards.is_told, decision.outcome) {
                (true, Outcome::Pass) => unknown(format!(
                    "{}; that it landed then is told by a webhook alone",
                    decision.reason
                )),
                (true | false, Outcome::Pass | Outcome::Fail | Outcome::Unknown) => decision,
            }
        }
    }
}

/// Returns the decision on a change that landed between two looks, of which nobody knows all that came between.
fn around(guards: &GuardsCase<'_>, before: (&Guards, Shown), after: (&Guards, Shown)) -> Decision {
    let ((before, first), (after, second)) = (before, after);
    let reason = format!(
        "leaf {}: {}; leaf {}: {}",
        before.leaf, first.reason, after.leaf, second.reason
    );
    match (first.outcome, second.outcome) {
        (Outcome::Fail, Outcome::Fail) => fail(reason),
        (Outcome::Fail, Outcome::Pass) | (Outcome::Pass, Outcome::Fail) => unknown(format!(
            "{reason}: which of them held when it landed is unknown"
        )),
        (Outcome::Unknown, _) | (_, Outcome::Unknown) => unknown(reason),
        // The committer's clock, which the committer sets, chose these two looks.
        (Outcome::Pass, Outcome::Pass) if guards.landed_at.is_none() => unknown(format!(
            "{reason}; when it landed between them no record of a request says"
        )),
        (Outcome::Pass, Outcome::Pass) if first.is_classic || second.is_classic => {
            unknown(format!("{reason}; {CLASSIC_HAS_NO_HISTORY}"))
        }
        // Two changes may be a weakening and its end, with the landing in between.
        (Outcome::Pass, Outcome::Pass) => {
            let why = guards.between.and_then(|it| it.whole.as_ref().err());
            let why = why.map_or("what came between them is not known", String::as_str);
            unknown(format!(
                "{reason}; {why}: what it said when the change landed is unknown"
            ))
        }
    }
}

/// Why a protection that both looks show is not known to have held between them.
pub(super) const CLASSIC_HAS_NO_HISTORY: &str =
    "classic protection keeps no history, so that it may have been off in between";

/// Seconds for which a record of the protection tells what holds now.
pub(super) const FRESH_SECONDS: i64 = 3600;

fn fresh(guards: &Guards, now: Timestamp, shown: Shown) -> Decision {
    let reason = format!("leaf {}: {}", guards.leaf, shown.reason);
    let age = now.as_second() - guards.at.as_second();
    match (
        (-FRESH_SECONDS..=FRESH_SECONDS).contains(&age),
        shown.outcome,
    ) {
        (true, Outcome::Pass) => pass(reason, AssuranceGrade::Collected),
        (true, Outcome::Fail) => fail(reason),
        (true, Outcome::Unknown) => unknown(reason),
        (false, _) => unknown(format!(
            "{reason}; that was {} ago: `countersign collect` asks again",
            super::waiting::lasted(age as f64 / 3600.0)
        )),
    }
}

fn went_around(suite: &RuleSuite) -> String {
    let who = suite.actor_name.as_deref();
    format!(
        "{} went around the rules with its push at {} (rule suite {})",
        who.unwrap_or("an account that is gone"),
        suite.pushed_at,
        suite.id
    )
}
