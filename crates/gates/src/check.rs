//! Whether one report shows that a check passed.

use model::check::{CheckKind, CheckReport, Coverage, Findings, Measured, Severity, Tests};
use model::digest::CommitId;
use model::outcome::Outcome;

/// What a report must show.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// The least grave finding that fails a check (CR-5).
    pub severity: Severity,
    /// The least line coverage, in percent (CR-6).
    pub coverage_percent: f64,
}

/// What one report shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// Unknown where it shows nothing: no test ran, the run failed, the file is no report.
    pub outcome: Outcome,
    /// Why, in words.
    pub reason: String,
}

/// Returns what a report shows of a check of this kind, or why nothing where it cannot be read.
///
/// What the report counts against the content holds even where the run was not whole; what speaks for it does not.
/// `commit` is the one on whose content it is said to be.
pub fn judge(
    kind: CheckKind,
    commit: &CommitId,
    report: &Result<CheckReport, String>,
    thresholds: &Thresholds,
) -> Judged {
    let report = match report {
        Ok(report) => report,
        Err(why) => return unknown(format!("it is no report: {why}")),
    };
    if !report.kinds.is_empty() && !report.kinds.contains(&kind) {
        return unknown(format!("{} shows nothing of {kind}", report.format));
    }
    if report.commits.iter().any(|it| it != commit) {
        let commits: Vec<String> = report.commits.iter().map(CommitId::short).collect();
        return unknown(format!("it says that it is of {}", commits.join(", ")));
    }
    let judged = match &report.measured {
        Measured::Tests(tests) => of_tests(kind, tests),
        Measured::Coverage(coverage) => of_coverage(kind, coverage, thresholds.coverage_percent),
        Measured::Findings(findings) => of_findings(kind, findings, thresholds.severity),
        Measured::Components(count) => unknown(format!(
            "it lists {count} components and says nothing of their vulnerabilities"
        )),
    };
    match (judged.outcome, report.flaws.first()) {
        (Outcome::Pass, Some(flaw)) => unknown(format!(
            "{}, but the run was not whole: {flaw}",
            judged.reason
        )),
        (Outcome::Pass | Outcome::Fail | Outcome::Unknown, _) => judged,
    }
}

fn of_tests(kind: CheckKind, tests: &Tests) -> Judged {
    let Tests {
        passed,
        failed,
        errors,
        skipped,
    } = *tests;
    match kind {
        CheckKind::Coverage
        | CheckKind::DependencyScan
        | CheckKind::SecretScan
        | CheckKind::ContainerScan => return unknown(format!("tests show nothing of {kind}")),
        CheckKind::UnitTests
        | CheckKind::IntegrationTests
        | CheckKind::Lint
        | CheckKind::StaticAnalysis
        | CheckKind::Sast
        | CheckKind::Dast
        | CheckKind::IacScan => {}
    }
    let skips = match skipped {
        0 => String::new(),
        skipped => format!(", {skipped} were skipped"),
    };
    match (failed.saturating_add(errors), passed) {
        (0, 0) => unknown(format!("no test ran{skips}")),
        (0, passed) => pass(format!("{passed} tests passed{skips}")),
        (bad, passed) => {
            let all = bad.saturating_add(passed);
            fail(format!("{bad} of {all} tests failed{skips}"))
        }
    }
}

fn of_coverage(kind: CheckKind, coverage: &Coverage, percent: f64) -> Judged {
    let Coverage { covered, lines } = *coverage;
    match (kind, lines) {
        (CheckKind::Coverage, 0) => unknown("no line was measured"),
        (CheckKind::Coverage, _) if covered > lines => {
            unknown(format!("it counts {covered} lines as run, of {lines}"))
        }
        (CheckKind::Coverage, _) => {
            let found = covered as f64 * 100.0 / lines as f64;
            let ran = format!("{covered} of {lines} lines ran, {found:.2} %");
            // Not from the rounded figure, which could reach what the true one does not.
            match covered as f64 * 100.0 >= percent * lines as f64 {
                true => pass(ran),
                false => fail(format!("{ran}; {percent} % are asked for")),
            }
        }
        (_, _) => unknown(format!("coverage shows nothing of {kind}")),
    }
}

fn of_findings(kind: CheckKind, findings: &Findings, severity: Severity) -> Judged {
    // A leaked credential is leaked, however grave its finder thinks it is.
    let least = match kind {
        CheckKind::UnitTests | CheckKind::IntegrationTests | CheckKind::Coverage => {
            return unknown(format!("findings show nothing of {kind}"));
        }
        CheckKind::SecretScan => Severity::Low,
        CheckKind::Lint
        | CheckKind::StaticAnalysis
        | CheckKind::Sast
        | CheckKind::Dast
        | CheckKind::DependencyScan
        | CheckKind::ContainerScan
        | CheckKind::IacScan => severity,
    };
    let all = findings.at_least(Severity::Low);
    let set_aside = match findings.suppressed {
        0 => String::new(),
        suppressed => format!(", {suppressed} more set aside"),
    };
    match (findings.at_least(least), all) {
        (0, 0) => pass(format!("nothing was found{set_aside}")),
        (0, all) => pass(format!("{all} found, none {least} or graver{set_aside}")),
        (grave, _) => fail(format!(
            "{grave} found that are {least} or graver{set_aside}"
        )),
    }
}

fn pass(reason: impl Into<String>) -> Judged {
    judged(Outcome::Pass, reason)
}

fn fail(reason: impl Into<String>) -> Judged {
    judged(Outcome::Fail, reason)
}

fn unknown(reason: impl Into<String>) -> Judged {
    judged(Outcome::Unknown, reason)
}

fn judged(outcome: Outcome, reason: impl Into<String>) -> Judged {
    Judged {
        outcome,
        reason: reason.into(),
    }
}
