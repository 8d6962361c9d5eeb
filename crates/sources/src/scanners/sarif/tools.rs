//! What is known of the tools that write SARIF: what they look for, and how they fail without a word.

use super::wire::{Level, Notification};
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

/// Returns whether a tool that names no rule may have read nothing: Checkov lists the rules of its findings only,
/// and writes the same report where nothing was found and where nothing could be parsed.
pub(super) fn is_silent(driver: &str) -> bool {
    driver.trim().to_ascii_lowercase().starts_with("checkov")
}

/// Returns whether a notification says that something was not looked at.
pub(super) fn is_grave(_driver: &str, notification: &Notification) -> bool {
    match notification.level {
        Some(Level::Error) => true,
        // Section 3.58.6: a warning, where it says nothing.
        Some(Level::Warning | Level::Note | Level::None) | None => false,
    }
}
