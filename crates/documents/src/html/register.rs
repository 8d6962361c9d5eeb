//! The change register with its filter: at most 2,000 rows, those with a deviation first.

use super::{change, evidence};
use crate::words;
use jiff::Timestamp;
use maud::{Markup, html};
use model::digest::CommitId;
use model::outcome::{Outcome, Risk};
use model::report::{AuditReport, ChangeReport};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// A browser on a phone still scrolls through so many rows.
pub(super) const MOST: usize = 2_000;

/// The changes that are on the page.
pub(super) struct Shown<'a> {
    /// Each with its line in its chunk of evidence.
    changes: Vec<(&'a ChangeReport, usize)>,
    commits: BTreeSet<&'a CommitId>,
    /// For each change of the report whether it missed a rule, read once.
    missed: Vec<bool>,
    /// For each change of the report its line in its chunk of evidence.
    lines: Vec<usize>,
}

impl Shown<'_> {
    /// Returns every change that missed a rule, then the newest, cut at [`MOST`].
    pub(super) fn of(report: &AuditReport) -> Shown<'_> {
        let missed: Vec<bool> = report.changes.iter().map(words::missed).collect();
        let lines = evidence::lines(&report.changes);
        let mut order: Vec<(bool, Reverse<Timestamp>, usize)> = report
            .changes
            .iter()
            .zip(&missed)
            .enumerate()
            .map(|(index, (change, missed))| (!missed, Reverse(change.at), index))
            .collect();
        order.sort_by_key(|(passed, at, _)| (*passed, *at));
        let shown = order.into_iter().take(MOST);
        let changes: Vec<_> = shown
            .map(|(_, _, index)| (&report.changes[index], lines[index]))
            .collect();
        let commits = changes.iter().map(|(change, _)| &change.commit).collect();
        Shown {
            changes,
            commits,
            missed,
            lines,
        }
    }

    /// Returns whether the change has a row to link to.
    pub(super) fn holds(&self, commit: &CommitId) -> bool {
        self.commits.contains(commit)
    }

    /// Returns for each change of the report whether it missed a rule.
    pub(super) fn missed(&self) -> &[bool] {
        &self.missed
    }

    /// Returns for each change of the report its line in its chunk of evidence.
    pub(super) fn lines(&self) -> &[usize] {
        &self.lines
    }
}

pub(super) fn body(report: &AuditReport, shown: &Shown) -> Markup {
    let (count, all) = (shown.changes.len(), report.changes.len());
    html! {
        p { "Changes that missed a rule come first, then the newest. " (times(report)) }
        p.paper { "On paper each change is one line; " code { "changes.csv" } " holds every fact and decision." }
        @if count < all {
            p.cut {
                (words::grouped(count as u64)) " of " (words::grouped(all as u64)) " changes are shown: "
                "every change that missed a rule as far as there is room, then the newest. "
                code { "changes.csv" } " and " code { "audit.json" } " hold all."
            }
        }
        (filter(count))
        div.register id="changes" { @for (change, line) in &shown.changes { (change::row(change, *line)) } }
    }
}

fn times(report: &AuditReport) -> &'static str {
    match report
        .changes
        .iter()
        .any(|change| change.at_forge.is_some())
    {
        true => {
            "The time of a row is its committer's own; when a request was opened and merged, and by whom, is the forge's word. All times are in UTC."
        }
        false => "Times are the committers' own, in UTC.",
    }
}

fn filter(count: usize) -> Markup {
    let landed = words::LANDED.map(words::landed);
    let verdicts = words::VERDICTS.map(words::verdict);
    let outcomes =
        [Outcome::Fail, Outcome::Unknown, Outcome::Pass].map(|outcome| outcome.to_string());
    let risks = [Risk::High, Risk::Medium, Risk::Low].map(|risk| risk.to_string());
    html! {
        form id="filter" role="search" aria-label="Filter the register" hidden {
            div { label for="f-text" { "Subject, author, commit or request" } input id="f-text" type="search" autocomplete="off"; }
            (select("landed", "Landed", &landed))
            (select("outcome", "Outcome", &outcomes))
            (select("risk", "Risk class", &risks))
            (select("verdict", "Signature", &verdicts))
            p { output id="f-count" for="f-text f-landed f-outcome f-risk f-verdict" { (count) " of " (count) } " shown "
                button type="reset" { "Show all" } }
        }
    }
}

fn select<T: AsRef<str>>(name: &str, label: &str, words: &[T]) -> Markup {
    html! {
        div {
            label for={ "f-" (name) } { (label) }
            select id={ "f-" (name) } data-key=(name) {
                option value="" { "any" }
                @for word in words { option value=(words::wire(word.as_ref())) { (word.as_ref()) } }
            }
        }
    }
}
