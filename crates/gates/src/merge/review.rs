//! Who reviewed the final patch of a request, and what each of them said last.

use super::{Case, Moment, RequestCase, fail, pass, products, signing, unknown};
use jiff::Timestamp;
use model::change::{Change, SignatureCheck};
use model::digest::CommitId;
use model::outcome::{AssuranceGrade, Outcome};
use model::program::{Principal, PrincipalKind};
use model::report::Decision;
use model::request::dossier::Dossier;
use model::request::words::ReviewState;
use model::request::{Account, Review};
use std::collections::{BTreeMap, BTreeSet};

/// The duty of those who review.
pub(super) const REVIEW: &str = "code review and approval";

/// The last word of one principal on the final patch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'a, 'p> {
    /// Who.
    pub(super) principal: &'p Principal,
    /// What they said; a comment takes nothing back.
    pub(super) review: &'a Review,
}

/// Returns the last word of each principal on the final head, and the accounts that belong to nobody, or to no person where
/// one approves.
pub(super) fn words<'a, 'p>(
    case: &Case<'p>,
    request: &RequestCase<'a>,
) -> Result<(Vec<Word<'a, 'p>>, BTreeSet<&'a Account>), String> {
    let reviews = request.dossier.reviews.known()?;
    let merged = request.merge().map(|merge| merge.at);
    let heads = heads(case, request);
    if !heads.contains(&request.dossier.request.head.commit) {
        return Err("no record of its request shows that what landed is what was reviewed".into());
    }
    let counts = |review: &&Review| {
        let in_time = match (review.submitted_at, merged, case.moment) {
            (Some(at), Some(merged), Moment::Landed) => at <= merged,
            (Some(_), None, _) | (Some(_), _, Moment::Open { .. }) => true,
            (None, _, _) => false,
        };
        // An approval of the same commit that came before may be of another difference: to another branch. An objection
        // stands whenever it came.
        let of_it = |at: Timestamp| {
            let seen = request.first_seen.map(|seen| seen.at.as_second());
            seen.is_none_or(|seen| at.as_second() >= seen)
        };
        in_time
            && (review.state != ReviewState::Approved || review.submitted_at.is_some_and(of_it))
            && review
                .commit
                .as_ref()
                .is_some_and(|commit| heads.contains(commit))
    };
    let mut last: BTreeMap<&str, Word<'a, 'p>> = BTreeMap::new();
    let mut strangers = BTreeSet::new();
    let said = reviews.iter().map(|review| as_said(request, review));
    let mut in_order: Vec<&Review> = said.filter(counts).collect();
    in_order.sort_by_key(|review| (review.submitted_at, review.id));
    for review in in_order {
        let Some(principal) = request.principal(review.account.as_ref(), case.directory) else {
            strangers.extend(&review.account);
            continue;
        };
        let account = review.account.as_ref();
        // A workflow or an app approved, whoever the program says that its account belongs to; it takes nothing back.
        let by_machine = account.is_some_and(Account::is_machine) && is_person(principal);
        if by_machine && review.state == ReviewState::Approved {
            strangers.extend(account);
            continue;
        }
        let word = Word { principal, review };
        let is_comment = review.state == ReviewState::Commented;
        if !(is_comment && last.contains_key(principal.id.as_str())) {
            last.insert(principal.id.as_str(), word);
        }
    }
    Ok((last.into_values().collect(), strangers))
}

/// Returns whether a person asks for changes, or asked for them in an earlier record, to whatever head.
pub(super) fn is_objected(case: &Case<'_>, request: &RequestCase<'_>) -> bool {
    let shown = request.dossiers.iter().chain([request.dossier]);
    let mut reviews = shown.filter_map(|it| it.reviews.known().ok()).flatten();
    reviews.any(|review| {
        let who = request.principal(review.account.as_ref(), case.directory);
        review.state == ReviewState::ChangesRequested && who.is_some_and(is_person)
    })
}

/// Returns whether a principal is a person: an agent never counts as one.
pub(super) fn is_person(principal: &Principal) -> bool {
    match principal.kind {
        PrincipalKind::Human | PrincipalKind::Outsider => true,
        PrincipalKind::Agent | PrincipalKind::Automation => false,
    }
}

/// Returns what a review said before it was dismissed, as far as a record shows it: whoever may push can dismiss an
/// objection, and it stands.
fn as_said<'a>(request: &RequestCase<'a>, review: &'a Review) -> &'a Review {
    if review.state != ReviewState::Dismissed {
        return review;
    }
    let objects = |it: &&Review| it.state == ReviewState::ChangesRequested;
    earlier(request, review).find(objects).unwrap_or(review)
}

/// Returns whether no record shows what a review said before it was dismissed.
pub(super) fn is_lost(request: &RequestCase<'_>, review: &Review) -> bool {
    let said = |it: &Review| it.state != ReviewState::Dismissed;
    review.state == ReviewState::Dismissed && !earlier(request, review).any(said)
}

fn earlier<'a>(request: &RequestCase<'a>, review: &Review) -> impl Iterator<Item = &'a Review> {
    let shown = request
        .dossiers
        .iter()
        .filter_map(|it| it.reviews.known().ok());
    let id = review.id;
    shown.flatten().filter(move |it| it.id == id)
}

/// Returns the heads that brought the final difference: an approval is one of a difference, and a rebase that changes
/// nothing of it keeps it.
///
/// Of what landed only our own records show that, or the forge's signature on a merge that it made itself.
fn heads<'a>(case: &Case<'_>, request: &RequestCase<'a>) -> BTreeSet<&'a CommitId> {
    let shows = |dossier: &&Dossier| {
        let proposal = dossier.proposal.as_ref().ok();
        let patch = proposal.and_then(|it| it.change.patch_digest.as_ref());
        patch.is_some() && patch == case.change.patch_digest.as_ref()
    };
    let seen = request.dossiers.iter().filter(shows);
    let last = &request.dossier.request.head.commit;
    let signature = &case.change.signature;
    let is_last = match case.moment {
        Moment::Open { .. } => true,
        Moment::Landed => {
            case.change.commit == *last
                || (signature.by_forge && signature.check == SignatureCheck::Valid)
        }
    };
    seen.map(|dossier| &dossier.request.head.commit)
        .chain(is_last.then_some(last))
        .collect()
}

/// Returns the ids of the principals who wrote a change, and whether somebody may be among them who is nobody in the
/// program: an address or an account of nobody may be anybody's.
///
/// A squash names whom it likes: the commits behind it stand in the records of its request.
pub(super) fn authors<'p>(case: &Case<'p>) -> (BTreeSet<&'p str>, bool) {
    let mut found: Vec<Option<&Principal>> = Vec::new();
    let mut handled = BTreeSet::new();
    for change in shown(case) {
        let named = change.authors.iter().chain(&change.co_authors);
        found.extend(named.map(|author| case.directory.principal_of(author)));
        handled.extend(handlers(case, change));
    }
    if let Some(request) = case.request {
        let opened = request.dossier.request.author.as_ref();
        found.push(request.principal(opened, case.directory));
        for commit in request.dossier.commits.known().ok().into_iter().flatten() {
            let account = request.principal(commit.author_account.as_ref(), case.directory);
            let address = case.directory.principal_of(&commit.author);
            found.push(address.or(account));
            handled.extend(account.map(|it| it.id.as_str()));
        }
    }
    let has_stranger = super::commits_are_absent(case.change)
        || is_squashed_unseen(case)
        || found.iter().any(Option::is_none);
    let known = found.into_iter().flatten().map(|it| it.id.as_str());
    (known.chain(handled).collect(), has_stranger)
}

/// Returns the change, and what our records showed of the same difference while it was open.
pub(super) fn shown<'p>(case: &Case<'p>) -> impl Iterator<Item = &'p Change> {
    let dossiers = case.request.map_or(&[][..], |request| request.dossiers);
    let patch = case.change.patch_digest.as_ref();
    let proposals = dossiers.iter().filter_map(|it| it.proposal.as_ref().ok());
    let same =
        proposals.filter(move |it| patch.is_some() && it.change.patch_digest.as_ref() == patch);
    std::iter::once(case.change).chain(same.map(|proposal| &proposal.change))
}

/// Returns who committed and who signed the commits that a change brought in: the author's name is typed by whoever makes
/// the commit. The committer of the merge, or of what was squashed, is who landed it.
fn handlers<'p>(case: &Case<'p>, change: &'p Change) -> Vec<&'p str> {
    let mut handled = Vec::new();
    for group in &change.brought.signatures {
        let signer = signing::verdict(&group.signature, case.directory).signer;
        let signer = signer.and_then(|id| case.directory.principal(&id));
        let both = [case.directory.principal_of(&group.committer), signer];
        handled.extend(both.into_iter().flatten().map(|it| it.id.as_str()));
    }
    handled
}

/// Returns whether a change stands for other commits, and not all of them are known.
fn is_squashed_unseen(case: &Case<'_>) -> bool {
    let Some(request) = case.request.filter(|_| case.change.parents.len() < 2) else {
        return false;
    };
    let of_request = &request.dossier.request;
    if of_request.commit_count == Some(1) && of_request.head.commit == case.change.commit {
        return false;
    }
    let commits = request.dossier.commits.known();
    let is_whole = commits.is_ok_and(|it| Some(it.len() as u64) == of_request.commit_count);
    !is_whole && shown(case).nth(1).is_none()
}

/// CR-7: an agent that the program names, and that wrote none of it, reviewed the final head. What other products wrote is
/// told beside it.
pub(super) fn decide(case: &Case<'_>) -> Decision {
    let mut decision = by_agent(case);
    let Some(request) = case.request else {
        return decision;
    };
    if let Some(others) = products::reviewed(case, &request) {
        let told = format!("; evidence of other products, which is no pass: {others}");
        decision.reason.push_str(&told);
    }
    if let Err(why) = request.dossier.comments.known() {
        let told = format!("; what other products commented is not known: {why}");
        decision.reason.push_str(&told);
    }
    decision
}

/// Returns what such an agent said.
///
/// A comment alone is no outcome: a notice that the reviewer is out of quota is a comment too.
pub(super) fn by_agent(case: &Case<'_>) -> Decision {
    let Some(request) = case.request else {
        return unknown("no record of its request shows an AI review");
    };
    let at_forge = on_the_forge(case, &request);
    match super::ai_review::decide(case, &request) {
        // An objection stands, wherever it was made.
        Some(_) if at_forge.outcome == Outcome::Fail => at_forge,
        Some(recorded) => recorded,
        None if at_forge.outcome == Outcome::Unknown && has_reviewer(case) => unknown(format!(
            "no AI review of this difference: run `countersign review --request {}`; {}",
            request.dossier.request.number, at_forge.reason
        )),
        None => at_forge,
    }
}

/// Returns whether the program names an agent that is asked to review, and the change is open.
fn has_reviewer(case: &Case<'_>) -> bool {
    let mut principals = case.directory.principals().iter();
    matches!(case.moment, Moment::Open { .. }) && principals.any(|it| it.reviewer.is_some())
}

fn on_the_forge(case: &Case<'_>, request: &RequestCase<'_>) -> Decision {
    let (words, _) = match words(case, request) {
        Ok(words) => words,
        Err(why) => return unknown(format!("reviews: {why}")),
    };
    let (authors, has_stranger) = authors(case);
    let is_other_agent = |word: &&Word<'_, '_>| {
        let who = word.principal;
        who.kind == PrincipalKind::Agent
            && !authors.contains(who.id.as_str())
            && case.directory.holds(who, REVIEW)
    };
    let agents: Vec<&Word<'_, '_>> = words.iter().filter(is_other_agent).collect();
    let says = |state: &ReviewState| agents.iter().find(|word| word.review.state == *state);
    if let Some(word) = says(&ReviewState::ChangesRequested) {
        return fail(format!(
            "{} asks for changes to the final head",
            word.principal.id
        ));
    }
    if has_stranger && says(&ReviewState::Approved).is_some() {
        return unknown("an author of it is nobody in the program, and may be the agent itself");
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
            format!(
                "no agent of the program with the duty `{REVIEW}` that did not write it has reviewed its final head"
            )
        }
    })
}
