//! Answers that are no reply: each its own case, with one clear sentence.

use serde_json::{Value, json};
use sources::http::stream::Ended;
use sources::llm::Wire;
use sources::llm::read::{Heard, MAX_RAW_BYTES, MAX_TEXT_BYTES, read};
use sources::llm::unusable::Unusable;

use crate::{BOTH, chunk, heard, openai, piece, stream};

/// Returns what is said of an answer with this status, over both wires the same.
fn status(status: u16, body: &Value) -> String {
    let body = match body {
        Value::String(text) => text.clone(),
        body => body.to_string(),
    };
    let answer = heard(status, "application/json", body.as_bytes());
    let said = BOTH.map(|wire| read(wire, &answer).unwrap_err().to_string());
    assert_eq!(said[0], said[1]);
    said[0].clone()
}

fn error(kind: &str, words: &str) -> Value {
    json!({"error": {"type": kind, "message": words, "code": null}})
}

#[test]
fn a_refusal_by_its_status() {
    let said = |code: u16, kind: &str| status(code, &error(kind, "Not now."));
    let check = |code: u16, kind: &str, expected: &str| assert_eq!(said(code, kind), expected);
    check(
        429,
        "rate_limit_error",
        "the server of the model takes no more questions for a while: Not now.",
    );
    check(
        429,
        "insufficient_quota",
        "what was paid for at the server of the model is used up: Not now.",
    );
    check(
        402,
        "billing_error",
        "what was paid for at the server of the model is used up: Not now.",
    );
    check(
        401,
        "authentication_error",
        "the server of the model does not accept the key: Not now.",
    );
    check(
        403,
        "permission_error",
        "the key may not ask this of the server of the model: Not now.",
    );
    check(
        404,
        "not_found_error",
        "the server has no such model, or its base address is another: Not now.",
    );
    check(
        413,
        "request_too_large",
        "the question is longer than the model takes: Not now.",
    );
    check(
        500,
        "api_error",
        "the server of the model fails with status 500: Not now.",
    );
    check(
        529,
        "overloaded_error",
        "the server of the model fails with status 529: Not now.",
    );
    check(
        408,
        "timeout",
        "the server of the model fails with status 408: Not now.",
    );
    check(
        400,
        "invalid_request_error",
        "the server of the model answered with status 400: Not now.",
    );
    check(
        204,
        "",
        "the server of the model answered with status 204: Not now.",
    );
    for code in [301, 302, 307, 308] {
        let expected = format!(
            "the server of the model leads elsewhere with status {code}, and is not followed"
        );
        assert_eq!(said(code, ""), expected);
    }
}

#[test]
fn a_question_that_is_too_long_or_not_paid_for_is_told_in_words() {
    let said = |words: &str| status(400, &error("invalid_request_error", words));
    for words in [
        "prompt is too long: 200102 tokens > 200000 maximum",
        "This model's maximum context length is 8192 tokens.",
    ] {
        assert_eq!(
            said(words),
            format!("the question is longer than the model takes: {words}")
        );
    }
    let coded = json!({"error": {"type": "invalid_request_error", "code": "context_length_exceeded", "message": ""}});
    assert_eq!(
        status(400, &coded),
        "the question is longer than the model takes: it gives no reason"
    );
    let words = "Your credit balance is too low to access this API.";
    assert_eq!(
        said(words),
        format!("what was paid for at the server of the model is used up: {words}")
    );
}

#[test]
fn words_of_a_server_are_escaped_and_cut() {
    let said = status(500, &json!("<html>\r\n\u{1b}[31mDown\u{202e}"));
    assert_eq!(
        said,
        "the server of the model fails with status 500: <html> \\u{1b}[31mDown\\u{202e}"
    );
    let said = status(500, &json!("x".repeat(5_000)));
    assert!(
        said.ends_with("xxx…") && said.chars().count() < 300,
        "{said}"
    );
    let bytes = [&b"Down \xff"[..], &[b'a'; 20]].concat();
    let said = read(Wire::OpenAi, &heard(503, "", &bytes)).unwrap_err();
    assert!(
        matches!(said, Unusable::ServerFault { status: 503, .. }),
        "{said}"
    );
}

#[test]
fn a_success_that_is_none() {
    let check = |content_type: &str, raw: &[u8], expected: &str| {
        for wire in BOTH {
            let said = read(wire, &heard(200, content_type, raw)).unwrap_err();
            assert_eq!(said.to_string(), expected);
        }
    };
    let sorry = "the answer is none of a model: its type is `text/plain`, and it begins: Sorry, we are down.";
    check("text/plain", b"Sorry, we are down.\n", sorry);
    let page = "the answer is none of a model: its type is `text/html`, and it begins: <html><body> Log in";
    check("text/html", b"<html><body>\nLog in", page);
    let typed =
        "the answer is none of a model: its type is `text/event-stream`, and it begins: Sorry.";
    check("text/event-stream", b"Sorry.\n", typed);
    check("text/event-stream", b"", "the model said nothing");
    check("application/json", b" \n", "the model said nothing");
    let failed =
        "the server of the model answered with success, and says inside that it failed: Down.";
    check(
        "application/json",
        br#"{"error": {"message": "Down."}}"#,
        failed,
    );
    check(
        "application/json",
        br#"{"type": "error", "error": {"type": "api_error", "message": "Down."}}"#,
        failed,
    );
    let cut = "the answer ends without its end mark: a part of it is missing";
    check(
        "application/json",
        br#"{"type": "message", "choices": ["#,
        cut,
    );
    check("text/event-stream", b"data: \xc3", cut);
    check(
        "text/event-stream",
        b"data: \xff\n\n",
        "the answer is no UTF-8 from byte 6 on",
    );
    let compressed = "the answer is compressed, and was not asked to be";
    check("text/event-stream", b"\x1f\x8b\x08\x00", compressed);
    check("application/json", b"\x28\xb5\x2f\xfd\x00", compressed);
}

#[test]
fn a_good_stream_of_another_type_is_none() {
    let raw = openai(&[chunk(&json!({"content": "yes"}), Some("stop"))]);
    for content_type in [
        "",
        "text/plain",
        "application/json-seq",
        "application/octet-stream",
    ] {
        let said = read(Wire::OpenAi, &heard(200, content_type, raw.as_bytes()));
        assert!(
            matches!(said, Err(Unusable::NotAStream { .. })),
            "{content_type}"
        );
    }
    let said = read(
        Wire::OpenAi,
        &heard(200, "Text/Event-Stream", raw.as_bytes()),
    );
    assert!(said.is_ok());
    let said = read(
        Wire::OpenAi,
        &heard(200, "application/json", raw.as_bytes()),
    );
    assert!(matches!(said, Err(Unusable::Malformed { .. })), "{said:?}");
}

#[test]
fn one_that_did_not_end_by_itself_is_none_even_behind_its_end_mark() {
    let raw = openai(&[chunk(&json!({"content": "yes"}), Some("stop"))]);
    let check = |ended: Ended, expected: Unusable| {
        let answer = Heard {
            ended,
            ..heard(200, "text/event-stream", raw.as_bytes())
        };
        assert_eq!(read(Wire::OpenAi, &answer), Err(expected));
    };
    check(Ended::Broken, Unusable::Broken);
    check(Ended::Silent, Unusable::Silent);
    check(Ended::TooSlow, Unusable::TooSlow);
    check(Ended::TooLong, Unusable::TooLong);
    check(Ended::Withheld, Unusable::Withheld);
}

#[test]
fn an_answer_has_limits() {
    let long = vec![b' '; MAX_RAW_BYTES + 1];
    assert_eq!(stream(Wire::OpenAi, long), Err(Unusable::TooLong));
    let half = "a".repeat(MAX_TEXT_BYTES / 2 + 1);
    let chunks = [
        chunk(&json!({"content": half}), None),
        chunk(&json!({"content": half}), Some("stop")),
    ];
    assert_eq!(
        stream(Wire::OpenAi, openai(&chunks)),
        Err(Unusable::TooLong)
    );
    let text = json!({"type": "text", "text": half});
    let whole = json!({"type": "message", "content": [text, text], "stop_reason": "end_turn"});
    assert_eq!(piece(Wire::Anthropic, &whole), Err(Unusable::TooLong));
    let deep = format!("data: {}\n\n", "[".repeat(10_000));
    for wire in BOTH {
        let said = stream(wire, &deep);
        assert!(matches!(said, Err(Unusable::Malformed { .. })), "{said:?}");
    }
}

#[test]
fn a_piece_of_another_wire_is_none() {
    let message = json!({"type": "message", "content": [{"type": "text", "text": "yes"}], "stop_reason": "end_turn"});
    assert!(piece(Wire::Anthropic, &message).is_ok());
    assert!(matches!(
        piece(Wire::OpenAi, &message),
        Err(Unusable::Malformed { .. })
    ));
    let completion =
        json!({"choices": [{"index": 0, "message": {"content": "yes"}, "finish_reason": "stop"}]});
    assert!(piece(Wire::OpenAi, &completion).is_ok());
    assert!(matches!(
        piece(Wire::Anthropic, &completion),
        Err(Unusable::Malformed { .. })
    ));
}
