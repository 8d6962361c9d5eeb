//! When a protection of the branch was weakened, and what landed meanwhile.

use super::page::typed;
use super::register::Shown;
use crate::words;
use crate::words::windows;
use maud::{Markup, html};
use model::report::{AuditReport, InsideReport, WindowReport};

/// At most so many rows are on the page.
const MOST: usize = 500;

pub(super) fn body(report: &AuditReport, shown: &Shown) -> Markup {
    let found = &report.windows;
    html! {
        @if let Some(none) = windows::none(found) { p { (typed(&none)) } }
        @if !found.windows.is_empty() {
            p {
                (words::count(found.windows.len() as u64, "window", "windows"))
                " in which a protection was weakened, oldest first; times in UTC. "
                "Each merge and push inside is an exception, but for one that is perhaps outside of it."
            }
            @if found.windows.len() > MOST {
                p.cut { "The first " (words::grouped(MOST as u64)) " are shown; " code { "audit.json" } " holds all." }
            }
            (table(&found.windows, shown))
        }
        @if let Some(known) = windows::known_from(found) { p { (typed(&known)) } }
        @if !found.missing.is_empty() {
            p { "Not evidenced, so that there may be others:" }
            ul { @for why in found.missing.iter().take(MOST) { li { (typed(why)) } } }
        }
    }
}

fn table(all: &[WindowReport], shown: &Shown) -> Markup {
    html! {
        table.stack {
            caption.unseen { "Exception windows" }
            thead { tr {
                th scope="col" { "When" } th scope="col" { "Without" }
                th scope="col" { "What was weakened" } th scope="col" { "Landed inside" }
            } }
            tbody { @for window in all.iter().take(MOST) { (row(window, shown)) } }
        }
    }
}

fn row(window: &WindowReport, shown: &Shown) -> Markup {
    html! {
        tr.exception {
            th scope="row" data-label="When" { (windows::span(window)) }
            td data-label="Without" { (typed(&windows::controls(window))) }
            td data-label="Weakened" { @for what in &window.what { p { (typed(what)) } } }
            td data-label="Inside" {
                @if window.inside.is_empty() { "nothing whose moment the forge tells" }
                @for one in window.inside.iter().take(MOST) { p { (landed(one, shown)) } }
            }
        }
    }
}

fn landed(one: &InsideReport, shown: &Shown) -> Markup {
    html! {
        @if shown.holds(&one.commit) {
            a.evidence href={ "#c-" (one.commit) } { (typed(&windows::inside(one))) }
        } @else {
            (typed(&windows::inside(one)))
        }
    }
}
