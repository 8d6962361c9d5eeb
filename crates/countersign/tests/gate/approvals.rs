//! CM-2, `approvals`: as many people as the program asks for, none of them an author, and nobody twice.

use crate::bodies::{Request, Said, account, commit};
use crate::facts::{
    brought, id, identity, landed, patch, proposed, signed_by, signed_by_the_forge,
};
use crate::records::{Bytes, SelfReview};
use crate::world::World;
use crate::{FAIL, PASS, UNKNOWN};
use countersign::forge::record::Question;
use ledger::leaf::LeafKind;
use model::change::{Brought, Change, Landed};
use model::outcome::Outcome;
use serde_json::json;

fn world(approvals: u32) -> World {
    World::new(&format!("CM-2: {{parameters: {{approvals: {approvals}}}}}"))
}

/// Checks the rule on a request while it is open, and after it landed unchanged.
#[track_caller]
fn check_of(approvals: u32, request: &Request, expected: Outcome, words: &str) {
    let world = world(approvals).with(10.0, request);
    world.open(10.0, "CM-2", expected, words);
    let world = world.with(31.0, &request.clone().merged());
    world.landed(&landed(), "CM-2", expected, words);
}

#[track_caller]
fn check(request: Request, expected: Outcome, words: &str) {
    check_of(1, &request, expected, words);
}

#[test]
fn people_who_did_not_write_it_approve() {
    let open = Request::open;
    check(open(), FAIL, "0 of 1 people other than its author");
    check(open().approved("boreyes"), PASS, "approved by bo");
    check(open().approved("BoReyes"), PASS, "approved by bo");
    check(open().approved("noorh"), PASS, "approved by noor");
    check(open().approved("adamarsh"), FAIL, "ada wrote it");
    check(open().approved("ada-at-night"), FAIL, "ada wrote it");
    check(open().approved("scout[bot]"), FAIL, "0 of 1 people");
    check(open().approved("ferry[bot]"), FAIL, "0 of 1 people");
    check(
        open().approved("passer-by"),
        FAIL,
        "passer-by is nobody in the program",
    );
}

#[test]
fn an_objection_to_what_no_record_ties_to_what_landed_is_no_pass() {
    let check = |state: &str, expected, words| {
        let request = Request::open().body("The shop sends a receipt for each order.");
        let request = request.review("boreyes", state, 'b', 10.0).merged();
        let by_hand = Change {
            body_words: 9,
            patch_digest: None,
            signature: signed_by("ada"),
            ..landed()
        };
        let world = world(0).with(31.0, &request);
        world.landed(&by_hand, "CM-2", expected, words);
    };
    check("COMMENTED", PASS, "with its justification");
    check("CHANGES_REQUESTED", UNKNOWN, "no record of its request");
}

#[test]
fn nobody_counts_twice() {
    let bo = Request::open().approved("boreyes").approved("bo-at-night");
    check_of(2, &bo, FAIL, "1 of 2 people");
    check_of(2, &bo.clone().approved("boreyes"), FAIL, "1 of 2 people");
    check_of(2, &bo.clone().approved("adamarsh"), FAIL, "1 of 2 people");
    check_of(2, &bo.approved("noorh"), PASS, "approved by bo, noor");
}

#[test]
fn the_last_word_on_the_final_head_counts() {
    let bo = |words: &[(&str, char)]| {
        let review = |request: Request, (hours, (state, head)): (usize, &(&str, char))| {
            request.review("boreyes", state, *head, 10.0 + hours as f64)
        };
        words.iter().enumerate().fold(Request::open(), review)
    };
    let (yes, no, comment, gone) = ("APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED");
    check(bo(&[(yes, 'f')]), FAIL, "0 of 1 people");
    check(bo(&[(gone, 'b')]), FAIL, "0 of 1 people");
    check(bo(&[(yes, 'b'), (gone, 'b')]), FAIL, "0 of 1 people");
    check(bo(&[("LOOKS_FINE", 'b')]), FAIL, "0 of 1 people");
    check(bo(&[(no, 'b')]), FAIL, "bo asks for changes");
    check(bo(&[(yes, 'b'), (no, 'b')]), FAIL, "bo asks for changes");
    check(
        bo(&[(no, 'b'), (comment, 'b')]),
        FAIL,
        "bo asks for changes",
    );
    check(bo(&[(no, 'b'), (yes, 'b')]), PASS, "approved by bo");
    check(bo(&[(yes, 'b'), (comment, 'b')]), PASS, "approved by bo");
    let asks = bo(&[(yes, 'b')]).review("noorh", no, 'b', 9.0);
    check(asks, FAIL, "noor asks for changes");
    check_of(0, &bo(&[(no, 'b')]), FAIL, "bo asks for changes");
}

#[test]
fn an_approval_after_the_merge_is_none() {
    let request = Request::open();
    let late = request.clone().review("boreyes", "APPROVED", 'b', 30.5);
    let world = world(1).with(10.0, &request).with(31.0, &late.merged());
    world.landed(&landed(), "CM-2", FAIL, "0 of 1 people");
}

#[test]
fn a_rebase_that_changes_nothing_keeps_the_approval() {
    let first = Request::open().approved("boreyes");
    let moved = |name: &str| {
        let change = Change {
            commit: id('9'),
            patch_digest: Some(patch(name)),
            ..proposed()
        };
        let request = first.clone().head('9').brings(change);
        world(1).with(10.0, &first).with(11.0, &request)
    };
    moved("receipts").open(11.0, "CM-2", PASS, "approved by bo");
    moved("more").open(11.0, "CM-2", FAIL, "0 of 1 people");
}

#[test]
fn what_landed_is_what_was_approved() {
    let locally = Change {
        signature: signed_by("ada"),
        ..landed()
    };
    let request = Request::open().approved("boreyes");
    let unseen = world(1).with(31.0, &request.clone().merged());
    let words = "no record of its request shows that what landed is what was reviewed";
    unseen.landed(&locally, "CM-2", UNKNOWN, words);
    unseen.landed(
        &landed(),
        "CM-2",
        UNKNOWN,
        "may have been written since it landed",
    );
    let seen = world(1).with(10.0, &request).with(31.0, &request.merged());
    seen.landed(&locally, "CM-2", PASS, "approved by bo");
    let other = Change {
        patch_digest: Some(patch("more")),
        ..locally
    };
    seen.landed(&other, "CM-2", UNKNOWN, words);
}

#[test]
fn whoever_made_the_commits_is_an_author() {
    let by = |change: Change| Request::open().approved("boreyes").brings(change);
    let signed_by_bo = Change {
        brought: brought("ada", signed_by("bo")),
        ..proposed()
    };
    check_open(&by(signed_by_bo), FAIL, "bo wrote it");
    let committed_by_bo = Change {
        brought: brought("bo", signed_by("bo")),
        ..proposed()
    };
    check_open(&by(committed_by_bo), FAIL, "bo wrote it");
    let with_bo = Change {
        co_authors: vec![identity("bo")],
        ..proposed()
    };
    check_open(&by(with_bo), FAIL, "bo wrote it");
    let of_nobody = Change {
        authors: vec![identity("mallory")],
        ..proposed()
    };
    check_open(&by(of_nobody), UNKNOWN, "nobody in the program");
    let absent = Change {
        brought: Brought::default(),
        ..proposed()
    };
    check_open(&by(absent), UNKNOWN, "nobody in the program");
}

#[track_caller]
fn check_open(request: &Request, expected: Outcome, words: &str) {
    world(1)
        .with(10.0, request)
        .open(10.0, "CM-2", expected, words);
}

#[test]
fn whoever_opened_it_is_an_author() {
    let opened_by = |who| Request::open().approved("boreyes").field("user", who);
    check(opened_by(account("bo-at-night")), FAIL, "bo wrote it");
    check(
        opened_by(account("passer-by")),
        UNKNOWN,
        "nobody in the program",
    );
    check(opened_by(json!(null)), UNKNOWN, "nobody in the program");
}

#[test]
fn a_squash_hides_no_author() {
    let squash = Change {
        parents: vec![id('a')],
        landed: Landed::Squash,
        brought: Brought::default(),
        ..landed()
    };
    let check = |commits, count, expected, words| {
        let request = Request::open().approved("boreyes").commits(commits, count);
        let world = world(1).with(31.0, &request.merged());
        let told = Change {
            body_words: 9,
            ..squash.clone()
        };
        world.landed(&told, "CM-2", expected, words);
    };
    let (ada, bo) = (
        commit("ada", Some("adamarsh")),
        commit("bo", Some("boreyes")),
    );
    check(vec![ada.clone()], 1, PASS, "approved by bo");
    check(vec![ada.clone(), bo], 2, FAIL, "bo wrote it");
    check(vec![ada.clone()], 2, UNKNOWN, "nobody in the program");
    check(
        vec![ada, commit("mallory", None)],
        2,
        UNKNOWN,
        "nobody in the program",
    );
}

#[test]
fn whoever_answers_for_what_a_machine_wrote_does_not_approve_it() {
    let change = Change {
        authors: vec![identity("scout")],
        brought: brought("scout", signed_by_the_forge()),
        ..proposed()
    };
    let request = Request::open()
        .brings(change)
        .commits(vec![commit("scout", None)], 1);
    let request = request.field("user", account("scout[bot]"));
    let check = |login, expected, words| {
        let world = world(1).with(10.0, &request.clone().approved(login));
        let world = world.with(10.0, &SelfReview::by("bo"));
        world.open(10.0, "CM-2", expected, words);
    };
    check("boreyes", FAIL, "bo wrote it or answers for it");
    check("adamarsh", PASS, "approved by ada");
}

#[test]
fn an_approval_takes_the_duty() {
    let without = world(1).but("noor: [code review and approval]", "noor: [code authoring]");
    let request = Request::open().approved("noorh");
    without
        .with(10.0, &request)
        .open(10.0, "CM-2", FAIL, "0 of 1 people");
}

#[test]
fn reviews_that_cannot_be_read_are_unknown() {
    let open = || Request::open().approved("boreyes");
    let reviews = Question::Reviews;
    check(
        open().says(reviews, Said::Withheld),
        UNKNOWN,
        "the token may not see it",
    );
    check(
        open().says(reviews, Said::CutShort),
        UNKNOWN,
        "not all of it came",
    );
    let odd = json!([{"id": 1, "state": "APPROVED"}]);
    check(
        open().says(reviews, Said::Body(odd)),
        UNKNOWN,
        "is not what GitHub answers",
    );
    world(1).landed(&landed(), "CM-2", UNKNOWN, "no record of its request");
}

#[test]
fn an_approval_before_the_log_held_the_difference_is_of_another() {
    let early = |state| Request::open().review("boreyes", state, 'b', 9.0);
    check(early("APPROVED"), FAIL, "0 of 1 people");
    check(early("CHANGES_REQUESTED"), FAIL, "bo asks for changes");
}

#[test]
fn reviews_that_nobody_can_read_may_hold_an_objection() {
    let low = World::new("CM-2: in use");
    let open = |request: &Request| low.clone().with(10.0, request);
    open(&Request::open()).open(10.0, "CM-2", PASS, "low risk");
    let unread = Request::open().says(Question::Reviews, Said::Withheld);
    open(&unread).open(10.0, "CM-2", UNKNOWN, "low risk; reviews: the token");
}

#[test]
fn a_record_that_nobody_can_read_may_have_been_the_objection() {
    let unread = Bytes(LeafKind::Forge, b"{}\n".to_vec());
    let seen = World::new("CM-2: in use").with(10.0, &Request::open());
    let merged = Request::open().merged();
    let whole = seen.clone().with(31.0, &merged);
    whole.landed(&landed(), "CM-2", PASS, "low risk");
    let torn = seen.with(11.0, &unread).with(31.0, &merged);
    torn.landed(&landed(), "CM-2", UNKNOWN, "leaf 1, a record of the forge");
}

#[test]
fn an_objection_that_was_dismissed_stands() {
    let asks = Request::open().review("boreyes", "CHANGES_REQUESTED", 'b', 10.0);
    let dismissed = Request::open().review("boreyes", "DISMISSED", 'b', 10.0);
    let low = World::new("CM-2: in use");
    let seen = low.clone().with(10.5, &asks).with(11.0, &dismissed);
    seen.open(11.0, "CM-2", FAIL, "bo asks for changes");
    let unseen = low.clone().with(11.0, &dismissed);
    unseen.open(11.0, "CM-2", UNKNOWN, "a review by bo was dismissed");
    let approved = Request::open().review("boreyes", "APPROVED", 'b', 10.0);
    let stale = low.with(10.5, &approved).with(11.0, &dismissed);
    stale.open(11.0, "CM-2", PASS, "low risk");
}
