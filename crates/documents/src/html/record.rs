//! What was taken, by which query, and where the log holds it.

use super::page::{copyable, fact, typed};
use crate::words;
use maud::{Markup, html};
use model::report::AuditReport;

pub(super) fn body(report: &AuditReport) -> Markup {
    html! {
        (population(report))
        (log(report))
    }
}

fn population(report: &AuditReport) -> Markup {
    let population = &report.population;
    let source =
        |text: &Option<String>, none: &str| text.as_deref().map_or(html! { (none) }, typed);
    html! {
        h3 { "The population" }
        p {
            (words::count(population.count, "change", "changes")) ", taken from git with " code { (typed(&population.query.object_format)) }
            " object ids. " (typed(&population.basis))
        }
        p { "This command gives the same list:" }
        (copyable("the population command", &population.query.command))
        p { "SHA-256 over the commit ids, oldest first, one a line:" }
        (copyable("the population hash", &population.sha256.to_string()))
        dl.facts {
            (fact("Second source it was reconciled with", source(&population.second_source, "none")))
            (fact("Signed representation of management", source(&population.representation, "none")))
        }
    }
}

fn log(report: &AuditReport) -> Markup {
    let log = &report.log;
    html! {
        h3 { "The log" }
        dl.facts {
            (fact("Name", typed(&log.origin)))
            (fact("Key, as the audited company supplied it", html! { code { (typed(&log.key)) } }))
            (fact("Grade", html! { (words::log::grade(log)) }))
            (fact("Last outside contact", html! { (words::log::last_contact(log).unwrap_or("none".into())) }))
            @for gap in words::log::gaps(log) { (fact("Nobody outside vouches for the time of", typed(&gap))) }
            @for remark in &log.outside.remarks { (fact("Counts as nobody's", typed(remark))) }
            @for name in &log.outside.reciprocal { (fact("Witnessed by this organisation in return", typed(name))) }
            (fact("Leaves", html! { (words::grouped(log.size)) }))
            (fact("Root hash", html! { code { (typed(&log.root)) } }))
            (fact("Leaves of program, observation, decisions", html! {
                (log.program_leaf) ", " (log.observation_leaf) ", " (log.decisions_leaf)
            }))
        }
    }
}
