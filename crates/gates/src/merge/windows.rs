//! Exception windows: spans in which a protection was weakened, and everything that landed inside them.

use super::Requests;
use super::history::{Between, Step};
use super::protection::{CLASSIC_HAS_NO_HISTORY, JUDGES, Judge, Shown};
use super::{fail, pass, unknown};
use crate::rules::Rules;
use jiff::Timestamp;
use model::change::Change;
use model::outcome::{AssuranceGrade, Outcome};
use model::program::ControlId;
use model::report::{Decision, EdgeReport, InsideReport, WindowReport, WindowsReport};
use model::request::dossier::{ForgeFacts, Guards};
use std::collections::{BTreeMap, BTreeSet};

mod events;
mod missing;

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
    if held.outcome == Outcome::Fail && (between.whole.is_ok() || place > 0) {
        return Some(fail(window_of(between, &judged, place, before)));
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
    if of_second().any(|shown| shown.is_classic) {
        return Some(unknown(format!("{reason}; {CLASSIC_HAS_NO_HISTORY}")));
    }
    if let Some(changed) = changed_behind(before, at) {
        return Some(unknown(format!(
            "{reason}; leaf {} shows a ruleset that was changed at {changed}, behind the landing: the clock of who recorded it was behind",
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

/// Returns when a ruleset was changed that a look shows, where that was not before a moment: both are times of the forge, and
/// our own clock, by which the look was taken for one before that moment, may be set.
fn changed_behind(look: &Guards, moment: Timestamp) -> Option<Timestamp> {
    let rulesets = look.rulesets.values().filter_map(|it| it.known().ok());
    let changed = rulesets.filter_map(|ruleset| ruleset.updated_at).max();
    changed.filter(|changed| *changed >= moment)
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
        "it landed in a window without protection, {since} ({}) {until}: {}",
        step(first).by,
        judged[first].reason
    )
}

/// What protected the branch from one moment to the next, under one control.
struct State {
    since: EdgeReport,
    shown: Shown,
    by: String,
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
    windows.sort_by_key(|window| (window.began.not_after, window.began.not_before));
    WindowsReport {
        windows,
        known_from: events::known_from(facts),
        missing: missing::missing(facts, requests.betweens()),
    }
}

/// A window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Span {
    began: EdgeReport,
    ended: Option<EdgeReport>,
}

/// Returns the windows of one control, with what was weakened in each.
fn of_control(facts: &ForgeFacts, betweens: &[Between], judge: Judge) -> Vec<(Span, Vec<String>)> {
    let mut windows = Vec::new();
    let mut open: Option<(EdgeReport, Vec<String>)> = None;
    for state in states(facts, betweens, judge) {
        let words = format!("{} ({})", state.shown.reason, state.by);
        match (state.shown.outcome, open.take()) {
            (Outcome::Fail, Some((began, mut what))) => {
                let is_new = !what
                    .iter()
                    .any(|one: &String| one.starts_with(&state.shown.reason));
                what.extend(is_new.then_some(words));
                open = Some((began, what));
            }
            (Outcome::Fail, None) => open = Some((state.since, vec![words])),
            (Outcome::Pass | Outcome::Unknown, Some((began, what))) => {
                let ended = Some(state.since);
                windows.push((Span { began, ended }, what));
            }
            (Outcome::Pass | Outcome::Unknown, None) => {}
        }
    }
    if let Some((began, what)) = open {
        windows.push((Span { began, ended: None }, what));
    }
    windows
}

fn states(facts: &ForgeFacts, betweens: &[Between], judge: Judge) -> Vec<State> {
    let mut states = Vec::new();
    let mut last: Option<Timestamp> = None;
    for (place, look) in facts.guards.iter().enumerate() {
        // What is known of every change since the look before ends with this one.
        let is_told = place
            .checked_sub(1)
            .and_then(|before| betweens.get(before))
            .is_some_and(|between| between.whole.is_ok());
        let shown = judge(look, &BTreeSet::new());
        let last_shown = states.last().map(|state: &State| state.shown.outcome);
        if !is_told || last_shown != Some(shown.outcome) {
            states.push(State {
                since: EdgeReport {
                    not_before: last,
                    not_after: Some(look.at),
                },
                shown,
                by: format!("leaf {}", look.leaf),
            });
        }
        last = Some(look.at);
        let Some(between) = betweens.get(place) else {
            continue;
        };
        for step in &between.steps {
            let Some(from) = step.from else {
                continue;
            };
            last = last.max(Some(from));
            states.push(State {
                since: EdgeReport {
                    not_before: Some(from),
                    not_after: Some(from),
                },
                shown: judged(step, look, judge),
                by: step.by.clone(),
            });
        }
    }
    states
}

fn inside(span: &Span, landed: &[InsideReport]) -> Vec<InsideReport> {
    let found = landed.iter().filter_map(|one| {
        let is_before = span.began.not_before.is_some_and(|it| one.at < it);
        let is_behind = span
            .ended
            .is_some_and(|ended| ended.not_after.is_some_and(|it| one.at > it));
        if is_before || is_behind {
            return None;
        }
        let has_begun = span.began.not_after.is_some_and(|it| one.at >= it);
        let has_not_ended = span
            .ended
            .is_none_or(|ended| ended.not_before.is_some_and(|it| one.at < it));
        Some(InsideReport {
            is_certain: has_begun && has_not_ended,
            ..one.clone()
        })
    });
    found.collect()
}
