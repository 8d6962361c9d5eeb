//! `countersign.yaml`: its form, its faults, and the way to a [`crate::program::Program`].

mod fault;
mod json_schema;
mod leaf;
mod lint;
mod near;
mod read;
mod record;
mod resolve;
mod syntax;
mod tree;
mod wire;
mod words;

#[cfg(test)]
mod tests;

use crate::program::{OwnText, Program, Question};
pub use fault::{Colour, Fault, Faults};
pub use json_schema::schema;
pub use lint::{Remark, Severity, lint};
use read::{Read, Reader, is_question};
use tree::{Node, Value};
use wire::ProgramFile;

/// The version of the form that this program understands.
pub const VERSION: u32 = 1;

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 1 << 20;

/// Keys below which the operator writes sentences.
const SENTENCES: [&str; 8] = [
    "cause",
    "description",
    "evidence",
    "justification",
    "rationale",
    "risk_statement",
    "source",
    "title",
];

/// Returns the program that `text` declares; `name` is the file's, for messages.
///
/// A file that is no YAML, too large, too deep or of a newer version yields one fault;
/// otherwise every fault is in the answer, in the order of lines.
pub fn parse(name: &str, text: &str) -> Result<Program, Faults> {
    let mut reader = Reader::new(text);
    let Some(root) = syntax::tree(text, &mut reader) else {
        let shown = if text.len() > MAX_BYTES { "" } else { text };
        return Err(Faults::new(name, shown, reader.into_faults()));
    };
    let mut program =
        ProgramFile::read(&root, &mut reader).map(|file| resolve::program(&file, &mut reader));
    if let Some(program) = &mut program {
        gather(&root, &reader, program);
    }
    let faults = reader.into_faults();
    match program {
        Some(program) if faults.is_empty() => Ok(program),
        _ => Err(Faults::new(name, text, faults)),
    }
}

/// Gathers questions and own sentences.
fn gather(node: &Node, reader: &Reader<'_>, program: &mut Program) {
    let ask = |program: &mut Program, text: &str, at: usize| {
        let (line, _) = reader.line_and_column(at);
        let text = text.trim().trim_start_matches('?').trim().to_owned();
        program.questions.push(Question { line, text });
    };
    match &node.value {
        Value::Text(text) if is_question(text) => ask(program, text, node.place.start),
        Value::List(items) => items.iter().for_each(|item| gather(item, reader, program)),
        Value::Map(entries) => {
            for entry in entries {
                if is_question(&entry.key.value) {
                    ask(program, &entry.key.value, entry.key.place.start);
                }
                keep_sentence(entry, reader, program);
                gather(&entry.value, reader, program);
            }
        }
        Value::Text(_) | Value::Null | Value::Bool(..) | Value::Number(..) => {}
    }
}

fn keep_sentence(entry: &tree::Entry, reader: &Reader<'_>, program: &mut Program) {
    if let Value::Text(text) = &entry.value.value
        && SENTENCES.contains(&entry.key.value.as_str())
        && !is_question(text)
    {
        program.own_texts.push(OwnText {
            line: reader.line_and_column(entry.value.place.start).0,
            path: entry.value.place.path.to_string(),
            text: text.clone(),
        });
    }
}
