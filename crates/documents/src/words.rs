//! The words for the closed vocabularies of the model, one place for every page.

pub(crate) mod conclusions;
pub(crate) mod duties;
pub(crate) mod log;
pub(crate) mod windows;

use jiff::Timestamp;
use model::change::{Landed, SignatureKind};
use model::outcome::Outcome;
use model::population::Incomplete;
#[cfg(feature = "pdf")]
use model::program::{ByRisk, Parameter};
use model::program::{PrincipalKind, Question};
use model::report::at_forge::LandedAtForge;
use model::report::{AuditReport, ChangeReport, OpenHoursSource, ProgramOrigin, SignatureVerdict};

/// Every way to land, in the order of the pages.
pub(crate) const LANDED: [Landed; 5] = [
    Landed::RequestMerge,
    Landed::Squash,
    Landed::BranchMerge,
    Landed::NotEvidenced,
    Landed::Root,
];

/// Every verdict on a signature, best first.
pub(crate) const VERDICTS: [SignatureVerdict; 5] = [
    SignatureVerdict::Valid,
    SignatureVerdict::ValidUnknownKey,
    SignatureVerdict::Unverified,
    SignatureVerdict::Invalid,
    SignatureVerdict::None,
];

/// Returns the word as it is written in `audit.json`.
pub(crate) fn wire(word: &str) -> String {
    word.replace(' ', "_")
}

pub(crate) fn landed(landed: Landed) -> &'static str {
    match landed {
        Landed::RequestMerge => "request merge",
        Landed::Squash => "squash",
        Landed::BranchMerge => "branch merge",
        Landed::NotEvidenced => "not evidenced",
        Landed::Root => "root",
    }
}

pub(crate) fn landed_at_forge(landed: LandedAtForge) -> &'static str {
    match landed {
        LandedAtForge::Request => "request",
        LandedAtForge::PerhapsRequest => "perhaps request",
        LandedAtForge::OtherBranch => "other branch",
        LandedAtForge::PushedHead => "pushed head",
        LandedAtForge::Push => "push",
        LandedAtForge::Unknown => "unknown",
    }
}

pub(crate) fn signature_kind(kind: SignatureKind) -> &'static str {
    match kind {
        SignatureKind::Ssh => "ssh",
        SignatureKind::Openpgp => "openpgp",
        SignatureKind::X509 => "x509",
        SignatureKind::Other => "other",
        SignatureKind::None => "none",
    }
}

pub(crate) fn verdict(verdict: SignatureVerdict) -> &'static str {
    match verdict {
        SignatureVerdict::Valid => "valid",
        SignatureVerdict::ValidUnknownKey => "valid unknown key",
        SignatureVerdict::Unverified => "unverified",
        SignatureVerdict::Invalid => "invalid",
        SignatureVerdict::None => "none",
    }
}

pub(crate) fn principal_kind(kind: PrincipalKind) -> &'static str {
    match kind {
        PrincipalKind::Human => "human",
        PrincipalKind::Agent => "AI agent",
        PrincipalKind::Automation => "automation",
        PrincipalKind::Outsider => "outsider",
    }
}

pub(crate) fn open_hours_source(source: OpenHoursSource) -> &'static str {
    match source {
        OpenHoursSource::SelfReported => "self reported",
        OpenHoursSource::Receipts => "receipts",
    }
}

pub(crate) fn incomplete(incomplete: Incomplete) -> &'static str {
    match incomplete {
        Incomplete::Shallow => "The clone is shallow: commits below its boundary are absent.",
        Incomplete::Grafts => "info/grafts rewrites parents; it was not followed.",
        Incomplete::Replaced => "refs/replace substitutes objects; it was not followed.",
        Incomplete::MissingObjects => "Objects are missing from the repository.",
    }
}

/// Returns whether it is self-merged, in words.
pub(crate) fn self_merged(change: &ChangeReport) -> &'static str {
    match change.self_merged {
        Some(true) => "yes: every author and the merger are one principal",
        Some(false) => "no",
        None => not_shown(change),
    }
}

/// Returns who does not show what is not known.
pub(crate) fn not_shown(change: &ChangeReport) -> &'static str {
    match change.at_forge {
        Some(_) => "neither git nor the forge shows it",
        None => "git does not show it",
    }
}

/// Returns `1 change`, `2 changes`.
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        grouped(number),
        if number == 1 { one } else { many }
    )
}

/// Returns how many people work there, where somebody said so.
pub(crate) fn head_count(report: &AuditReport) -> String {
    match report.program.origin {
        ProgramOrigin::File => report.head_count.to_string(),
        ProgramOrigin::Draft => format!(
            "not stated; {} by the look of the history",
            report.head_count
        ),
    }
}

/// Returns the number with a comma between thousands.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Returns the moment in UTC to the minute.
pub(crate) fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

/// Returns the day in UTC.
pub(crate) fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

/// Returns the period in words: its label, then its dates where the label does not carry them.
pub(crate) fn period(report: &AuditReport) -> String {
    let period = &report.population.query.period;
    let from = period.from.map_or("the first commit".to_owned(), day);
    // The end is outside: readers expect the last day inside.
    let last = period
        .to
        .and_then(|to| to.checked_sub(jiff::SignedDuration::from_nanos(1)).ok());
    let to = last.map_or("the head".to_owned(), day);
    format!("{} ({from} to {to}, UTC)", period.label)
}

/// Returns whether the change missed any rule.
pub(crate) fn missed(change: &ChangeReport) -> bool {
    change
        .decisions
        .values()
        .any(|decision| decision.outcome == Outcome::Fail)
}

/// Returns the worst outcome among a change's decisions; `None` where no rule was applied.
pub(crate) fn worst(change: &ChangeReport) -> Option<Outcome> {
    change
        .decisions
        .values()
        .map(|decision| decision.outcome)
        .max_by_key(|outcome| match outcome {
            Outcome::Pass => 0,
            Outcome::Unknown => 1,
            Outcome::Fail => 2,
        })
}

/// Returns the value of a control's parameter in words.
#[cfg(feature = "pdf")]
pub(crate) fn parameter(parameter: &Parameter) -> String {
    match parameter {
        Parameter::Number(number) => number.to_string(),
        Parameter::ByRisk(ByRisk { low, medium, high }) => {
            format!("low {low}, medium {medium}, high {high}")
        }
        Parameter::Text(text) => text.clone(),
    }
}

/// Returns what is asked, without the mark that tells a question in the program.
pub(crate) fn question(question: &Question) -> &str {
    question.text.trim_start_matches('?').trim_start()
}
