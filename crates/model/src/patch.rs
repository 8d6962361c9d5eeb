//! A difference line by line, as somebody reads it.

use crate::digest::Digest;
use std::ops::Range;

/// The files that a change touches, with what differs in each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// The digest that waits, reviews and approvals of this difference name.
    pub digest: Digest,
    /// The files, in the order of their paths.
    pub files: Vec<FilePatch>,
}

/// What differs in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePatch {
    /// Its path; bytes that are not UTF-8 as U+FFFD.
    pub path: String,
    /// What it was; none where it is new.
    pub before: Option<Side>,
    /// What it is; none where it is gone.
    pub after: Option<Side>,
    /// What can be read of it.
    pub body: Body,
}

/// A file before or after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// What it is.
    pub kind: FileKind,
    /// The id of its content in git, in hexadecimal.
    pub id: String,
}

/// What git knows a path to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A file.
    File,
    /// A file that may be run.
    Executable,
    /// A symbolic link: its text is where it leads.
    Link,
    /// Another repository at a commit of its own.
    Submodule,
    /// A mode that git does not write.
    Other(u32),
}

/// What can be read of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Lines.
    Text(Text),
    /// The bytes of one side are no text.
    Binary,
    /// One side has more bytes than are read.
    TooLarge {
        /// How many.
        bytes: u64,
    },
    /// Another repository at a commit of its own.
    Submodule,
    /// The repository does not hold a side.
    Absent,
}

/// Both sides of a text, and where they differ.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    /// The text before; empty where the file is new.
    pub before: String,
    /// The text after; empty where the file is gone.
    pub after: String,
    /// Where they differ, from top to bottom.
    pub hunks: Vec<Hunk>,
}

/// Lines that stand for others: numbers of lines, from 0, without any around them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk {
    /// The lines that went.
    pub before: Range<u32>,
    /// The lines that came.
    pub after: Range<u32>,
}

/// The first lines of a file, where a generator says so.
const MARKED_IN: usize = 10;

/// Returns the number, from 1, of the line by which a file says that a tool wrote it.
pub fn generated_by(text: &str) -> Option<u32> {
    let is_mark = |line: &str| line.contains("@generated") || line.contains("DO NOT EDIT");
    let mut first = (1..).zip(text.lines().take(MARKED_IN));
    first
        .find(|(_, line)| is_mark(line))
        .map(|(number, _)| number)
}

impl FilePatch {
    /// Returns the lines that came, each with its number from 1.
    pub fn added(&self) -> impl Iterator<Item = (u32, &str)> {
        self.text().into_iter().flat_map(|text| {
            let of_hunk = |hunk: &Hunk| hunk.after.clone();
            picked(&text.after, text.hunks.iter().map(of_hunk))
        })
    }

    /// Returns the lines that went, each with its number from 1.
    pub fn removed(&self) -> impl Iterator<Item = (u32, &str)> {
        self.text().into_iter().flat_map(|text| {
            let of_hunk = |hunk: &Hunk| hunk.before.clone();
            picked(&text.before, text.hunks.iter().map(of_hunk))
        })
    }

    /// Returns its lines, where it is text.
    pub fn text(&self) -> Option<&Text> {
        match &self.body {
            Body::Text(text) => Some(text),
            Body::Binary | Body::TooLarge { .. } | Body::Submodule | Body::Absent => None,
        }
    }
}

/// Returns the lines of these ranges, which stand in their order.
fn picked(
    text: &str,
    ranges: impl Iterator<Item = Range<u32>>,
) -> impl Iterator<Item = (u32, &str)> {
    let mut ranges = ranges.peekable();
    let numbered = (0_u32..).zip(text.lines());
    numbered.filter_map(move |(number, line)| {
        while ranges.next_if(|range| range.end <= number).is_some() {}
        let is_in = ranges.peek().is_some_and(|range| range.contains(&number));
        is_in.then_some((number + 1, line))
    })
}
