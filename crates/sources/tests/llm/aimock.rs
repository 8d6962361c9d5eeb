//! Against a stand-in for the vendors' servers that others wrote.

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use sources::http::stream::{Ended, Limits};
use sources::llm::Wire;
use sources::llm::read::{Reply, Stop, read};
use sources::llm::unusable::Unusable;
use testkit::Counterparts;
use testkit::aimock::Aimock;

use crate::{BOTH, KEY, ask_at, limits};

/// Returns a stand-in that gives this one answer to the question.
fn start(counterparts: &Counterparts, mut fixture: Value) -> Aimock {
    fixture["match"] = json!({"userMessage": "Is it late?"});
    Aimock::start(counterparts, KEY, &json!({"fixtures": [fixture]}))
}

/// Returns what is read over each wire from this one answer.
fn said(counterparts: &Counterparts, fixture: Value) -> [Result<Reply, Unusable>; 2] {
    let model = start(counterparts, fixture);
    BOTH.map(|wire| {
        let asked = ask_at(wire, &model.base(), Some(KEY), limits()).unwrap();
        assert_eq!(
            asked.heard.content_type.split(';').next(),
            Some("text/event-stream")
        );
        read(wire, &asked.heard)
    })
}

#[test]
fn a_reply_over_both_wires() {
    let Some(counterparts) = Counterparts::find("a reply of a stand-in for a model") else {
        return;
    };
    let text = "{\"late\":\"yes, é ☾ 🌘\"}";
    let fixture = json!({"response": {"content": text}, "chunkSize": 2, "latency": 5});
    for reply in said(&counterparts, fixture) {
        let reply = reply.unwrap();
        assert_eq!((reply.text(), &reply.stop), (Some(text), &Stop::End));
        assert_eq!(reply.model.as_deref(), Some("fake-1"));
        assert!(reply.usage.output.is_some());
    }
    let fixture = json!({"response": {"content": text, "finishReason": "length"}});
    for reply in said(&counterparts, fixture) {
        let reply = reply.unwrap();
        assert_eq!((reply.text(), &reply.stop), (None, &Stop::Length));
    }
    let call = json!({"name": "approve", "arguments": {"late": "no"}});
    for called in said(
        &counterparts,
        json!({"response": {"toolCalls": [call]}, "chunkSize": 3}),
    ) {
        assert!(
            matches!(called, Err(Unusable::ToolCalled { .. })),
            "{called:?}"
        );
    }
}

#[test]
fn a_stream_that_is_cut_or_slow() {
    let Some(counterparts) = Counterparts::find("a slow stand-in for a model") else {
        return;
    };
    let content = json!({"content": "a long reply of many pieces"});
    let cut = json!({"response": content, "chunkSize": 3, "truncateAfterChunks": 3, "latency": 5});
    let model = start(&counterparts, cut);
    for wire in BOTH {
        let asked = ask_at(wire, &model.base(), Some(KEY), limits()).unwrap();
        assert_eq!(
            (asked.heard.status, asked.heard.ended),
            (200, Ended::Broken)
        );
        assert!(!asked.heard.raw.is_empty());
        assert_eq!(read(wire, &asked.heard), Err(Unusable::Broken));
    }
    let profile = json!({"ttft": 10, "tps": 0.1});
    let slow = json!({"response": content, "chunkSize": 1, "streamingProfile": profile});
    let model = start(&counterparts, slow);
    let check = &|wire: Wire, limits: Limits, expected: Unusable| {
        let asked = ask_at(wire, &model.base(), Some(KEY), limits).unwrap();
        assert_eq!(read(wire, &asked.heard), Err(expected));
    };
    let hasty = Limits {
        patience_between_bytes: Duration::from_secs(3),
        ..limits()
    };
    let short = Limits {
        patience_total: Duration::from_secs(3),
        ..limits()
    };
    thread::scope(|scope| {
        for wire in BOTH {
            scope.spawn(move || check(wire, hasty, Unusable::Silent));
            scope.spawn(move || check(wire, short, Unusable::TooSlow));
        }
    });
}

#[test]
fn refusals_over_both_wires() {
    let Some(counterparts) = Counterparts::find("refusals of a stand-in for a model") else {
        return;
    };
    let refused = |status: u16, kind: &str| {
        let error = json!({"message": "Not now.", "type": kind});
        let model = start(
            &counterparts,
            json!({"response": {"error": error, "status": status}}),
        );
        BOTH.map(|wire| {
            let asked = ask_at(wire, &model.base(), Some(KEY), limits()).unwrap();
            (
                asked.retry_after,
                read(wire, &asked.heard).unwrap_err().to_string(),
            )
        })
    };
    let second = Some(Duration::from_secs(1));
    for (pause, words) in refused(429, "rate_limit_error") {
        assert_eq!(pause, second);
        assert_eq!(
            words,
            "the server of the model takes no more questions for a while: Not now."
        );
    }
    for (_, words) in refused(429, "insufficient_quota") {
        assert_eq!(
            words,
            "what was paid for at the server of the model is used up: Not now."
        );
    }
    for (pause, words) in refused(529, "overloaded_error") {
        assert_eq!(pause, None);
        assert_eq!(
            words,
            "the server of the model fails with status 529: Not now."
        );
    }
    let model = start(&counterparts, json!({"response": {"content": "yes"}}));
    for wire in [Wire::OpenAi, Wire::Anthropic] {
        for key in [Some("sk-hunter2/other"), None] {
            let asked = ask_at(wire, &model.base(), key, limits()).unwrap();
            let said = read(wire, &asked.heard).unwrap_err();
            assert!(matches!(said, Unusable::NoLogin { .. }), "{said}");
        }
    }
}
