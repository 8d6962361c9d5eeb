//! What an AI reviewer read of a difference and said of it.

use crate::check::Severity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Lines of one file that changed and stood in one question: numbers from 1, both ends included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Covered {
    /// The place of the file among those of the difference.
    pub file: usize,
    /// Lines that came.
    pub added: Vec<(u32, u32)>,
    /// Lines that went.
    pub removed: Vec<(u32, u32)>,
}

impl Covered {
    /// Returns none of the lines of a file.
    pub fn of(file: usize) -> Covered {
        Covered {
            file,
            added: Vec::new(),
            removed: Vec::new(),
        }
    }

    /// Adds a line that came.
    pub fn added(&mut self, line: u32) {
        extend(&mut self.added, line);
    }

    /// Adds a line that went.
    pub fn removed(&mut self, line: u32) {
        extend(&mut self.removed, line);
    }
}

fn extend(spans: &mut Vec<(u32, u32)>, line: u32) {
    match spans.last_mut() {
        Some((_, last)) if *last + 1 == line => *last = line,
        Some(_) | None => spans.push((line, line)),
    }
}

/// Why a file is named to the reviewer and not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Listed {
    /// It is no text.
    Binary,
    /// A tool wrote it, before this change too.
    Generated,
    /// It is another repository at a commit of its own.
    Submodule,
}

/// Why a file, or a part of it, was not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unread {
    /// It has more bytes than are read.
    TooLarge {
        /// How many.
        bytes: u64,
    },
    /// The repository does not hold it.
    Absent,
    /// A line of it is longer than is sent.
    LongLine {
        /// The first of them, from 1.
        line: u32,
    },
    /// The window of the model has no room for it.
    NoRoom,
}

/// Something that a reviewer found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The path of the file, as the difference names it; none where it is of no file.
    pub file: Option<String>,
    /// The line, from 1.
    pub line: Option<u32>,
    /// How bad it is.
    pub severity: Severity,
    /// What kind it is, in one word.
    pub category: String,
    /// What is wrong.
    pub claim: String,
    /// Why it matters.
    pub why: String,
    /// What would mend it.
    pub suggestion: Option<String>,
    /// Who found it.
    pub by: FoundBy,
    /// Whether it points at a line that the difference changes.
    pub is_located: bool,
}

/// Who found something.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    /// A rule, which stands also where no model answers.
    Rule,
    /// The model.
    Model,
}
