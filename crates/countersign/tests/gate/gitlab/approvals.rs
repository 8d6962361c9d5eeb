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
    check(&hidden, UNKNOWN, "the token may not see it");
    // Issue 7 is another thing than request 7.
    let seventh = Merge::open().field("description", json!("Ticket: #7"));
    check(&seventh, UNKNOWN, "it was not asked");
}
