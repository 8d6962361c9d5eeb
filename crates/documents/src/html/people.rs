//! Who acted: the principals of the program, and the identities that belong to none.

use super::page::typed;
use crate::words;
use maud::{Markup, html};
use model::report::{AuditReport, PrincipalReport};
use std::cmp::Reverse;

/// At most so many identities are on the page.
const MOST: usize = 2_000;

pub(super) fn unknown(report: &AuditReport) -> Markup {
    let mut identities: Vec<(&String, &u64)> = report.unknown_identities.iter().collect();
    if identities.is_empty() {
        return html! { p { "Every identity in the population belongs to a principal of the program." } };
    }
    identities.sort_by_key(|(_, changes)| Reverse(**changes));
    html! {
        p {
            (words::count(identities.len() as u64, "identity belongs", "identities belong"))
            " to no principal of the program. They are listed, never guessed."
        }
        @if identities.len() > MOST {
            p.cut { "The " (words::grouped(MOST as u64)) " with the most changes are shown; " code { "audit.json" } " holds all." }
        }
        table {
            caption.unseen { "Identities of no principal" }
            thead { tr { th scope="col" { "Name and address, as typed" } th.number scope="col" { "Changes" } } }
            tbody {
                @for (identity, changes) in identities.into_iter().take(MOST) {
                    tr { th.typed scope="row" { (typed(identity)) } td.number { (words::grouped(*changes)) } }
                }
            }
        }
    }
}

pub(super) fn principals(report: &AuditReport) -> Markup {
    html! {
        table.stack {
            caption.unseen { "Principals and their changes" }
            thead { tr {
                th scope="col" { "Principal" } th scope="col" { "Id" } th scope="col" { "Kind" } th scope="col" { "Title" }
                th.number scope="col" { "Authored" } th.number scope="col" { "Merged" } th.number scope="col" { "Self-merged" }
            } }
            tbody { @for principal in &report.principals { (row(principal)) } }
        }
    }
}

fn row(principal: &PrincipalReport) -> Markup {
    html! {
        tr {
            th scope="row" data-label="Principal" { (typed(&principal.name)) }
            td data-label="Id" { code { (principal.id) } }
            td data-label="Kind" { (words::principal_kind(principal.kind)) }
            td data-label="Title" { @match &principal.title { Some(title) => (typed(title)), None => "none" } }
            td.number data-label="Authored" { (words::grouped(principal.authored)) }
            td.number data-label="Merged" { (words::grouped(principal.merged)) }
            td.number data-label="Self-merged" { (words::grouped(principal.self_merged)) }
        }
    }
}
