//! The audit as data for its template: words and numbers, nothing that is still to be computed.

use crate::words;
use model::matrix::Status;
use model::report::{AuditReport, ControlReport, ExceptionReport, ProgramOrigin};
use serde_json::{Value, json};

/// At most so many exceptions are on paper.
const EXCEPTIONS: usize = 60;

/// Returns what `report.typ` reads.
pub(super) fn report(report: &AuditReport) -> Value {
    json!({
        "organisation": report.organisation,
        "cover": cover(report),
        "draft": report.program.origin == ProgramOrigin::Draft,
        "interim": !report.population.period_over,
        "incomplete": report.population.incomplete.iter().map(|why| words::incomplete(*why)).collect::<Vec<_>>(),
        "warnings": report.warnings,
        "proposed": words::conclusions::proposed(report),
        "figures": figures(report),
        "exceptions": exceptions(report),
        "windows": windows(report),
        "tested": conclusions(report, true),
        "untested": conclusions(report, false),
        "grade": words::log::grade(&report.log),
        "grade_meaning": words::log::meaning(&report.log),
        "limits": report.limits,
        "population": population(report),
        "log": log(report),
    })
}

fn cover(report: &AuditReport) -> Value {
    let query = &report.population.query;
    json!([
        ["Organisation", report.organisation],
        ["People who work there", words::head_count(report)],
        ["Repository", query.repository],
        ["Branch", query.branch],
        ["Period", words::period(report)],
        ["Head commit", report.population.head.to_string()],
        ["Program", format!("sha256 {}", report.program.sha256)],
        [
            "Generated",
            format!(
                "{} UTC, by the clock of the machine it ran on",
                words::minute(report.generated_at)
            )
        ],
    ])
}

fn figures(report: &AuditReport) -> Value {
    let totals = &report.totals;
    let landed = &totals.landed;
    let number = words::grouped;
    let figures = json!([
        ["Exceptions", number(report.exceptions.len() as u64)],
        [
            "Uncompensated conflicts of duty",
            number(report.matrix.uncompensated().count() as u64)
        ],
        [
            "Conflicts of duty on declared controls only",
            number(report.matrix.of_status(Status::Declared).count() as u64)
        ],
        ["Changes in the period", number(totals.changes)],
        ["Landed through a request", number(totals.by_request)],
        [
            "Landed by a merge without a request number",
            number(landed.branch_merge)
        ],
        ["Landing not evidenced by git", number(landed.not_evidenced)],
        ["Shown to be self-merged", number(totals.self_merged)],
        ["Changes without a signature", number(totals.signature.none)],
    ]);
    let said = totals.at_forge.iter();
    let of_forge = said.map(|(landed, count)| {
        let landed = words::landed_at_forge(*landed);
        json!([
            format!("Landed, as the forge says: {landed}"),
            number(*count)
        ])
    });
    let figures = figures.as_array().into_iter().flatten().cloned();
    figures.chain(of_forge).collect()
}

fn exceptions(report: &AuditReport) -> Value {
    let total = report.exceptions.len();
    let rows = report.exceptions.iter().enumerate().take(EXCEPTIONS);
    json!({
        "total": words::grouped(total as u64),
        "any": total > 0,
        "cut": total > EXCEPTIONS,
        "shown": words::grouped(total.min(EXCEPTIONS) as u64),
        "rows": rows.map(|(index, exception)| exception_row(index + 1, exception)).collect::<Vec<_>>(),
    })
}

fn exception_row(number: usize, exception: &ExceptionReport) -> Value {
    json!({
        "number": format!("E-{number}"),
        "control": exception.control,
        "day": words::day(exception.at),
        "commit": exception.commit.short(),
        "subject": exception.subject,
        "reason": exception.reason,
        "cause": exception.cause,
    })
}

fn windows(report: &AuditReport) -> Value {
    let found = &report.windows;
    let rows = found.windows.iter().take(EXCEPTIONS).map(|window| {
        json!({
            "span": words::windows::span(window),
            "controls": words::windows::controls(window),
            "what": window.what,
            "inside": window.inside.iter().take(EXCEPTIONS).map(words::windows::inside).collect::<Vec<_>>(),
        })
    });
    json!({
        "none": words::windows::none(found),
        "known": words::windows::known_from(found),
        "total": words::grouped(found.windows.len() as u64),
        "cut": found.windows.len() > EXCEPTIONS,
        "shown": words::grouped(found.windows.len().min(EXCEPTIONS) as u64),
        "rows": rows.collect::<Vec<_>>(),
        "missing": found.missing.iter().take(EXCEPTIONS).collect::<Vec<_>>(),
    })
}

fn conclusions(report: &AuditReport, tested: bool) -> Vec<Value> {
    report
        .conclusions
        .iter()
        .filter(|control| control.tested == tested)
        .map(conclusion)
        .collect()
}

fn conclusion(control: &ControlReport) -> Value {
    let items = [control.passed, control.failed, control.unknown].map(words::grouped);
    json!({
        "id": control.control,
        "title": control.title,
        "proposed": control.proposed.to_string(),
        "reasons": control.reasons,
        "items": items.join(" / "),
        "grade": control.grade.map_or("none".to_owned(), |grade| grade.to_string()),
        "evidenced_by": control.evidenced_by.join("; "),
    })
}

fn population(report: &AuditReport) -> Value {
    let population = &report.population;
    json!({
        "count": words::count(population.count, "change", "changes"),
        "basis": population.basis,
        "command": population.query.command,
        "sha256": population.sha256.to_string(),
        "second_source": population.second_source,
        "representation": population.representation,
    })
}

fn log(report: &AuditReport) -> Value {
    let log = &report.log;
    let leaves = format!(
        "{}, {}, {}",
        log.program_leaf, log.observation_leaf, log.decisions_leaf
    );
    let contact = words::log::last_contact(log).unwrap_or("none".into());
    let gaps = words::log::gaps(log).into_iter();
    let mut rows = vec![
        json!(["Log", log.origin]),
        json!(["Key, as the audited company supplied it", log.key]),
        json!(["Last outside contact", contact]),
        json!(["Leaves", words::grouped(log.size)]),
        json!(["Root hash", log.root]),
        json!(["Leaves of program, observation, decisions", leaves]),
    ];
    rows.extend(gaps.map(|gap| json!(["Nobody outside vouches for the time of", gap])));
    let remarks = log.outside.remarks.iter();
    rows.extend(remarks.map(|remark| json!(["Counts as nobody's", remark])));
    let reciprocal = log.outside.reciprocal.iter();
    rows.extend(reciprocal.map(|name| json!(["Witnessed by this organisation in return", name])));
    Value::Array(rows)
}
