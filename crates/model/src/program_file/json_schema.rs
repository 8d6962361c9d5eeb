//! The JSON Schema of `countersign.yaml`, for editors.

use super::read::Keyed;
use super::tree::Placed;
use super::wire::{self, ProgramFile};
use super::words::InUse;
use crate::catalogue;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};
use std::borrow::Cow;

/// Returns the JSON Schema (2020-12) of `countersign.yaml`. Names that an organisation may add to
/// are examples rather than a closed list.
pub fn schema() -> Value {
    let shipped = catalogue::shipped();
    let mut schema = schemars::schema_for!(ProgramFile).to_value();
    schema["title"] = json!("Countersign program");
    let controls: Vec<&str> = shipped.controls.keys().map(|id| id.0.as_str()).collect();
    schema["properties"]["controls"]["propertyNames"] = json!({ "examples": controls });
    let cadences: Vec<&String> = shipped.cadences.keys().collect();
    // `period: 2026` is a number to YAML and to editors.
    let spelled = json!(["string", "integer", "null"]);
    schema["properties"]["period"]["type"] = spelled.clone();
    schema["$defs"]["Hire"]["properties"]["planned"]["type"] = spelled;
    schema["properties"]["cadences"]["propertyNames"] = json!({ "enum": cadences });
    schema
}

impl<T: JsonSchema> JsonSchema for Placed<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}

impl<T: JsonSchema> JsonSchema for Keyed<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        format!("keyed_{}", T::schema_name()).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let values = generator.subschema_for::<T>();
        json_schema!({ "type": "object", "additionalProperties": values })
    }
}

impl JsonSchema for InUse {
    fn schema_name() -> Cow<'static, str> {
        "InUse".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "enum": ["in use", "not in use"] })
    }
}

impl JsonSchema for wire::Assignment {
    fn schema_name() -> Cow<'static, str> {
        "Assignment".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let function = generator.subschema_for::<FunctionName>();
        json_schema!({
            "description": "`all`, or a list of duties.",
            "anyOf": [{ "const": "all" }, { "type": "array", "items": function }],
        })
    }
}

/// The name of a duty, with those of the catalogue as examples.
pub(super) struct FunctionName;

impl JsonSchema for FunctionName {
    fn schema_name() -> Cow<'static, str> {
        "FunctionName".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let functions = catalogue::shipped().functions.keys();
        let names: Vec<&str> = functions.map(|name| name.0.as_str()).collect();
        json_schema!({
            "description": "The name of a duty: one of the catalogue's, or of the program's own.",
            "type": "string",
            "examples": names,
        })
    }
}

impl JsonSchema for wire::ControlEntry {
    fn schema_name() -> Cow<'static, str> {
        "ControlEntry".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let word = generator.subschema_for::<InUse>();
        let whole = generator.subschema_for::<wire::Control>();
        json_schema!({ "anyOf": [word, whole] })
    }
}

impl JsonSchema for wire::ParameterValue {
    fn schema_name() -> Cow<'static, str> {
        "ParameterValue".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let by_risk = generator.subschema_for::<wire::ByRisk>();
        json_schema!({ "anyOf": [{ "type": "number" }, { "type": "string" }, by_risk] })
    }
}
