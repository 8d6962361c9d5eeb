//! The body of a question: the same bytes whenever the question is the same.

use serde::Serialize;
use serde_json::{Value, json};

use super::{Question, Wire};

/// What the form of the reply is called; OpenAI takes letters, digits, underscores and dashes.
const FORM: &str = "answer";

/// "Create chat completion". `max_tokens` is deprecated there in favour of `max_completion_tokens`, and newer models refuse it.
#[derive(Serialize)]
struct OpenAi<'a> {
    model: &'a str,
    messages: [Message<'a>; 2],
    max_completion_tokens: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    response_format: Value,
    stream: bool,
    stream_options: Value,
}

/// "Create a Message".
///
/// The form is asked for by `output_config.format` ("Structured outputs"), which holds the model to the schema as it writes. To force
/// a tool instead is refused where the model thinks ("Extended thinking"), holds its input to no schema by itself, and a model
/// that was led to call a tool would look like one that answers.
#[derive(Serialize)]
struct Anthropic<'a> {
    model: &'a str,
    max_tokens: u32,
    system: &'a str,
    messages: [Message<'a>; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    output_config: Value,
    stream: bool,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
}

/// Returns the body of a question.
#[must_use]
pub fn body(wire: Wire, question: &Question<'_>) -> Vec<u8> {
    let body = match wire {
        Wire::OpenAi => serde_json::to_vec(&openai(question)),
        Wire::Anthropic => serde_json::to_vec(&anthropic(question)),
    };
    body.expect("texts, numbers and values of JSON are JSON")
}

fn openai<'a>(question: &Question<'a>) -> OpenAi<'a> {
    let message = |role, content| Message { role, content };
    let form = json!({"name": FORM, "strict": true, "schema": question.schema});
    OpenAi {
        model: question.model,
        messages: [
            message("system", question.system),
            message("user", question.user),
        ],
        max_completion_tokens: question.max_output_tokens,
        temperature: question.temperature,
        seed: question.seed,
        response_format: json!({"type": "json_schema", "json_schema": form}),
        stream: true,
        stream_options: json!({"include_usage": true}),
    }
}

fn anthropic<'a>(question: &Question<'a>) -> Anthropic<'a> {
    let form = json!({"type": "json_schema", "schema": question.schema});
    Anthropic {
        model: question.model,
        max_tokens: question.max_output_tokens,
        system: question.system,
        messages: [Message {
            role: "user",
            content: question.user,
        }],
        temperature: question.temperature,
        output_config: json!({"format": form}),
        stream: true,
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use serde_json::{Value, json};

    use super::body;
    use crate::llm::{Question, Wire};

    fn text(wire: Wire, schema: &Value, temperature: Option<f64>, seed: Option<u64>) -> String {
        let question = Question {
            system: "Say \"yes\" or \"no\".",
            user: "Is it late?\n",
            schema,
            model: "larch-2",
            max_output_tokens: 40,
            temperature,
            seed,
        };
        let bytes = body(wire, &question);
        assert_eq!(bytes, body(wire, &question));
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn what_is_sent() {
        let schema = json!({"type": "object", "required": ["late"], "additionalProperties": false,
            "properties": {"late": {"type": "boolean"}}});
        assert_snapshot!(text(Wire::OpenAi, &schema, Some(0.0), Some(7)), @r#"{"model":"larch-2","messages":[{"role":"system","content":"Say \"yes\" or \"no\"."},{"role":"user","content":"Is it late?\n"}],"max_completion_tokens":40,"temperature":0.0,"seed":7,"response_format":{"json_schema":{"name":"answer","schema":{"additionalProperties":false,"properties":{"late":{"type":"boolean"}},"required":["late"],"type":"object"},"strict":true},"type":"json_schema"},"stream":true,"stream_options":{"include_usage":true}}"#);
        assert_snapshot!(text(Wire::Anthropic, &schema, Some(0.5), Some(7)), @r#"{"model":"larch-2","max_tokens":40,"system":"Say \"yes\" or \"no\".","messages":[{"role":"user","content":"Is it late?\n"}],"temperature":0.5,"output_config":{"format":{"schema":{"additionalProperties":false,"properties":{"late":{"type":"boolean"}},"required":["late"],"type":"object"},"type":"json_schema"}},"stream":true}"#);
        for wire in [Wire::OpenAi, Wire::Anthropic] {
            let sent = text(wire, &schema, None, None);
            assert!(
                !sent.contains("temperature") && !sent.contains("seed"),
                "{sent}"
            );
        }
    }
}
