//! CM-1: a ticket with five parts.

use crate::bodies::{Request, Said, WHOLE, issue};
use crate::facts::landed;
use crate::world::World;
use crate::{FAIL, PASS, UNKNOWN};
use countersign::forge::record::Question;
use model::outcome::Outcome;
use serde_json::json;

/// Checks the rule on a request while it is open, and after it landed unchanged.
#[track_caller]
fn check(request: &Request, expected: Outcome, words: &str) {
    let world = World::new("CM-1: in use").with(10.0, request);
    world.open(10.0, "CM-1", expected, words);
    let world = world.with(31.0, &request.clone().merged());
    world.landed(&landed(), "CM-1", expected, words);
}

#[test]
fn every_part_is_there() {
    check(&Request::open(), PASS, "ticket #5 holds every part");
    let lacking = [
        ("The shop sends receipts.", "Description"),
        ("The law asks for them.", "Business justification"),
        ("Low", "Risk class"),
        ("Revert it.", "Rollback plan"),
        ("CI run 12", "Testing evidence"),
    ];
    for (text, part) in lacking {
        let request = Request::open().ticket(&WHOLE.replace(text, ""));
        check(&request, FAIL, &format!("ticket #5 lacks {part}"));
    }
    check(
        &Request::open().ticket("Send them."),
        FAIL,
        "lacks Description, Business",
    );
}

#[test]
fn what_a_template_left_is_no_part() {
    let instead = |text: &str| Request::open().ticket(&WHOLE.replace("Revert it.", text));
    check(
        &instead("<!--\nhow is it taken back?\n-->"),
        FAIL,
        "lacks Rollback plan",
    );
    check(&instead("_No response_"), FAIL, "lacks Rollback plan");
    check(&instead("#12 says how"), PASS, "holds every part");
}

#[test]
fn another_thing_is_no_ticket() {
    let request = Request::open().body("The shop sends a receipt for each order.");
    check(&request, FAIL, "names no ticket");
    let mut body = issue(WHOLE);
    body["pull_request"] = json!({"url": "https://api.github.com/repos/larkspur/shop/pulls/5"});
    let question = Question::Issue { number: 5 };
    let request = Request::open().says(question, Said::Body(body));
    check(&request, FAIL, "#5 is a request itself");
}

#[test]
fn what_cannot_be_read_is_unknown() {
    let question = Question::Issue { number: 5 };
    for said in [
        Said::Withheld,
        Said::CutShort,
        Said::Absent,
        Said::Body(json!([])),
    ] {
        check(
            &Request::open().says(question, said),
            UNKNOWN,
            "ticket #5: ",
        );
    }
    let elsewhere = Request::open().body("Ticket: SHOP-12\n");
    check(
        &elsewhere,
        UNKNOWN,
        "SHOP-12, which is in no tracker that was read",
    );
    let both = Request::open()
        .body("Ticket: #5\nTicket: SHOP-12\n")
        .ticket("Send them.");
    check(
        &both,
        UNKNOWN,
        "SHOP-12, which is in no tracker that was read",
    );
}

#[test]
fn what_was_written_behind_the_merge_shows_nothing() {
    let world = World::new("CM-1: in use");
    let whole = Request::open();
    let bare = whole.clone().ticket("Send them.");
    let check = |before: &Request, after: Request, expected, words| {
        let world = world.clone().with(10.0, before).with(31.0, &after.merged());
        world.landed(&landed(), "CM-1", expected, words);
    };
    check(
        &bare,
        whole.clone(),
        UNKNOWN,
        "no record shows that it did before",
    );
    check(&whole, bare, FAIL, "ticket #5 lacks");
    let unseen = world.clone().with(31.0, &whole.merged());
    unseen.landed(
        &landed(),
        "CM-1",
        UNKNOWN,
        "no record shows that it did before",
    );
}
