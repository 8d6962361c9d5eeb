//! Faults in `countersign.yaml`: where they are, what is wrong, and the mend.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use std::fmt;
use std::ops::Range;

/// One fault. Lines, columns and lengths count characters, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line.
    pub line: u64,
    /// The column of the first character that is wrong.
    pub column: u64,
    /// The characters underlined.
    pub length: u64,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub mend: Option<String>,
    /// The keys that lead there: `assignments.ada[2]`.
    pub path: String,
}

/// Every fault of one file, in the order of its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults {
    name: String,
    source: String,
    faults: Vec<Fault>,
}

/// How text for people is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// Not at all.
    Plain,
    /// With ANSI escape sequences.
    Ansi,
}

/// Faults that one rendering shows; the rest is counted.
const FAULTS_SHOWN: usize = 100;
/// The width of a terminal.
const COLUMNS: usize = 80;

impl Faults {
    pub(super) fn new(name: &str, source: &str, mut faults: Vec<Fault>) -> Faults {
        faults.sort_by_key(|fault| (fault.line, fault.column));
        Faults {
            name: name.into(),
            source: source.into(),
            faults,
        }
    }

    /// Returns the faults, in the order of their lines; at least one.
    pub fn list(&self) -> &[Fault] {
        &self.faults
    }

    /// Returns the faults for a person: place, source line, underline and mend.
    pub fn render(&self, colour: Colour) -> String {
        let renderer = match colour {
            Colour::Plain => Renderer::plain(),
            Colour::Ansi => Renderer::styled(),
        };
        let renderer = renderer.term_width(COLUMNS);
        let lines: Vec<&str> = self.source.lines().collect();
        let shown = self.faults.iter().take(FAULTS_SHOWN);
        let mut texts: Vec<String> = shown
            .map(|fault| renderer.render(&[self.group(fault, &lines)]))
            .collect();
        if let Some(more @ 1..) = self.faults.len().checked_sub(FAULTS_SHOWN) {
            texts.push(format!("… and {more} more"));
        }
        texts.join("\n\n")
    }

    fn group<'a>(&'a self, fault: &'a Fault, lines: &[&'a str]) -> Group<'a> {
        let title = Level::ERROR.primary_title(wrapped(&fault.message, "error: ".len()));
        let at = number(fault.line);
        let group = match at.checked_sub(1).and_then(|index| lines.get(index)) {
            Some(line) => {
                let mark = AnnotationKind::Primary.span(underlined(line, fault));
                let snippet = Snippet::source(*line)
                    .path(self.name.as_str())
                    .line_start(at)
                    .annotation(mark);
                title.element(snippet)
            }
            None => title.element(Origin::path(self.name.as_str())),
        };
        match &fault.mend {
            Some(mend) => {
                let indent = "  = help: ".len() + fault.line.to_string().len();
                group.element(Level::HELP.message(wrapped(mend, indent)))
            }
            None => group,
        }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(Colour::Plain))
    }
}

impl std::error::Error for Faults {}

/// Returns the text in lines of a terminal that leave room for `indent` characters before each.
fn wrapped(text: &str, indent: usize) -> String {
    let mut lines = String::new();
    let mut column = indent;
    for word in text.split(' ') {
        let width = word.chars().count();
        if !lines.is_empty() {
            let fits = column + 1 + width <= COLUMNS;
            lines.push(if fits { ' ' } else { '\n' });
            column = if fits { column + 1 } else { indent };
        }
        lines.push_str(word);
        column += width;
    }
    lines
}

fn number(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// The bytes of a line that a fault underlines.
fn underlined(line: &str, fault: &Fault) -> Range<usize> {
    let column = number(fault.column.saturating_sub(1));
    let byte = |chars: usize| {
        line.char_indices()
            .nth(chars)
            .map_or(line.len(), |(at, _)| at)
    };
    byte(column)..byte(column.saturating_add(number(fault.length)))
}
