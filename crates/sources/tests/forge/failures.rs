//! What is refused, what fails, and who does not answer.

use super::{HEADERS, TARGET, ask, client, error, limits, pages, run};
use insta::assert_snapshot;
use sources::forge::Client;
use sources::forge::base::Base;
use sources::forge::error::ForgeError;
use sources::http::Http;
use testkit::forge::{FakeForge, Step};
use testkit::http::Ending;
use testkit::server::free_ports;

fn refused(status: u16) -> Step {
    Step::get(TARGET)
        .status(status)
        .body(r#"{"message": "Resource not accessible by personal access token\u0007"}"#)
}

#[test]
fn a_refusal_names_what_the_token_lacks() {
    let said = |step| error(run(vec![step]).0);
    assert_snapshot!(said(refused(401)), @"the forge does not accept the token: Resource not accessible by personal access token");
    assert_snapshot!(said(refused(403)), @"http://forge/repos/larkspur/shop/rulesets?… needs the permission Metadata: read: Resource not accessible by personal access token");
    let named = refused(403).header("x-accepted-github-permissions", "administration=read");
    assert_snapshot!(said(named), @"http://forge/repos/larkspur/shop/rulesets?… needs the permission administration=read: Resource not accessible by personal access token");
    let scopes = refused(404)
        .header("x-accepted-oauth-scopes", "repo")
        .header("x-accepted-github-permissions", "");
    assert_snapshot!(said(scopes), @"http://forge/repos/larkspur/shop/rulesets?… is not there, or the token lacks the permission repo: Resource not accessible by personal access token");
    assert_snapshot!(said(refused(404).body("<html>")), @"http://forge/repos/larkspur/shop/rulesets?… is not there, or the token lacks the permission Metadata: read: it gives no reason");
    assert_snapshot!(said(refused(422)), @"http://forge/repos/larkspur/shop/rulesets?… answered with status 422: Resource not accessible by personal access token");
    assert_snapshot!(said(refused(204).body("")), @"http://forge/repos/larkspur/shop/rulesets?… answered with status 204: it gives no reason");
}

#[test]
fn a_reason_is_found_wherever_a_forge_writes_it() {
    let said = |body| error(run(vec![Step::get(TARGET).status(401).body(body)]).0);
    assert_snapshot!(said(r#"{"message": "401 Unauthorized"}"#), @"the forge does not accept the token: 401 Unauthorized");
    assert_snapshot!(said(r#"{"error": "invalid_token", "error_description": "it ended"}"#), @"the forge does not accept the token: it ended");
    assert_snapshot!(said(r#"{"error": "404 Not Found"}"#), @"the forge does not accept the token: 404 Not Found");
    assert_snapshot!(said(r#"{"message": {"base": ["no"]}}"#), @"the forge does not accept the token: it gives no reason");
}

#[test]
fn a_passing_failure_is_tried_again_after_a_pause() {
    let (result, pauses) = run(vec![
        Step::get(TARGET).status(502),
        Step::get(TARGET).body("[1, 2]").ending(Ending::CutAfter(3)),
        Step::get(TARGET).body("[1]"),
    ]);
    assert_eq!(pages(&result.unwrap()), ["[1]"]);
    assert_eq!(pauses.len(), 2);
}

#[test]
fn a_failure_that_stays_is_told() {
    let failing = || Step::get(TARGET).status(503);
    let (result, pauses) = run(vec![failing(), failing(), failing()]);
    assert_snapshot!(error(result), @"http://forge/repos/larkspur/shop/rulesets?… fails with status 503");
    assert_eq!(pauses.len(), 2);
    let cut = || Step::get(TARGET).body("[1, 2]").ending(Ending::CutAfter(3));
    let (result, _) = run(vec![cut(), cut(), cut()]);
    assert_snapshot!(error(result), @"http://forge/repos/larkspur/shop/rulesets?… cannot be reached");
}

#[test]
fn nobody_there_is_unreachable() {
    let [port] = free_ports();
    let (result, pauses) = ask(&client(&format!("http://127.0.0.1:{port}")), None);
    assert!(
        matches!(result, Err(ForgeError::Unreachable(_))),
        "{result:?}"
    );
    assert_eq!(pauses.len(), 2);
}

#[test]
fn a_header_that_names_no_page_is_malformed() {
    let check = |link| error(run(vec![Step::get(TARGET).header("link", link)]).0);
    assert_snapshot!(check("{base}/a; rel=next"), @"http://forge/repos/larkspur/shop/rulesets?… did not answer as this API does: its header Link is none");
    assert_snapshot!(check("<{base}/a>; rel=next, <{base}/b>; rel=next"), @"http://forge/repos/larkspur/shop/rulesets?… did not answer as this API does: its header Link is none");
}

#[test]
fn without_a_token_no_credential_is_sent() {
    let forge = FakeForge::start(&HEADERS, vec![Step::get(TARGET)]);
    let base = Base::parse(&forge.base()).unwrap();
    let client = Client::new(Http::new().unwrap(), base, None, &HEADERS, limits());
    assert!(ask(&client, None).0.is_ok());
}

#[test]
fn an_entity_tag_that_no_header_can_hold_is_refused() {
    let client = client("http://127.0.0.1:1");
    let (result, _) = ask(&client, Some("a\nb"));
    assert!(matches!(result, Err(ForgeError::NoEntityTag)));
}
