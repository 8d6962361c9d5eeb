//! The words for a pair of conflicting duties: where it stands, what stands in, what remains.

use crate::words;
use model::matrix::{Matrix, Row, Status};
use model::outcome::Conclusion;
use model::program::ControlId;

/// What must be true before a control that a hire makes needless is given up.
pub(crate) const MAY_RETIRE: &str = "A control may retire only once the hire has taken the function in practice and no other conflict rests on it.";

/// What can be known of a compensating control, in the order of the pages.
const STANDINGS: [(Option<Conclusion>, &str); 6] = [
    (
        Some(Conclusion::Effective),
        "shown by evidence of this period",
    ),
    (
        Some(Conclusion::EffectiveWithExceptions),
        "shown by evidence of this period, with exceptions",
    ),
    (None, "declared"),
    (
        Some(Conclusion::NotOccurring),
        "declared; not occurring in this period",
    ),
    (
        Some(Conclusion::NotEvidenced),
        "declared; not evidenced in this period",
    ),
    (
        Some(Conclusion::Ineffective),
        "ineffective in this period, compensates nothing",
    ),
];

pub(crate) fn status(status: Status) -> &'static str {
    match status {
        Status::Uncompensated => "uncompensated",
        Status::Declared => "declared",
        Status::Compensated => "compensated",
        Status::Reduced => "reduced",
        Status::Unassigned => "unassigned",
        Status::Separated => "separated",
    }
}

/// Returns what a status means, for legends.
pub(crate) fn status_meaning(status: Status) -> &'static str {
    match status {
        Status::Uncompensated => {
            "one principal holds both duties; no control in use covers it, or those that do were found ineffective"
        }
        Status::Declared => {
            "one principal holds both duties; a control is declared to cover it, and no evidence of a period shows that it operated"
        }
        Status::Compensated => {
            "one principal holds both duties; evidence of the period shows that a control which covers it operated"
        }
        Status::Reduced => "held by one, but another person can take the second duty of each item",
        Status::Unassigned => "a duty has no holder in the program",
        Status::Separated => "nobody holds both duties",
    }
}

/// Returns how many pairs there are, and on what those rest that one principal holds.
pub(crate) fn summary(matrix: &Matrix) -> String {
    let held = matrix.rows.iter().filter(|row| row.status.is_held());
    format!(
        "{}, {} held by one principal: {} uncompensated, {} on declared controls only",
        words::count(matrix.rows.len() as u64, "pair", "pairs"),
        held.count(),
        matrix.uncompensated().count(),
        matrix.of_status(Status::Declared).count(),
    )
}

/// Returns the controls of a pair by what is known of them.
pub(crate) fn by_standing(row: &Row) -> Vec<(&'static str, Vec<&ControlId>)> {
    let of = |wanted| {
        let same = row
            .controls
            .iter()
            .filter(move |one| one.proposed == wanted);
        same.map(|one| &one.control).collect::<Vec<_>>()
    };
    let all = STANDINGS.map(|(proposed, words)| (words, of(proposed)));
    all.into_iter().filter(|(_, ids)| !ids.is_empty()).collect()
}

/// Returns whether the risk is lower only if duties are held and controls operate as declared.
pub(crate) fn rests_on_declaration(row: &Row) -> bool {
    match row.evidenced_risk {
        Some(shown) => shown != row.residual_risk,
        None => row.status.is_held() && row.residual_risk != row.conflict.risk,
    }
}

/// Returns the risk that remains: by evidence, then as declared where only that is lower.
pub(crate) fn remaining(row: &Row) -> String {
    let declared = row.residual_risk;
    match row.evidenced_risk {
        Some(shown) if rests_on_declaration(row) => format!("{shown}; {declared} as declared"),
        None if rests_on_declaration(row) => format!("{declared} as declared"),
        Some(_) | None => declared.to_string(),
    }
}
