//! The YAML of a program as a tree in which every node knows its place.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Spanned};
use std::fmt;
use std::rc::Rc;

/// A node of the document.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) place: Place,
    pub(super) value: Value,
}

/// What a node holds. A plain number or truth value keeps its spelling: `period: 2026` is a text too.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Null,
    Bool(bool, String),
    Number(f64, String),
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A key and its value.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key: Placed<String>,
    pub(super) value: Node,
}

/// A value and its place.
#[derive(Debug, Clone)]
pub(super) struct Placed<T> {
    pub(super) place: Place,
    pub(super) value: T,
}

/// Bytes of the file, and the path of keys that leads there.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) path: Path,
}

/// A path of keys and indices: `assignments.ada[2]`.
#[derive(Debug, Clone, Default)]
pub(super) struct Path(Option<Rc<Step>>);

#[derive(Debug)]
struct Step {
    parent: Path,
    text: String,
}

/// Characters of one key that a path repeats.
const PATH_KEY_CHARS: usize = 64;

/// Returns the tree of what was parsed.
pub(super) fn build(raw: Raw, source: &str) -> Node {
    grow(raw, source, Path::default())
}

fn grow(raw: Raw, source: &str, path: Path) -> Node {
    let place = Place::of(&raw.0.referenced, path.clone());
    let spelling = || Place::of(&raw.0.defined, Path::default()).text(source);
    let value = match raw.0.value {
        RawValue::Null => Value::Null,
        RawValue::Bool(value) => Value::Bool(value, spelling()),
        RawValue::Number(value) => Value::Number(value, spelling()),
        RawValue::Text(text) => Value::Text(text),
        RawValue::List(items) => Value::List(
            items
                .into_iter()
                .enumerate()
                .map(|(index, item)| grow(item, source, path.then(format!("[{index}]"))))
                .collect(),
        ),
        RawValue::Map(entries) => Value::Map(
            entries
                .into_iter()
                .map(|(key, value)| entry(key, value, source, &path))
                .collect(),
        ),
    };
    Node { place, value }
}

fn entry(key: Spanned<String>, value: Raw, source: &str, path: &Path) -> Entry {
    let path = path.then(key.value.chars().take(PATH_KEY_CHARS).collect());
    Entry {
        value: grow(value, source, path.clone()),
        key: Placed {
            place: Place::of(&key.referenced, path),
            value: key.value,
        },
    }
}

impl Place {
    fn of(location: &Location, path: Path) -> Place {
        let span = location.span();
        let at = |bytes: Option<u64>| usize::try_from(bytes.unwrap_or(0)).unwrap_or(0);
        let start = at(span.byte_offset());
        Place {
            start,
            end: start + at(span.byte_len()),
            path,
        }
    }

    fn text(&self, source: &str) -> String {
        source.get(self.start..self.end).unwrap_or_default().into()
    }
}

impl Path {
    fn then(&self, text: String) -> Path {
        Path(Some(Rc::new(Step {
            parent: self.clone(),
            text,
        })))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(step) = &self.0 else { return Ok(()) };
        step.parent.fmt(f)?;
        if step.parent.0.is_some() && !step.text.starts_with('[') {
            f.write_str(".")?;
        }
        f.write_str(&step.text)
    }
}

/// A node as it comes from the YAML parser.
pub(super) struct Raw(Spanned<RawValue>);

enum RawValue {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Raw>),
    Map(Vec<(Spanned<String>, Raw)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Raw, D::Error> {
        Spanned::deserialize(deserializer).map(Raw)
    }
}

impl<'de> Deserialize<'de> for RawValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RawValue, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = RawValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number, a list or a mapping")
    }

    fn visit_unit<E: Error>(self) -> Result<RawValue, E> {
        Ok(RawValue::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<RawValue, E> {
        Ok(RawValue::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<RawValue, E> {
        Ok(RawValue::Number(value as f64))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<RawValue, E> {
        Ok(RawValue::Number(value as f64))
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<RawValue, E> {
        Ok(RawValue::Number(value as f64))
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<RawValue, E> {
        Ok(RawValue::Number(value as f64))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<RawValue, E> {
        Ok(RawValue::Number(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<RawValue, E> {
        Ok(RawValue::Text(value.into()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<RawValue, E> {
        Ok(RawValue::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<RawValue, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(RawValue::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<RawValue, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(RawValue::Map(entries))
    }
}
