//! What is known of the tools that write SARIF: what they look for, and how they fail without a word.

use super::wire::{Level, Notification, Run};
use model::check::CheckKind;
use model::check::CheckKind::{
    ContainerScan, Dast, DependencyScan, IacScan, Lint, Sast, SecretScan, StaticAnalysis,
};

/// What is known of a tool.
pub(super) struct Tool {
    /// The beginning of its driver's name, in small letters.
    name: &'static str,
    /// What its findings can be of.
    pub(super) kinds: &'static [CheckKind],
    /// What shows that a run which found nothing looked at something.
    clean: Clean,
    /// The rules by which it says that it could not read a file.
    unread: &'static [&'static str],
}

/// What shows that a run which found nothing looked at something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Clean {
    /// Nothing does, even where something was found: several scanners write one form, and it does not say which of them ran.
    Never,
    /// Nothing does: it writes the same where it could read nothing.
    Nothing,
    /// The rules, which it lists only where it applied them.
    Rules,
    /// The files, of which it lists each that it was given.
    Files,
    /// How many lines of code it read, and one thing that any tool names.
    Lines,
    /// What it printed, which is held beside the report, and that it had rules.
    LogAndRules,
    /// What it printed, which is held beside the report.
    Log,
    /// That it wrote at all: it fails where it is given no file.
    Itself,
    /// That it names a rule, a file or its run, as far as is known.
    Anything,
}

const CODE: &[CheckKind] = &[Sast, StaticAnalysis];
const STYLE: &[CheckKind] = &[Lint, StaticAnalysis];

static TOOLS: [Tool; 12] = [
    tool("semgrep", CODE, Clean::Nothing, &[]),
    tool("bandit", CODE, Clean::Lines, &[]),
    tool("codeql", CODE, Clean::Anything, &[]),
    tool("gitleaks", &[SecretScan], Clean::LogAndRules, &[]),
    tool("checkov", &[IacScan], Clean::Rules, &[]),
    tool("tfsec", &[IacScan], Clean::Rules, &[]),
    tool(
        "trivy",
        &[DependencyScan, ContainerScan, IacScan, SecretScan],
        Clean::Never,
        &[],
    ),
    tool("hadolint", &[IacScan, Lint], Clean::Itself, &["DL1000"]),
    tool("zizmor", &[Sast, IacScan, StaticAnalysis], Clean::Log, &[]),
    tool("eslint", STYLE, Clean::Files, &[]),
    tool(
        "snyk",
        &[Sast, DependencyScan, ContainerScan, IacScan],
        Clean::Anything,
        &[],
    ),
    tool("pylint", STYLE, Clean::Anything, &["E0001", "syntax-error"]),
];

/// A tool that nobody thought of.
static OTHER: Tool = tool(
    "",
    &[
        Lint,
        StaticAnalysis,
        Sast,
        Dast,
        DependencyScan,
        SecretScan,
        ContainerScan,
        IacScan,
    ],
    Clean::Anything,
    &[],
);

const fn tool(
    name: &'static str,
    kinds: &'static [CheckKind],
    clean: Clean,
    unread: &'static [&'static str],
) -> Tool {
    Tool {
        name,
        kinds,
        clean,
        unread,
    }
}

impl Tool {
    /// Returns what is known of the tool of a driver.
    pub(super) fn of(driver: &str) -> &'static Tool {
        let driver = driver.trim().to_ascii_lowercase();
        let known = TOOLS.iter().find(|tool| driver.starts_with(tool.name));
        known.unwrap_or(&OTHER)
    }

    /// Returns whether what it printed must stand beside its report.
    pub(super) fn needs_log(&self) -> bool {
        matches!(self.clean, Clean::Log | Clean::LogAndRules)
    }

    /// Returns whether a result of this rule says that a file could not be read.
    pub(super) fn is_unread(&self, rule: Option<&str>) -> bool {
        rule.is_some_and(|rule| self.unread.contains(&rule))
    }

    /// Returns why a run may have looked at nothing.
    pub(super) fn silence(&self, run: &Run, has_found: bool) -> Option<&'static str> {
        const OWN_FORM: &str =
            "does not say in SARIF what it looked at: record its own form instead";
        let lines = run.lines_of_code();
        if lines == Some(0) {
            return Some("read no line of code");
        }
        let is_bare = !run.names_a_rule() && !run.names_a_file() && !run.says_how_it_ended();
        let own_form = |is_silent: bool| is_silent.then_some(OWN_FORM);
        match self.clean {
            Clean::Never => Some(OWN_FORM),
            // Of what it found too: without a rule it had nothing to look by.
            Clean::LogAndRules if !run.names_a_rule() => Some("had no rule to look by"),
            _ if has_found => None,
            Clean::Nothing => Some(OWN_FORM),
            Clean::Rules => own_form(!run.names_a_rule()),
            Clean::Files => own_form(!run.names_a_file()),
            Clean::Lines if is_bare => Some(OWN_FORM),
            Clean::Lines if lines.is_none() => Some("does not say how many lines it read"),
            Clean::Anything => own_form(is_bare),
            Clean::Lines | Clean::LogAndRules | Clean::Log | Clean::Itself => None,
        }
    }
}

/// How CodeQL ends the name of what could not be extracted from the code, whatever level that has.
const UNEXTRACTED: [&str; 2] = ["/extraction-errors", "/extraction-warnings"];

/// Returns whether a notification says that something was not looked at.
pub(super) fn is_grave(notification: &Notification) -> bool {
    let is_unextracted = |id: &str| UNEXTRACTED.iter().any(|end| id.ends_with(end));
    // Section 3.58.6: a warning, where it has no level.
    match notification.level.unwrap_or(Level::Warning) {
        Level::Error | Level::Warning => true,
        Level::Note | Level::None => notification.id().is_some_and(is_unextracted),
    }
}

/// Returns whether a run is an AI review, which is no scan however it is recorded: a model finds what it happens to find.
pub(super) fn is_review(driver: &str) -> bool {
    let driver = driver.trim().to_ascii_lowercase();
    driver.starts_with("countersign review")
}
