//! CM-1: a ticket with five parts.

use crate::bodies::{Request, Said, WHOLE, issue};
use crate::facts::{id, landed};
use crate::gitlab::bodies::Merge;
use crate::world::{World, at};
use crate::{FAIL, PASS, UNKNOWN};
use countersign::forge::record::{FileAt, FileSeen, Question};
use model::outcome::Outcome;
use serde_json::{Value, json};

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
fn what_stands_for_nothing_said_yet_is_no_part() {
    for nothing in ["TBD", "- TODO", "n/a", "N/A.", "-", "?", "..."] {
        let request = Request::open().ticket(&WHOLE.replace("Revert it.", nothing));
        check(&request, FAIL, "lacks Rollback plan");
    }
    let nothing = WHOLE.replace("Revert it.", "TODO: revert it by hand");
    check(&Request::open().ticket(&nothing), PASS, "holds every part");
}

/// A ticket that was closed this many hours after the request was opened.
fn closed(closed_at: Option<f64>) -> Value {
    let mut closed = issue(WHOLE);
    closed["state"] = json!("closed");
    closed["closed_at"] = json!(closed_at.map(at));
    closed
}

#[test]
fn a_ticket_that_was_closed_before_the_request_was_opened_is_of_another_change() {
    let question = Question::Issue { number: 5 };
    let of = |body: Value| Request::open().says(question, Said::Body(body));
    check(
        &of(closed(Some(-2.0))),
        FAIL,
        "ticket #5 was closed 2026-01-05T07:00:00Z, before the request was opened 2026-01-05T09:00:00Z",
    );
    // It may have been closed for this very change.
    check(&of(closed(Some(1.0))), PASS, "ticket #5 holds every part");
    let words = "ticket #5 is closed, and nobody says since when";
    check(&of(closed(None)), UNKNOWN, words);
    let mut reopened = closed(Some(-2.0));
    reopened["state"] = json!("open");
    check(&of(reopened), PASS, "ticket #5 holds every part");
    let mut untold = issue(WHOLE);
    untold.as_object_mut().unwrap().remove("state");
    check(&of(untold), UNKNOWN, "ticket #5: ");
}

#[test]
fn an_issue_of_gitlab_that_was_closed_before_is_no_ticket() {
    let of = |closed_at: Value| {
        let mut issue = json!({
            "iid": 5, "title": "Receipts", "description": WHOLE, "state": "closed", "author": null,
            "labels": [], "created_at": at(-9.0), "updated_at": at(-1.0),
        });
        issue["closed_at"] = closed_at;
        let request = Merge::open().says(Question::Issue { number: 5 }, Said::Body(issue));
        crate::gitlab::world("CM-1: in use").with(10.0, &request)
    };
    of(json!(at(-2.0))).open(10.0, "CM-1", FAIL, "ticket #5 was closed 2026");
    of(json!(at(2.0))).open(10.0, "CM-1", PASS, "ticket #5 holds every part");
    of(Value::Null).open(10.0, "CM-1", UNKNOWN, "nobody says since when");
}

#[test]
fn an_issue_that_the_forge_does_not_show_may_be_there() {
    let absent = Request::open().says(Question::Issue { number: 5 }, Said::Absent);
    let words = "ticket #5: there is no such issue, or the token may not read issues";
    check(&absent, UNKNOWN, words);
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

/// A ticket in the repository itself.
const FILE: &str = "docs/tickets/0042.md";

fn file(seen: FileSeen) -> Request {
    Request::open().ticket_file(FILE, seen)
}

fn text(text: &str) -> FileSeen {
    FileSeen::Text(text.to_owned())
}

#[test]
fn a_file_of_the_repository_is_a_ticket() {
    check(
        &file(text(WHOLE)),
        PASS,
        "ticket docs/tickets/0042.md holds every part",
    );
    let lacking = WHOLE.replace("Revert it.", "<!-- how is it taken back? -->");
    let words = "ticket docs/tickets/0042.md lacks Rollback plan";
    check(&file(text(&lacking)), FAIL, words);
    let none = FileSeen::None("is a symbolic link, and no file".to_owned());
    let words = "docs/tickets/0042.md is a symbolic link";
    check(&file(none), FAIL, words);
    let unknown = FileSeen::Unknown("its byte at offset 4 is not UTF-8".to_owned());
    let words = "ticket docs/tickets/0042.md: its byte at offset 4";
    check(&file(unknown), UNKNOWN, words);
    // One whole ticket is enough, wherever it lies.
    let both = file(text("Send them.")).body(&format!("Ticket: #5\nTicket: {FILE}\n"));
    check(&both, PASS, "ticket #5 holds every part");
    let address = Request::open().body("Ticket: https://tracker.example/0042.md\n");
    check(&address, UNKNOWN, "which is in no tracker that was read");
}

#[test]
fn a_file_that_was_read_in_other_content_shows_nothing() {
    let elsewhere = file(text(WHOLE)).edited(|kept| {
        kept.record.files[0].at = FileAt::Commit(id('9'));
    });
    let words = "it was not read in the content that is judged";
    check(&elsewhere, UNKNOWN, words);
    check(
        &file(text(WHOLE)).edited(|kept| kept.record.files.clear()),
        UNKNOWN,
        words,
    );
}

#[test]
fn a_file_that_was_named_or_whole_only_behind_the_merge_shows_nothing() {
    let world = World::new("CM-1: in use");
    let whole = file(text(WHOLE));
    let check = |before: &Request, after: &Request, expected, words| {
        let after = after.clone().merged();
        let world = world.clone().with(10.0, before).with(31.0, &after);
        world.landed(&landed(), "CM-1", expected, words);
    };
    let unshown = "no record shows that it did before";
    check(&file(text("Send them.")), &whole, UNKNOWN, unshown);
    let unnamed = Request::open().body("The shop sends a receipt for each order.");
    check(&unnamed, &whole, UNKNOWN, unshown);
    let gone = file(FileSeen::None("is not there".to_owned()));
    check(&whole, &gone, FAIL, "docs/tickets/0042.md is not there");
}
