//! What a question must have, and may have, by the references of both vendors ("Create chat completion", "Create a Message").

use serde_json::Value;

use super::Dialect;
use crate::http::Asked;

/// Who is let in has this in the header.
const VERSION: &str = "2023-06-01";

/// Returns the question, or what is wrong with it.
pub(super) fn question(
    dialect: Dialect,
    key: Option<&str>,
    asked: &Asked,
) -> Result<Value, String> {
    let path = match dialect {
        Dialect::OpenAi => "/v1/chat/completions",
        Dialect::Anthropic => "/v1/messages",
    };
    holds(asked.method == "POST", "it is no POST")?;
    holds(asked.path == path, &format!("{} is asked", asked.path))?;
    holds(asked.query.is_empty(), "it has a query")?;
    headers(dialect, key, asked)?;
    let body: Value = serde_json::from_slice(&asked.body).map_err(|it| it.to_string())?;
    match dialect {
        Dialect::OpenAi => openai(&body)?,
        Dialect::Anthropic => anthropic(&body)?,
    }
    Ok(body)
}

fn headers(dialect: Dialect, key: Option<&str>, asked: &Asked) -> Result<(), String> {
    let is = |name: &str, expected: Option<&str>| {
        let found = asked.header(name);
        holds(found == expected, &format!("{name} is {found:?}"))
    };
    let agent = asked.header("user-agent").unwrap_or_default();
    holds(
        agent.starts_with("countersign/"),
        "the user agent is another",
    )?;
    is("content-type", Some("application/json"))?;
    is("accept", Some("text/event-stream, application/json"))?;
    is("accept-encoding", Some("identity"))?;
    match dialect {
        Dialect::OpenAi => {
            let bearer = key.map(|key| format!("Bearer {key}"));
            is("authorization", bearer.as_deref())?;
            is("x-api-key", None)
        }
        Dialect::Anthropic => {
            is("authorization", None)?;
            is("x-api-key", key)?;
            is("anthropic-version", Some(VERSION))
        }
    }
}

fn openai(body: &Value) -> Result<(), String> {
    let required = [
        "model",
        "messages",
        "max_completion_tokens",
        "response_format",
        "stream",
        "stream_options",
    ];
    fields(body, &required, &["temperature", "seed"])?;
    common(body, "max_completion_tokens", 2.0)?;
    messages(body, &["system", "user"])?;
    let seed = &body["seed"];
    holds(seed.is_null() || seed.is_u64(), "the seed is no number")?;
    fields(&body["stream_options"], &["include_usage"], &[])?;
    holds(
        body["stream_options"]["include_usage"] == true,
        "it does not ask for the usage",
    )?;
    let format = &body["response_format"];
    fields(format, &["type", "json_schema"], &[])?;
    holds(format["type"] == "json_schema", "it asks for another form")?;
    let form = &format["json_schema"];
    fields(form, &["name", "schema", "strict"], &["description"])?;
    holds(form["strict"] == true, "the form is not strict")?;
    let name = form["name"].as_str().unwrap_or_default();
    let is_name = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-');
    let is_named = (1..=64).contains(&name.len()) && name.chars().all(is_name);
    holds(is_named, "the form has no name")?;
    strict(&form["schema"])
}

fn anthropic(body: &Value) -> Result<(), String> {
    let required = [
        "model",
        "max_tokens",
        "system",
        "messages",
        "output_config",
        "stream",
    ];
    fields(body, &required, &["temperature"])?;
    common(body, "max_tokens", 1.0)?;
    messages(body, &["user"])?;
    holds(is_text(&body["system"]), "the system is no text")?;
    fields(&body["output_config"], &["format"], &["effort"])?;
    let format = &body["output_config"]["format"];
    fields(format, &["type", "schema"], &[])?;
    holds(format["type"] == "json_schema", "it asks for another form")?;
    strict(&format["schema"])
}

fn common(body: &Value, tokens: &str, hottest: f64) -> Result<(), String> {
    holds(is_text(&body["model"]), "it names no model")?;
    holds(body["stream"] == true, "it asks for no stream")?;
    let is_some = body[tokens].as_u64().is_some_and(|it| it > 0);
    holds(is_some, "the tokens are no number")?;
    let heat = &body["temperature"];
    let is_heat = heat
        .as_f64()
        .is_some_and(|it| (0.0..=hottest).contains(&it));
    holds(
        heat.is_null() || is_heat,
        "the temperature is out of its range",
    )
}

fn messages(body: &Value, roles: &[&str]) -> Result<(), String> {
    let messages = body["messages"].as_array().map_or(&[][..], Vec::as_slice);
    holds(messages.len() == roles.len(), "its messages are others")?;
    messages.iter().zip(roles).try_for_each(|(message, role)| {
        fields(message, &["role", "content"], &[])?;
        holds(message["role"] == *role, "a message has another role")?;
        holds(is_text(&message["content"]), "a message is empty")
    })
}

/// "Structured Outputs", Supported schemas: all fields are required, and no other is allowed, in every object.
fn strict(schema: &Value) -> Result<(), String> {
    if schema["type"] == "object" {
        let closed = schema["additionalProperties"] == false;
        holds(closed, "an object of the schema is open")?;
        let properties = schema["properties"].as_object();
        let properties = properties.ok_or("an object of the schema has no properties")?;
        let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
        let is_required = |name: &String| required.iter().any(|it| it == name.as_str());
        let all = properties.len() == required.len() && properties.keys().all(is_required);
        holds(all, "a field of the schema is not required")?;
        properties.values().try_for_each(strict)?;
    }
    match schema.get("items") {
        Some(items) => strict(items),
        None => holds(schema.is_object(), "the schema is none"),
    }
}

fn fields(value: &Value, required: &[&str], optional: &[&str]) -> Result<(), String> {
    let object = value.as_object().ok_or("a part is no object")?;
    for name in required {
        holds(object.contains_key(*name), &format!("`{name}` is absent"))?;
    }
    for name in object.keys() {
        let is_known = [required, optional].concat().contains(&name.as_str());
        holds(is_known, &format!("`{name}` is unknown"))?;
    }
    Ok(())
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|it| !it.is_empty())
}

fn holds(is_so: bool, complaint: &str) -> Result<(), String> {
    is_so.then_some(()).ok_or_else(|| complaint.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{anthropic, openai};

    fn schema() -> Value {
        json!({"type": "object", "additionalProperties": false, "required": ["late"],
            "properties": {"late": {"type": "array", "items": {"type": "boolean"}}}})
    }

    type Judge = fn(&Value) -> Result<(), String>;

    fn bodies() -> [(Value, Judge); 2] {
        let message = |role: &str| json!({"role": role, "content": "Is it late?"});
        let form = json!({"name": "answer", "strict": true, "schema": schema()});
        let of_openai = json!({"model": "fake-1", "messages": [message("system"), message("user")],
            "max_completion_tokens": 9, "stream": true, "stream_options": {"include_usage": true},
            "response_format": {"type": "json_schema", "json_schema": form}});
        let form = json!({"type": "json_schema", "schema": schema()});
        let of_anthropic = json!({"model": "fake-1", "system": "Answer.", "messages": [message("user")],
            "max_tokens": 9, "stream": true, "output_config": {"format": form}});
        [(of_openai, openai), (of_anthropic, anthropic)]
    }

    #[test]
    fn each_field_is_wanted_and_no_other() {
        for (body, judge) in bodies() {
            assert_eq!(judge(&body), Ok(()));
            for name in body.as_object().unwrap().keys() {
                let mut without = body.clone();
                without.as_object_mut().unwrap().remove(name);
                assert_eq!(judge(&without), Err(format!("`{name}` is absent")));
            }
            for name in ["n", "tools", "max_tokens_"] {
                let mut with = body.clone();
                with[name] = json!(1);
                assert_eq!(judge(&with), Err(format!("`{name}` is unknown")));
            }
        }
    }

    #[test]
    fn values_out_of_their_range_are_refused() {
        for (body, judge) in bodies() {
            for (name, value) in [
                ("model", json!("")),
                ("stream", json!(false)),
                ("temperature", json!(2.5)),
                ("temperature", json!("0")),
                ("messages", json!([])),
            ] {
                let mut other = body.clone();
                other[name] = value;
                assert!(judge(&other).is_err(), "{name}");
            }
        }
    }

    #[test]
    fn a_schema_that_is_not_strict_is_refused() {
        for (field, value) in [
            ("additionalProperties", json!(true)),
            ("required", json!([])),
            (
                "properties",
                json!({"late": {"type": "array", "items": {"type": "object"}}}),
            ),
        ] {
            for (body, judge) in bodies() {
                let mut body = body;
                let pointer = match body.get("output_config") {
                    Some(_) => "/output_config/format/schema",
                    None => "/response_format/json_schema/schema",
                };
                body.pointer_mut(pointer).unwrap()[field] = value.clone();
                assert!(judge(&body).is_err(), "{field}");
            }
        }
    }
}
