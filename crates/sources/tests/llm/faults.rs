//! Faults of a server, each over a real socket: against a fake that refuses what no vendor takes.

use std::io::{Read, Write};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use sources::http::stream::{Ended, Limits};
use sources::llm::Wire;
use sources::llm::ask::Asked;
use sources::llm::read::{Stop, read};
use sources::llm::unusable::Unusable;
use testkit::http::{Answered, Ending};
use testkit::llm::{Dialect, FakeModel, refusal, says, stream};

use crate::{BOTH, KEY, ask_at, limits};

fn dialect(wire: Wire) -> Dialect {
    match wire {
        Wire::OpenAi => Dialect::OpenAi,
        Wire::Anthropic => Dialect::Anthropic,
    }
}

fn ask_fake(
    wire: Wire,
    limits: Limits,
    answer: impl Fn(&Value) -> Answered + Send + Sync + 'static,
) -> Asked {
    let fake = FakeModel::start(dialect(wire), Some(KEY), answer);
    let asked = ask_at(wire, &fake.base(), Some(KEY), limits).unwrap();
    assert_eq!(fake.questions().len(), 1, "it is asked once");
    asked
}

/// Returns what is read over both wires from the good stream of a model that ends so.
fn ending(ending: Ending, limits: Limits) -> [Result<Option<String>, Unusable>; 2] {
    BOTH.map(|wire| {
        let asked = ask_fake(wire, limits, move |_| Answered {
            ending,
            ..says(dialect(wire), "{\"late\":\"é\"}")
        });
        read(wire, &asked.heard).map(|reply| reply.text().map(str::to_owned))
    })
}

/// Returns an answer with this status, type and body.
fn answered(status: u16, content_type: &str, body: &[u8]) -> Answered {
    Answered {
        headers: vec![("Content-Type".into(), content_type.into())],
        body: body.to_vec(),
        ..Answered::status(status)
    }
}

#[test]
fn a_reply_comes_whatever_it_is_cut_into() {
    let said = || Ok(Some("{\"late\":\"é\"}".to_owned()));
    for bytes in [1, 2, 100, 100_000] {
        assert_eq!(ending(Ending::Chunks(bytes), limits()), [said(), said()]);
    }
    assert_eq!(ending(Ending::Whole, limits()), [said(), said()]);
}

#[test]
fn a_connection_that_breaks_leaves_no_reply() {
    let broken = || Err(Unusable::Broken);
    // All of it has come but the chunk that ends it.
    for bytes in [1, 100_000] {
        assert_eq!(
            ending(Ending::CutChunks(bytes), limits()),
            [broken(), broken()]
        );
    }
    assert_eq!(
        ending(Ending::CutAfter(300), limits()),
        [broken(), broken()]
    );
    assert_eq!(ending(Ending::CutAfter(0), limits()), [broken(), broken()]);
}

#[test]
fn a_stream_that_the_server_ends_early_is_cut() {
    for wire in BOTH {
        let good = stream(dialect(wire), "{\"late\":\"é\"}", None);
        let middle = good.windows(2).position(|it| it == "é".as_bytes()).unwrap();
        // In the middle of an event, and of a character.
        for length in [middle, middle + 1, good.len() - 1] {
            let body = good[..length].to_vec();
            let asked = ask_fake(wire, limits(), move |_| {
                answered(200, "text/event-stream", &body)
            });
            assert_eq!(
                (asked.heard.ended, asked.heard.raw.len()),
                (Ended::Whole, length)
            );
            assert_eq!(read(wire, &asked.heard), Err(Unusable::Cut));
        }
    }
}

#[test]
fn an_endless_stream_is_read_up_to_a_limit() {
    let long = || Err(Unusable::TooLong);
    assert_eq!(ending(Ending::Endless, limits()), [long(), long()]);
    let asked = ask_fake(Wire::OpenAi, limits(), |_| Answered {
        ending: Ending::Endless,
        ..answered(200, "text/event-stream", b": waiting\n\n")
    });
    assert_eq!(asked.heard.raw.len(), limits().bytes);
    assert_eq!(read(Wire::OpenAi, &asked.heard), Err(Unusable::TooLong));
    // A body of just as many bytes as may be is read.
    let raw = stream(Dialect::OpenAi, "yes", None);
    let exact = Limits {
        bytes: raw.len(),
        ..limits()
    };
    let asked = ask_fake(Wire::OpenAi, exact, |_| says(Dialect::OpenAi, "yes"));
    assert_eq!(asked.heard.raw, raw);
    assert!(read(Wire::OpenAi, &asked.heard).is_ok());
}

#[test]
fn a_stream_that_trickles_is_left_when_its_time_is_over() {
    let short = Limits {
        patience_total: Duration::from_secs(2),
        ..limits()
    };
    let slow = || Err(Unusable::TooSlow);
    let trickle = Ending::Trickling(Duration::from_millis(5));
    assert_eq!(ending(trickle, short), [slow(), slow()]);
}

#[test]
fn a_stream_that_goes_silent_is_left() {
    let short = Limits {
        patience_between_bytes: Duration::from_secs(2),
        ..limits()
    };
    let before = now();
    let silent = || Err(Unusable::Silent);
    // Its end mark has come; that the answer is over has not.
    assert_eq!(ending(Ending::Silent, short), [silent(), silent()]);
    assert!(before.elapsed() < short.patience_total);
}

#[test]
fn a_server_that_says_nothing_at_all_is_not_reached() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}/v1", listener.local_addr().unwrap());
    let short = Limits {
        patience_between_bytes: Duration::from_millis(300),
        ..limits()
    };
    let error = ask_at(Wire::OpenAi, &base, Some(KEY), short).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{base}/chat/completions cannot be reached")
    );
    drop(listener);
    let error = ask_at(Wire::Anthropic, &base, Some(KEY), limits()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{base}/messages cannot be reached")
    );
}

#[test]
fn what_is_no_http_is_not_reached() {
    for said in [
        &b""[..],
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-",
    ] {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}/v1", listener.local_addr().unwrap());
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = [0; 4_096];
            assert!(stream.read(&mut asked).unwrap() > 0);
            stream.write_all(said).unwrap();
        });
        let error = ask_at(Wire::OpenAi, &base, Some(KEY), limits()).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("{base}/chat/completions cannot be reached")
        );
        server.join().unwrap();
    }
}

#[test]
fn a_refusal_tells_when_to_come_back() {
    for wire in BOTH {
        let check = |status: u16, header: Option<&'static str>, seconds: Option<u64>| {
            let asked = ask_fake(wire, limits(), move |_| {
                let mut answer = refusal(dialect(wire), status, "Slow down.");
                let header = header.map(|it| ("Retry-After".into(), it.into()));
                answer.headers.extend(header);
                answer
            });
            assert_eq!(asked.retry_after, seconds.map(Duration::from_secs));
            read(wire, &asked.heard).unwrap_err()
        };
        let limited = check(429, Some("7"), Some(7));
        assert!(matches!(limited, Unusable::RateLimited { .. }), "{limited}");
        assert!(limited.is_passing());
        let limited = check(429, None, None);
        assert!(matches!(limited, Unusable::RateLimited { .. }), "{limited}");
        let failed = check(529, Some("soon"), None);
        assert!(matches!(failed, Unusable::ServerFault { status: 529, .. }));
        let failed = check(500, None, None);
        assert!(matches!(failed, Unusable::ServerFault { status: 500, .. }));
        let refused = check(401, None, None);
        assert!(matches!(refused, Unusable::NoLogin { .. }) && !refused.is_passing());
    }
}

#[test]
fn a_success_that_is_an_apology_is_no_reply() {
    let failed = |wire, content_type: &'static str, body: &'static [u8]| {
        let asked = ask_fake(wire, limits(), move |_| answered(200, content_type, body));
        assert_eq!(asked.heard.raw, body);
        read(wire, &asked.heard).unwrap_err()
    };
    for wire in BOTH {
        let said = failed(wire, "text/html", b"<html>We are back soon.");
        assert!(matches!(said, Unusable::NotAStream { .. }), "{said}");
        let said = failed(
            wire,
            "application/json",
            br#"{"error":{"message":"Down."}}"#,
        );
        assert!(matches!(said, Unusable::ErrorInStream { .. }), "{said}");
        let said = failed(wire, "text/event-stream", b"\x1f\x8b\x08\x00\x00");
        assert_eq!(said, Unusable::Compressed);
        assert_eq!(failed(wire, "text/event-stream", b""), Unusable::Empty);
    }
}

#[test]
fn a_redirection_takes_the_key_nowhere() {
    for wire in BOTH {
        let elsewhere =
            FakeModel::start(dialect(wire), Some(KEY), move |_| says(dialect(wire), "no"));
        let location = format!("{}/chat/completions", elsewhere.base());
        for status in [301, 307, 308] {
            let location = location.clone();
            let asked = ask_fake(wire, limits(), move |_| Answered {
                headers: vec![("Location".into(), location.clone())],
                ..Answered::status(status)
            });
            assert_eq!(read(wire, &asked.heard), Err(Unusable::Moved { status }));
        }
        assert!(elsewhere.questions().is_empty());
    }
}

#[test]
fn an_answer_that_repeats_the_key_is_not_kept() {
    for wire in BOTH {
        for repeated in [KEY.to_owned(), KEY.replace('/', "\\/")] {
            let asked = ask_fake(wire, limits(), move |_| Answered {
                headers: vec![
                    ("x-request-id".into(), KEY.into()),
                    ("request-id".into(), KEY.into()),
                    ("content-type".into(), format!("text/event-stream; {KEY}")),
                ],
                ..answered(200, "x", format!("data: \"{repeated}\"\n\n").as_bytes())
            });
            assert_eq!(
                (asked.heard.ended, &asked.heard.raw[..]),
                (Ended::Withheld, &b""[..])
            );
            assert_eq!(
                (asked.heard.content_type.as_str(), &asked.request_id),
                ("", &None)
            );
            assert_eq!(read(wire, &asked.heard), Err(Unusable::Withheld));
        }
        let echo = format!("The key {KEY} is none.");
        let asked = ask_fake(wire, limits(), move |_| refusal(dialect(wire), 401, &echo));
        let said = read(wire, &asked.heard).unwrap_err();
        assert_eq!(
            said.to_string(),
            "the server of the model does not accept the key: it gives no reason"
        );
    }
}

#[test]
fn what_is_kept_is_read_again() {
    for wire in BOTH {
        let asked = ask_fake(wire, limits(), move |_| {
            let mut answer = says(dialect(wire), "{\"late\":\"no\"}");
            answer.headers.push(("x-request-id".into(), "7".into()));
            answer.headers.push(("request-id".into(), "7".into()));
            answer
        });
        assert_eq!(asked.request_id.as_deref(), Some("7"));
        let reply = read(wire, &asked.heard.clone()).unwrap();
        assert_eq!(
            (reply.text(), &reply.stop),
            (Some("{\"late\":\"no\"}"), &Stop::End)
        );
        assert_eq!(reply.model.as_deref(), Some("fake-1"));
        assert_eq!((reply.usage.input, reply.usage.output), (Some(11), Some(5)));
        assert_eq!(read(wire, &asked.heard), Ok(reply));
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test that waits looks how long it did"
)]
fn now() -> Instant {
    Instant::now()
}
