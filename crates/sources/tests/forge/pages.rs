//! Pages, conditions and redirections.

use super::{EXPECTED, TARGET, ask, client, error, pages, run};
use insta::assert_snapshot;
use testkit::forge::{FakeForge, Step};

fn next(target: &str) -> String {
    format!("<{{base}}{target}>; rel=\"next\", <{{base}}/last>; rel=\"last\"")
}

#[test]
fn all_pages_come_in_their_order() {
    let (result, pauses) = run(vec![
        Step::get(TARGET)
            .body("[1]")
            .header("link", &next("/repositories/7?page=2"))
            .header("etag", "\"a\""),
        Step::get("/repositories/7?page=2")
            .body("[2]")
            .header("link", &next("/repositories/7?page=3")),
        Step::get("/repositories/7?page=3").body("[3]"),
    ]);
    let retrieval = result.unwrap();
    assert_eq!(pages(&retrieval), ["[1]", "[2]", "[3]"]);
    assert!(retrieval.is_whole() && pauses.is_empty());
    // The tag is the first page's alone.
    assert_eq!((retrieval.status, retrieval.etag()), (200, None));
    assert_eq!(retrieval.at, "2026-06-01T12:00:00Z".parse().unwrap());
    assert!(retrieval.address.ends_with(TARGET), "{}", retrieval.address);
    assert!(
        retrieval.pages[1]
            .address
            .ends_with("/repositories/7?page=2")
    );
}

#[test]
fn what_is_unchanged_is_not_sent_again() {
    let forge = FakeForge::start(
        &EXPECTED,
        vec![
            Step::get(TARGET).body("[1]").header("etag", "W/\"a\""),
            Step::get(TARGET)
                .unless("W/\"a\"")
                .status(304)
                .body("")
                .header("etag", "W/\"a\""),
            Step::get(TARGET)
                .unless("W/\"a\"")
                .body("[2]")
                .header("etag", "W/\"b\""),
        ],
    );
    let client = client(&forge.base());
    let get = |unless| ask(&client, unless).0.unwrap();
    let first = get(None);
    let second = get(first.etag());
    assert!(second.is_unchanged() && second.is_whole() && second.pages.is_empty());
    let third = get(second.etag());
    assert_eq!(
        (pages(&third), third.etag()),
        (vec!["[2]".to_owned()], Some("W/\"b\""))
    );
}

#[test]
fn nothing_is_unchanged_that_nobody_asked_about() {
    let (result, _) = run(vec![Step::get(TARGET).status(304).body("")]);
    assert_snapshot!(error(result), @"http://forge/repos/larkspur/shop/rulesets?… did not answer as this API does: it says that nothing changed, and was not asked that");
}

#[test]
fn pages_in_a_circle_are_an_error() {
    let (result, _) = run(vec![
        Step::get(TARGET).header("link", &next("/a")),
        Step::get("/a").header("link", &next(TARGET)),
    ]);
    assert_snapshot!(error(result), @"http://forge/repos/larkspur/shop/rulesets?… did not answer as this API does: its pages lead back to it");
}

#[test]
fn a_page_elsewhere_is_not_asked_for() {
    let (result, _) = run(vec![
        Step::get(TARGET).header("link", "<https://evil.example/a>; rel=\"next\""),
    ]);
    assert_snapshot!(error(result), @"http://forge/repos/larkspur/shop/rulesets?… leads to https://evil.example/a, which is not below the address of the API");
}

#[test]
fn a_renamed_repository_is_followed() {
    let (result, _) = run(vec![
        Step::get(TARGET)
            .status(301)
            .header("location", "{base}/repositories/7/rulesets"),
        Step::get("/repositories/7/rulesets").body("[1]"),
    ]);
    let retrieval = result.unwrap();
    assert!(retrieval.address.ends_with(TARGET));
    assert!(
        retrieval.pages[0]
            .address
            .ends_with("/repositories/7/rulesets")
    );
}

#[test]
fn a_redirection_elsewhere_is_not_followed() {
    // The token, and the question itself, are for the forge of the program alone.
    let other = FakeForge::start(&[], vec![]);
    let (result, _) = run(vec![
        Step::get(TARGET)
            .status(302)
            .header("location", &format!("{}/a", other.base())),
    ]);
    assert_snapshot!(error(result), @"http://forge/repos/larkspur/shop/rulesets?… leads to http://forge/a, which is not below the address of the API");
}

#[test]
fn redirections_without_end_are_an_error() {
    let mut script = vec![Step::get(TARGET).status(307).header("location", "/a")];
    script.extend((0..3).map(|_| Step::get("/a").status(307).header("location", "/a")));
    assert_snapshot!(error(run(script).0), @"http://forge/a did not answer as this API does: it redirects again and again");
    let (result, _) = run(vec![Step::get(TARGET).status(301)]);
    assert_snapshot!(error(result), @"http://forge/repos/larkspur/shop/rulesets?… did not answer as this API does: it redirects to nowhere");
}
