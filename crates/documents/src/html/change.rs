//! One row of the register: the change in a line, and every fact and decision when opened.

use super::evidence;
use super::page::{fact, typed};
use crate::visible::visible;
use crate::words;
use jiff::Timestamp;
use maud::{Markup, html};
use model::outcome::Outcome;
use model::report::at_forge::AtForge;
use model::report::{ChangeReport, OpenHoursSource, SignatureReport};

/// Returns the row; its id is `c-` and the whole commit, so that nobody can make two rows share one.
/// `line` is the change's in its chunk of evidence.
pub(super) fn row(change: &ChangeReport, line: usize) -> Markup {
    html! {
        details.change id={ "c-" (change.commit) }
            data-landed=(words::wire(words::landed(change.landed)))
            data-risk=(change.risk_class)
            data-verdict=(words::wire(words::verdict(change.signature.verdict)))
            data-outcome=(outcomes(change))
        {
            summary {
                span.when { (words::minute(change.at)) }
                code { (change.commit.short()) }
                span.subject { (typed(&change.subject)) }
                span.by { (typed(&change.authors.join(", "))) }
                span.how { (words::landed(change.landed)) (request(change)) }
                span.signs { (signs(change)) }
            }
            (facts(change, line))
            (decisions(change))
        }
    }
}

fn outcomes(change: &ChangeReport) -> String {
    let has = |wanted: &Outcome| {
        change
            .decisions
            .values()
            .any(|decision| decision.outcome == *wanted)
    };
    let all = [Outcome::Fail, Outcome::Unknown, Outcome::Pass]
        .into_iter()
        .filter(has);
    all.map(|outcome| outcome.to_string())
        .collect::<Vec<_>>()
        .join(" ")
}

fn request(change: &ChangeReport) -> Markup {
    html! { @if let Some(request) = change.request { " #" (request) } }
}

/// The failed controls by name; otherwise the worst outcome.
fn signs(change: &ChangeReport) -> Markup {
    let worst = words::worst(change);
    html! {
        @match worst {
            Some(Outcome::Fail) => {
                @for (control, decision) in &change.decisions {
                    @if decision.outcome == Outcome::Fail {
                        span.chip.bad { (visible(&control.0)) " fail" } " "
                    }
                }
            }
            Some(Outcome::Unknown) => span.chip.unknown { "unknown" },
            Some(Outcome::Pass) => span.chip.good { "pass" },
            None => span.chip.none { "no rule applied" },
        }
    }
}

fn facts(change: &ChangeReport, line: usize) -> Markup {
    let yes = |flag: bool| if flag { "yes" } else { "no" };
    html! {
        dl.facts {
            (fact("Commit", html! { code { (change.commit) } }))
            (fact("Authors", html! { (typed(&change.authors.join(", "))) @if change.bot_suffix { " (a [bot] suffix: a hint only)" } @if change.commits_absent { "; commits that it merged are absent, and with them perhaps authors" } }))
            (fact("Merger", change.merger.as_deref().map_or(html! { (words::not_shown(change)) }, typed)))
            @if let Some(said) = &change.at_forge {
                (fact("At the forge", html! { (words::landed_at_forge(said.landed)) @if let Some(number) = said.request { " #" (number) } }))
                (fact("Opened by", at(said.opened_by.as_deref(), said.opened_at)))
                (fact("Merged by", at(said.merged_by.as_deref(), said.merged_at)))
                (fact("Passed before", passed(said)))
                (fact("The gate before", html! { @match said.gate { Some(outcome) => (outcome), None => "did not answer about this difference" } }))
            }
            (fact("Self-merged", html! { (words::self_merged(change)) }))
            (fact("Signature", signature(&change.signature)))
            (fact("Embedded signed tag", html! { (yes(change.embedded_tag)) }))
            (fact("AI assistants named", assistants(change)))
            (fact("Automation", html! { @match &change.automation { Some(id) => (id), None => "none declared" } }))
            (fact("Open for", open_hours(change)))
            (fact("Risk class", html! { (change.risk_class) ", " (words::count(change.path_count, "path", "paths")) }))
            (fact("Tickets", listed(&change.tickets)))
            (fact("Evidence", evidence::link(change.evidence, line)))
        }
    }
}

fn passed(said: &AtForge) -> Markup {
    match &said.passed {
        Some(passed) => listed(&passed.iter().cloned().collect::<Vec<String>>()),
        None => html! { "no record shows it" },
    }
}

fn at(who: Option<&str>, when: Option<Timestamp>) -> Markup {
    html! {
        @match who { Some(who) => (typed(who)), None => "the forge does not say" }
        @if let Some(when) = when { ", " (words::minute(when)) }
    }
}

fn signature(signature: &SignatureReport) -> Markup {
    html! {
        (words::signature_kind(signature.kind)) ", verdict " (words::verdict(signature.verdict))
        @if let Some(signer) = &signature.signer { ", by " (signer) }
        @if signature.by_forge { ", made by the forge's own key" }
        @if let Some(key) = &signature.key { ", key " code { (typed(key)) } }
    }
}

fn assistants(change: &ChangeReport) -> Markup {
    html! {
        (listed(&change.assistants))
        @if !change.brought_assistants.is_empty() {
            "; in the commits brought in: " (listed(&change.brought_assistants))
        }
    }
}

fn open_hours(change: &ChangeReport) -> Markup {
    html! {
        @match change.open_hours.value {
            None => "git does not show it",
            Some(hours) => {
                (hours) " hours, "
                @match change.open_hours.source {
                    OpenHoursSource::SelfReported => "self-reported: it may prove a miss, never a pass",
                    OpenHoursSource::Receipts => "by the receipts of the ledger",
                }
            }
        }
    }
}

fn listed(items: &[String]) -> Markup {
    html! { @if items.is_empty() { "none" } @else { (typed(&items.join(", "))) } }
}

fn decisions(change: &ChangeReport) -> Markup {
    html! {
        @if change.decisions.is_empty() { p { "No rule was applied to this change." } } @else {
            table {
                caption.unseen { "Decisions on " (change.commit.short()) }
                thead { tr { th scope="col" { "Control" } th scope="col" { "Outcome, grade" } th scope="col" { "Reason" } } }
                tbody {
                    @for (control, decision) in &change.decisions {
                        tr {
                            th scope="row" { (visible(&control.0)) }
                            td.short { (outcome(decision.outcome)) " " (decision.grade) }
                            td { (typed(&decision.reason)) }
                        }
                    }
                }
            }
        }
    }
}

fn outcome(outcome: Outcome) -> Markup {
    let class = match outcome {
        Outcome::Pass => "good",
        Outcome::Fail => "bad",
        Outcome::Unknown => "unknown",
    };
    html! { span class={ "chip " (class) } { (outcome) } }
}
