//! Who outside has signed a log, as every answer tells it.

use documents::text::{count, folded, labelled};
use model::outcome::LogGrade;
use model::report::OutsideReport;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::outsiders::standing::LogStanding;

/// Who outside has signed a log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OutsideAnswer {
    /// The grade by every key that the program names.
    pub grade_claimed: LogGrade,
    /// The grade by the keys alone that the verifier supplied.
    pub grade_verified: LogGrade,
    /// Whether the verifier supplied any key; else the second grade is that of nobody.
    pub has_trust: bool,
    /// What they signed.
    #[serde(flatten)]
    pub signed: OutsideReport,
    /// Outsiders to whom the program gave another key or certificate than before.
    pub swapped: Vec<String>,
    /// What witnesses answered that contradicts the log. Nobody signed it, so that it accuses and proves nothing.
    pub accusations: Vec<String>,
    /// What contradicts the log.
    pub faults: Vec<String>,
}

impl OutsideAnswer {
    /// Returns the answer of how a log stands.
    pub fn of(standing: &LogStanding) -> OutsideAnswer {
        let grades = standing.assurance.standing;
        OutsideAnswer {
            grade_claimed: grades.claimed,
            grade_verified: grades.verified,
            has_trust: standing.has_trust,
            signed: standing.report(),
            swapped: standing.swapped.clone(),
            accusations: standing.accusations.clone(),
            faults: standing.faults.clone(),
        }
    }

    /// Returns the answer for people, `head` before the grade.
    pub(super) fn lines(&self, head: &str) -> Vec<String> {
        let (claimed, verified) = (self.grade_claimed, self.grade_verified);
        let OutsideReport {
            reciprocal, gaps, ..
        } = &self.signed;
        let mut lines = vec![match (claimed == verified, self.has_trust) {
            (true, _) => format!("{head}{claimed}"),
            (false, true) => format!("{head}{claimed} as claimed, {verified} by keys from --trust"),
            (false, false) => format!("{head}{claimed}, claimed: no key was supplied to verify it"),
        }];
        lines.push(self.contact());
        lines.extend(self.absent());
        for name in reciprocal {
            lines.push(format!(
                "{name} witnesses this log, and this organisation its own."
            ));
        }
        let gaps = gaps.iter();
        lines.extend(gaps.map(|gap| format!("{}: {}", gap.leaves(), gap.why)));
        let mut lines: Vec<String> = lines.iter().map(|line| behind(head, line)).collect();
        let faults = self.warnings().map(|fault| format!("WARNING: {fault}"));
        let long = self.signed.remarks.iter().cloned().chain(faults);
        lines.extend(long.map(|line| folded(&line)));
        lines
    }

    /// Returns what speaks against the log or its outsiders.
    pub(super) fn warnings(&self) -> impl Iterator<Item = &String> {
        let warnings = self.swapped.iter().chain(&self.accusations);
        warnings.chain(&self.faults)
    }

    /// Returns the signatures that do not count, and what is not known.
    pub(super) fn all_remarks(&self) -> Vec<String> {
        let remarks = self.signed.remarks.iter().cloned();
        self.absent().into_iter().chain(remarks).collect()
    }

    fn absent(&self) -> Option<String> {
        let absent = self.signed.absent_signatures;
        let records = count(absent, "record", "records");
        let told = format!("{records} of outside signatures cannot be read here.");
        (absent > 0).then_some(told)
    }

    fn contact(&self) -> String {
        let signed = &self.signed;
        match &signed.last_contact {
            Some(contact) => format!(
                "Last outside contact: {}, {}, on {}.",
                contact.time,
                contact.outsider,
                count(contact.leaves, "leaf", "leaves")
            ),
            None if signed.absent_signatures > 0 => {
                "Whether somebody outside has signed it is unknown.".to_owned()
            }
            None if !signed.remarks.is_empty() => "No outside signature on it counts.".to_owned(),
            None => "Nobody outside has signed it.".to_owned(),
        }
    }
}

/// Returns a line folded; the first one stands behind its label.
fn behind(head: &str, line: &str) -> String {
    match line.strip_prefix(head) {
        Some(text) => labelled(head, text),
        None => folded(line),
    }
}
