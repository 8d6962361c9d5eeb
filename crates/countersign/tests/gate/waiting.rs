//! CR-8: the difference that lands was open for the wait of its class, which for low risk is 4 hours.

use crate::bodies::Request;
use crate::facts::{id, landed, patch, proposed};
use crate::records::Bytes;
use crate::world::World;
use crate::{FAIL, PASS, UNKNOWN};
use ledger::leaf::LeafKind;
use model::change::Change;

fn world() -> World {
    World::new("CR-8: in use")
}

/// The request with another difference and another head.
fn with_patch(name: &str, head: char) -> Request {
    Request::open().head(head).brings(Change {
        commit: id(head),
        patch_digest: Some(patch(name)),
        ..proposed()
    })
}

#[test]
fn the_wait_begins_when_our_log_first_holds_the_difference() {
    let open = Request::open();
    let seen = |hours: f64| world().with(1.0, &open).with(hours, &open);
    seen(5.0).open(5.0, "CR-8", PASS, "leaf 0 first showed this difference");
    seen(4.9).open(
        4.9,
        "CR-8",
        FAIL,
        "it waits until 2026-01-05T14:00:00Z, then run the gate again",
    );
    // What the forge says of its age is not asked.
    world()
        .with(40.0, &open)
        .open(40.0, "CR-8", FAIL, "it waits until");
    let untold = world().with(10.0, &open.brings_nothing());
    untold.open(10.0, "CR-8", UNKNOWN, "cannot be told");
}

#[test]
fn another_difference_restarts_the_wait() {
    let first = world().with(1.0, &Request::open());
    let more = first.clone().with(5.0, &with_patch("more", '9'));
    more.open(5.0, "CR-8", FAIL, "leaf 1 first showed this difference");
    let back = more.with(6.0, &Request::open());
    back.open(6.0, "CR-8", FAIL, "leaf 2 first showed this difference");
    let rebased = first.clone().with(5.0, &with_patch("receipts", '9'));
    rebased.open(5.0, "CR-8", PASS, "leaf 0 first showed this difference");
}

#[test]
fn a_look_that_cannot_tell_the_difference_of_the_same_head_ends_no_wait() {
    let seen = |untold: Request| {
        let first = world().with(1.0, &Request::open());
        let untold = first.with(3.0, &untold.brings_nothing());
        untold.with(5.0, &Request::open())
    };
    let of_it = seen(Request::open());
    of_it.open(5.0, "CR-8", PASS, "leaf 0 first showed this difference");
    let other = seen(Request::open().head('f'));
    other.open(5.0, "CR-8", FAIL, "leaf 2 first showed this difference");
    let nothing = world().with(1.0, &Request::open().brings_nothing());
    let nothing = nothing.with(5.0, &Request::open());
    nothing.open(5.0, "CR-8", FAIL, "leaf 1 first showed this difference");
}

#[test]
fn a_record_that_cannot_be_read_may_have_shown_another() {
    let bytes = Bytes(LeafKind::Forge, b"{}\n".to_vec());
    let world = world().with(1.0, &Request::open()).with(2.0, &bytes);
    let world = world.with(5.0, &Request::open());
    world.open(5.0, "CR-8", FAIL, "leaf 2 first showed this difference");
}

#[test]
fn a_clock_that_is_set_back_makes_no_wait() {
    // The second leaf claims an hour before the first, and the gate one before both.
    let world = world()
        .with(5.0, &Request::open())
        .with(1.0, &Request::open());
    world.open(6.0, "CR-8", FAIL, "it waits until 2026-01-05T18:00:00Z");
    world.open(4.0, "CR-8", FAIL, "it waits until");
    world.open(9.0, "CR-8", UNKNOWN, "was read 4.0 h ago");
}

#[test]
fn what_landed_had_waited() {
    let check = |seen: f64, merged: f64, expected, words| {
        let world = world().with(seen, &Request::open());
        let world = world.with(31.0, &Request::open().merged_at(merged));
        world.landed(&landed(), "CR-8", expected, words);
    };
    check(
        1.0,
        30.0,
        PASS,
        "leaf 0 showed what landed 29.0 h before the forge merged it",
    );
    check(1.0, 5.0, PASS, "4.0 h before");
    check(0.5, 3.9, FAIL, "opened 3.9 h before it was merged");
    // Nobody looked before: it may have waited, and it may not.
    check(27.0, 30.0, UNKNOWN, "git does not show");
    let unseen = world().with(31.0, &Request::open().merged());
    unseen.landed(&landed(), "CR-8", UNKNOWN, "git does not show");
}

#[test]
fn another_difference_shortly_before_the_merge_is_a_miss() {
    let check = |other: f64, last: f64, expected, words| {
        let world = world().with(1.0, &Request::open());
        let world = world.with(other, &with_patch("more", '9'));
        let world = world.with(last, &Request::open());
        let world = world.with(31.0, &Request::open().merged());
        world.landed(&landed(), "CR-8", expected, words);
    };
    check(2.0, 26.0, PASS, "4.0 h before the forge merged it");
    check(
        28.0,
        29.0,
        FAIL,
        "leaf 1 still showed another difference 2.0 h before",
    );
    check(20.0, 29.0, UNKNOWN, "git does not show");
}

#[test]
fn a_difference_that_nobody_saw_open_has_no_wait() {
    let landed = Change {
        patch_digest: Some(patch("more")),
        ..landed()
    };
    let world = world().with(1.0, &Request::open());
    let world = world.with(31.0, &Request::open().merged());
    let words = "its records show other differences, and none of them what landed";
    world.landed(&landed, "CR-8", UNKNOWN, words);
}

#[test]
fn the_program_says_which_grade_a_wait_needs() {
    let parameters = "CR-8: {parameters: {minimum_grade: independent}}";
    let world = World::new(parameters).with(1.0, &Request::open());
    let world = world.with(9.0, &Request::open());
    let words = "the program asks for evidence of grade independent and this is attested";
    world.open(9.0, "CR-8", UNKNOWN, words);
}
