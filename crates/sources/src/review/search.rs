//! The lines that use names of a difference, found by their text in one file after the other.

use super::defined::{Defined, MAX_NAMES, names};
use super::redact::redact;
use super::shown::is_lock_file;
use model::patch::Patch;
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The most lines that are shown of one name.
const MAX_USES: usize = 5;
/// The most of them in one file.
const MAX_IN_FILE: usize = 2;
/// The longest line as it is shown.
const MAX_CHARS: usize = 160;
/// The longest line that is read.
const MAX_LINE_BYTES: usize = 8_000;
/// Lines above one in which a private key may have begun.
const LOOKED_ABOVE: usize = 200;

/// A line that uses a name, without secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Use {
    pub(super) name: String,
    pub(super) path: String,
    /// From 1.
    pub(super) line: u32,
    pub(super) text: String,
}

/// Looks for names, file by file.
pub(super) struct Search {
    pattern: Regex,
    /// The endings of the files that define each name.
    endings: BTreeMap<String, BTreeSet<String>>,
    /// The lines that came, which the difference shows.
    added: BTreeMap<String, BTreeSet<u32>>,
    found: BTreeMap<String, Found>,
}

/// What was found of a name.
#[derive(Default)]
struct Found {
    /// How often it stands in all files.
    times: usize,
    /// Lines that use it, those that tell most first.
    by_rank: [Vec<Use>; 4],
}

impl Search {
    /// Returns a search for the names of a difference; none where it defines nothing.
    pub(super) fn new(patch: &Patch, defined: &[Defined]) -> Option<Search> {
        let mut endings: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for it in defined {
            let path = patch.files.get(it.file).map_or("", |file| &file.path);
            let of_name = endings.entry(it.name.clone()).or_default();
            of_name.insert(ending(path).to_owned());
        }
        let all: Vec<&str> = endings.keys().map(String::as_str).take(MAX_NAMES).collect();
        let pattern = format!(r"\b(?:{})\b", all.join("|"));
        let pattern = (!all.is_empty()).then(|| Regex::new(&pattern).ok())??;
        let added = patch.files.iter().map(|file| {
            let lines = file.added().map(|(line, _)| line).collect();
            (file.path.clone(), lines)
        });
        Some(Search {
            pattern,
            endings,
            added: added.collect(),
            found: BTreeMap::new(),
        })
    }

    /// Looks through a file as the commit has it.
    pub(super) fn file(&mut self, path: &str, text: &str) {
        if is_lock_file(path) {
            return;
        }
        let mut starts = Vec::new();
        // How often each name was found in it, and where last.
        let mut seen: BTreeMap<&str, (usize, u32)> = BTreeMap::new();
        for at in self.pattern.find_iter(text) {
            let name = at.as_str();
            let found = self.found.entry(name.to_owned()).or_default();
            found.times += 1;
            let of_name = self.endings.get(name);
            let is_near = of_name.is_some_and(|it| it.contains(ending(path)));
            let kept = &mut found.by_rank[rank(is_near, path, text, at.range())];
            let (times, last) = seen.entry(name).or_default();
            if kept.len() == MAX_USES || *times == MAX_IN_FILE {
                continue;
            }
            if starts.is_empty() {
                let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
                starts = std::iter::once(0).chain(breaks).collect();
            }
            let row = starts.partition_point(|start| *start <= at.start()) - 1;
            let number = row as u32 + 1;
            let is_shown = self
                .added
                .get(path)
                .is_some_and(|lines| lines.contains(&number));
            let whole = lines(text, &starts, row, row);
            let is_told = *last == number || is_shown || names(whole).contains(&name);
            if is_told || is_comment(whole) || whole.len() > MAX_LINE_BYTES {
                continue;
            }
            (*times, *last) = (*times + 1, number);
            let above = lines(text, &starts, row.saturating_sub(LOOKED_ABOVE), row);
            kept.push(Use {
                name: name.to_owned(),
                path: path.to_owned(),
                line: number,
                text: without_secrets(above),
            });
        }
    }

    /// Returns what was found, name by name: those first that stand in the fewest places, for what stands everywhere tells
    /// little.
    pub(super) fn found(self) -> Vec<Use> {
        let mut found: Vec<Found> = self.found.into_values().collect();
        found.sort_by_key(|found| found.times);
        let of = |found: Found| found.by_rank.into_iter().flatten().take(MAX_USES);
        found.into_iter().flat_map(of).collect()
    }
}

/// Returns how little a place tells: what is called in the same language, outside of tests, tells most.
fn rank(is_near: bool, path: &str, text: &str, at: Range<usize>) -> usize {
    let rest = text.get(at.end..).unwrap_or_default();
    let before = text.get(..at.start).unwrap_or_default();
    let is_called = rest.starts_with(['(', '!', ':', '<']) || before.ends_with([':', '.', '&']);
    let is_test = path.contains("test") || path.contains("spec");
    2 * usize::from(!is_near) + usize::from(!is_called || is_test)
}

/// Returns whether a line says something of code, and is none.
fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    ["//", "/*", "* ", "# ", "-- ", "<!--"]
        .into_iter()
        .any(|sign| line.starts_with(sign))
}

/// Returns lines of a text, from one to another.
fn lines<'t>(text: &'t str, starts: &[usize], from: usize, to: usize) -> &'t str {
    let end = starts.get(to + 1).map_or(text.len(), |next| next - 1);
    text.get(starts[from]..end).unwrap_or_default()
}

/// Returns the last of these lines: what stands above it may be the beginning of a secret.
fn without_secrets(lines: &str) -> String {
    let from = lines.len().saturating_sub(2 * MAX_LINE_BYTES);
    let from = (from..lines.len()).find(|at| lines.is_char_boundary(*at));
    let last = lines.get(from.unwrap_or_default()..).unwrap_or_default();
    let redacted = redact(last);
    let last = redacted.text.lines().last().unwrap_or_default();
    last.trim().chars().take(MAX_CHARS).collect()
}

fn ending(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::defined::defined;
    use crate::review::uses::Used;
    use model::digest::Digest;
    use model::patch::{Body, FilePatch, Hunk, Text};
    use model::review::Covered;

    /// A difference that adds these lines to a file.
    fn patch(path: &str, after: &str) -> Patch {
        let hunk = Hunk {
            before: 0..0,
            after: 0..after.lines().count() as u32,
        };
        let file = FilePatch {
            path: path.to_owned(),
            before: None,
            after: None,
            body: Body::Text(Text {
                before: String::new(),
                after: after.to_owned(),
                hunks: vec![hunk],
            }),
        };
        Patch {
            digest: Digest::of(b"patch"),
            files: vec![file],
        }
    }

    const PAY: &str = "fn pay(it: Cart) {}\npay(one);\n";

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let patch = patch("src/pay.rs", PAY);
        let mut search = Search::new(&patch, &defined(&patch)).unwrap();
        for (path, text) in files {
            search.file(path, text);
        }
        let found = search.found().into_iter();
        found
            .map(|it| format!("{}: {}:{}: {}", it.name, it.path, it.line, it.text))
            .collect()
    }

    #[test]
    fn uses_are_told_and_neither_definitions_nor_what_the_difference_shows() {
        assert_eq!(
            found(&[
                ("docs/a.md", "Call pay.\n"),
                ("src/pay.rs", &format!("{PAY}pay(two);")),
                (
                    "src/till.rs",
                    "use shop::pay;\r\nfn sell() {\r\n    repay(1); pay(pay(2));\r\n}\r\n"
                ),
                ("Cargo.lock", "pay\n"),
            ]),
            [
                "pay: src/pay.rs:3: pay(two);",
                "pay: src/till.rs:1: use shop::pay;",
                "pay: src/till.rs:3: repay(1); pay(pay(2));",
                "pay: docs/a.md:1: Call pay.",
            ]
        );
    }

    #[test]
    fn what_tells_most_stands_first() {
        assert_eq!(
            found(&[
                ("src/a.rs", "// pay(0)\nlet how = pay;\n"),
                ("tests/b.rs", "pay(1);\n"),
                ("src/c.rs", "pay(2);\n"),
            ]),
            [
                "pay: src/c.rs:1: pay(2);",
                "pay: src/a.rs:2: let how = pay;",
                "pay: tests/b.rs:1: pay(1);",
            ]
        );
        let patch = patch("a.rs", "fn open() {}\nfn refund() {}\n");
        let mut search = Search::new(&patch, &defined(&patch)).unwrap();
        search.file("b.rs", &format!("{}refund();\n", "open();\n".repeat(50)));
        let found = search.found();
        let names: Vec<&str> = found.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["refund", "open", "open"]);
    }

    #[test]
    fn a_secret_beside_a_use_is_struck() {
        let begin = ["-----BEGIN ", "PRIVATE KEY-----"].concat();
        let token = ["gh", "p_", "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zAbC12"].concat();
        assert_eq!(
            found(&[
                ("a.rs", &format!("pay(\"{token}\");\n")),
                ("b.rs", &format!("{begin}\nabc pay\n")),
                (
                    "c.rs",
                    &format!("{}{begin}\nabc pay\n", "x\n".repeat(9_000))
                ),
            ]),
            [
                "pay: a.rs:1: pay(\"[struck: GitHub token]\");",
                "pay: b.rs:2: [struck: private key]",
                "pay: c.rs:9002: [struck: private key]",
            ]
        );
    }

    #[test]
    fn a_part_is_told_of_what_it_defines() {
        let patch = patch("src/pay.rs", PAY);
        let defined = defined(&patch);
        let mut search = Search::new(&patch, &defined).unwrap();
        search.file("a.rs", "pay(1);\npay(2);\n");
        let uses = search.found();
        let used = Used::new(defined, uses);
        let covers = |first, last| Covered {
            added: vec![(first, last)],
            ..Covered::of(0)
        };
        let both = ["- pay: a.rs:1: pay(1);", "- pay: a.rs:2: pay(2);"];
        assert_eq!(used.beside(&[covers(1, 2)], 1_000), both);
        assert_eq!(used.beside(&[covers(1, 2)], 40), both[..1]);
        assert_eq!(used.beside(&[covers(1, 2)], 0), [""; 0]);
        assert_eq!(used.beside(&[covers(2, 2)], 1_000), [""; 0]);
        assert_eq!(used.beside(&[Covered::of(0)], 1_000), [""; 0]);
    }

    #[test]
    fn so_many_uses_and_no_more() {
        let many = "pay(1);\n".repeat(1_000);
        let files: Vec<String> = (0..100).map(|it| format!("{it}.rs")).collect();
        let files: Vec<(&str, &str)> = files
            .iter()
            .map(|it| (it.as_str(), many.as_str()))
            .collect();
        assert_eq!(found(&files).len(), MAX_USES);
        let long = format!("pay(\"{}\");", "x".repeat(500));
        assert_eq!(
            found(&[("a.rs", &long)])[0].len(),
            "pay: a.rs:1: ".len() + MAX_CHARS
        );
        let longer = format!("pay(\"{}\");", "x".repeat(MAX_LINE_BYTES));
        assert_eq!(found(&[("a.rs", &longer)]), Vec::<String>::new());
        let nothing = patch("a.rs", "1\n");
        assert!(Search::new(&nothing, &defined(&nothing)).is_none());
    }
}
