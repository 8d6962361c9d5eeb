//! Reading the tree into the wire form: every fault is noted and reading goes on.

use super::fault::Fault;
use super::near::did_you_mean;
use super::tree::{Entry, Node, Place, Placed, Value};

/// The source and the faults found in it so far.
pub(super) struct Reader<'a> {
    source: &'a str,
    line_starts: Vec<usize>,
    faults: Vec<Fault>,
}

/// A type that can be read from a node. `None` means that a fault was noted.
pub(super) trait Read: Sized {
    /// Reads the node; it is neither null nor a question.
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self>;
}

/// A mapping whose keys the operator chooses.
#[derive(Debug, Clone, Default)]
pub(super) struct Keyed<T>(pub(super) Vec<(Placed<String>, Option<T>)>);

/// Returns whether a text is a question to the operator.
pub(super) fn is_question(text: &str) -> bool {
    text.trim_start().starts_with("??")
}

/// Returns a text short enough for a message.
pub(super) fn short(text: &str) -> String {
    const CHARS: usize = 48;
    let line = text.lines().next().unwrap_or_default();
    if line == text && text.chars().count() <= CHARS {
        return text.into();
    }
    line.chars().take(CHARS).chain(['…']).collect()
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a str) -> Reader<'a> {
        let breaks = source
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'\n');
        Reader {
            source,
            line_starts: std::iter::once(0)
                .chain(breaks.map(|(at, _)| at + 1))
                .collect(),
            faults: Vec::new(),
        }
    }

    /// Notes a fault.
    pub(super) fn fault(
        &mut self,
        place: &Place,
        message: impl Into<String>,
        mend: impl Into<Option<String>>,
    ) {
        let (line, column) = self.line_and_column(place.start);
        self.faults.push(Fault {
            line,
            column,
            length: self.length(place),
            message: message.into(),
            mend: mend.into(),
            path: place.path.to_string(),
        });
    }

    /// Returns the faults noted.
    pub(super) fn into_faults(self) -> Vec<Fault> {
        self.faults
    }

    /// Returns the line and the column of a byte, from 1.
    pub(super) fn line_and_column(&self, byte: usize) -> (u64, u64) {
        let line = self.line_starts.partition_point(|start| *start <= byte);
        let start = self.line_starts.get(line.saturating_sub(1)).copied();
        let before = self.source.get(start.unwrap_or(0)..byte);
        let column = before.map_or(0, |text| text.chars().count());
        (line as u64, column as u64 + 1)
    }

    /// Returns the byte at a line and a column, both from 1.
    pub(super) fn byte(&self, line: usize, column: usize) -> usize {
        let index = line.saturating_sub(1);
        let start = self.line_starts.get(index).copied();
        let start = start.unwrap_or(self.source.len());
        let rest = self.source.get(start..).unwrap_or_default();
        let offset = rest.char_indices().nth(column.saturating_sub(1));
        start + offset.map_or(rest.len(), |(at, _)| at)
    }

    fn length(&self, place: &Place) -> u64 {
        let text = self.source.get(place.start..place.end).unwrap_or_default();
        let line = text.lines().next().unwrap_or_default().trim_end();
        line.chars().count().max(1) as u64
    }

    /// Reads a value; a question is left to the operator and is no fault.
    pub(super) fn value<T: Read>(&mut self, node: &Node) -> Option<T> {
        if let Value::Text(text) = &node.value
            && is_question(text)
        {
            return None;
        }
        if let Value::Null = node.value {
            self.fault(&node.place, "expected a value, found nothing", None);
            return None;
        }
        T::read(node, self)
    }

    /// Returns the entries of a mapping, with unknown and missing keys noted.
    pub(super) fn entries<'n>(
        &mut self,
        node: &'n Node,
        known: &[&str],
        needed: &[&str],
    ) -> Option<&'n [Entry]> {
        let Value::Map(entries) = &node.value else {
            self.unexpected(node, "a mapping");
            return None;
        };
        for entry in entries {
            self.known(&entry.key, known);
        }
        let place = anchor(node, entries);
        for key in needed {
            let given = |entry: &Entry| !matches!(entry.value.value, Value::Null);
            if !entries
                .iter()
                .any(|entry| entry.key.value == *key && given(entry))
            {
                let message = format!("`{key}` is missing");
                self.fault(&place, message, format!("add `{key}: …`"));
            }
        }
        Some(entries)
    }

    fn known(&mut self, key: &Placed<String>, known: &[&str]) {
        if known.contains(&key.value.as_str()) || is_question(&key.value) {
            return;
        }
        let message = format!("unknown key `{}`", short(&key.value));
        let mend = did_you_mean(&key.value, known.iter().copied())
            .unwrap_or_else(|| format!("the keys here are {}", known.join(", ")));
        self.fault(&key.place, message, mend);
    }

    /// Reads the field with this name; an empty one counts as absent.
    pub(super) fn field<T: Read>(&mut self, entries: &[Entry], name: &str) -> Option<T> {
        let entry = entries.iter().find(|entry| entry.key.value == name)?;
        let empty = matches!(entry.value.value, Value::Null);
        (!empty).then(|| self.value(&entry.value)).flatten()
    }

    /// Notes that a node is of another kind than expected.
    pub(super) fn unexpected(&mut self, node: &Node, expected: &str) {
        self.fault(&node.place, mismatch(node, expected), None);
    }
}

pub(super) fn mismatch(node: &Node, expected: &str) -> String {
    format!("expected {expected}, found {}", found(&node.value))
}

/// A block mapping has no token of its own: its first key stands for it.
pub(super) fn anchor(node: &Node, entries: &[Entry]) -> Place {
    match entries.first() {
        Some(first) if node.place.start == node.place.end => Place {
            path: node.place.path.clone(),
            ..first.key.place.clone()
        },
        _ => node.place.clone(),
    }
}

/// Returns whether a value of these is a question, or a list that holds one.
pub(super) fn asks(entries: &[Entry]) -> bool {
    entries.iter().any(|entry| asks_within(&entry.value))
}

fn asks_within(node: &Node) -> bool {
    match &node.value {
        Value::Text(text) => is_question(text),
        Value::List(items) => items.iter().any(asks_within),
        Value::Null | Value::Bool(..) | Value::Number(..) | Value::Map(_) => false,
    }
}

fn found(value: &Value) -> String {
    match value {
        Value::Null => "nothing".into(),
        Value::Bool(_, text) | Value::Number(_, text) | Value::Text(text) => {
            format!("`{}`", short(text))
        }
        Value::List(_) => "a list".into(),
        Value::Map(_) => "a mapping".into(),
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Vec<T>> {
        let Value::List(items) = &node.value else {
            reader.unexpected(node, "a list");
            return None;
        };
        Some(items.iter().filter_map(|item| reader.value(item)).collect())
    }
}

impl<T: Read> Read for Keyed<T> {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Keyed<T>> {
        let Value::Map(entries) = &node.value else {
            reader.unexpected(node, "a mapping");
            return None;
        };
        let named = entries
            .iter()
            .filter(|entry| !is_question(&entry.key.value));
        Some(Keyed(
            named
                .map(|entry| (entry.key.clone(), reader.value(&entry.value)))
                .collect(),
        ))
    }
}
