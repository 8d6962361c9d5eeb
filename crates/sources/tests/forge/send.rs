//! What is sent to a forge: once, where a second time would do it twice.

use super::{EXPECTED, World, client, error};
use insta::assert_snapshot;
use sources::forge::Edge;
use sources::forge::base::Query;
use sources::forge::error::ForgeError;
use sources::forge::send::{Order, Sent, Verb};
use testkit::forge::{FakeForge, Step};
use testkit::http::Ending;

const TARGET: &str = "/repos/larkspur/shop/rulesets";
const BODY: &str = r#"{"name":"countersign"}"#;

fn send(verb: Verb, script: Vec<Step>) -> (Result<Sent, ForgeError>, Vec<u64>) {
    let forge = FakeForge::start(&EXPECTED, script);
    let world = World::new();
    let edge = Edge {
        now: &|| world.now.get(),
        sleep: &|pause| world.sleep(pause),
        random: &|| u64::MAX,
    };
    let order = Order {
        verb,
        query: Query::new(
            ["repos", "larkspur", "shop", "rulesets"],
            "Administration: write",
        ),
        body: BODY.as_bytes().to_vec(),
    };
    let sent = client(&forge.base()).send(&edge, &order);
    (sent, world.seconds())
}

fn post() -> Step {
    Step::of("POST", TARGET, BODY)
}

fn put() -> Step {
    Step::of("PUT", TARGET, BODY)
}

#[test]
fn what_was_done_is_answered() {
    for status in [200, 201, 202] {
        let sent = send(Verb::Post, vec![post().status(status).body("{}")])
            .0
            .unwrap();
        assert_eq!((sent.status, sent.body.as_slice()), (status, &b"{}"[..]));
    }
    let delete = Step::of("DELETE", TARGET, BODY).status(204).body("");
    assert_eq!(send(Verb::Delete, vec![delete]).0.unwrap().status, 204);
}

#[test]
fn a_limit_is_waited_for_and_then_it_is_sent_again() {
    let limited = post().status(403).header("retry-after", "7");
    let (sent, pauses) = send(Verb::Post, vec![limited, post().status(201)]);
    assert_eq!((sent.unwrap().status, pauses), (201, vec![8]));
}

#[test]
fn what_may_have_been_done_is_not_sent_twice() {
    let cut = || post().body("[1, 2]").ending(Ending::CutAfter(3));
    let (sent, pauses) = send(Verb::Post, vec![cut()]);
    assert!(matches!(sent, Err(ForgeError::Unreachable(_))), "{sent:?}");
    assert!(pauses.is_empty());
    let (sent, _) = send(Verb::Post, vec![post().status(502)]);
    assert!(
        matches!(sent, Err(ForgeError::Failing { status: 502, .. })),
        "{sent:?}"
    );
    let (sent, _) = send(Verb::PutOnce, vec![put().status(502)]);
    assert!(
        matches!(sent, Err(ForgeError::Failing { status: 502, .. })),
        "{sent:?}"
    );
    let (sent, pauses) = send(Verb::Put, vec![put().status(502), put()]);
    assert_eq!((sent.unwrap().status, pauses.len()), (200, 1));
}

#[test]
fn a_refusal_tells_every_reason() {
    let said = |step| error(send(Verb::Post, vec![step]).0);
    let body = r#"{"message": "Validation Failed", "errors": ["Name must be unique", {"message": "no"}, {"field": "head_sha", "code": "missing"}, 7]}"#;
    assert_snapshot!(said(post().status(422).body(body)), @"http://forge/repos/larkspur/shop/rulesets answered with status 422: Validation Failed: Name must be unique; no; head_sha missing");
    let body = r#"{"message": "Resource not accessible by integration"}"#;
    assert_snapshot!(said(post().status(403).body(body)), @"http://forge/repos/larkspur/shop/rulesets needs the permission Administration: write: Resource not accessible by integration");
    assert_snapshot!(said(post().status(307).header("location", "{base}/repositories/1/rulesets")), @"http://forge/repos/larkspur/shop/rulesets did not answer as this API does: it redirects, and a change is sent nowhere else");
    assert_snapshot!(said(post().status(304).body("")), @"http://forge/repos/larkspur/shop/rulesets did not answer as this API does: it says that nothing changed");
}
