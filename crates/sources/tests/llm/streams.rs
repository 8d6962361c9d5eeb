//! Streams in unusual forms that are good, and streams that are not.

use serde_json::{Value, json};
use sources::llm::Wire;
use sources::llm::unusable::Unusable;
use testkit::llm::Dialect;

use crate::{BOTH, anthropic, block, chunk, message, openai, start, stop, stream};

/// A long reply, with characters of each length.
const TEXT: &str = "{\"late\": \"yes, é ☾ 🌘\"}";

fn dialect(wire: Wire) -> Dialect {
    match wire {
        Wire::OpenAi => Dialect::OpenAi,
        Wire::Anthropic => Dialect::Anthropic,
    }
}

fn good(wire: Wire) -> Vec<u8> {
    testkit::llm::stream(dialect(wire), TEXT, None)
}

/// Returns why a stream is not of its form, without the place.
fn why(wire: Wire, raw: impl AsRef<[u8]>) -> String {
    match stream(wire, raw) {
        Err(Unusable::Malformed { why, .. }) => why.as_str().to_owned(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_beginning_of_a_stream_is_cut() {
    for wire in BOTH {
        let good = good(wire);
        assert_eq!(stream(wire, &good).unwrap().text(), Some(TEXT));
        assert_eq!(stream(wire, ""), Err(Unusable::Empty));
        for length in 1..good.len() {
            let cut = stream(wire, &good[..length]);
            assert_eq!(cut, Err(Unusable::Cut), "{wire:?} {length}");
        }
    }
}

#[test]
fn line_ends_comments_and_pieces_of_data_change_nothing() {
    for wire in BOTH {
        let text = String::from_utf8(good(wire)).unwrap();
        let crlf = text.replace('\n', "\r\n");
        let cr = text.replace('\n', "\r");
        let marked = format!("\u{feff}: here\n\n{text}");
        let comments = text.replace("\n\n", "\n: waiting\nid: 7\nretry: 5\n\n");
        // A line of data may end where JSON has space.
        let lines = text.replace(",\"", ",\ndata: \"");
        for raw in [crlf, cr, marked, comments, lines] {
            assert_eq!(stream(wire, &raw).unwrap().text(), Some(TEXT), "{raw}");
        }
    }
}

#[test]
fn unknown_events_are_passed_over() {
    for other in [
        "event: note\ndata: hello\n\n",
        "event: note\ndata: {\"type\":\"note\",\"text\":\"hello\"}\n\n",
        "event: ping\ndata: {\"type\": \"ping\"}\n\n",
    ] {
        for wire in BOTH {
            let good = String::from_utf8(good(wire)).unwrap();
            let raw = format!("{other}{good}");
            assert_eq!(stream(wire, &raw).unwrap().text(), Some(TEXT), "{raw}");
        }
    }
    // One that has a part of the reply is none of them.
    let hidden = format!(
        "event: note\ndata: {}\n\n",
        chunk(&json!({"content": "no: "}), None)
    );
    let raw = hidden + &openai(&[chunk(&json!({"content": "yes"}), Some("stop"))]);
    assert_eq!(stream(Wire::OpenAi, raw).unwrap().text(), Some("no: yes"));
}

#[test]
fn what_no_end_mark_ends_is_cut() {
    let whole = openai(&[chunk(&json!({"content": "yes"}), Some("stop"))]);
    let no_mark = whole.replace("data: [DONE]\n\n", "");
    assert_eq!(stream(Wire::OpenAi, no_mark), Err(Unusable::Cut));
    let no_reason = openai(&[chunk(&json!({"content": "yes"}), None)]);
    assert_eq!(stream(Wire::OpenAi, no_reason), Err(Unusable::Cut));

    let mut events = message(&["yes"], "end_turn");
    events.pop();
    assert_eq!(
        stream(Wire::Anthropic, anthropic(&events)),
        Err(Unusable::Cut)
    );
    let mut events = message(&["yes"], "end_turn");
    events.remove(events.len() - 2);
    assert_eq!(
        stream(Wire::Anthropic, anthropic(&events)),
        Err(Unusable::Cut)
    );
}

#[test]
fn several_replies_are_none() {
    let second =
        json!({"choices": [{"index": 1, "delta": {"content": "no"}, "finish_reason": null}]});
    let chunks = [chunk(&json!({"content": "yes"}), Some("stop")), second];
    assert_eq!(
        stream(Wire::OpenAi, openai(&chunks)),
        Err(Unusable::Several)
    );
    let both = json!({"choices": [{"index": 0, "delta": {}}, {"index": 1, "delta": {}}]});
    assert_eq!(
        stream(Wire::OpenAi, openai(&[both])),
        Err(Unusable::Several)
    );
    let twice = [start(), start()];
    assert_eq!(
        stream(Wire::Anthropic, anthropic(&twice)),
        Err(Unusable::Several)
    );
}

#[test]
fn a_tool_that_is_called_in_pieces_is_no_reply() {
    let call = |call: Value| chunk(&json!({"tool_calls": [call]}), None);
    let chunks = [
        call(
            json!({"index": 0, "id": "1", "type": "function", "function": {"name": "approve", "arguments": ""}}),
        ),
        call(json!({"index": 0, "function": {"arguments": "{\"late\":"}})),
        call(json!({"index": 0, "function": {"arguments": "\"no\"}"}})),
        chunk(&json!({}), Some("tool_calls")),
    ];
    let called = stream(Wire::OpenAi, openai(&chunks)).unwrap_err();
    let words = "the model calls the tool `approve`, and was offered none";
    assert_eq!(called.to_string(), words);

    let pieces =
        ["{\"late\":", "\"no\"}"].map(|it| json!({"type": "input_json_delta", "partial_json": it}));
    let tool = json!({"type": "tool_use", "id": "t", "name": "approve", "input": {}});
    let mut events = vec![start()];
    events.extend(block(0, &tool, &pieces));
    events.extend(stop("tool_use"));
    let called = stream(Wire::Anthropic, anthropic(&events)).unwrap_err();
    assert_eq!(called.to_string(), words);
    assert_eq!(
        stream(
            Wire::OpenAi,
            openai(&[chunk(
                &json!({"tool_calls": [], "content": "yes"}),
                Some("stop")
            )])
        )
        .unwrap()
        .text(),
        Some("yes")
    );
}

#[test]
fn an_error_inside_a_stream_is_one() {
    let said = chunk(&json!({"content": "ye"}), None);
    let inside = |error: Value| {
        let raw = openai(&[said.clone(), json!({"error": error})]);
        let first = stream(Wire::OpenAi, raw).unwrap_err();
        let mut events = message(&["ye"], "end_turn");
        events.insert(3, json!({"type": "error", "error": error}));
        assert_eq!(
            stream(Wire::Anthropic, anthropic(&events)),
            Err(first.clone())
        );
        first.to_string()
    };
    assert_eq!(
        inside(json!({"type": "overloaded_error", "message": "Overloaded"})),
        "the server of the model answered with success, and says inside that it failed: Overloaded"
    );
    assert_eq!(
        inside(json!({"type": "rate_limit_error", "message": "Slow down."})),
        "the server of the model takes no more questions for a while: Slow down."
    );
    assert_eq!(
        inside(json!({"type": "insufficient_quota", "message": ""})),
        "what was paid for at the server of the model is used up: it gives no reason"
    );
    assert_eq!(
        inside(json!({"code": "context_length_exceeded", "message": "Shorter!"})),
        "the question is longer than the model takes: Shorter!"
    );
}

#[test]
fn what_is_not_of_its_form_says_why() {
    let yes = || chunk(&json!({"content": "yes"}), Some("stop"));
    let check =
        |chunks: &[Value], expected: &str| assert_eq!(why(Wire::OpenAi, openai(chunks)), expected);
    check(&[json!({"object": "note"})], "it has no `choices`");
    let more = chunk(&json!({"content": "!"}), None);
    check(&[yes(), more], "it goes on behind its `finish_reason`");
    let other = chunk(&json!({}), Some("length"));
    check(&[yes(), other], "it has two `finish_reason`s");
    let behind = openai(&[yes()]) + &openai(&[]);
    assert_eq!(why(Wire::OpenAi, behind), "it goes on behind its end mark");
    let repeated =
        json!({"choices": [{"index": 0, "message": {"content": "yes"}, "finish_reason": "stop"}]});
    check(
        &[repeated],
        "a stream has a `delta`, an answer in one piece a `message`",
    );
    let number = chunk(&json!({"content": 7}), None);
    let raw = why(Wire::OpenAi, openai(&[number]));
    assert!(
        raw.starts_with("invalid type: integer `7`, expected a string"),
        "{raw}"
    );
    assert_eq!(
        why(Wire::OpenAi, "data: yes\n\n"),
        "expected value at line 1 column 1"
    );

    let check = |events: &[Value], expected: &str| {
        assert_eq!(why(Wire::Anthropic, anthropic(events)), expected)
    };
    let good = message(&["yes"], "end_turn");
    check(&good[1..], "it has no beginning");
    check(
        &[&good[..], &good[5..]].concat(),
        "it goes on behind its end mark",
    );
    check(
        &[&good[..2], &good[1..]].concat(),
        "its blocks do not follow one another",
    );
    check(
        &[&good[..1], &good[2..]].concat(),
        "a piece is of no open block",
    );
    check(
        &[&good[..3], &good[4..]].concat(),
        "it stops within a block",
    );
    let second = json!({"type": "message_delta", "delta": {"stop_reason": "refusal"}});
    check(
        &[&good[..5], &[second]].concat(),
        "it has two `stop_reason`s",
    );
    let mut late = good.clone();
    late.insert(5, json!({"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": "!"}}));
    check(&late, "its blocks do not follow one another");
    let other = |kind: &str, delta: Value| {
        let mut events = vec![start()];
        events.extend(block(0, &json!({"type": kind, "text": ""}), &[delta]));
        events.extend(stop("end_turn"));
        events
    };
    let events = other("image", json!({"type": "text_delta", "text": "a"}));
    check(&events, "it has a block of the kind `image`");
    let events = other("text", json!({"type": "image_delta"}));
    check(&events, "a text has a piece of the kind `image_delta`");
    check(
        &other("text", json!({"type": "text_delta"})),
        "a text has no `text`",
    );
    let mut begun = good.clone();
    begun[0]["message"]["content"] = json!([{"type": "text", "text": "no, "}]);
    check(&begun, "it begins with what was said already");
    let no_type = "event: message_stop\ndata: {}\n\n";
    assert!(why(Wire::Anthropic, no_type).starts_with("missing field `type`"));
}
