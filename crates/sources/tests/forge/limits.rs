//! Limits: of the forge on requests, and of ours on answers.

use super::{TARGET, error, pages, run};
use insta::assert_snapshot;
use testkit::forge::Step;
use testkit::http::Ending;

const SECONDARY: &str = r#"{"message": "You have exceeded a secondary rate limit. Please wait."}"#;
/// Where the tests' clock stands, in seconds since 1970.
const NOON: i64 = 1_780_315_200;

fn limited(status: u16) -> Step {
    Step::get(TARGET).status(status).body(SECONDARY)
}

#[test]
fn a_limit_that_ends_soon_is_waited_for() {
    let reset = (NOON + 30).to_string();
    let check = |step: Step, expected: &[u64]| {
        let (result, pauses) = run(vec![step, Step::get(TARGET).body("[1]")]);
        assert_eq!(
            (pages(&result.unwrap()), pauses.as_slice()),
            (vec!["[1]".to_owned()], expected)
        );
    };
    check(limited(403).header("retry-after", "7"), &[8]);
    check(limited(429).header("retry-after", "0"), &[1]);
    check(limited(403), &[61]);
    check(limited(429).body(""), &[61]);
    let primary = || limited(403).header("x-ratelimit-remaining", "0");
    check(primary().header("x-ratelimit-reset", &reset), &[31]);
    check(primary(), &[61]);
    check(primary().header("x-ratelimit-reset", "1"), &[1]);
}

#[test]
fn a_limit_beyond_our_patience_says_when_it_ends() {
    let reset = (NOON + 3_600).to_string();
    let step = limited(403)
        .header("x-ratelimit-remaining", "0")
        .header("x-ratelimit-reset", &reset);
    let (result, pauses) = run(vec![step]);
    assert_snapshot!(error(result), @"the forge takes no more requests until 2026-06-01T13:00:00Z");
    assert!(pauses.is_empty());
    // Two waits of a minute are more than what all pauses together may be.
    let (result, pauses) = run(vec![limited(429), limited(429)]);
    assert_snapshot!(error(result), @"the forge takes no more requests until 2026-06-01T12:02:01Z");
    assert_eq!(pauses, [61]);
    // No answer makes us wait for years, nor for a time before the beginning of time.
    let (result, _) = run(vec![
        limited(429).header("retry-after", &i64::MAX.to_string()),
    ]);
    assert_snapshot!(error(result), @"the forge takes no more requests until 2026-06-02T12:00:00Z");
    let (result, pauses) = run(vec![
        limited(429).header("retry-after", "-5"),
        Step::get(TARGET),
    ]);
    assert_eq!((result.is_ok(), pauses), (true, vec![1]));
}

#[test]
fn what_came_before_a_limit_is_kept_and_not_whole() {
    let next = "<{base}/a>; rel=\"next\"";
    let (result, _) = run(vec![
        Step::get(TARGET).body("[1]").header("link", next),
        Step::get("/a").status(429).header("retry-after", "3600"),
    ]);
    let retrieval = result.unwrap();
    assert_eq!(pages(&retrieval), ["[1]"]);
    assert_snapshot!(retrieval.cut_short.unwrap(), @"the forge takes no more requests until 2026-06-01T13:00:00Z");
}

#[test]
fn a_list_has_so_many_pages() {
    let next = |page: u8| format!("<{{base}}/{page}>; rel=\"next\"");
    let (result, _) = run(vec![
        Step::get(TARGET).header("link", &next(1)),
        Step::get("/1").header("link", &next(2)),
        Step::get("/2").header("link", &next(3)),
    ]);
    let retrieval = result.unwrap();
    assert_eq!(retrieval.pages.len(), 3);
    assert_snapshot!(retrieval.cut_short.unwrap(), @"the answer has more than 3 pages");
}

#[test]
fn a_page_and_all_pages_have_so_many_bytes() {
    let page = "x".repeat(1_001);
    let (result, _) = run(vec![Step::get(TARGET).body(&page)]);
    assert_snapshot!(error(result), @"the answer has more than 1000 bytes");
    let (page, next) = ("x".repeat(900), "<{base}/a>; rel=\"next\"");
    let (result, _) = run(vec![
        Step::get(TARGET).body(&page).header("link", next),
        Step::get("/a").body(&page),
    ]);
    let retrieval = result.unwrap();
    assert_eq!(retrieval.pages.len(), 1);
    assert_snapshot!(retrieval.cut_short.unwrap(), @"the answer has more than 1500 bytes");
}

#[test]
fn a_body_without_end_ends_at_the_limit() {
    let (result, pauses) = run(vec![Step::get(TARGET).body("[1, ").ending(Ending::Endless)]);
    assert_snapshot!(error(result), @"the answer has more than 1000 bytes");
    assert!(pauses.is_empty());
}
