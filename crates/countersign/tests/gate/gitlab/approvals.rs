//! CM-1 and CM-2 from what GitLab shows of approvals and issues.

use super::bodies::Merge;
use super::world;
use crate::bodies::Said;
use crate::facts::landed;
use crate::{FAIL, PASS, UNKNOWN};
use countersign::forge::record::Question;
use model::outcome::Outcome;
use serde_json::json;

/// Checks who approved it, where one person must.
#[track_caller]
fn check(request: &Merge, expected: Outcome, words: &str) {
    let controls = "CM-2: {parameters: {approvals: 1}}";
    let world = world(controls).with(0.0, request);
    world
        .clone()
        .with(20.0, request)
        .open(20.5, "CM-2", expected, words);
    let merged = request.clone().merged();
    world
        .with(31.0, &merged)
        .landed(&landed(), "CM-2", expected, words);
}

#[test]
fn an_approval_is_of_the_head_that_was_there() {
    let open = Merge::open;
    check(&open().approved("boreyes", 10.0), PASS, "approved by bo");
    check(&open(), FAIL, "0 of 1 people other than its author");
    check(
        &open().approved("adamarsh", 10.0),
        FAIL,
        "ada wrote it or answers for it",
    );
    check(
        &open().approved("mallory", 10.0),
        FAIL,
        "mallory is nobody in the program",
    );
    check(&open().approved("scout[bot]", 10.0), FAIL, "0 of 1 people");
    // Another head was there when bo approved.
    let pushed = open()
        .says(Question::Versions, versions())
        .approved("boreyes", 10.0);
    check(&pushed, FAIL, "0 of 1 people");
}

/// The head came at hour 12, and another was there before.
fn versions() -> Said {
    use crate::{facts::id, world::at};
    let version = |number: u64, head, hours| json!({"id": number, "head_commit_sha": id(head).to_string(), "created_at": at(hours)});
    Said::Body(json!([version(2, 'b', 12.0), version(1, 'd', 0.0)]))
}

#[test]
fn an_objection_stands_until_its_author_approves() {
    let objects = || {
        Merge::open()
            .approved("noorh", 9.0)
            .noted("boreyes", "requested changes", 10.0)
    };
    check(&objects(), FAIL, "bo asks for changes to the final head");
    check(&objects().approved("boreyes", 11.0), PASS, "approved by bo");
    // An approval that was taken back is not in the list, whatever was noted.
    let noted = Merge::open().noted("boreyes", "approved this merge request", 10.0);
    check(&noted, FAIL, "0 of 1 people");
}

#[test]
fn what_nobody_can_read_approves_nothing() {
    for question in [Question::Reviews, Question::Comments, Question::Versions] {
        let request = Merge::open().approved("boreyes", 10.0);
        let request = request.says(question, Said::Withheld);
        check(&request, UNKNOWN, "the token may not see it");
    }
}

#[test]
fn a_ticket_is_an_issue_of_the_project() {
    let check = |request: &Merge, expected, words| {
        let world = world("CM-1: in use").with(10.0, request);
        world.open(10.5, "CM-1", expected, words);
    };
    check(&Merge::open(), PASS, "ticket #5 holds every part");
    let silent = Merge::open().field("description", json!("No reason."));
    check(&silent, FAIL, "the request names no ticket");
    let question = Question::Issue { number: 5 };
    let hidden = Merge::open().says(question, Said::Withheld);
    check(
        &hidden,
        UNKNOWN,
        "there is no such issue, or the token may not read issues",
    );
    // Issue 7 is another thing than request 7.
    let seventh = Merge::open().field("description", json!("Ticket: #7"));
    check(&seventh, UNKNOWN, "it was not asked");
}

#[test]
fn an_issue_that_it_closes_is_a_ticket() {
    let closes = |linked| {
        Merge::open()
            .field("description", json!("The shop sends receipts."))
            .says(Question::ClosesIssues, linked)
    };
    let own = |number: u64| json!({"id": 500 + number, "iid": number, "project_id": 3});
    let check = |request: &Merge, expected, words: &str| {
        let world = world("CM-1: in use").with(10.0, request);
        world.open(10.0, "CM-1", expected, words);
        let world = world.with(31.0, &request.clone().merged());
        world.landed(&landed(), "CM-1", expected, words);
    };
    let linked = closes(Said::Body(json!([own(5)])));
    check(&linked, PASS, "ticket #5 holds every part");
    let lacking = json!({
        "iid": 5, "title": "Receipts", "description": "Send them.", "state": "opened", "author": null, "labels": [],
        "created_at": "2026-01-02T10:00:00Z", "updated_at": "2026-01-02T10:00:00Z", "closed_at": null,
    });
    let fifth = Question::Issue { number: 5 };
    let lacking = linked.clone().says(fifth, Said::Body(lacking));
    check(&lacking, FAIL, "ticket #5 lacks Description");
    check(&closes(Said::Body(json!([]))), FAIL, "names no ticket");
    // Nobody knows what it closes.
    for said in [Said::Withheld, Said::CutShort, Said::Body(json!({}))] {
        check(&closes(said), UNKNOWN, "the issues that it closes: ");
    }
    let elsewhere = json!([{"id": 9, "iid": 5, "project_id": 4}]);
    let words = "it names #5 of project 4, which is in no tracker that was read";
    check(&closes(Said::Body(elsewhere)), UNKNOWN, words);
    let tracker = json!([{"id": "SHOP-12", "title": "Receipts"}]);
    check(&closes(Said::Body(tracker)), UNKNOWN, "it names SHOP-12");
    // A line goes before what it closes, known or not.
    let named = |linked| closes(linked).field("description", json!("Ticket: larkspur/shop#5"));
    check(&named(Said::Withheld), PASS, "holds every part");
    let address = "Ticket: https://gitlab.com/larkspur/shop/-/issues/5";
    let named = named(Said::Body(json!([own(6)]))).field("description", json!(address));
    check(&named, PASS, "holds every part");
}

#[test]
fn an_issue_that_it_closes_since_it_landed_shows_nothing() {
    let own = Said::Body(json!([{"id": 505, "iid": 5, "project_id": 3}]));
    let bare = Merge::open().field("description", json!("The shop sends receipts."));
    let linked = bare.clone().says(Question::ClosesIssues, own).merged();
    let world = world("CM-1: in use").with(10.0, &bare).with(31.0, &linked);
    let late = "no record shows that it did before the change landed";
    world.landed(&landed(), "CM-1", UNKNOWN, late);
}
