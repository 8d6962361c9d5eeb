//! Exception windows: spans in which a protection was weakened, and everything that landed inside them.

use self::spans::{Span, inside, of_control};
use super::Requests;
use super::history::{Between, Step};
use super::protection::{JUDGES, Judge, Shown};
use super::{fail, pass, unknown};
use crate::rules::Rules;
use jiff::Timestamp;
use model::change::Change;
use model::outcome::{AssuranceGrade, Outcome};
use model::program::ControlId;
use model::report::{Decision, WindowReport, WindowsReport};
use model::request::dossier::{ForgeFacts, Guards};
use std::collections::{BTreeMap, BTreeSet};

mod events;
mod missing;
mod spans;

/// Returns the decision on a change that landed between two looks, where what came between them tells it.
pub(super) fn landed(
    (between, at): (&Between, Timestamp),
    (before, after): (&Guards, &Guards),
    judge: Judge,
) -> Option<Decision> {
    let (place, all) = between.at(at);
    let judged: Vec<Shown> = between
        .steps
        .iter()
        .map(|step| judged(step, before, judge))
        .collect();
    let held = judged.get(place)?;
    let off = off_at(between, &judged, place);
    if let Some(off) = off.filter(|off| between.whole.is_ok() || *off > 0) {
        let window = window_of(between, &judged, off, before);
        return Some(match held.outcome {
            Outcome::Fail => fail(format!(
                "it landed in a window without protection, {window}"
            )),
            Outcome::Pass | Outcome::Unknown => unknown(format!(
                "a webhook alone tells that a window without protection had ended, {window}"
            )),
        });
    }
    if between.whole.is_err() {
        return None;
    }
    let of_second = || all.iter().filter_map(|place| judged.get(*place));
    let reason = format!("leaves {} and {}: {}", before.leaf, after.leaf, held.reason);
    if of_second().any(|shown| shown.outcome == Outcome::Fail) {
        return Some(unknown(format!(
            "{reason}; the protection came back in the very second in which it landed"
        )));
    }
    if let Some(other) = of_second().find(|shown| shown.outcome == Outcome::Unknown) {
        return Some(unknown(format!(
            "leaves {} and {}: {}",
            before.leaf, after.leaf, other.reason
        )));
    }
    if let Err(why) = &between.classic
        && of_second().any(|shown| shown.is_classic)
    {
        return Some(unknown(format!("{reason}; {why}")));
    }
    if let Some((what, then)) = shown_behind(before, at) {
        return Some(unknown(format!(
            "{reason}; leaf {} shows {what} at {then}, behind the landing: the clock of who recorded it was behind",
            before.leaf
        )));
    }
    let end = judge(after, &BTreeSet::new());
    if judged.last().is_none_or(|last| last.outcome != end.outcome) {
        return Some(unknown(format!(
            "{reason}; leaf {}: {}, and no change between them tells since when",
            after.leaf, end.reason
        )));
    }
    let changes = between.steps.len() - 1;
    let changed = match changes {
        0 => String::new(),
        1 => "; it was changed once between them, and protected when it landed".to_owned(),
        more => format!("; it was changed {more} times between them, and protected when it landed"),
    };
    Some(pass(
        format!("{reason}{changed}"),
        AssuranceGrade::Collected,
    ))
}

/// Returns the step in which the protection was off at a moment. What a webhook tells ends none: the operator can write one.
fn off_at(between: &Between, judged: &[Shown], place: usize) -> Option<usize> {
    let is_off = |place: &usize| judged[*place].outcome == Outcome::Fail;
    let is_evidence = |place: &usize| is_off(place) || !between.steps[*place].is_told;
    let last = (0..=place).rev().find(is_evidence)?;
    is_off(&last).then_some(last)
}

/// Returns what a look shows that the forge dates no earlier than a moment, and when: our own clock, by which the look was
/// taken for one before that moment, may be set.
fn shown_behind(look: &Guards, moment: Timestamp) -> Option<(&'static str, Timestamp)> {
    let rulesets = look.rulesets.values().filter_map(|it| it.known().ok());
    let changed = rulesets.filter_map(|ruleset| ruleset.updated_at);
    let changed = changed.map(|at| ("a ruleset that was changed", at));
    let suites = look.suites.known().ok().into_iter().flatten();
    let pushed = suites.map(|suite| ("a push", suite.pushed_at));
    let project = look.project.as_ref();
    let audits = project.iter().flat_map(|project| {
        let groups = project.group_audits.values();
        [&project.audit].into_iter().chain(groups)
    });
    let events = audits.filter_map(|audit| audit.known().ok()).flatten();
    let noted = events.map(|event| ("an audit event", event.at));
    let logged = look.audit_log.known().ok().into_iter().flatten();
    let logged = logged.flat_map(|log| &log.events);
    let logged = logged.map(|event| ("an event of the audit log", event.at));
    let shown = changed.chain(pushed).chain(noted).chain(logged);
    shown
        .filter(|(_, at)| *at >= moment)
        .max_by_key(|(_, at)| *at)
}

fn judged(step: &Step, before: &Guards, judge: Judge) -> Shown {
    let shown = judge(step.guards.as_deref().unwrap_or(before), &step.lost);
    match (&step.unclear, shown.outcome) {
        // What else was in force can only have added to it.
        (Some(why), Outcome::Fail | Outcome::Unknown) => Shown {
            outcome: Outcome::Unknown,
            reason: format!("{}: {why}", step.by),
            is_classic: false,
        },
        (Some(_) | None, Outcome::Pass) if step.is_told => Shown {
            outcome: Outcome::Unknown,
            reason: format!("{}: nothing else tells of it", step.by),
            is_classic: false,
        },
        (Some(_), Outcome::Pass) | (None, _) => shown,
    }
}

/// Names the window around a step in which a protection was off.
fn window_of(between: &Between, judged: &[Shown], place: usize, before: &Guards) -> String {
    let is_off = |place: &usize| judged[*place].outcome == Outcome::Fail;
    let first = (0..=place).rev().take_while(is_off).last().unwrap_or(place);
    let end = (place..judged.len()).find(|place| !is_off(place));
    let step = |place: usize| &between.steps[place];
    let since = match step(first).from {
        Some(from) => format!("since {from}"),
        None => format!("at leaf {}", before.leaf),
    };
    let until = match end.map(step) {
        Some(Step {
            from: Some(from),
            by,
            ..
        }) => format!("until {from} ({by})"),
        Some(_) | None => "and no end of it is known".to_owned(),
    };
    format!(
        "{since} ({}) {until}: {}",
        step(first).by,
        judged[first].reason
    )
}

/// Returns every window that the log shows, with what landed inside.
pub fn found(
    facts: &ForgeFacts,
    changes: &[Change],
    requests: &Requests<'_>,
    rules: &Rules,
) -> WindowsReport {
    let judges = JUDGES.iter().filter(|(id, _)| rules.asks_of_the_forge(id));
    let judges: Vec<&(&str, Judge)> = judges.collect();
    if judges.is_empty() {
        return WindowsReport::default();
    }
    let mut spans: BTreeMap<Span, (Vec<ControlId>, Vec<String>)> = BTreeMap::new();
    for (id, judge) in &judges {
        for (span, what) in of_control(facts, requests.betweens(), *judge) {
            let window = spans.entry(span).or_default();
            window.0.push(ControlId((*id).into()));
            let new = what.into_iter().filter(|one| !window.1.contains(one));
            let new: Vec<String> = new.collect();
            window.1.extend(new);
        }
    }
    let landed = events::landed(facts, changes, requests);
    let windows = spans
        .into_iter()
        .map(|(span, (controls, what))| WindowReport {
            inside: inside(&span, &landed),
            controls,
            began: span.began,
            ended: span.ended,
            what,
        });
    let mut windows: Vec<WindowReport> = windows.collect();
    let is_on = |id: &str| rules.asks_of_the_forge(id);
    windows.extend(events::points(facts, is_on));
    windows.extend(events::overridden(requests, &landed, is_on));
    windows.sort_by_key(|window| (window.began.not_after, window.began.not_before));
    WindowsReport {
        windows,
        known_from: events::known_from(facts),
        missing: missing::missing(facts, requests.betweens()),
    }
}
