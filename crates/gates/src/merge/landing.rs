//! CR-4: every change landed through a request.

use super::{Case, Landing, Moment, RequestCase, fail, pass, unknown};
use model::change::{Change, Landed, SignatureCheck};
use model::outcome::AssuranceGrade;
use model::report::Decision;
use model::request::words::RequestState;

pub(super) fn decide(case: &Case<'_>) -> Decision {
    let change = case.change;
    if let (Moment::Open { .. }, Some(request)) = (case.moment, case.request) {
        return open(&request);
    }
    match case.landing {
        Landing::Request(number) => {
            let reason = format!("the forge says that request {number} landed as it");
            return pass(reason, AssuranceGrade::Collected);
        }
        Landing::Perhaps(number) => {
            return unknown(format!(
                "it may be a commit of request {number}, which was rebased"
            ));
        }
        Landing::Pushed(number) => {
            return unknown(format!(
                "the forge took request {number} for merged when its head or a merge of it was pushed: no merge of a request"
            ));
        }
        Landing::Elsewhere(number) => {
            return unknown(format!(
                "the forge says that request {number} to another branch landed as it, not how it came to this one"
            ));
        }
        Landing::Push { list } if change.landed != Landed::Root => {
            return fail(format!(
                "a push: no request of the forge's whole list, leaf {list}, landed as it"
            ));
        }
        Landing::Push { .. } | Landing::Unknown | Landing::NotAsked => {}
    }
    match change.landed {
        // What a committer typed fills no gap in what the forge says; a merge that its own key signed does.
        Landed::RequestMerge | Landed::Squash
            if case.landing == Landing::Unknown && !signed_by_the_forge(change) =>
        {
            unknown(
                "its message names a request, and the forge's answers do not tell whether that landed as it: `countersign collect` asks again",
            )
        }
        Landed::RequestMerge | Landed::Squash => through_a_request(change),
        Landed::Root => {
            unknown("the first commit of a history has no branch to be requested against")
        }
        Landed::BranchMerge if case.rules.requests_leave_a_trace() => fail(
            "a merge that names no request, though the program says that each request leaves its number",
        ),
        Landed::NotEvidenced if case.rules.requests_leave_a_trace() => fail(
            "a commit that names no request, though the program says that each request leaves its number",
        ),
        Landed::BranchMerge => {
            unknown("a merge that names no request; the forge's own record can tell")
        }
        Landed::NotEvidenced => unknown(
            "a direct push or a rebased request: git alone cannot tell, the forge's own record can",
        ),
    }
}

fn open(request: &RequestCase<'_>) -> Decision {
    let request = &request.dossier.request;
    match (&request.state, request.is_draft) {
        (RequestState::Open, Some(true)) => fail(format!("request {} is a draft", request.number)),
        (RequestState::Open, Some(false) | None) => pass(
            format!(
                "request {} is open to {}",
                request.number, request.base.branch
            ),
            AssuranceGrade::Collected,
        ),
        (RequestState::Closed | RequestState::Other(_), _) => {
            let number = request.number;
            fail(format!(
                "request {number} is not open: open it again, or another"
            ))
        }
    }
}

fn through_a_request(change: &Change) -> Decision {
    let number = change
        .request
        .map_or_else(String::new, |number| format!(" {number}"));
    if signed_by_the_forge(change) {
        return pass(
            format!("names request{number}; the forge's own key signed the commit"),
            AssuranceGrade::Platform,
        );
    }
    pass(
        format!("names request{number}, as its committer typed it"),
        AssuranceGrade::Attested,
    )
}

/// An edit on the forge's web page is signed by the same key and carries any subject, but has one parent.
fn signed_by_the_forge(change: &Change) -> bool {
    change.landed == Landed::RequestMerge
        && change.signature.by_forge
        && change.signature.check == SignatureCheck::Valid
}
