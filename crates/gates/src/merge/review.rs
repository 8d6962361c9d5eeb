//! Who reviewed the final patch of a request, and what each of them said last.

use super::{Case, Moment, RequestCase, fail, pass, unknown};
use model::outcome::AssuranceGrade;
use model::program::{Principal, PrincipalKind};
use model::report::Decision;
use model::request::words::ReviewState;
use model::request::{Account, Review};
use std::collections::{BTreeMap, BTreeSet};

/// The last word of one principal on the final patch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'a, 'p> {
    /// Who.
    pub(super) principal: &'p Principal,
    /// What they said; a comment takes nothing back.
    pub(super) review: &'a Review,
}

/// Returns the last word of each principal on the final head, and the accounts that belong to nobody.
pub(super) fn words<'a, 'p>(
    case: &Case<'p>,
    request: &RequestCase<'a>,
) -> Result<(Vec<Word<'a, 'p>>, BTreeSet<&'a Account>), String> {
    let reviews = request.dossier.reviews.known()?;
    let merged = request.merge().map(|merge| merge.at);
    let head = &request.dossier.request.head.commit;
    let counts = |review: &&Review| {
        let in_time = match (review.submitted_at, merged, case.moment) {
            (Some(at), Some(merged), Moment::Landed) => at <= merged,
            (Some(_), None, _) | (Some(_), _, Moment::Open { .. }) => true,
            (None, _, _) => false,
        };
        in_time && review.commit.as_ref() == Some(head)
    };
    let mut last: BTreeMap<&str, Word<'a, 'p>> = BTreeMap::new();
    let mut strangers = BTreeSet::new();
    let mut in_order: Vec<&Review> = reviews.iter().filter(counts).collect();
    in_order.sort_by_key(|review| (review.submitted_at, review.id));
    for review in in_order {
        let Some(principal) = request.principal(review.account.as_ref(), case.directory) else {
            strangers.extend(&review.account);
            continue;
        };
        let word = Word { principal, review };
        let is_comment = review.state == ReviewState::Commented;
        if !(is_comment && last.contains_key(principal.id.as_str())) {
            last.insert(principal.id.as_str(), word);
        }
    }
    Ok((last.into_values().collect(), strangers))
}

/// Returns the ids of the principals who wrote a change; an address of nobody may be anybody's.
pub(super) fn authors<'p>(case: &Case<'p>) -> (BTreeSet<&'p str>, bool) {
    let change = case.change;
    let mut known = BTreeSet::new();
    let mut has_stranger = super::commits_are_absent(change);
    for author in change.authors.iter().chain(&change.co_authors) {
        match case.directory.principal_of(author) {
            Some(principal) => {
                known.insert(principal.id.as_str());
            }
            None => has_stranger = true,
        }
    }
    if let Some(request) = case.request {
        let opened = &request.dossier.request.author;
        known.extend(
            request
                .principal(opened.as_ref(), case.directory)
                .map(|it| it.id.as_str()),
        );
    }
    (known, has_stranger)
}

/// CR-7: an agent that the program names, and that wrote none of it, reviewed the final head.
///
/// A comment alone is no outcome: a notice that the reviewer is out of quota is a comment too.
pub(super) fn by_agent(case: &Case<'_>) -> Decision {
    let Some(request) = case.request else {
        return unknown("no record of its request shows an AI review");
    };
    let (words, _) = match words(case, &request) {
        Ok(words) => words,
        Err(why) => return unknown(format!("reviews: {why}")),
    };
    let (authors, _) = authors(case);
    let is_other_agent = |word: &&Word<'_, '_>| {
        word.principal.kind == PrincipalKind::Agent && !authors.contains(word.principal.id.as_str())
    };
    let agents: Vec<&Word<'_, '_>> = words.iter().filter(is_other_agent).collect();
    let says = |state: &ReviewState| agents.iter().find(|word| word.review.state == *state);
    if let Some(word) = says(&ReviewState::ChangesRequested) {
        return fail(format!(
            "{} asks for changes to the final head",
            word.principal.id
        ));
    }
    if let Some(word) = says(&ReviewState::Approved) {
        return pass(
            format!(
                "{} found nothing to change in the final head",
                word.principal.id
            ),
            AssuranceGrade::Collected,
        );
    }
    unknown(match agents.first() {
        Some(word) => format!(
            "{} wrote about the final head without an outcome: a comment may say that it could not review",
            word.principal.id
        ),
        None => {
            "no agent of the program that did not write it has reviewed its final head".to_owned()
        }
    })
}
