//! From the bytes of a report to its verdict: each form reaches Pass, Fail and Unknown, or says why it cannot.

mod coverage;
mod findings;
mod real;
mod sarif;
mod tests;

use gates::check::{Thresholds, judge};
use model::check::{CheckKind, Severity};
use model::digest::CommitId;
use model::outcome::Outcome;
use sources::scanners;

const PASS: Outcome = Outcome::Pass;
const FAIL: Outcome = Outcome::Fail;
const UNKNOWN: Outcome = Outcome::Unknown;

/// Checks the verdict of a report against findings of high severity and 80 percent of lines.
#[track_caller]
fn check(kind: CheckKind, file: &str, expected: Outcome) {
    check_both(kind, (file, None), expected);
}

/// Checks the verdict of a report beside what its tool printed.
#[track_caller]
fn check_logged(kind: CheckKind, file: &str, log: &str, expected: Outcome) {
    check_both(kind, (file, Some(log)), expected);
}

#[track_caller]
fn check_both(kind: CheckKind, (file, log): (&str, Option<&str>), expected: Outcome) {
    let thresholds = Thresholds {
        severity: Severity::High,
        coverage_percent: 80.0,
    };
    let report =
        scanners::read(file.as_bytes(), log.map(str::as_bytes)).map_err(|error| error.to_string());
    let commit = CommitId::from_bytes(&[7; 20]).expect("a name of 20 bytes");
    let judged = judge(kind, &commit, &report, &thresholds);
    assert_eq!(judged.outcome, expected, "{}\n{report:?}", judged.reason);
}
