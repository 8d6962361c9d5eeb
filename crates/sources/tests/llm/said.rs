//! What is a reply, and what stops one.

use serde_json::{Value, json};
use sources::llm::Wire;
use sources::llm::read::{Reply, Stop, Usage};
use sources::llm::unusable::Unusable;

use crate::{anthropic, block, chunk, message, openai, piece, start, stop, stream};

fn said(reply: Result<Reply, Unusable>) -> (Option<String>, Stop) {
    let reply = reply.unwrap();
    (reply.text().map(str::to_owned), reply.stop)
}

fn end(text: &str) -> (Option<String>, Stop) {
    (Some(text.to_owned()), Stop::End)
}

#[test]
fn a_stream_of_openai() {
    let usage = json!({"choices": [], "model": "fake-1-0601",
        "usage": {"prompt_tokens": 12, "completion_tokens": 3, "total_tokens": 15}});
    let chunks = [
        chunk(
            &json!({"role": "assistant", "content": "", "refusal": null}),
            None,
        ),
        chunk(&json!({"content": "{\"late\":"}), Some("")),
        chunk(&json!({"reasoning_content": "well", "content": null}), None),
        chunk(&json!({"content": "\"spät ☾\"}"}), None),
        chunk(&json!({}), Some("stop")),
        usage,
    ];
    let reply = stream(Wire::OpenAi, openai(&chunks)).unwrap();
    assert_eq!(reply.text(), Some(r#"{"late":"spät ☾"}"#));
    assert_eq!(reply.stop, Stop::End);
    assert_eq!(reply.model.as_deref(), Some("fake-1-0601"));
    let usage = Usage {
        input: Some(12),
        output: Some(3),
    };
    assert_eq!(reply.usage, usage);
}

#[test]
fn a_stream_of_anthropic() {
    let thinking = json!({"type": "thinking", "thinking": "", "signature": ""});
    let thought = [
        json!({"type": "thinking_delta", "thinking": "{\"late\":\"never\"}"}),
        json!({"type": "signature_delta", "signature": "c2ln"}),
    ];
    let text = [
        json!({"type": "text_delta", "text": "{\"late\":"}),
        json!({"type": "text_delta", "text": "\"spät ☾\"}"}),
    ];
    let mut events = vec![start(), json!({"type": "ping"})];
    events.extend(block(0, &thinking, &thought));
    events.extend(block(
        1,
        &json!({"type": "redacted_thinking", "data": "x"}),
        &[],
    ));
    events.extend(block(2, &json!({"type": "text", "text": ""}), &text));
    events.extend(stop("end_turn"));
    let reply = stream(Wire::Anthropic, anthropic(&events)).unwrap();
    assert_eq!(reply.text(), Some(r#"{"late":"spät ☾"}"#));
    assert_eq!(reply.stop, Stop::End);
    assert_eq!(reply.model.as_deref(), Some("fake-1"));
    let usage = Usage {
        input: Some(25),
        output: Some(9),
    };
    assert_eq!(reply.usage, usage);
}

#[test]
fn an_answer_in_one_piece() {
    let of_openai = |message: Value, reason: &str| {
        let choice = json!({"index": 0, "message": message, "finish_reason": reason});
        let usage = json!({"prompt_tokens": 12, "completion_tokens": 3});
        said(piece(
            Wire::OpenAi,
            &json!({"choices": [choice], "model": "fake-1", "usage": usage}),
        ))
    };
    assert_eq!(of_openai(json!({"content": "yes"}), "stop"), end("yes"));
    assert_eq!(
        of_openai(json!({"content": "ye"}), "length"),
        (None, Stop::Length)
    );

    let of_anthropic = |reason: &str| {
        let content =
            json!([{"type": "thinking", "thinking": "no"}, {"type": "text", "text": "yes"}]);
        said(piece(
            Wire::Anthropic,
            &json!({"type": "message", "model": "fake-1", "content": content,
            "stop_reason": reason, "usage": {"input_tokens": 1, "output_tokens": 1}}),
        ))
    };
    assert_eq!(of_anthropic("end_turn"), end("yes"));
    assert_eq!(of_anthropic("max_tokens"), (None, Stop::Length));
}

#[test]
fn what_was_not_said_to_its_end_has_no_text() {
    let of_openai = |reason: &str| {
        let chunks = [
            chunk(&json!({"content": "ye"}), None),
            chunk(&json!({}), Some(reason)),
        ];
        said(stream(Wire::OpenAi, openai(&chunks)))
    };
    assert_eq!(of_openai("stop"), end("ye"));
    assert_eq!(of_openai("length"), (None, Stop::Length));
    assert_eq!(of_openai("content_filter"), (None, Stop::Refused));
    assert_eq!(of_openai("eos"), (None, Stop::Other("eos".into())));

    let of_anthropic = |reason: &str| {
        said(stream(
            Wire::Anthropic,
            anthropic(&message(&["ye"], reason)),
        ))
    };
    assert_eq!(of_anthropic("end_turn"), end("ye"));
    assert_eq!(of_anthropic("max_tokens"), (None, Stop::Length));
    assert_eq!(
        of_anthropic("model_context_window_exceeded"),
        (None, Stop::Length)
    );
    assert_eq!(of_anthropic("refusal"), (None, Stop::Refused));
    for other in ["stop_sequence", "pause_turn", "tool_use"] {
        assert_eq!(of_anthropic(other), (None, Stop::Other(other.into())));
    }
}

#[test]
fn a_refusal_beside_the_content_is_one() {
    let chunks = [
        chunk(
            &json!({"role": "assistant", "content": null, "refusal": ""}),
            None,
        ),
        chunk(&json!({"refusal": "I do not"}), None),
        chunk(&json!({"refusal": " say."}), None),
        chunk(&json!({}), Some("stop")),
    ];
    assert_eq!(
        said(stream(Wire::OpenAi, openai(&chunks))),
        (None, Stop::Refused)
    );
}

#[test]
fn nothing_but_space_is_nothing() {
    let chunks = [chunk(&json!({"content": " \n"}), Some("stop"))];
    assert_eq!(stream(Wire::OpenAi, openai(&chunks)), Err(Unusable::Empty));
    let events = anthropic(&message(&[" ", "\n"], "end_turn"));
    assert_eq!(stream(Wire::Anthropic, events), Err(Unusable::Empty));
    // One that thought until it could write no more is told so.
    let chunks = [chunk(&json!({}), Some("length"))];
    assert_eq!(
        said(stream(Wire::OpenAi, openai(&chunks))),
        (None, Stop::Length)
    );
}
