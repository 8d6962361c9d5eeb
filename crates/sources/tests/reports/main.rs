//! What is read of reports that others published, each checked by hand, and of files that are no report.

mod real;
mod strict;

use model::check::{CheckReport, Coverage, Measured, Severity, Tests};
use sources::scanners::{self, ReportError};

/// Returns what is read of a file in one line: its form, what was measured, how many flaws; or why it is no report.
fn line(bytes: &[u8]) -> String {
    match scanners::read(bytes, None) {
        Ok(report) => format!("{}: {}{}", report.format, measured(&report), flaws(&report)),
        Err(error) => format!("no report: {}", told(&error)),
    }
}

fn measured(report: &CheckReport) -> String {
    match &report.measured {
        Measured::Tests(Tests {
            passed,
            failed,
            errors,
            skipped,
        }) => format!("{passed} passed, {failed} failed, {errors} errors, {skipped} skipped"),
        Measured::Coverage(Coverage { covered, lines }) => format!("{covered} of {lines} lines"),
        Measured::Components(count) => format!("{count} components"),
        Measured::Findings(findings) => {
            let all = [
                Severity::Critical,
                Severity::High,
                Severity::Medium,
                Severity::Low,
            ];
            let counts = all.map(|it| findings.by_severity.get(&it).copied().unwrap_or_default());
            let [critical, high, medium, low] = counts;
            let aside = findings.suppressed;
            format!("{critical} critical, {high} high, {medium} medium, {low} low, {aside} aside")
        }
    }
}

fn flaws(report: &CheckReport) -> String {
    let each = report.flaws.iter();
    each.map(|flaw| format!("; {flaw}")).collect()
}

/// Returns an error with its source.
fn told(error: &ReportError) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
