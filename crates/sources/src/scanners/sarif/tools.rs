//! What is known of the tools that write SARIF: what they look for, and how they fail without a word.

use super::wire::Level;
use model::check::CheckKind;

/// The beginning of a driver's name in small letters, and what its findings can be of.
const TOOLS: [(&str, &[CheckKind]); 12] = [
    ("semgrep", &CODE),
    ("bandit", &CODE),
    ("codeql", &CODE),
    ("gitleaks", &[CheckKind::SecretScan]),
    ("checkov", &[CheckKind::IacScan]),
    ("tfsec", &[CheckKind::IacScan]),
    (
        "trivy",
        &[
            CheckKind::DependencyScan,
            CheckKind::ContainerScan,
            CheckKind::IacScan,
            CheckKind::SecretScan,
        ],
    ),
    ("hadolint", &[CheckKind::IacScan, CheckKind::Lint]),
    (
        "zizmor",
        &[
            CheckKind::Sast,
            CheckKind::IacScan,
            CheckKind::StaticAnalysis,
        ],
    ),
    ("eslint", &[CheckKind::Lint, CheckKind::StaticAnalysis]),
    (
        "snyk",
        &[
            CheckKind::Sast,
            CheckKind::DependencyScan,
            CheckKind::ContainerScan,
            CheckKind::IacScan,
        ],
    ),
    ("pylint", &[CheckKind::Lint, CheckKind::StaticAnalysis]),
];

const CODE: [CheckKind; 2] = [CheckKind::Sast, CheckKind::StaticAnalysis];

/// What findings can be of.
const ALL: [CheckKind; 8] = [
    CheckKind::Lint,
    CheckKind::StaticAnalysis,
    CheckKind::Sast,
    CheckKind::Dast,
    CheckKind::DependencyScan,
    CheckKind::SecretScan,
    CheckKind::ContainerScan,
    CheckKind::IacScan,
];

/// Returns what the findings of a tool can be of.
pub(super) fn kinds(driver: &str) -> &'static [CheckKind] {
    let driver = driver.trim().to_ascii_lowercase();
    let known = TOOLS.iter().find(|(name, _)| driver.starts_with(name));
    known.map_or(&ALL, |(_, kinds)| kinds)
}

/// What a run leaves out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said {
    pub(super) finds_nothing: bool,
    pub(super) names_no_rule: bool,
    pub(super) names_no_file: bool,
    pub(super) names_no_run: bool,
}

/// Tools whose clean report names nothing, and that show otherwise that they read something.
const BARE: [&str; 3] = ["gitleaks", "hadolint", "zizmor"];

/// Returns whether a tool may have read nothing, where another form of its report would show it.
///
/// Trivy has several scanners, and never says which of them ran. Checkov lists only the rules of its findings, and writes
/// the same where it could parse no file. Semgrep lists its rules, and no file. ESLint lists every file that it was given.
/// tfsec is taken for one like it. Any other tool names at least a rule, a file or its run, but for those whose log is held
/// beside the report, and hadolint, which fails where it is given no file.
pub(super) fn is_silent(driver: &str, said: Said) -> bool {
    let driver = driver.trim().to_ascii_lowercase();
    let is = |name: &str| driver.starts_with(name);
    let is_shown_otherwise = BARE.iter().any(|name| is(name));
    let is_bare = said.names_no_rule && said.names_no_file && said.names_no_run;
    is("trivy")
        || said.finds_nothing && is_bare && !is_shown_otherwise
        || said.finds_nothing && said.names_no_rule && (is("checkov") || is("tfsec"))
        || said.finds_nothing && is("semgrep")
        || said.finds_nothing && said.names_no_file && is("eslint")
}

/// Returns whether a tool says how many lines of code it read.
pub(super) fn counts_lines(driver: &str) -> bool {
    driver.trim().to_ascii_lowercase().starts_with("bandit")
}

/// Returns whether a tool that writes down the rules it looked by had none.
pub(super) fn has_no_rule(driver: &str, said: Said) -> bool {
    let driver = driver.trim().to_ascii_lowercase();
    said.names_no_rule && driver.starts_with("gitleaks")
}

/// How ESLint begins what it says of a file that it was given and left out.
const LEFT_OUT: &str = "File ignored";

/// Returns whether a notification of this level says that something was not looked at.
pub(super) fn is_grave(driver: &str, level: Option<Level>, text: &str) -> bool {
    let driver = driver.trim().to_ascii_lowercase();
    // Section 3.58.6: a warning, where it has no level.
    match level.unwrap_or(Level::Warning) {
        Level::Error => true,
        // Semgrep warns of what it could parse only in part.
        Level::Warning => {
            driver.starts_with("semgrep")
                || driver.starts_with("eslint") && text.starts_with(LEFT_OUT)
        }
        Level::Note | Level::None => false,
    }
}

/// The rule by which a tool says that it could not read a file at all.
const UNREAD: [(&str, &str); 3] = [
    ("hadolint", "DL1000"),
    ("pylint", "E0001"),
    ("pylint", "syntax-error"),
];

/// Returns whether a result of this rule says that a file could not be read.
pub(super) fn is_unread(driver: &str, rule: Option<&str>) -> bool {
    let driver = driver.trim().to_ascii_lowercase();
    let is_it = |(name, id): &(&str, &str)| driver.starts_with(name) && rule == Some(id);
    UNREAD.iter().any(is_it)
}

/// Returns whether a run is an AI review, which is no scan however it is recorded: a model finds what it happens to find.
pub(super) fn is_review(driver: &str) -> bool {
    let driver = driver.trim().to_ascii_lowercase();
    driver.starts_with("countersign review")
}
