//! CR-4: every change landed through a request, as the forge tells it.

use crate::bodies::{Request, Said};
use crate::facts::{id, landed, patch, proposed, push};
use crate::lists::List;
use crate::world::World;
use crate::{FAIL, PASS, UNKNOWN};
use model::change::{Change, Landed, Signature};
use model::outcome::Outcome;
use model::program::ControlId;
use serde_json::json;

fn world() -> World {
    World::new("CR-4: in use")
}

#[test]
fn an_open_request_is_open() {
    let check = |request: &Request, expected, words| {
        world()
            .with(10.0, request)
            .open(10.0, "CR-4", expected, words);
    };
    let open = Request::open;
    check(&open(), PASS, "request 7 is open to main");
    check(
        &open().field("draft", json!(true)),
        FAIL,
        "request 7 is a draft",
    );
    check(&open().field("state", json!("closed")), FAIL, "is not open");
    check(
        &open().field("state", json!("resting")),
        FAIL,
        "is not open",
    );
    check(&open().brings_nothing(), UNKNOWN, "cannot be told");
    assert_eq!(world().with(10.0, &open().base("next")).answer(10.0), None);
    world()
        .with(10.0, &open())
        .open(11.1, "CR-4", UNKNOWN, "was read 1.1 h ago, at leaf 0");
}

#[test]
fn what_the_forge_says_of_what_landed() {
    let merged = world().with(31.0, &Request::open().merged());
    merged.landed(&landed(), "CR-4", PASS, "request 7 landed as it");
    let listed = |list: List| world().observed(31.0).with(31.0, &list);
    listed(List::new().merged(7, 'c', "main")).landed(
        &landed(),
        "CR-4",
        PASS,
        "request 7 landed as it",
    );
    listed(List::new()).landed(
        &push(),
        "CR-4",
        FAIL,
        "a push: no request of the forge's whole list, leaf 1",
    );
    listed(List::new()).landed(&landed(), "CR-4", FAIL, "a push: no request");
    let both = List::new().merged(7, 'd', "main").merged(8, 'd', "main");
    listed(both).landed(&push(), "CR-4", UNKNOWN, "git alone cannot tell");
    // GitHub takes a request for merged whose head is pushed.
    listed(List::new().merged(7, 'b', "main")).landed(
        &Change {
            commit: id('b'),
            ..push()
        },
        "CR-4",
        UNKNOWN,
        "request 7 for merged when its head or a merge of it was pushed",
    );
    // It signs each merge that it makes; those of a single parent it does not always.
    let unsigned = |parents: Vec<_>| Change {
        signature: Signature::absent(),
        parents,
        ..landed()
    };
    let words = "its head or a merge of it was pushed";
    let by_hand = unsigned(vec![id('a'), id('b')]);
    merged.landed(&by_hand, "CR-4", UNKNOWN, words);
    merged.landed(&unsigned(vec![id('a')]), "CR-4", PASS, "landed as it");
    let elsewhere = List::new().merged(7, 'd', "next");
    listed(elsewhere).landed(
        &push(),
        "CR-4",
        UNKNOWN,
        "request 7 to another branch landed as it",
    );
}

#[test]
fn a_list_that_is_not_whole_shows_no_push() {
    let listed = |said| world().observed(31.0).with(31.0, &List::new().says(said));
    let git = "git alone cannot tell";
    listed(Said::CutShort).landed(&push(), "CR-4", UNKNOWN, git);
    listed(Said::Withheld).landed(&push(), "CR-4", UNKNOWN, git);
    // Nor does it let the message of a commit stand in for it.
    let typed = Change {
        signature: Signature::absent(),
        ..landed()
    };
    let words = "its message names a request";
    listed(Said::CutShort).landed(&typed, "CR-4", UNKNOWN, words);
    let odd = Said::Body(json!([{"number": 7}]));
    listed(odd).landed(&push(), "CR-4", UNKNOWN, git);
    // Nobody saw the change on the branch before the forge was asked.
    let early = world().with(31.0, &List::new()).observed(31.0);
    early.landed(&push(), "CR-4", UNKNOWN, git);
    world().landed(&push(), "CR-4", UNKNOWN, git);
}

/// Checks what is said of three commits on the branch, the last of which request 7 names.
#[track_caller]
fn check(request: &Request, expected: [Outcome; 3]) {
    let commit = |digit, name| Change {
        commit: id(digit),
        patch_digest: Some(patch(name)),
        ..push()
    };
    let changes = [commit('1', "one"), commit('2', "two"), commit('c', "three")];
    let world = world().with(10.0, &List::new()).with(11.0, request);
    let world = world
        .with(31.0, &request.clone().merged())
        .observed(31.2)
        .with(31.5, &List::new());
    let rows = world.rows(&changes);
    let control = ControlId("CR-4".into());
    assert_eq!(
        [0, 1, 2].map(|row: usize| rows[row].decisions[&control].outcome),
        expected
    );
}

#[test]
fn a_rebased_request_lands_as_several_commits() {
    let of = |commits: u64| Request::open().field("commits", json!(commits));
    check(&of(1), [FAIL, FAIL, PASS]);
    check(&of(2), [FAIL, UNKNOWN, PASS]);
    check(&of(3), [UNKNOWN, UNKNOWN, PASS]);
    // The last of them brought all of it: it was squashed, and the others are none of it.
    let whole = Change {
        patch_digest: Some(patch("three")),
        ..proposed()
    };
    check(&of(3).brings(whole), [FAIL, FAIL, PASS]);
}

#[test]
fn a_merge_ends_a_rebased_request() {
    let merge = Change {
        landed: Landed::RequestMerge,
        ..landed()
    };
    let request = Request::open().field("commits", json!(5)).merged();
    let world = world()
        .with(31.0, &request)
        .observed(31.2)
        .with(31.5, &List::new());
    let rows = world.rows(&[push(), merge]);
    assert_eq!(rows[0].decisions[&ControlId("CR-4".into())].outcome, FAIL);
}
