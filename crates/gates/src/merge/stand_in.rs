//! An outsider in the place of AI reviewers that gave no review, where the program says so.

use super::review::{self, REVIEW, Word};
use super::{Case, RequestCase, fail, pass, unknown};
use model::outcome::AssuranceGrade;
use model::program::{Principal, PrincipalKind};
use model::report::Decision;
use model::request::words::ReviewState;
use model::review::{ReviewOutcome, Reviewed};
use model::reviewer::Fallback;

/// Returns what follows where none of these reviews ran; `None` where the program names no outsider in their place.
///
/// Everybody whom it names before the outsider must have been asked about this difference, and have given no review.
pub(super) fn decide(
    case: &Case<'_>,
    request: &RequestCase<'_>,
    reviews: &[(&Reviewed, &Principal)],
) -> Option<Decision> {
    let of_outsider = |(review, by): &&(&Reviewed, &Principal)| {
        let fallback = by.reviewer.as_ref().map(|it| it.fallback.as_slice());
        review.outcome == ReviewOutcome::Unavailable
            && fallback.is_some_and(|it| it.contains(&Fallback::Outsider))
    };
    let (review, by) = reviews.iter().rev().find(of_outsider)?;
    let was = format!(
        "leaf {}: the review by {} was unavailable",
        review.leaf, by.id
    );
    let fallback = by.reviewer.iter().flat_map(|it| &it.fallback);
    for agent in fallback.filter_map(|next| match next {
        Fallback::Agent(id) => Some(id),
        Fallback::Outsider => None,
    }) {
        if !reviews.iter().any(|(_, asked)| asked.id == *agent) {
            return Some(unknown(format!(
                "{was}, and {agent}, who is asked before an outsider, gave no answer that counts"
            )));
        }
    }
    let words = match review::words(case, request) {
        Ok((words, _)) => words,
        Err(why) => return Some(unknown(format!("{was}; reviews: {why}"))),
    };
    let objects = |word: &&Word<'_, '_>| {
        word.principal.kind == PrincipalKind::Outsider
            && word.review.state == ReviewState::ChangesRequested
    };
    if let Some(word) = words.iter().find(objects) {
        let id = &word.principal.id;
        return Some(fail(format!(
            "{was}, and the outsider {id} asks for changes"
        )));
    }
    let (authors, has_stranger) = review::authors(case);
    let approves = |word: &&Word<'_, '_>| {
        let principal = word.principal;
        principal.kind == PrincipalKind::Outsider
            && word.review.state == ReviewState::Approved
            && !authors.contains(principal.id.as_str())
            && (case.directory.assigns_nothing() || case.directory.holds(principal, REVIEW))
    };
    Some(match words.iter().find(approves) {
        Some(_) if has_stranger => unknown(format!(
            "{was}, and an author of the change is nobody in the program, and may be who approved it"
        )),
        Some(word) => pass(
            format!(
                "{was}, and the outsider {} approved the final head in its place",
                word.principal.id
            ),
            AssuranceGrade::Collected,
        ),
        None => unknown(format!(
            "{was}: ask an outsider who wrote none of it to approve the final head in its place"
        )),
    })
}
