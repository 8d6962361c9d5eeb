//! What the server of a language model answers: streams of events, and JSON in one piece.

use sources::http::stream::Ended;
use sources::llm::Wire;
use sources::llm::read::{Heard, read};
use testkit::llm::{Dialect, stream};

/// An answer over either wire, under each type and with a status that refuses.
pub fn llm_answer(bytes: &[u8]) {
    for wire in [Wire::OpenAi, Wire::Anthropic] {
        for (status, content_type) in [
            (200, "text/event-stream"),
            (200, "application/json"),
            (400, "application/json"),
        ] {
            let heard = |ended| Heard {
                status,
                content_type: content_type.to_owned(),
                ended,
                raw: bytes.to_vec(),
            };
            if let Ok(reply) = read(wire, &heard(Ended::Whole)) {
                assert!(status == 200);
                assert!(reply.text().is_none_or(|text| !text.trim().is_empty()));
            }
            let broken = read(wire, &heard(Ended::Broken));
            assert!(!broken.expect_err("it broke").to_string().is_empty());
        }
    }
}

pub(super) fn answers() -> Vec<Vec<u8>> {
    let said = "{\"findings\": [\"\u{e9}\"]}";
    vec![
        stream(Dialect::OpenAi, said, None),
        stream(Dialect::OpenAi, said, Some("length")),
        stream(Dialect::Anthropic, said, None),
        stream(Dialect::Anthropic, said, Some("refusal")),
        br#"{"choices":[{"index":0,"message":{"content":"yes","refusal":null,"tool_calls":[]},"finish_reason":"stop"}],"model":"fake-1","usage":{"prompt_tokens":1,"completion_tokens":1}}"#.to_vec(),
        br#"{"type":"message","model":"fake-1","content":[{"type":"thinking","thinking":"so"},{"type":"text","text":"yes"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}"#.to_vec(),
        br#"{"type":"error","error":{"type":"rate_limit_error","message":"Slow down.","code":null}}"#.to_vec(),
        b"event: note\r\ndata: hello\r\n\r\n: waiting\r\rdata: [DONE]\n\n".to_vec(),
    ]
}
