//! CR-4: every change landed through a request.

use super::{Case, fail, pass, unknown};
use model::change::{Change, Landed, SignatureCheck};
use model::outcome::AssuranceGrade;
use model::report::Decision;

pub(super) fn decide(case: &Case<'_>) -> Decision {
    let change = case.change;
    match change.landed {
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
