//! Why a file is no report of a check.

use super::{MAX_DEPTH, MAX_OBJECTS, MAX_REPORT_BYTES};

/// Why a file is no report of a check. None of these means that nothing was found.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// It is too long.
    #[error("the file has {bytes} bytes, more than {MAX_REPORT_BYTES}")]
    TooLarge {
        /// Its bytes.
        bytes: usize,
    },
    /// Nothing but white space, as a tool leaves it that did not run to its end.
    #[error("the file is empty; expected a report")]
    Empty,
    /// `[]`, which gitleaks, Pylint, ESLint and others write when nothing was found, and which names none of them.
    #[error(
        "the file is an empty list, which names no tool and is also what a tool that read nothing writes; record its SARIF instead"
    )]
    EmptyList,
    /// It is not UTF-8.
    #[error("the byte at offset {offset} is not UTF-8")]
    NotUtf8 {
        /// Where.
        offset: usize,
    },
    /// It ends in the middle.
    #[error("the file ends too early, {place}")]
    Truncated {
        /// Where, and in what.
        place: String,
    },
    /// Something follows the report.
    #[error("something follows the end of the report, {place}")]
    Trailing {
        /// Where.
        place: String,
    },
    /// It is no JSON.
    #[error("the file is not JSON")]
    Json(#[source] serde_json::Error),
    /// Two values of one name, of which readers choose differently (RFC 8259, section 4).
    #[error("a name stands twice in one object")]
    DuplicateName(#[source] serde_json::Error),
    /// More values than memory should hold.
    #[error("the file has more than {MAX_OBJECTS} objects")]
    TooMany,
    /// It is no XML.
    #[error("the file is not well-formed XML, at offset {offset}: {why}")]
    Xml {
        /// Where.
        offset: u64,
        /// The rule of XML that it breaks.
        why: String,
    },
    /// Elements within elements.
    #[error("the element at offset {offset} is nested deeper than {MAX_DEPTH}")]
    TooDeep {
        /// Where.
        offset: u64,
    },
    /// A document type that declares entities or elements.
    #[error("the document type at offset {offset} has declarations of its own, which are not read")]
    Doctype {
        /// Where.
        offset: u64,
    },
    /// It is of no form that is known.
    #[error("the file is of no known form: it is {seen}")]
    NotKnown {
        /// What it is.
        seen: String,
    },
    /// It is of another version of a known form.
    #[error("the file is {format} of version `{found}`; expected {expected}")]
    Version {
        /// The form.
        format: &'static str,
        /// Its version, cut short.
        found: String,
        /// The versions that are known.
        expected: &'static str,
    },
    /// A value that decides is absent or of another kind.
    #[error("the file is not {format} as it is documented")]
    Shape {
        /// The form.
        format: &'static str,
        /// What is wrong, with line and column.
        source: serde_json::Error,
    },
    /// A line, an attribute or a value that cannot be what it says.
    #[error("{format}, {place}: found `{found}`, expected {expected}")]
    Value {
        /// The form.
        format: &'static str,
        /// Where.
        place: String,
        /// What stands there, cut short.
        found: String,
        /// What should.
        expected: &'static str,
    },
    /// A report of tests without one.
    #[error("the file is {format} without a single test")]
    NoTests {
        /// The form.
        format: &'static str,
    },
    /// What a tool writes in place of a report.
    #[error("the file is a tool's message that it failed: {message}")]
    Failed {
        /// The message, cut short.
        message: String,
    },
}
