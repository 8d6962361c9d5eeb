//! From text to tree: limits first, then YAML; whatever is wrong here is the only fault.

use super::read::Reader;
use super::tree::{self, Node, Place, Raw, Value};
use super::{MAX_BYTES, VERSION};
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::{Error, Location, MergeKeyPolicy, NonFiniteFloatPolicy};

/// The deepest nesting that is read.
const MAX_DEPTH: usize = 32;

/// The most nodes that are read, aliases expanded.
const MAX_NODES: usize = 50_000;

/// Returns the tree, or notes the one fault.
pub(super) fn tree(text: &str, reader: &mut Reader<'_>) -> Option<Node> {
    if text.len() > MAX_BYTES {
        let message = format!("the file has {} bytes, more than {MAX_BYTES}", text.len());
        reader.fault(&Place::default(), message, None);
        return None;
    }
    match serde_saphyr::from_str_with_options::<Raw>(text, options()) {
        Ok(raw) => versioned(tree::build(raw, text), reader),
        Err(error) => {
            refuse(&error, text, reader);
            None
        }
    }
}

fn options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: MAX_DEPTH,
            max_nodes: MAX_NODES,
            max_events: 4 * MAX_NODES,
            max_total_scalar_bytes: 2 * MAX_BYTES,
            max_recorded_anchor_bytes: MAX_BYTES,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: MAX_NODES,
        },
        merge_keys: MergeKeyPolicy::AsOrdinary,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        with_snippet: false,
    }
}

/// A newer version may mean anything by its keys, so nothing else is judged.
fn versioned(root: Node, reader: &mut Reader<'_>) -> Option<Node> {
    if let Value::Null = root.value {
        let mend = "begin with `version: 1`".to_owned();
        reader.fault(&Place::default(), "the file is empty", mend);
        return None;
    }
    let Value::Map(entries) = &root.value else {
        reader.unexpected(
            &root,
            "a mapping with `version`, `organisation` and `principals`",
        );
        return None;
    };
    let version = entries.iter().find(|entry| entry.key.value == "version");
    if let Some(entry) = version
        && let Value::Number(number, spelling) = &entry.value.value
        && *number > f64::from(VERSION)
    {
        let message = format!(
            "schema version {spelling} is newer than this Countersign understands ({VERSION})"
        );
        reader.fault(&entry.value.place, message, None);
        return None;
    }
    Some(root)
}

fn refuse(error: &Error, text: &str, reader: &mut Reader<'_>) {
    let mut error = error.without_snippet();
    let location = error.location();
    while let Error::AliasError { error: inner, .. } = error {
        error = inner.without_snippet();
    }
    let mut place = location.map_or_else(Place::default, |location| place(&location, reader));
    let (message, mend) = match (named(error), tab_in_indentation(text, place.start)) {
        (Some(named), _) => named,
        (None, Some(tab)) => {
            (place.start, place.end) = (tab, tab + 1);
            let mend = "indent with spaces; YAML allows no tabs there";
            ("a tab in the indentation".into(), Some(mend))
        }
        (None, None) => unnamed(error),
    };
    reader.fault(&place, message, mend.map(str::to_owned));
}

/// The parser tells the byte of a node, and only line and column of a syntax error.
fn place(location: &Location, reader: &Reader<'_>) -> Place {
    let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let span = location.span();
    let start = match span.byte_offset() {
        Some(byte) => count(byte),
        None => reader.byte(count(location.line()), count(location.column())),
    };
    let end = start.saturating_add(count(span.byte_len().unwrap_or(0)));
    Place {
        start,
        end,
        ..Place::default()
    }
}

/// Returns the tab in the white space that the line of this byte begins with, or the next: what a parser takes for
/// the rest of a text it tells at the text.
fn tab_in_indentation(text: &str, byte: usize) -> Option<usize> {
    let before = text.get(..byte).unwrap_or(text);
    let mut start = before.rfind('\n').map_or(0, |at| at + 1);
    for line in text.get(start..)?.split_inclusive('\n').take(2) {
        let indentation = line.len() - line.trim_start_matches([' ', '\t']).len();
        let blank = line.trim().is_empty();
        if let Some(tab) = line[..indentation].find('\t').filter(|_| !blank) {
            return Some(start + tab);
        }
        start += line.len();
    }
    None
}

/// A message and its mend.
type Explained = (String, Option<&'static str>);

/// Returns what the parser knows by name.
fn named(error: &Error) -> Option<Explained> {
    match error {
        Error::DuplicateMappingKey { key: Some(key), .. } => {
            let message = format!("duplicate key `{}`", super::read::short(key));
            Some((message, Some("keep one of them")))
        }
        Error::MultipleDocuments { .. } => {
            let message = "a second YAML document begins here".into();
            Some((message, Some("keep one document; remove `---`")))
        }
        error => limit(error).map(|limit| (limit, None)),
    }
}

/// Returns what the parser only describes.
fn unnamed(error: &Error) -> Explained {
    let message = plain(error);
    let colon = message.contains("mapping values are not allowed");
    (message, colon.then_some("quote a text that contains `: `"))
}

/// Returns which limit the file exceeds, where it is that.
fn limit(error: &Error) -> Option<String> {
    let deep = || format!("the file nests deeper than {MAX_DEPTH} levels");
    let large = |what: &str| format!("the file expands to more {what} than a program can have");
    match error {
        Error::Budget { breach, .. } => Some(match breach {
            BudgetBreach::Depth { .. } => deep(),
            BudgetBreach::ScalarBytes { .. } | BudgetBreach::RecordedAnchorBytes { .. } => {
                large("text")
            }
            BudgetBreach::CommentBytes { .. } => large("comments"),
            BudgetBreach::Documents { .. } => large("documents"),
            _ => large("values"),
        }),
        Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. }
        | Error::AliasReplayCounterOverflow { .. } => Some(large("values")),
        _ => None,
    }
}

/// The parser's message without the place, which is shown beside it.
fn plain(error: &Error) -> String {
    let text = error.to_string();
    let end = text.find(" at line ").unwrap_or(text.len());
    format!("this is not YAML: {}", &text[..end])
}
