//! CR-7: an agent that wrote none of it reviewed the final head.

use crate::bodies::{Request, Said, account};
use crate::facts::{identity, landed, proposed};
use crate::world::World;
use crate::{FAIL, PASS, UNKNOWN};
use countersign::forge::record::Question;
use model::change::Change;
use model::outcome::Outcome;

fn world() -> World {
    World::new("CR-7: in use")
}

/// Checks the rule on a request while it is open, and after it landed unchanged.
#[track_caller]
fn check(request: &Request, expected: Outcome, words: &str) {
    let world = world().with(10.0, request);
    world.open(10.0, "CR-7", expected, words);
    let world = world.with(31.0, &request.clone().merged());
    world.landed(&landed(), "CR-7", expected, words);
}

#[test]
fn an_agent_says_what_it_found() {
    let scout = |state| Request::open().review("scout[bot]", state, 'b', 10.0);
    check(&scout("APPROVED"), PASS, "scout found nothing to change");
    check(&scout("CHANGES_REQUESTED"), FAIL, "scout asks for changes");
    // A notice that it is out of quota is a comment, too.
    check(&scout("COMMENTED"), UNKNOWN, "without an outcome");
    check(&scout("DISMISSED"), UNKNOWN, "without an outcome");
    check(&Request::open(), UNKNOWN, "no agent of the program");
    let old = Request::open().review("scout[bot]", "APPROVED", 'f', 10.0);
    check(&old, UNKNOWN, "no agent of the program");
}

#[test]
fn nobody_else_is_an_agent() {
    for login in ["boreyes", "noorh", "ferry[bot]", "another[bot]"] {
        check(
            &Request::open().approved(login),
            UNKNOWN,
            "no agent of the program",
        );
    }
    let without = world().but(
        "scout: [code review and approval]",
        "scout: [code authoring]",
    );
    let without = without.with(10.0, &Request::open().approved("scout[bot]"));
    without.open(
        10.0,
        "CR-7",
        UNKNOWN,
        "with the duty `code review and approval`",
    );
}

#[test]
fn an_agent_does_not_judge_its_own() {
    let by = |author: &str| {
        Request::open().approved("scout[bot]").brings(Change {
            authors: vec![identity(author)],
            ..proposed()
        })
    };
    let open = |request: &Request, words| {
        world()
            .with(10.0, request)
            .open(10.0, "CR-7", UNKNOWN, words);
    };
    open(&by("scout"), "no agent of the program");
    open(&by("mallory"), "may be the agent itself");
    let opened = Request::open()
        .approved("scout[bot]")
        .field("user", account("scout[bot]"));
    open(&opened, "no agent of the program");
}

#[test]
fn reviews_that_cannot_be_read_are_unknown() {
    let cut = Request::open().says(Question::Reviews, Said::CutShort);
    check(&cut, UNKNOWN, "not all of it came");
    let late = Request::open()
        .review("scout[bot]", "APPROVED", 'b', 30.5)
        .merged();
    let world = world().with(10.0, &Request::open());
    world
        .with(31.0, &late)
        .landed(&landed(), "CR-7", UNKNOWN, "no agent of the program");
}
