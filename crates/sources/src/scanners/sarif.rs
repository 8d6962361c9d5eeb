//! SARIF 2.1.0 (OASIS): runs of tools, with their results and how each run ended.

mod rules;
mod tools;
mod wire;

use super::error::ReportError;
use super::found::{Found, shown};
use super::{json, severity};
use model::check::{CheckKind, CheckReport, Severity};
use rules::Rules;
use tools::Said;
use wire::{BaselineState, Invocation, Kind, Level, Log, Notification, Outcome, Run, Status};

pub(super) const FORMAT: &str = "SARIF 2.1.0";

pub(super) fn read(text: &str) -> Result<CheckReport, ReportError> {
    let wire::Version { version } = json::read("SARIF", text)?;
    json::version("SARIF", &version, version == "2.1.0", "2.1.0")?;
    let log: Log = json::read(FORMAT, text)?;
    let mut found = Found::new(FORMAT);
    if log.runs.is_empty() {
        found.flaw("it holds no run");
        found.kinds(tools::kinds(""));
    }
    for run in log.runs {
        read_run(run, &mut found);
    }
    Ok(found.into_findings())
}

/// Returns what the findings of a tool can be of, by the name that it gives itself.
pub(super) fn kinds_of(tool: &str) -> &'static [CheckKind] {
    tools::kinds(tool)
}

fn read_run(run: Run, found: &mut Found) {
    let driver = &run.tool.driver;
    let name = shown(&driver.name);
    let version = driver
        .version
        .as_deref()
        .or(driver.semantic_version.as_deref());
    found.tool(&driver.name, version);
    found.kinds(tools::kinds(&driver.name));
    for details in run.version_control_provenance.iter().flatten() {
        if let Some(revision) = &details.revision_id {
            found.commit(revision);
        }
    }
    for invocation in run.invocations.iter().flatten() {
        read_invocation(&name, invocation, found);
    }
    let elsewhere = run.external_property_file_references.as_ref();
    if elsewhere.is_some_and(|files| files.results.is_some()) {
        found.flaw(format!("{name} wrote results into another file"));
    }
    if tools::is_review(&driver.name) {
        found.flaw(format!("{name} is a review by a model, and no scan"));
    }
    let rules = Rules::of(&run.tool);
    // Section 3.14.23: absent or null where the run did not get as far as looking.
    let Some(results) = &run.results else {
        found.flaw(format!(
            "{name} wrote no list of results: it did not run to its end"
        ));
        return;
    };
    let said = Said {
        finds_nothing: results.is_empty(),
        names_no_rule: rules.is_empty(),
        names_no_file: run.artifacts.iter().flatten().next().is_none(),
        names_no_run: run.invocations.iter().flatten().next().is_none(),
    };
    if tools::is_silent(&driver.name, said) {
        found.flaw(format!(
            "{name} does not say in SARIF what it looked at: record its own form instead"
        ));
    }
    if tools::has_no_rule(&driver.name, said) {
        found.flaw(format!("{name} had no rule to look by"));
    }
    match run.lines_of_code() {
        Some(0) => found.flaw(format!("{name} read no line of code")),
        None if results.is_empty() && tools::counts_lines(&driver.name) => {
            found.flaw(format!("{name} does not say how many lines it read"));
        }
        Some(_) | None => {}
    }
    let mut undecided = 0;
    for result in results {
        if tools::is_unread(&driver.name, result.rule_id.as_deref()) {
            found.flaw(format!("{name} could not read a file"));
            continue;
        }
        match read_result(result, &rules) {
            Verdict::Nothing => {}
            Verdict::Undecided => undecided += 1,
            Verdict::SetAside => found.set_aside(1),
            Verdict::Finding(severity) => found.add(severity),
        }
    }
    if undecided > 0 {
        found.flaw(format!("{name} leaves {undecided} results open"));
    }
}

fn read_invocation(name: &str, invocation: &Invocation, found: &mut Found) {
    match invocation.execution_successful {
        Some(true) => {}
        Some(false) => found.flaw(format!("{name} says that its run failed")),
        // Section 3.20.14: it must say so.
        None => found.flaw(format!("{name} does not say how its run ended")),
    }
    let execution = invocation.tool_execution_notifications.iter();
    let configuration = invocation.tool_configuration_notifications.iter();
    for notification in execution.chain(configuration).flatten() {
        let what = text_of(notification);
        if tools::is_grave(name, notification.level, what) {
            found.flaw(format!("{name} reports an error: {what}"));
        }
    }
}

fn text_of(notification: &Notification) -> &str {
    let message = notification.message.as_ref();
    let text = message.and_then(|message| message.text.as_deref());
    let id = notification
        .descriptor
        .as_ref()
        .and_then(|it| it.id.as_deref());
    text.or(id).unwrap_or("without a word")
}

/// What one result says.
enum Verdict {
    Nothing,
    Undecided,
    SetAside,
    Finding(Severity),
}

fn read_result(result: &Outcome, rules: &Rules<'_>) -> Verdict {
    if let Some(BaselineState::Absent) = result.baseline_state {
        return Verdict::Nothing;
    }
    // Section 3.27.10: what is not a failure has no level, and what has one is taken for a failure.
    let is_without_level = matches!(result.level, None | Some(Level::None));
    match result.kind {
        Kind::Pass | Kind::NotApplicable | Kind::Informational if is_without_level => {
            return Verdict::Nothing;
        }
        Kind::Open | Kind::Review if is_without_level => return Verdict::Undecided,
        Kind::Pass
        | Kind::NotApplicable
        | Kind::Informational
        | Kind::Open
        | Kind::Review
        | Kind::Fail => {}
    }
    // Section 3.35.3: without a status it is accepted.
    let mut suppressions = result.suppressions.iter().flatten().peekable();
    let is_suppressed = suppressions.peek().is_some()
        && suppressions.all(|it| matches!(it.status, None | Some(Status::Accepted)));
    match is_suppressed {
        true => Verdict::SetAside,
        false => Verdict::Finding(severity_of(result, rules)),
    }
}

fn severity_of(result: &Outcome, rules: &Rules<'_>) -> Severity {
    let rule = rules.of_result(result);
    let own = result.properties.as_ref();
    let of_rule = rule.and_then(|rule| rule.properties.as_ref());
    let mut scores = [own, of_rule].into_iter().flatten();
    if let Some(score) = scores.find_map(|it| it.security_severity.as_ref()) {
        return score.severity();
    }
    let configuration = rule.and_then(|rule| rule.default_configuration.as_ref());
    let default = configuration.and_then(|configuration| configuration.level);
    match result.level.or(default).unwrap_or(Level::Warning) {
        Level::Error => severity::of_word(Some("error")),
        Level::Warning => severity::of_word(Some("warning")),
        Level::Note | Level::None => severity::of_word(Some("note")),
    }
}
