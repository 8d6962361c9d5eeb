//! Every deviation, disclosed before anything is concluded, with a link to its evidence.

use super::evidence;
use super::page::typed;
use super::register::Shown;
use crate::visible::visible;
use crate::words;
use maud::{Markup, html};
use model::digest::CommitId;
use model::program::ControlId;
use model::report::{AuditReport, ExceptionReport};
use std::collections::{BTreeMap, BTreeSet};

/// At most so many rows are on the page.
const MOST: usize = 1_000;

/// The deviations of one control with their numbers in the report, from 1.
struct Group<'a> {
    control: &'a ControlId,
    title: &'a str,
    items: Vec<(usize, &'a ExceptionReport)>,
}

pub(super) fn body(report: &AuditReport, shown: &Shown) -> Markup {
    if report.exceptions.is_empty() {
        return html! {
            p { "No rule that could be decided was missed. What is not evidenced is no pass: see the conclusions." }
        };
    }
    let groups = groups(report);
    let most = (MOST / groups.len()).max(1);
    let places = places(report, shown, &groups, most);
    html! {
        p {
            (words::count(report.exceptions.len() as u64, "deviation", "deviations"))
            " by " (words::count(groups.len() as u64, "control", "controls"))
            ", oldest first. Fixing one later does not erase it."
        }
        @for group in &groups { (render(group, most, shown, &places)) }
    }
}

fn groups(report: &AuditReport) -> Vec<Group<'_>> {
    let mut items: BTreeMap<&ControlId, Vec<_>> = BTreeMap::new();
    for (index, exception) in report.exceptions.iter().enumerate() {
        items
            .entry(&exception.control)
            .or_default()
            .push((index + 1, exception));
    }
    let title = |id: &ControlId| {
        let control = report
            .conclusions
            .iter()
            .find(|control| control.control == *id);
        control.map_or("", |control| control.title.as_str())
    };
    items
        .into_iter()
        .map(|(control, items)| Group {
            control,
            title: title(control),
            items,
        })
        .collect()
}

/// The changes of the deviations on the page, each with its line in its chunk of evidence.
type Places<'a> = BTreeMap<&'a CommitId, usize>;

fn places<'a>(report: &'a AuditReport, shown: &Shown, groups: &[Group], most: usize) -> Places<'a> {
    let items = groups
        .iter()
        .flat_map(|group| group.items.iter().take(most));
    let wanted: BTreeSet<&CommitId> = items.map(|(_, item)| &item.commit).collect();
    let changes = report.changes.iter().map(|change| &change.commit);
    let all = changes.zip(shown.lines().iter().copied());
    all.filter(|(commit, _)| wanted.contains(commit)).collect()
}

fn render(group: &Group, most: usize, shown: &Shown, places: &Places) -> Markup {
    let count = group.items.len();
    html! {
        h3 { (visible(&group.control.0)) ": " (words::count(count as u64, "exception", "exceptions")) }
        @if !group.title.is_empty() { p.test { "Test: " (typed(group.title)) } }
        @if count > most {
            p.cut {
                "The first " (words::grouped(most as u64)) " of " (words::grouped(count as u64))
                " are shown; " code { "audit.json" } " holds all."
            }
        }
        table.stack {
            caption.unseen { "Exceptions of " (visible(&group.control.0)) }
            thead { tr {
                th scope="col" { "No." } th scope="col" { "Landed (UTC)" } th scope="col" { "Change" }
                th scope="col" { "What was missed" } th scope="col" { "Cause" }
            } }
            tbody { @for (number, item) in group.items.iter().take(most) { (row(*number, item, shown, places)) } }
        }
    }
}

fn row(number: usize, item: &ExceptionReport, shown: &Shown, places: &Places) -> Markup {
    html! {
        tr.exception id={ "e-" (number) } {
            th scope="row" data-label="No." { a href={ "#e-" (number) } { "E-" (number) } }
            td.when data-label="Landed" { (words::minute(item.at)) }
            td data-label="Change" {
                (change_link(item, shown)) " " (typed(&item.subject))
                @if let Some(line) = places.get(&item.commit) {
                    " " span.criteria { (evidence::place(item.evidence, *line)) }
                }
            }
            td data-label="Missed" { (typed(&item.reason)) }
            td data-label="Cause" {
                @match &item.cause {
                    Some(cause) => (typed(cause)),
                    None => em { "no cause given" },
                }
            }
        }
    }
}

fn change_link(item: &ExceptionReport, shown: &Shown) -> Markup {
    html! {
        @if shown.holds(&item.commit) {
            a.evidence href={ "#c-" (item.commit) } { code { (item.commit.short()) } }
        } @else {
            code { (item.commit) } " (in " code { "audit.json" } ", not on this page)"
        }
    }
}
