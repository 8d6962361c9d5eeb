//! Words for how the log stands with those outside.

use super::{count, minute};
use crate::visible::visible;
use model::outcome::LogGrade;
use model::report::LogReport;

/// Returns the grade of the log, with whose word it rests on.
pub(crate) fn grade(log: &LogReport) -> String {
    match log.grade_claimed {
        LogGrade::SelfSigned => log.grade_claimed.to_string(),
        LogGrade::Timestamped | LogGrade::Witnessed | LogGrade::CrossWitnessed => {
            format!("{} (claimed)", log.grade_claimed)
        }
    }
}

/// Returns who outside signed the log last, and when.
pub(crate) fn last_contact(log: &LogReport) -> Option<String> {
    let contact = log.outside.last_contact.as_ref()?;
    Some(format!(
        "{}, {}, on {}",
        minute(contact.time),
        visible(&contact.outsider),
        count(contact.leaves, "leaf", "leaves")
    ))
}

/// Returns the leaves for whose time nobody outside vouches, where somebody does for others.
pub(crate) fn gaps(log: &LogReport) -> Vec<String> {
    if log.outside.last_contact.is_none() {
        return Vec::new();
    }
    let gaps = log.outside.gaps.iter();
    gaps.map(|gap| format!("{}: {}", gap.leaves(), gap.why))
        .collect()
}

/// Returns what the grade of the log shows, and what it does not.
pub(crate) fn meaning(log: &LogReport) -> &'static str {
    match (log.grade_claimed, &log.outside.last_contact) {
        (LogGrade::SelfSigned, None) => {
            "No signature of somebody outside counted for the log when this report was made. Whoever \
             holds its key could write it anew as a whole, with other times, and it would verify. It \
             shows that the parts of this report belong together, and that nobody without the key has \
             changed them; it does not show when things were recorded, nor that everything was."
        }
        (LogGrade::SelfSigned, Some(_)) => {
            "Somebody outside has signed the log before, but not its newest records in the time that \
             the program allows: whoever holds its key could have written those anew, with other \
             times. It does not show that everything was recorded."
        }
        (LogGrade::Timestamped, _) => {
            "A timestamp authority is claimed to have signed the log: believe it once you have \
             checked with the authority's key from a source of your own. What precedes its first \
             signature has grade self. It shows when the log existed, not that everything was recorded."
        }
        (LogGrade::Witnessed, _) => {
            "One outside operator is claimed to have signed the log: believe it once you have \
             checked with the witness's key from a source of your own. What precedes its first \
             signature has grade self. It does not show that everything was recorded."
        }
        (LogGrade::CrossWitnessed, _) => {
            "Unrelated organisations are claimed to have signed the log: believe it once you have \
             checked with their keys from a source of your own. What precedes the first signature \
             has grade self. It does not show that everything was recorded."
        }
    }
}
