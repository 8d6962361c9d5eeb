//! Counts over the changes of the period, and over every commit behind the branch.

use super::page::typed;
use crate::words;
use maud::{Markup, html};
use model::population::SignatureTotals;
use model::report::{AuditReport, LandedTotals, Totals};

pub(super) fn body(report: &AuditReport) -> Markup {
    let totals = &report.totals;
    let verdicts = totals
        .verdict
        .iter()
        .map(|(verdict, count)| (words::verdict(*verdict).to_owned(), *count));
    let risks = totals
        .risk_class
        .iter()
        .rev()
        .map(|(risk, count)| (risk.to_string(), *count));
    let assistants = totals
        .assistants
        .iter()
        .map(|(name, count)| (name.clone(), *count));
    html! {
        div.columns {
            (list("Landed", landed(&totals.landed)))
            @if !totals.at_forge.is_empty() {
                (list("Landed, as the forge says", at_forge(totals)))
            }
            (list("Signatures by kind", signatures(&totals.signature)))
            (list("Signatures by verdict", verdicts))
            (list("Risk classes", risks))
            (list("AI assistants named", assistants))
            (list("Other", other(report)))
        }
        (all_commits(report))
    }
}

fn all_commits(report: &AuditReport) -> Markup {
    let all = &report.totals.all_commits;
    let assistants = all
        .assistants
        .iter()
        .map(|(name, count)| (name.clone(), *count));
    let counts = [
        ("commits".to_owned(), all.commits),
        ("embedded signed tags".to_owned(), all.embedded_tags),
    ];
    html! {
        h3 { "Every commit reachable from the branch, whatever the period" }
        div.columns {
            (list("Commits", counts))
            (list("Signatures by kind, all commits", signatures(&all.signature)))
            (list("AI assistants named, all commits", assistants))
        }
    }
}

fn list(title: &str, counts: impl IntoIterator<Item = (String, u64)>) -> Markup {
    let counts: Vec<(String, u64)> = counts.into_iter().collect();
    html! {
        table {
            caption { (title) }
            tbody {
                @if counts.is_empty() { tr { td { "none" } } }
                @for (name, count) in &counts {
                    tr { th scope="row" { (typed(name)) } td.number { (words::grouped(*count)) } }
                }
            }
        }
    }
}

fn at_forge(totals: &Totals) -> Vec<(String, u64)> {
    let counts = totals.at_forge.iter();
    let named = counts.map(|(landed, count)| (words::landed_at_forge(*landed).to_owned(), *count));
    named.collect()
}

fn landed(totals: &LandedTotals) -> [(String, u64); 5] {
    let counts = [
        totals.request_merge,
        totals.squash,
        totals.branch_merge,
        totals.not_evidenced,
        totals.root,
    ];
    let mut counts = counts.into_iter();
    words::LANDED.map(|landed| (words::landed(landed).to_owned(), counts.next().unwrap_or(0)))
}

fn signatures(totals: &SignatureTotals) -> [(String, u64); 6] {
    [
        ("ssh", totals.ssh),
        ("openpgp", totals.openpgp),
        ("x509", totals.x509),
        ("other", totals.other),
        ("none", totals.none),
        ("of these by the forge's own key", totals.by_forge),
    ]
    .map(|(name, count)| (name.to_owned(), count))
}

fn other(report: &AuditReport) -> [(String, u64); 5] {
    let totals = &report.totals;
    [
        ("changes", totals.changes),
        ("shown to be self-merged", totals.self_merged),
        ("embedded signed tags", totals.embedded_tags),
        ("by declared automation", totals.automation),
        ("[bot] suffix only, a hint", totals.bot_suffix),
    ]
    .map(|(name, count)| (name.to_owned(), count))
}
