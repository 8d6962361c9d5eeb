//! The spans in which what one control asks for was off.

use super::super::history::Between;
use super::super::protection::{Judge, Shown};
use super::judged;
use jiff::Timestamp;
use model::outcome::Outcome;
use model::report::{EdgeReport, InsideReport};
use model::request::dossier::{ForgeFacts, Guards};
use std::collections::BTreeSet;

/// What protected the branch from one moment to the next, under one control.
struct State {
    since: EdgeReport,
    shown: Shown,
    by: String,
    is_told: bool,
}

/// A window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    pub(super) began: EdgeReport,
    pub(super) ended: Option<EdgeReport>,
}

/// Returns the windows of one control, with what was weakened in each.
pub(super) fn of_control(
    facts: &ForgeFacts,
    betweens: &[Between],
    judge: Judge,
) -> Vec<(Span, Vec<String>)> {
    let mut windows = Vec::new();
    let mut open: Option<Open> = None;
    for state in states(facts, betweens, judge) {
        let words = format!("{} ({})", state.shown.reason, state.by);
        match (state.shown.outcome, open.take()) {
            (Outcome::Fail, Some(mut still)) => {
                let is_known = |one: &String| one.starts_with(&state.shown.reason);
                let is_new = !still.what.iter().any(is_known);
                still.what.extend(is_new.then_some(words));
                still.told_end = None;
                open = Some(still);
            }
            (Outcome::Fail, None) => {
                open = Some(Open {
                    began: state.since,
                    what: vec![words],
                    told_end: None,
                });
            }
            // What a webhook tells ends no window for certain: the operator can write one.
            (Outcome::Pass | Outcome::Unknown, Some(still)) if state.is_told => {
                open = Some(Open {
                    told_end: still.told_end.or(state.since.not_before),
                    ..still
                });
            }
            (
                Outcome::Pass | Outcome::Unknown,
                Some(Open {
                    began,
                    what,
                    told_end,
                }),
            ) => {
                let ended = Some(EdgeReport {
                    not_before: told_end.or(state.since.not_before),
                    not_after: state.since.not_after,
                });
                windows.push((Span { began, ended }, what));
            }
            (Outcome::Pass | Outcome::Unknown, None) => {}
        }
    }
    if let Some(Open {
        began,
        what,
        told_end,
    }) = open
    {
        let ended = told_end.map(|told| EdgeReport {
            not_before: Some(told),
            not_after: None,
        });
        windows.push((Span { began, ended }, what));
    }
    windows
}

/// A window that has not ended yet.
struct Open {
    began: EdgeReport,
    what: Vec<String>,
    /// When it ended, as webhooks alone tell.
    told_end: Option<Timestamp>,
}

fn states(facts: &ForgeFacts, betweens: &[Between], judge: Judge) -> Vec<State> {
    let mut states = Vec::new();
    let mut last: Option<Timestamp> = None;
    let judged_by_look = |look: &Guards| judge(look, &BTreeSet::new());
    let looks = facts.guards.iter();
    let was_on = looks
        .map(judged_by_look)
        .any(|it| it.outcome == Outcome::Pass);
    for (place, look) in facts.guards.iter().enumerate() {
        // What is known of every change since the look before ends with this one.
        let is_told = place
            .checked_sub(1)
            .and_then(|before| betweens.get(before))
            .is_some_and(|between| between.whole.is_ok());
        let mut shown = judged_by_look(look);
        // What another look shows on, a plan that does not offer it has taken away.
        if was_on && look.not_offered().is_some() {
            shown.outcome = Outcome::Fail;
        }
        let last_shown = states.last().map(|state: &State| state.shown.outcome);
        if !is_told || last_shown != Some(shown.outcome) {
            states.push(State {
                since: EdgeReport {
                    not_before: last,
                    not_after: Some(look.at),
                },
                shown,
                by: format!("leaf {}", look.leaf),
                is_told: false,
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
                is_told: step.is_told,
            });
        }
    }
    states
}

pub(super) fn inside(span: &Span, landed: &[InsideReport]) -> Vec<InsideReport> {
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
