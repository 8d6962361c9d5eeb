//! What the gate answers as a whole, and on what it rests.

use crate::bodies::Request;
use crate::facts::{id, landed, patch, proposed};
use crate::guards::Guards;
use crate::records::{Report, SelfReview};
use crate::world::{ALL, World};
use crate::{FAIL, PASS, UNKNOWN};
use gates::rules::DECIDED;
use model::change::Change;
use model::outcome::Outcome;
use model::program::ControlId;

/// Everything that a change of low risk needs: leaves 0 to 5.
fn world() -> World {
    World::new(ALL)
        .with(1.0, &request())
        .with(6.0, &SelfReview::by("ada"))
        .with(6.0, &Report::tests(0))
        .with(6.0, &Report::coverage(1))
        .with(6.0, &Guards::good())
        .with(6.0, &request())
}

fn request() -> Request {
    Request::open().review("scout[bot]", "APPROVED", 'b', 1.0)
}

#[test]
fn a_request_that_keeps_every_rule_passes() {
    let answer = world().answer(6.0).unwrap();
    assert_eq!(answer.outcome, PASS, "{:#?}", answer.rules);
    let decided: Vec<&str> = answer
        .rules
        .keys()
        .map(|control| control.0.as_str())
        .collect();
    assert_eq!(decided.len(), DECIDED.len(), "{decided:?}");
    assert_eq!(answer.head, id('b'));
    assert_eq!(answer.patch_digest, Some(patch("receipts")));
    assert_eq!(answer.merged_tree, Some(id('e')));
    assert_eq!(answer.first_seen.map(|seen| seen.leaf), Some(0));
    assert_eq!(answer.evidence, (0..6).collect());
}

/// Checks which rules do not pass with another last record, and the whole answer.
#[track_caller]
fn check(world: &World, expected: Outcome, rules: &[&str]) {
    let answer = world.answer(6.5).unwrap();
    assert_eq!(answer.outcome, expected);
    let not_passed = answer.rules.iter().filter(|(_, it)| it.outcome != PASS);
    let not_passed: Vec<&str> = not_passed.map(|(control, _)| control.0.as_str()).collect();
    assert_eq!(not_passed, rules);
}

#[test]
fn each_rule_blocks_alone() {
    let now = |request: &Request| world().with(6.5, request);
    check(&now(&request()), PASS, &[]);
    check(&now(&request().ticket("Send them.")), FAIL, &["CM-1"]);
    check(&now(&request().body("Ticket: #5\n")), FAIL, &["CM-2"]);
    check(&now(&request().unchecked()), UNKNOWN, &["CR-3"]);
    check(
        &now(&request().field("draft", true.into())),
        FAIL,
        &["CR-4"],
    );
    check(&now(&Request::open()), UNKNOWN, &["CR-7"]);
    check(
        &world().with(6.5, &Guards::good().without("pull_request")),
        FAIL,
        &["CR-1"],
    );
    check(
        &world().with(6.5, &Guards::good().without("deletion")),
        FAIL,
        &["CR-2"],
    );
    check(&world().with(6.5, &Report::tests(1)), FAIL, &["CR-5"]);
    check(&world().with(6.5, &Report::coverage(0)), FAIL, &["CR-6"]);
    check(
        &world().with(6.5, &SelfReview::by("ada").denied()),
        FAIL,
        &["CR-9"],
    );
    let more = Change {
        patch_digest: Some(patch("more")),
        ..proposed()
    };
    check(
        &now(&request().brings(more)),
        FAIL,
        &["CR-7", "CR-8", "CR-9"],
    );
}

#[test]
fn nothing_is_decided_on_nothing() {
    assert_eq!(World::new(ALL).answer(6.0), None);
    let off = World::new("").with(6.0, &request());
    let answer = off.answer(6.0).unwrap();
    assert_eq!((answer.outcome, answer.rules.len()), (UNKNOWN, 0));
    let untold = world().with(6.5, &request().brings_nothing());
    let answer = untold.answer(6.5).unwrap();
    let all_unknown = answer.rules.values().all(|it| it.outcome == UNKNOWN);
    assert!(all_unknown && answer.rules.len() == DECIDED.len());
    assert_eq!(answer.outcome, UNKNOWN);
}

#[test]
fn without_a_forge_what_only_a_forge_shows_is_not_decided() {
    let rows = World::new(ALL).rows(&[landed()]);
    for control in ["CM-1", "CR-1", "CR-2", "CR-3", "CR-7", "CR-9"] {
        assert!(!rows[0].decisions.contains_key(&ControlId(control.into())));
    }
}
