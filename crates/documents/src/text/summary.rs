//! The end of `audit` on a terminal: exceptions first, the verdict last.

use super::table::{Table, wrapped};
use super::{COLUMNS, matrix};
use crate::visible::visible;
use crate::words;
use model::program::ControlId;
use model::report::{AuditReport, ControlReport, ExceptionReport, ProgramOrigin, WindowsReport};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use unicode_width::UnicodeWidthStr;

/// Further windows are counted only.
const WINDOWS: usize = 5;

/// Further kinds of exceptions of one control are counted only.
const EXAMPLES: usize = 3;

pub(super) fn render(report: &AuditReport) -> String {
    [
        head(report),
        exceptions(report),
        windows(report),
        conclusions(report),
        matrix::audited(&report.matrix),
        totals(report),
        limits(report),
    ]
    .iter()
    .filter(|part| !part.is_empty())
    .map(|part| format!("{part}\n"))
    .chain([verdict(report)])
    .collect()
}

/// Returns the last line: the worst conclusions that fit, the others as one number.
fn verdict(report: &AuditReport) -> String {
    let mut line = format!("proposed: {}", words::conclusions::proposed(report));
    let mut counts = words::conclusions::counts(report).to_vec();
    counts.retain(|(_, count)| *count > 0);
    let mut others = 0;
    while line.width() > COLUMNS {
        let Some((_, best)) = counts.pop() else { break };
        others += best;
        let worst: String = counts
            .iter()
            .map(|(word, count)| format!("{count} {word}, "))
            .collect();
        let all = format!("{worst}{others} others");
        line = format!("proposed: {}", words::conclusions::of_tested(report, &all));
    }
    format!("{line}\n")
}

fn head(report: &AuditReport) -> String {
    let query = &report.population.query;
    let mut text = wrapped(
        &format!(
            "Audit of {}, {}",
            visible(&query.repository),
            visible(&report.organisation)
        ),
        2,
    );
    let facts = format!(
        "branch {}, {}, {}, head {}, log grade {}",
        visible(&query.branch),
        visible(&words::period(report)),
        words::count(report.population.count, "change", "changes"),
        report.population.head.short(),
        words::log::grade(&report.log),
    );
    text.push_str(&wrapped(&facts, 2));
    if report.program.origin == ProgramOrigin::Draft {
        text.push_str(&wrapped(
            "DRAFT: the program was drafted for this run and nobody has confirmed it.",
            2,
        ));
    }
    for incomplete in &report.population.incomplete {
        text.push_str(&wrapped(
            &format!("INCOMPLETE: {}", words::incomplete(*incomplete)),
            2,
        ));
    }
    for warning in &report.warnings {
        text.push_str(&wrapped(&format!("WARNING: {}", visible(warning)), 2));
    }
    text
}

fn exceptions(report: &AuditReport) -> String {
    let count = report.exceptions.len();
    if count == 0 {
        return "No exceptions were found; what is not evidenced is no pass.\n".to_owned();
    }
    let mut table = Table::new(["control", "missed", "for example", "what was missed"]);
    for (control, missed) in by_control(report) {
        let number = words::grouped(missed.len() as u64);
        let mut name = [visible(&control.0).into_owned(), number];
        for example in examples(&missed) {
            table.row(exception_row(std::mem::take(&mut name), example));
        }
    }
    format!(
        "Exceptions ({}), up to {EXAMPLES} examples of each control\n{}",
        words::grouped(count as u64),
        table.render()
    )
}

/// Returns when a protection was weakened; what is not evidenced is one line.
fn windows(report: &AuditReport) -> String {
    let found = &report.windows;
    if *found == WindowsReport::default() {
        return String::new();
    }
    let rest = match found.missing.as_slice() {
        [] => String::new(),
        [why] => format!(" Not evidenced: {}.", visible(why)),
        [why, more @ ..] => format!(" Not evidenced: {}, and {} more.", visible(why), more.len()),
    };
    if let Some(none) = words::windows::none(found) {
        return wrapped(&format!("Exception windows: {none}{rest}"), 2);
    }
    let mut table = Table::new(["when (UTC)", "without", "inside", "what was weakened"]);
    for window in found.windows.iter().take(WINDOWS) {
        table.row(vec![
            words::windows::span(window),
            visible(&words::windows::controls(window)).into_owned(),
            words::grouped(window.inside.len() as u64),
            visible(window.what.first().map_or("", String::as_str)).into_owned(),
        ]);
    }
    let known = words::windows::known_from(found).unwrap_or_default();
    format!(
        "Exception windows ({})\n{}{}",
        words::grouped(found.windows.len() as u64),
        table.render(),
        wrapped(&format!("{}{rest}", visible(&known)), 2)
    )
}

/// Returns the exceptions of each control, the control with the most first.
fn by_control(report: &AuditReport) -> Vec<(&ControlId, Vec<&ExceptionReport>)> {
    let mut groups: BTreeMap<&ControlId, Vec<&ExceptionReport>> = BTreeMap::new();
    for exception in &report.exceptions {
        groups
            .entry(&exception.control)
            .or_default()
            .push(exception);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, missed)| Reverse(missed.len()));
    groups
}

/// Returns the oldest of each kind: a reason that differs only by its commit says nothing new.
fn examples<'a>(missed: &[&'a ExceptionReport]) -> Vec<&'a ExceptionReport> {
    let mut seen = BTreeSet::new();
    let mut is_new = |one: &'a ExceptionReport| {
        let kind = one.reason.replace(&one.commit.short(), "");
        seen.insert((kind, one.cause.as_deref()))
    };
    let kinds = missed.iter().copied().filter(|one| is_new(one));
    kinds.take(EXAMPLES).collect()
}

fn exception_row([control, missed]: [String; 2], exception: &ExceptionReport) -> Vec<String> {
    let cause = match &exception.cause {
        Some(cause) => format!("; cause: {cause}"),
        None => "; no cause given".to_owned(),
    };
    let day = words::day(exception.at);
    vec![
        control,
        missed,
        format!("{day} {}", exception.commit.short()),
        visible(&format!("{}{cause}", exception.reason)).into_owned(),
    ]
}

fn conclusions(report: &AuditReport) -> String {
    let mut table = Table::new(["control", "proposed", "pass", "fail", "unknown", "why"]);
    for control in report.conclusions.iter().filter(|control| control.tested) {
        table.row(conclusion_row(control));
    }
    let untested: Vec<&ControlId> = report
        .conclusions
        .iter()
        .filter(|control| !control.tested)
        .map(|control| &control.control)
        .collect();
    format!(
        "Proposed conclusions\n{}{}",
        table.render(),
        untested_line(&untested)
    )
}

fn conclusion_row(control: &ControlReport) -> Vec<String> {
    vec![
        visible(&control.control.0).into_owned(),
        control.proposed.to_string(),
        words::grouped(control.passed),
        words::grouped(control.failed),
        words::grouped(control.unknown),
        visible(control.reasons.first().map_or("", String::as_str)).into_owned(),
    ]
}

fn untested_line(untested: &[&ControlId]) -> String {
    if untested.is_empty() {
        return String::new();
    }
    let ids: Vec<String> = untested
        .iter()
        .map(|id| visible(&id.0).into_owned())
        .collect();
    wrapped(
        &format!(
            "Not tested on this population, so not evidenced: {}",
            ids.join(", ")
        ),
        2,
    )
}

fn totals(report: &AuditReport) -> String {
    let totals = &report.totals;
    let landed = &totals.landed;
    let signature = &totals.signature;
    let line = |text: String| wrapped(&text, 2);
    let said = totals.at_forge.iter();
    let said = said.map(|(landed, count)| format!("{count} {}", words::landed_at_forge(*landed)));
    let said = said.collect::<Vec<String>>().join(", ");
    let at_forge = match said.is_empty() {
        true => String::new(),
        false => line(format!("Landed, as the forge says: {said}")),
    };
    [
        line(format!(
            "Landed: {} request merge, {} squash, {} branch merge, {} not evidenced, {} root; {} self-merged",
            landed.request_merge, landed.squash, landed.branch_merge, landed.not_evidenced, landed.root,
            totals.self_merged,
        )),
        line(format!(
            "Signed: {} ssh, {} openpgp, {} x509, {} other, {} none; {} of them by the forge's own key",
            signature.ssh, signature.openpgp, signature.x509, signature.other, signature.none, signature.by_forge,
        )),
        at_forge,
    ]
    .concat()
}

fn limits(report: &AuditReport) -> String {
    let (first, more) = match report.limits.as_slice() {
        [] => return String::new(),
        [first, more @ ..] => (first, more.len()),
    };
    let rest = match more {
        0 => String::new(),
        more => format!(" The report states {more} more."),
    };
    wrapped(&format!("Not proved: {}{rest}", visible(first)), 2)
}
