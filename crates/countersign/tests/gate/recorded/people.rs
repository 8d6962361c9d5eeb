//! Reviews, comments, commits and descriptions.

use super::{bodies, nodes};
use crate::bodies::{Request, Said, account, commit};
use crate::facts::{brought, id, identity, proposed, signed_by};
use crate::world::{World, at};
use crate::{FAIL, PASS, UNKNOWN};
use countersign::forge::record::Question;
use model::change::Change;
use serde_json::{Value, json};

/// The company with accounts of policy-bot's responses in the place of its own.
fn world(controls: &str, accounts: [(&str, &str); 2]) -> World {
    let world = World::new(controls);
    let called = |world: World, (ours, theirs): (&str, &str)| {
        let theirs = format!("\"github:{theirs}\"");
        world.but(&format!("\"github:{ours}\""), &theirs)
    };
    accounts.into_iter().fold(world, called)
}

/// Returns request 7 with these reviews of its head, in their order.
fn reviewed(nodes: &[Value]) -> Request {
    let mut request = Request::open();
    for (node, number) in nodes.iter().zip(1_u32..) {
        request = request.reviewed(json!({
            "id": number, "user": account(node["author"]["login"].as_str().unwrap()),
            "state": node["state"], "body": node["body"], "commit_id": id('b').to_string(),
            "submitted_at": at(10.0 + f64::from(number) / 100.0),
        }));
    }
    request
}

const ONE: &str = "CM-2: {parameters: {approvals: 1}}";

/// mhaypenny asked for changes, then bkeyes approved and jgiannuzzi commented; two lists hold the same.
#[test]
fn reviews_of_policy_bot() {
    for name in ["pull_reviews", "pull_comments", "pull_reviews_comments"] {
        let Some(nodes) = nodes(name, "reviews") else {
            return;
        };
        let states: Vec<&str> = nodes.iter().filter_map(|it| it["state"].as_str()).collect();
        assert_eq!(
            states,
            ["CHANGES_REQUESTED", "APPROVED", "COMMENTED"],
            "{name}"
        );
        let request = reviewed(&nodes);
        let check = |accounts, expected, words| {
            let world = world(ONE, accounts).with(10.0, &request);
            world.open(10.5, "CM-2", expected, words);
        };
        let approves = ("boreyes", "bkeyes");
        check([approves, ("noorh", "nobody")], PASS, "approved by bo");
        check(
            [approves, ("noorh", "mhaypenny")],
            FAIL,
            "noor asks for changes",
        );
        // Nobody knows then who wrote it.
        check(
            [approves, ("adamarsh", "another")],
            UNKNOWN,
            "an author of it is nobody in the program",
        );
        // Who wrote it approves nothing, and who only commented neither.
        check(
            [("ada-at-night", "bkeyes"), ("noorh", "x")],
            FAIL,
            "ada wrote it",
        );
        check(
            [("boreyes", "jgiannuzzi"), ("noorh", "x")],
            FAIL,
            "0 of 1 people",
        );
    }
    let none = nodes("pull_no_reviews", "reviews").unwrap();
    let world = World::new(ONE).with(10.0, &reviewed(&none));
    world.open(10.5, "CM-2", FAIL, "0 of 1 people");
    // GraphQL's own form is no answer of the REST API.
    let page = bodies("pull_reviews").unwrap().remove(0);
    let request = Request::open().says(Question::Reviews, Said::Body(page));
    let world = World::new(ONE).with(10.0, &request);
    world.open(10.5, "CM-2", UNKNOWN, "reviews: ");
}

/// An agent that approved found nothing; a comment of one, and a thumb of a person, are no reviews.
#[test]
fn comments_of_policy_bot() {
    let Some(nodes_of_reviews) = nodes("pull_reviews", "reviews") else {
        return;
    };
    let request = reviewed(&nodes_of_reviews);
    let check = |accounts, expected, words| {
        let world = world("CR-7: in use", accounts).with(10.0, &request);
        world.open(10.5, "CR-7", expected, words);
    };
    let agent = |login| [("scout[bot]", login), ("noorh", "x")];
    check(agent("bkeyes"), PASS, "scout found nothing to change");
    check(agent("mhaypenny"), FAIL, "scout asks for changes");
    check(agent("jgiannuzzi"), UNKNOWN, "without an outcome");
    for name in ["pull_comments", "pull_reviews_comments", "pull_no_comments"] {
        let nodes = nodes(name, "comments").unwrap();
        let one = |(node, number): (&Value, u64)| {
            json!({
                "id": number, "user": account(node["author"]["login"].as_str().unwrap()), "body": node["body"],
                "created_at": at(10.0), "updated_at": at(10.0),
            })
        };
        let comments: Vec<Value> = nodes.iter().zip(1..).map(one).collect();
        let said = Said::Body(json!(comments));
        let request = Request::open().says(Question::Comments, said);
        let rules = format!("CR-7: in use, {ONE}");
        let accounts = [("scout[bot]", "bulldozer"), ("boreyes", "bkeyes")];
        let world = world(&rules, accounts).with(10.0, &request);
        world.open(10.5, "CR-7", UNKNOWN, "no agent of the program");
        world.open(10.5, "CM-2", FAIL, "0 of 1 people");
    }
}

/// mhaypenny wrote two commits and ttest one: neither approves the request, and another may.
#[test]
fn commits_of_policy_bot() {
    let Some(nodes) = nodes("pull_commits", "commits") else {
        return;
    };
    let author = |node: &Value| {
        let login = node.pointer("/commit/author/user/login").unwrap();
        login.as_str().unwrap().to_owned()
    };
    let authors: Vec<String> = nodes.iter().map(author).collect();
    assert_eq!(authors, ["mhaypenny", "mhaypenny", "ttest"]);
    let person = |login: &str| if login == "ttest" { "bo" } else { "ada" };
    let commits = authors
        .iter()
        .map(|login| commit(person(login), Some(login)));
    let request = Request::open().commits(commits.collect(), 3);
    let request = request.field("user", account("mhaypenny"));
    let brings = Change {
        authors: vec![identity("ada"), identity("bo")],
        brought: brought("ada", signed_by("ada")),
        ..proposed()
    };
    let request = request.brings(brings);
    let accounts = [("adamarsh", "mhaypenny"), ("boreyes", "ttest")];
    let check = |request: Request, expected, words| {
        let world = world(ONE, accounts).with(10.0, &request);
        world.open(10.5, "CM-2", expected, words);
    };
    check(request.clone().approved("ttest"), FAIL, "bo wrote it");
    check(request.clone().approved("mhaypenny"), FAIL, "ada wrote it");
    check(request.approved("noorh"), PASS, "approved by noor");
}

/// One word for a bot names no ticket, and is a justification as far as a machine can tell.
#[test]
fn a_description_of_policy_bot() {
    let Some(pages) = bodies("pull_body") else {
        return;
    };
    let said = &pages[0]["data"]["repository"]["pullRequest"];
    assert_eq!(said["body"], "/no-platform");
    let request = Request::open().body("/no-platform");
    let author = account(said["author"]["login"].as_str().unwrap());
    let request = request.field("user", author);
    let world = World::new("CM-1: in use, CR-4: in use").with(10.0, &request);
    world.open(10.0, "CM-1", FAIL, "names no ticket");
    world.open(10.0, "CR-4", PASS, "request 7 is open");
}
