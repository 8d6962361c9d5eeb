//! SARIF 2.1.0 (OASIS): runs of tools, with their results and how each run ended.

mod rules;
mod tools;
mod wire;

use super::error::ReportError;
use super::found::{Found, shown};
use super::{json, severity};
use model::check::{CheckKind, CheckReport, Severity};
use model::text::is_unseen;
use rules::Rules;
use tools::Tool;
use wire::{BaselineState, Invocation, Kind, Level, Log, Outcome, Properties, Run, Status};

pub(super) const FORMAT: &str = "SARIF 2.1.0";

pub(super) fn read(text: &str) -> Result<CheckReport, ReportError> {
    let wire::Version { version } = json::read("SARIF", text)?;
    json::version("SARIF", &version, version == "2.1.0", "2.1.0")?;
    let log: Log = json::read(FORMAT, text)?;
    let mut found = Found::new(FORMAT);
    if log.runs.is_empty() {
        found.flaw("it holds no run");
        found.kinds(kinds_of(""));
    }
    let beside = log.inline_external_properties.as_ref();
    if beside.is_some_and(|beside| !beside.is_empty()) {
        found.flaw("what belongs to its runs stands beside them");
    }
    let logged = |run: &&Run| Tool::of(&run.tool.driver.name).needs_log();
    if let Some(run) = log.runs.iter().find(logged).filter(|_| log.runs.len() > 1) {
        let name = shown(&run.tool.driver.name);
        found.flaw(format!(
            "{name} printed what it read of one run, and {} are here: record each on its own",
            log.runs.len()
        ));
    }
    for run in &log.runs {
        read_run(run, &mut found);
    }
    Ok(found.into_findings())
}

/// Returns what the findings of a tool can be of, by the name that it gives itself.
pub(super) fn kinds_of(tool: &str) -> &'static [CheckKind] {
    Tool::of(tool).kinds
}

fn read_run(run: &Run, found: &mut Found) {
    let driver = &run.tool.driver;
    let name = shown(&driver.name);
    let version = driver
        .version
        .as_deref()
        .or(driver.semantic_version.as_deref());
    found.tool(&driver.name, version);
    if driver.name.chars().any(is_unseen) {
        found.flaw(format!("{name} has letters in its name that nobody sees"));
    }
    let tool = Tool::of(&driver.name);
    found.kinds(tool.kinds);
    for details in run.version_control_provenance.iter().flatten() {
        if let Some(revision) = &details.revision_id {
            found.commit(revision);
        }
    }
    for invocation in run.invocations.iter().flatten() {
        read_invocation(&name, invocation, found);
    }
    let elsewhere = run.external_property_file_references.as_ref();
    if elsewhere.is_some_and(|files| files.hold_what_counts()) {
        found.flaw(format!("{name} wrote of its run into another file"));
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
    let mut undecided = 0;
    let mut has_found = false;
    for result in results {
        if tool.is_unread(result.rule_id.as_deref()) {
            found.flaw(format!("{name} could not read a file"));
            continue;
        }
        match read_result(result, &rules) {
            Verdict::Nothing => {}
            Verdict::Undecided => undecided += 1,
            Verdict::SetAside => found.set_aside(1),
            Verdict::Finding(severity) => {
                has_found = true;
                found.add(severity);
            }
        }
    }
    if let Some(why) = tool.silence(run, has_found) {
        found.flaw(format!("{name} {why}"));
    }
    if undecided > 0 {
        found.flaw(format!("{name} leaves {undecided} results open"));
    }
}

fn read_invocation(name: &str, invocation: &Invocation, found: &mut Found) {
    match invocation.execution_successful {
        Some(true) if invocation.was_broken_off() => {
            found.flaw(format!("{name} says that its run was broken off"));
        }
        Some(true) => {}
        Some(false) => found.flaw(format!("{name} says that its run failed")),
        // Section 3.20.14: it must say so.
        None => found.flaw(format!("{name} does not say how its run ended")),
    }
    let execution = invocation.tool_execution_notifications.iter();
    let configuration = invocation.tool_configuration_notifications.iter();
    for notification in execution.chain(configuration).flatten() {
        if tools::is_grave(notification) {
            found.flaw(format!("{name} warns: {}", notification.text()));
        }
    }
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

/// Returns the gravest of what a result, its level and the rules that it names say.
fn severity_of(result: &Outcome, rules: &Rules<'_>) -> Severity {
    let named = rules.of_result(result);
    let of_rules = named.clone().filter_map(|rule| rule.properties.as_ref());
    let properties = result.properties.iter().chain(of_rules);
    let score = |it: &Properties| Some(it.security_severity.as_ref()?.severity());
    let scored = properties.filter_map(score).max();
    let default = named.filter_map(|rule| rule.default_configuration.as_ref()?.level);
    let level = result.level.or(default.max());
    // Section 3.27.10: a warning, where neither says it.
    let levelled = match (level, scored) {
        (Some(level), _) => Some(level),
        (None, Some(_)) => None,
        (None, None) => Some(Level::Warning),
    };
    let levelled = levelled.map(|level| {
        severity::of_word(Some(match level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note | Level::None => "note",
        }))
    });
    scored.max(levelled).unwrap_or(Severity::High)
}
