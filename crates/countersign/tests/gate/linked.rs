//! CM-1: the issues that a request closes are its tickets where no line of it names one.

use crate::bodies::{Request, Said, WHOLE, issue};
use crate::facts::landed;
use crate::world::World;
use crate::{FAIL, PASS, UNKNOWN};
use countersign::forge::record::Question;
use model::outcome::Outcome;
use serde_json::json;

const HOLDS: &str = "holds every part";

/// Checks the rule on a request with this description while it is open, and after it landed unchanged.
#[track_caller]
fn check(body: &str, expected: Outcome, words: &str) {
    check_of(&Request::open().body(body), expected, words);
}

#[track_caller]
fn check_of(request: &Request, expected: Outcome, words: &str) {
    let world = World::new("CM-1: in use").with(10.0, request);
    world.open(10.0, "CM-1", expected, words);
    let world = world.with(31.0, &request.clone().merged());
    world.landed(&landed(), "CM-1", expected, words);
}

#[test]
fn a_linked_issue_is_a_ticket() {
    check("It sends receipts. Closes #5.", PASS, "ticket #5 holds");
    check("RESOLVES: larkspur/Shop#5", PASS, HOLDS);
    let address = "https://github.com/larkspur/shop/issues/5";
    check(&format!("Fixes {address}"), PASS, HOLDS);
    check(&format!("Fixes {address}#issuecomment-9"), PASS, HOLDS);
    check(&format!("Ticket: {address}"), PASS, HOLDS);
    let bare = Request::open().body("Fixes #5").ticket("Send them.");
    check_of(&bare, FAIL, "ticket #5 lacks Description");
    let question = Question::Issue { number: 5 };
    let withheld = Request::open()
        .body("Fixes #5")
        .says(question, Said::Withheld);
    check_of(
        &withheld,
        UNKNOWN,
        "ticket #5: there is no such issue, or the token may not read issues, which needs",
    );
}

#[test]
fn an_issue_of_another_place_is_unknown() {
    let nowhere = "which is in no tracker that was read";
    for place in [
        "larkspur/web#5",
        "https://github.com/larkspur/web/issues/5",
        "https://github.example/larkspur/shop/issues/5",
    ] {
        let named = format!("it names {place}, {nowhere}");
        check(&format!("Fixes {place}"), UNKNOWN, &named);
    }
}

#[test]
fn what_links_nothing_is_no_ticket() {
    let none = "names no ticket";
    check("<!-- Fixes #5 -->\nIt sends receipts.", FAIL, none);
    check("<!-- Ticket: #5 -->\nIt sends receipts.", FAIL, none);
    check("It sends receipts (#5).", FAIL, none);
    // A request is no ticket of its own.
    check("Fixes #7", UNKNOWN, "it names #7");
}

#[test]
fn one_whole_linked_issue_is_enough() {
    let second = Question::Issue { number: 6 };
    let both = |said| {
        Request::open()
            .body("Fixes #5, fixes #6")
            .says(second, said)
    };
    let lacking = || Said::Body(issue("Send them."));
    check_of(&both(lacking()), PASS, "ticket #5 holds");
    check_of(&both(Said::Withheld), PASS, "ticket #5 holds");
    let open = both(Said::Withheld).ticket("Send them.");
    check_of(&open, UNKNOWN, "ticket #6: there is no such issue, or");
    let neither = both(lacking()).ticket("Send them.");
    check_of(&neither, FAIL, "ticket #6 lacks");
}

#[test]
fn a_line_goes_before_a_link_and_a_link_before_a_mention() {
    let sixth = Question::Issue { number: 6 };
    let lacking = |body: &str| {
        Request::open()
            .body(body)
            .says(sixth, Said::Body(issue("Send them.")))
    };
    check_of(&lacking("Fixes #5\n\nTicket: #6"), FAIL, "ticket #6 lacks");
    check_of(&lacking("Fixes #6\n\nTicket: #5"), PASS, "ticket #5");
    check_of(&lacking("Fixes #6, see #5"), FAIL, "ticket #6 lacks");
    check_of(&lacking("Fixes #5, see #6"), PASS, "ticket #5");
    check_of(&lacking("It sends receipts, see #5"), PASS, "ticket #5");
}

#[test]
fn a_link_that_was_written_behind_the_merge_shows_nothing() {
    let check = |before: &str, after: &str, expected, words| {
        let [before, after] = [before, after].map(|body| Request::open().body(body));
        let world = World::new("CM-1: in use").with(10.0, &before);
        let world = world.with(31.0, &after.merged());
        world.landed(&landed(), "CM-1", expected, words);
    };
    let late = "no record shows that it did before the change landed";
    check("It sends receipts.", "Fixes #5", UNKNOWN, late);
    check("Fixes #6", "Fixes #5", UNKNOWN, late);
    check("Ticket: #6", "Fixes #5", UNKNOWN, late);
    check("Fixes #5", "It sends receipts.", FAIL, "names no ticket");
    check("Fixes #5", "Closes #5", PASS, HOLDS);
    let world = World::new("CM-1: in use");
    let unseen = world.with(31.0, &Request::open().body("Fixes #5").merged());
    unseen.landed(&landed(), "CM-1", UNKNOWN, late);
}

#[test]
fn a_linked_issue_declares_the_class_of_the_change() {
    let high = WHOLE.replace("Low", "High");
    let request = Request::open().body("Fixes #5").ticket(&high);
    let world = World::new("CM-2: in use").with(10.0, &request);
    world.open(10.0, "CM-2", FAIL, "high risk");
    // Also where a line names another.
    let sixth = Question::Issue { number: 6 };
    let request = request
        .body("Fixes #5\nTicket: #6")
        .says(sixth, Said::Body(issue(WHOLE)));
    let world = World::new("CM-2: in use").with(10.0, &request);
    world.open(10.0, "CM-2", FAIL, "high risk");
}

#[test]
fn what_a_template_hides_is_no_justification() {
    let hidden = "<!-- say in a few words why this is changed -->";
    let request = Request::open().body(hidden);
    let world = World::new("CM-2: in use").with(10.0, &request);
    world.open(10.0, "CM-2", FAIL, "no justification");
    let request = Request::open().field(
        "body",
        json!(format!("{hidden}\nIt sends a receipt for each.")),
    );
    let world = World::new("CM-2: in use").with(10.0, &request);
    world.open(10.0, "CM-2", PASS, "with its justification");
}
