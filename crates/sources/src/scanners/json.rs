//! Reads JSON strictly: one value, whole, with no name twice in an object.

use super::MAX_OBJECTS;
use super::error::ReportError;
use super::found::shown;
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, Visitor};
use serde_json::error::Category;
use std::collections::BTreeSet;
use std::fmt;

/// What stands at the top of a JSON file.
pub(super) enum Top {
    /// An object, and its names.
    Object(BTreeSet<String>),
    /// A list of objects, and the names of the first.
    Objects(BTreeSet<String>),
    /// A list without an element.
    EmptyList,
    /// Anything else, in words.
    Other(&'static str),
}

/// Returns what a JSON text is, once it is read to its end.
pub(super) fn top(text: &str) -> Result<Top, ReportError> {
    let mut objects = 0;
    let mut reader = serde_json::Deserializer::from_str(text);
    let strict = Strict {
        objects: &mut objects,
    };
    let top = strict.deserialize(&mut reader);
    if objects > MAX_OBJECTS {
        return Err(ReportError::TooMany);
    }
    let top = top.map_err(malformed)?;
    reader.end().map_err(|error| ReportError::Trailing {
        place: place(&error),
    })?;
    Ok(top.0)
}

/// Returns the fields of a form that are asked for; text that `top` has read.
pub(super) fn read<T: DeserializeOwned>(
    format: &'static str,
    text: &str,
) -> Result<T, ReportError> {
    serde_json::from_str(text).map_err(|source| ReportError::Shape { format, source })
}

/// Returns each value of JSON lines, each read strictly.
pub(super) fn lines<T: DeserializeOwned>(
    format: &'static str,
    text: &str,
) -> Result<Vec<T>, ReportError> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let read_line = |line| {
        top(line)?;
        read(format, line)
    };
    let mut all = Vec::new();
    for line in lines {
        if all.len() == MAX_OBJECTS {
            return Err(ReportError::TooMany);
        }
        all.push(read_line(line)?);
    }
    Ok(all)
}

/// Refuses a version that is not known.
pub(super) fn version(
    format: &'static str,
    found: &str,
    known: bool,
    expected: &'static str,
) -> Result<(), ReportError> {
    match known {
        true => Ok(()),
        false => Err(ReportError::Version {
            format,
            found: shown(found),
            expected,
        }),
    }
}

fn malformed(error: serde_json::Error) -> ReportError {
    match error.classify() {
        Category::Eof => ReportError::Truncated {
            place: place(&error),
        },
        // The visitor below takes every value, and refuses only names.
        Category::Data => ReportError::DuplicateName(error),
        Category::Syntax | Category::Io => ReportError::Json(error),
    }
}

fn place(error: &serde_json::Error) -> String {
    format!("at line {}, column {}", error.line(), error.column())
}

/// Reads any value, counts its objects, and keeps the names of the outermost.
struct Strict<'a> {
    objects: &'a mut usize,
}

/// What one value is, of which its holder needs only this.
struct Seen(Top);

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Seen;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Seen, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Seen;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Seen, E> {
        Ok(Seen(Top::Other("a JSON boolean")))
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<Seen, E> {
        Ok(Seen(Top::Other("a JSON number")))
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<Seen, E> {
        Ok(Seen(Top::Other("a JSON number")))
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<Seen, E> {
        Ok(Seen(Top::Other("a JSON number")))
    }

    fn visit_str<E: de::Error>(self, _: &str) -> Result<Seen, E> {
        Ok(Seen(Top::Other("a JSON string")))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Seen, E> {
        Ok(Seen(Top::Other("a JSON null")))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Seen, A::Error> {
        let mut first = None;
        while let Some(Seen(seen)) = list.next_element_seed(Strict {
            objects: self.objects,
        })? {
            first.get_or_insert(seen);
        }
        Ok(Seen(match first {
            None => Top::EmptyList,
            Some(Top::Object(names)) => Top::Objects(names),
            Some(Top::Objects(_) | Top::EmptyList | Top::Other(_)) => {
                Top::Other("a JSON list of something else than objects")
            }
        }))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Seen, A::Error> {
        *self.objects += 1;
        if *self.objects > MAX_OBJECTS {
            return Err(de::Error::custom("too many objects"));
        }
        let mut names = BTreeSet::new();
        while let Some(name) = map.next_key::<String>()? {
            map.next_value_seed(Strict {
                objects: self.objects,
            })?;
            if names.contains(&name) {
                return Err(de::Error::custom(format_args!("`{}`", shown(&name))));
            }
            names.insert(name);
        }
        Ok(Seen(Top::Object(names)))
    }
}
