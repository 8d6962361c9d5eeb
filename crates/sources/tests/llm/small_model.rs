//! Against a real model, over both wire formats: that it can be asked, and nothing about what it is worth.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use sources::http::Http;
use sources::http::stream::Limits;
use sources::llm::ask::{Asked, ask};
use sources::llm::endpoint::Endpoint;
use sources::llm::read::{Reply, Stop, read};
use sources::llm::unusable::Unusable;
use sources::llm::{Question, Wire};
use testkit::Counterparts;
use testkit::small_model::{NAME, SmallModel};

use crate::{BOTH, KEY, question, schema};

/// It writes some tokens a second, and fewer where other tests run beside it.
fn limits() -> Limits {
    Limits {
        bytes: 1 << 20,
        patience_total: Duration::from_secs(300),
        patience_between_bytes: Duration::from_secs(120),
    }
}

fn ask_model(model: &SmallModel, wire: Wire, key: &str, question: &Question<'_>) -> Asked {
    let endpoint = Endpoint::new(wire, &model.base(), Some(key)).unwrap();
    let now = || Timestamp::UNIX_EPOCH;
    ask(&Http::new().unwrap(), &endpoint, question, limits(), &now).unwrap()
}

fn is_done(reply: &Reply) -> bool {
    assert_eq!(reply.model.as_deref(), Some(NAME));
    assert!(
        reply.usage.input > Some(0) && reply.usage.output > Some(0),
        "{reply:?}"
    );
    match &reply.stop {
        Stop::End => true,
        Stop::Length => false,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_real_model_answers_over_both_wires() {
    let Some(counterparts) = Counterparts::find("a real model over both wires") else {
        return;
    };
    let model = SmallModel::start(&counterparts, KEY, 1024);
    let schema = schema();
    let question = Question {
        model: NAME,
        ..question(&schema)
    };
    let asked = ask_model(&model, Wire::OpenAi, KEY, &question);
    let reply = read(Wire::OpenAi, &asked.heard).unwrap();
    assert!(is_done(&reply), "{reply:?}");
    let said: Value = serde_json::from_str(reply.text().unwrap()).unwrap();
    assert!(
        ["yes", "no"].contains(&said["late"].as_str().unwrap()),
        "{said}"
    );

    // Its server passes over the form that is asked for over this wire, so that it says what it likes.
    let asked = ask_model(&model, Wire::Anthropic, KEY, &question);
    let reply = read(Wire::Anthropic, &asked.heard).unwrap();
    assert_eq!(is_done(&reply), reply.text().is_some());

    let short = Question {
        max_output_tokens: 1,
        ..question
    };
    let long = "Is it late? ".repeat(1_000);
    let long = Question {
        user: &long,
        ..question
    };
    for wire in BOTH {
        let asked = ask_model(&model, wire, KEY, &short);
        let reply = read(wire, &asked.heard).unwrap();
        assert_eq!((reply.text(), &reply.stop), (None, &Stop::Length));
        let asked = ask_model(&model, wire, KEY, &long);
        let refused = read(wire, &asked.heard).unwrap_err();
        assert!(matches!(refused, Unusable::TooLarge { .. }), "{refused}");
        let asked = ask_model(&model, wire, "sk-hunter2/other", &question);
        let refused = read(wire, &asked.heard).unwrap_err();
        assert!(matches!(refused, Unusable::NoLogin { .. }), "{refused}");
    }
}
