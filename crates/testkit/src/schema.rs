//! Whether an answer has the fields of its JSON Schema.

use serde_json::Value;

/// Holds an answer to its schema: required fields are there, also those that are null, and none is undeclared.
/// References, arrays and maps are followed.
///
/// # Panics
/// If the answer does not fit.
#[track_caller]
pub fn fits(value: &Value, schema: &Value, place: &str) {
    inside(value, schema, schema, place);
}

#[track_caller]
fn inside(value: &Value, schema: &Value, root: &Value, place: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.strip_prefix('#').unwrap_or_default();
        let found = root.pointer(pointer).expect("a reference leads somewhere");
        return inside(value, found, root, place);
    }
    for required in schema["required"].as_array().into_iter().flatten() {
        let name = required.as_str().unwrap_or_default();
        assert!(value.get(name).is_some(), "{place} has no {name}");
    }
    let declared = schema["properties"].as_object();
    for (name, inner) in value.as_object().into_iter().flatten() {
        let place = format!("{place}.{name}");
        match declared.and_then(|properties| properties.get(name)) {
            Some(schema) => inside(inner, schema, root, &place),
            None if declared.is_some() => panic!("{place} is undeclared"),
            None => inside(inner, &schema["additionalProperties"], root, &place),
        }
    }
    for inner in value.as_array().into_iter().flatten() {
        inside(inner, &schema["items"], root, &format!("{place}[]"));
    }
}
