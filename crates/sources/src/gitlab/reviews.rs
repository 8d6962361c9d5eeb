//! What was said of which head of a merge request: GitLab's approvals name none, its versions and its own notes tell.

use jiff::Timestamp;
use model::digest::CommitId;
use model::request::words::ReviewState;
use model::request::{Comment, RequestVersion, Review};

/// What GitLab notes where somebody approves ("SystemNotes::MergeRequestsService").
const APPROVED: &str = "approved this merge request";
/// What it notes where somebody wants changes.
const WANTS_CHANGES: &str = "requested changes";

/// Returns approvals and objections, each of the head that the request had then.
///
/// An approval that was taken back, by whoever gave it or by a push, is none of these: GitLab lists those that stand. An
/// objection ends by an approval of the same account, which is its last word, or with the head that it is about.
pub fn reviews(
    approvals: Vec<Review>,
    notes: &[Comment],
    versions: &[RequestVersion],
) -> Vec<Review> {
    let objections = notes.iter().filter(|note| note.body == WANTS_CHANGES);
    let objections = objections.map(|note| Review {
        id: note.id,
        account: note.account.clone(),
        state: ReviewState::ChangesRequested,
        commit: head_at(note.created_at, versions),
        submitted_at: Some(note.created_at),
    });
    let approvals = approvals.into_iter().map(|review| {
        let at = review.submitted_at.or_else(|| noted(&review, notes));
        Review {
            commit: at.and_then(|at| head_at(at, versions)),
            submitted_at: at,
            ..review
        }
    });
    approvals.chain(objections).collect()
}

/// Returns when an approval was noted last: older servers do not say it beside the approval.
fn noted(review: &Review, notes: &[Comment]) -> Option<Timestamp> {
    let account = review.account.as_ref()?.id;
    let is_it = |note: &&Comment| {
        note.body == APPROVED && note.account.as_ref().is_some_and(|it| it.id == account)
    };
    notes.iter().filter(is_it).map(|note| note.created_at).max()
}

/// Returns the head that a request had at a moment.
fn head_at(at: Timestamp, versions: &[RequestVersion]) -> Option<CommitId> {
    let before = versions.iter().filter(|version| version.created_at <= at);
    let last = before.max_by_key(|version| (version.created_at, version.id))?;
    Some(last.head.clone())
}

#[cfg(test)]
mod tests {
    use super::{APPROVED, WANTS_CHANGES, reviews};
    use jiff::Timestamp;
    use model::digest::CommitId;
    use model::request::words::{AccountKind, ReviewState};
    use model::request::{Account, Comment, RequestVersion, Review};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn id(digit: char) -> CommitId {
        digit.to_string().repeat(40).parse().unwrap()
    }

    fn account(id: u64) -> Option<Account> {
        let login = format!("account-{id}");
        let kind = AccountKind::Unstated;
        Some(Account { id, login, kind })
    }

    fn note(of: u64, body: &str, second: i64) -> Comment {
        Comment {
            id: second.unsigned_abs(),
            account: account(of),
            app: None,
            created_at: at(second),
            updated_at: at(second),
            body: body.to_owned(),
        }
    }

    fn approval(of: u64, second: Option<i64>) -> Review {
        Review {
            id: of,
            account: account(of),
            state: ReviewState::Approved,
            commit: None,
            submitted_at: second.map(at),
        }
    }

    fn versions() -> Vec<RequestVersion> {
        let version = |id_of, head, second| RequestVersion {
            id: id_of,
            head: id(head),
            created_at: at(second),
        };
        vec![version(2, 'b', 20), version(1, 'a', 10)]
    }

    fn heads(approvals: Vec<Review>, notes: &[Comment]) -> Vec<(ReviewState, Option<CommitId>)> {
        let found = reviews(approvals, notes, &versions());
        found.into_iter().map(|it| (it.state, it.commit)).collect()
    }

    #[test]
    fn an_approval_is_of_the_head_of_its_moment() {
        let check = |second, expected: Option<char>| {
            let expected = (ReviewState::Approved, expected.map(id));
            assert_eq!(heads(vec![approval(1, Some(second))], &[]), [expected]);
        };
        check(9, None);
        check(10, Some('a'));
        check(19, Some('a'));
        check(20, Some('b'));
        check(90, Some('b'));
    }

    #[test]
    fn an_approval_without_a_moment_has_that_of_its_last_note() {
        let notes = [
            note(1, APPROVED, 12),
            note(1, APPROVED, 15),
            note(2, APPROVED, 25),
            note(1, "approved this merge request.", 30),
        ];
        let approved = |commit| (ReviewState::Approved, commit);
        assert_eq!(
            heads(vec![approval(1, None)], &notes),
            [approved(Some(id('a')))]
        );
        assert_eq!(heads(vec![approval(3, None)], &notes), [approved(None)]);
    }

    #[test]
    fn an_objection_is_what_gitlab_notes_as_one() {
        let notes = [
            note(1, WANTS_CHANGES, 21),
            note(1, "requested changes!", 22),
        ];
        let objection = (ReviewState::ChangesRequested, Some(id('b')));
        assert_eq!(heads(vec![], &notes), [objection]);
        // A note of an approval that no longer stands is none.
        assert_eq!(heads(vec![], &[note(1, APPROVED, 21)]), []);
    }
}
