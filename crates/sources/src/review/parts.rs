//! A difference in parts that fit the window of a model: what changed, with what stands around it.

use super::redact::{Struck, redact};
use model::patch::{Body, FileKind, FilePatch, Hunk, Patch, Text};
use model::review::{Covered, Listed, Unread};
use std::collections::VecDeque;
use std::fmt::Write as _;

/// Lines around a change that a reader sees.
const AROUND: u32 = 12;
/// Lines that the part behind a cut shows again.
const OVERLAP: usize = 20;
/// Headers of what encloses a change, from the inside.
const MAX_HEADERS: usize = 3;
/// Lines above a change in which its headers are looked for.
const LOOKED_ABOVE: u32 = 2_000;
/// The longest line that is sent whole, where the window has room for it.
const MAX_LINE_BYTES: usize = 4_000;
/// The smallest part that says anything.
const MIN_PART_BYTES: usize = 600;
/// The first lines of a file, where a generator says so.
const MARKED_IN: usize = 10;

/// A difference as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The parts, in the order of the files.
    pub parts: Vec<Part>,
    /// Files that are named and not sent, by their place in the patch.
    pub listed: Vec<(usize, Listed)>,
    /// Files, or lines of them, that cannot be sent.
    pub unread: Vec<(usize, Unread)>,
    /// What was struck, by the place of its file in the patch and the side it stood on.
    pub struck: Vec<(usize, Side, Struck)>,
}

/// A side of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What went.
    Before,
    /// What came.
    After,
}

/// What one question holds of a difference.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Part {
    /// The files with their lines, as the model reads them.
    pub text: String,
    /// The lines that changed in it.
    pub covers: Vec<Covered>,
}

/// Returns a difference in parts of no more than so many bytes.
pub fn parts(patch: &Patch, max_bytes: usize) -> Plan {
    let mut plan = Plan {
        parts: Vec::new(),
        listed: Vec::new(),
        unread: Vec::new(),
        struck: Vec::new(),
    };
    let mut writer = Writer {
        // A line break ends each file.
        max_bytes: max_bytes.saturating_sub(1),
        max_line: MAX_LINE_BYTES.min(max_bytes / 4),
        parts: Vec::new(),
        part: Part::default(),
    };
    for (at, file) in patch.files.iter().enumerate() {
        let text = match sent(file) {
            Ok(text) => text,
            Err(Why::Listed(why)) => {
                plan.listed.push((at, why));
                continue;
            }
            Err(Why::Unread(why)) => {
                plan.unread.push((at, why));
                continue;
            }
        };
        let text = without_secrets(text, at, &mut plan.struck);
        if let Err(why) = writer.file(at, file, &text) {
            plan.unread.push((at, why));
        }
    }
    writer.cut();
    plan.parts = writer.parts;
    // What is named alone is asked about by its names.
    if plan.parts.is_empty() && !plan.listed.is_empty() && max_bytes >= MIN_PART_BYTES {
        plan.parts.push(Part {
            text: "No line of this change is shown.\n".to_owned(),
            covers: Vec::new(),
        });
    }
    plan
}

/// Why the lines of a file are not sent.
enum Why {
    Listed(Listed),
    Unread(Unread),
}

fn sent(file: &FilePatch) -> Result<&Text, Why> {
    match &file.body {
        Body::Text(text) if is_generated(file, text) => Err(Why::Listed(Listed::Generated)),
        Body::Text(text) => Ok(text),
        Body::Binary => Err(Why::Listed(Listed::Binary)),
        Body::Submodule => Err(Why::Listed(Listed::Submodule)),
        Body::TooLarge { bytes } => Err(Why::Unread(Unread::TooLarge { bytes: *bytes })),
        Body::Absent => Err(Why::Unread(Unread::Absent)),
    }
}

/// Files that tools write, by name.
const LOCK_FILES: [&str; 17] = [
    "Cargo.lock",
    "Gemfile.lock",
    "Package.resolved",
    "Pipfile.lock",
    "Podfile.lock",
    "bun.lock",
    "composer.lock",
    "flake.lock",
    "go.sum",
    "gradle.lockfile",
    "mix.lock",
    "npm-shrinkwrap.json",
    "package-lock.json",
    "packages.lock.json",
    "pnpm-lock.yaml",
    "poetry.lock",
    "uv.lock",
];
/// More of them.
const OTHER_LOCK_FILES: [&str; 3] = ["yarn.lock", ".terraform.lock.hcl", "pubspec.lock"];

/// Returns whether a name is that of a file in which a tool pins dependencies.
pub fn is_lock_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    LOCK_FILES.contains(&name) || OTHER_LOCK_FILES.contains(&name)
}

/// What a change says of itself hides nothing: only a file that was generated before it is.
fn is_generated(file: &FilePatch, text: &Text) -> bool {
    let is_marked = |text: &str| {
        let mut first = text.lines().take(MARKED_IN);
        first.any(|line| line.contains("@generated") || line.contains("DO NOT EDIT"))
    };
    is_lock_file(&file.path)
        || (file.before.is_some() && is_marked(&text.before) && is_marked(&text.after))
}

fn without_secrets(text: &Text, at: usize, struck: &mut Vec<(usize, Side, Struck)>) -> Text {
    let mut of = |text: &str, side: Side| {
        let redacted = redact(text);
        struck.extend(redacted.struck.into_iter().map(|it| (at, side, it)));
        redacted.text.into_owned()
    };
    Text {
        before: of(&text.before, Side::Before),
        after: of(&text.after, Side::After),
        hunks: text.hunks.clone(),
    }
}

/// One line as it is shown.
#[derive(Debug, Clone, Copy)]
enum Row<'t> {
    /// Lines that are left out.
    Gap,
    Same(u32, &'t str),
    Removed(u32, &'t str),
    Added(u32, &'t str),
}

struct Writer {
    max_bytes: usize,
    max_line: usize,
    parts: Vec<Part>,
    part: Part,
}

impl Writer {
    fn file(&mut self, at: usize, file: &FilePatch, text: &Text) -> Result<(), Unread> {
        let heading = heading(file);
        let rows = rows(text);
        if self.max_bytes < MIN_PART_BYTES || heading.len() + 2 * self.max_line > self.max_bytes {
            return Err(Unread::NoRoom);
        }
        self.begin(&heading);
        let mut shown: VecDeque<String> = VecDeque::new();
        let mut covered = Covered::of(at);
        let mut longest = None;
        for row in &rows {
            let line = line(*row, self.max_line, &mut longest);
            if self.part.text.len() + line.len() > self.max_bytes {
                self.covers(&mut covered);
                self.cut();
                self.begin(&heading);
                let room = (self.max_bytes - heading.len()) / 4;
                let again = again(&shown, room);
                self.part.text.push_str(&again);
            }
            match row {
                Row::Added(number, _) => covered.added(*number),
                Row::Removed(number, _) => covered.removed(*number),
                Row::Gap | Row::Same(..) => {}
            }
            self.part.text.push_str(&line);
            shown.push_back(line);
            if shown.len() > OVERLAP {
                shown.pop_front();
            }
        }
        self.covers(&mut covered);
        self.part.text.push('\n');
        longest.map_or(Ok(()), |line| Err(Unread::LongLine { line }))
    }

    fn begin(&mut self, heading: &str) {
        if self.part.text.len() + heading.len() + 2 * self.max_line > self.max_bytes {
            self.cut();
        }
        self.part.text.push_str(heading);
    }

    fn covers(&mut self, covered: &mut Covered) {
        let next = Covered::of(covered.file);
        self.part.covers.push(std::mem::replace(covered, next));
    }

    fn cut(&mut self) {
        let part = std::mem::take(&mut self.part);
        if !part.text.is_empty() {
            self.parts.push(part);
        }
    }
}

/// Returns the last lines that were shown, as far as there is room for them.
fn again(shown: &VecDeque<String>, room: usize) -> String {
    let mut left = room;
    let fits = |line: &&String| {
        let is_room = line.len() <= left;
        left -= line.len().min(left);
        is_room
    };
    let mut last: Vec<&String> = shown.iter().rev().take_while(fits).collect();
    last.reverse();
    last.into_iter().map(String::as_str).collect()
}

fn heading(file: &FilePatch) -> String {
    let of = |kind: FileKind| match kind {
        FileKind::File => "file",
        FileKind::Executable => "file that may be run",
        FileKind::Link => "symbolic link",
        FileKind::Submodule => "repository",
        FileKind::Other(_) => "file of an unknown mode",
    };
    let did = match (&file.before, &file.after) {
        (None, Some(after)) => format!("new {}", of(after.kind)),
        (Some(before), None) => format!("removed {}", of(before.kind)),
        (Some(before), Some(after)) if before.kind != after.kind => {
            format!("{} that becomes a {}", of(before.kind), of(after.kind))
        }
        (Some(_), Some(after)) => format!("changed {}", of(after.kind)),
        (None, None) => "nothing".to_owned(),
    };
    let path = redact(&file.path).text.escape_debug().to_string();
    format!("File: {path} ({did})\n")
}

fn rows(text: &Text) -> Vec<Row<'_>> {
    let before: Vec<&str> = text.before.lines().collect();
    let after: Vec<&str> = text.after.lines().collect();
    let mut rows = Vec::new();
    // The first line after that is not shown yet.
    let mut next = 0;
    for (at, hunk) in text.hunks.iter().enumerate() {
        let start = hunk.after.start.saturating_sub(AROUND).max(next);
        if start > next {
            headers(&after, next, start, &mut rows);
            rows.push(Row::Gap);
        }
        rows.extend(same(&after, start, hunk.after.start));
        changed(&before, &after, hunk, &mut rows);
        let following = text.hunks.get(at + 1).map(|hunk| hunk.after.start);
        let end = (hunk.after.end + AROUND).min(following.unwrap_or(u32::MAX));
        next = end.min(after.len() as u32);
        rows.extend(same(&after, hunk.after.end, next));
    }
    if next < after.len() as u32 && !text.hunks.is_empty() {
        rows.push(Row::Gap);
    }
    rows
}

fn same<'t>(after: &[&'t str], from: u32, to: u32) -> impl Iterator<Item = Row<'t>> {
    let lines = after.get(from as usize..to as usize).unwrap_or_default();
    let lines: Vec<&str> = lines.to_vec();
    (from + 1..)
        .zip(lines)
        .map(|(number, line)| Row::Same(number, line))
}

fn changed<'t>(before: &[&'t str], after: &[&'t str], hunk: &Hunk, rows: &mut Vec<Row<'t>>) {
    let of = |lines: &[&'t str], range: &std::ops::Range<u32>| -> Vec<(u32, &'t str)> {
        let found = lines.get(range.start as usize..range.end as usize);
        let found = found.unwrap_or_default().to_vec();
        (range.start + 1..).zip(found).collect()
    };
    let removed = of(before, &hunk.before).into_iter();
    rows.extend(removed.map(|(number, line)| Row::Removed(number, line)));
    let added = of(after, &hunk.after).into_iter();
    rows.extend(added.map(|(number, line)| Row::Added(number, line)));
}

/// Adds the lines above that enclose what follows: each the nearest that is indented less.
fn headers<'t>(after: &[&'t str], from: u32, to: u32, rows: &mut Vec<Row<'t>>) {
    let at = |number: u32| after.get(number as usize).copied().unwrap_or_default();
    let first = (to..after.len() as u32).find(|number| !at(*number).trim().is_empty());
    let mut least = first.map_or(0, |number| indent(at(number)));
    let mut found = Vec::new();
    for number in (from.max(to.saturating_sub(LOOKED_ABOVE))..to).rev() {
        let line = at(number);
        let is_word = line
            .trim_start()
            .starts_with(|c: char| c.is_alphanumeric() || c == '<' || c == '@');
        if is_word && indent(line) < least {
            least = indent(line);
            found.push(Row::Same(number + 1, line));
        }
        if least == 0 || found.len() == MAX_HEADERS {
            break;
        }
    }
    for row in found.into_iter().rev() {
        rows.push(Row::Gap);
        rows.push(row);
    }
}

fn indent(line: &str) -> usize {
    let blank = line.len() - line.trim_start().len();
    let tabs = line[..blank].bytes().filter(|byte| *byte == b'\t').count();
    blank + 3 * tabs
}

/// Returns a line as it is sent; one that is too long is cut, and its number noted.
fn line(row: Row<'_>, max: usize, longest: &mut Option<u32>) -> String {
    let (sign, number, text) = match row {
        Row::Gap => return "   ...\n".to_owned(),
        Row::Same(number, text) => (' ', number, text),
        Row::Removed(number, text) => ('-', number, text),
        Row::Added(number, text) => ('+', number, text),
    };
    let mut shown = String::new();
    let cut = match text.len() > max {
        true => {
            if sign != ' ' {
                longest.get_or_insert(number);
            }
            let end = (0..=max).rev().find(|at| text.is_char_boundary(*at));
            &text[..end.unwrap_or(0)]
        }
        false => text,
    };
    let _ = writeln!(shown, "{sign}{number:>6} {}", cut.trim_end_matches('\r'));
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::digest::Digest;
    use model::patch::Side as OfFile;

    fn side() -> Option<OfFile> {
        Some(OfFile {
            kind: FileKind::File,
            id: "1".repeat(40),
        })
    }

    fn of(path: &str, before: &str, after: &str, hunks: &[[u32; 4]]) -> FilePatch {
        let hunk = |[a, b, c, d]: &[u32; 4]| Hunk {
            before: *a..*b,
            after: *c..*d,
        };
        FilePatch {
            path: path.to_owned(),
            before: side().filter(|_| !before.is_empty()),
            after: side().filter(|_| !after.is_empty()),
            body: Body::Text(Text {
                before: before.to_owned(),
                after: after.to_owned(),
                hunks: hunks.iter().map(hunk).collect(),
            }),
        }
    }

    fn patch(files: Vec<FilePatch>) -> Patch {
        Patch {
            digest: Digest::of(b"patch"),
            files,
        }
    }

    fn numbered(count: u32) -> String {
        (1..=count).map(|it| format!("    line {it}\n")).collect()
    }

    #[test]
    fn a_change_stands_among_what_is_around_it() {
        let before = format!("impl Shop {{\n  fn pay() {{\n{}  }}\n}}\n", numbered(40));
        let after = before.replace("    line 30\n", "    line thirty\n");
        let file = of("src/a.rs", &before, &after, &[[31, 32, 31, 32]]);
        let plan = parts(&patch(vec![file]), 40_000);
        let [part] = plan.parts.as_slice() else {
            panic!("{plan:?}");
        };
        insta::assert_snapshot!(part.text);
        let covered = Covered {
            file: 0,
            added: vec![(32, 32)],
            removed: vec![(32, 32)],
        };
        assert_eq!(part.covers, [covered]);
    }

    #[test]
    fn each_changed_line_stands_in_a_part_that_fits() {
        for max_bytes in [1_000, 30_000] {
            let after = numbered(3_000);
            let files = (0..4)
                .map(|it| of(&format!("src/{it}.rs"), "", &after, &[[0, 0, 0, 3_000]]))
                .collect();
            let plan = parts(&patch(files), max_bytes);
            assert!(plan.parts.len() > 5);
            assert!(plan.parts.iter().all(|part| part.text.len() <= max_bytes));
            for file in 0..4 {
                let covers = plan.parts.iter().flat_map(|part| &part.covers);
                let spans = covers.filter(|it| it.file == file).flat_map(|it| &it.added);
                let mut next = 1;
                for (first, last) in spans {
                    assert_eq!(*first, next);
                    next = last + 1;
                }
                assert_eq!(next, 3_001);
            }
            // What stands before a cut is shown again behind it.
            let cut = plan.parts[1].text.lines().nth(1).unwrap();
            assert!(plan.parts[0].text.contains(cut), "{cut}");
        }
        let logo = FilePatch {
            body: Body::Binary,
            ..of("logo.png", "a", "b", &[])
        };
        let named = parts(&patch(vec![logo]), 1_000);
        assert_eq!(named.parts[0].text, "No line of this change is shown.\n");
        let none = parts(&patch(vec![of("a.rs", "", "a\n", &[[0, 0, 0, 1]])]), 100);
        assert_eq!(none.unread, [(0, Unread::NoRoom)]);
    }

    #[test]
    fn what_is_not_sent_is_named_with_its_reason() {
        let other = |path: &str, body| FilePatch {
            body,
            ..of(path, "a", "b", &[])
        };
        let marked = "// @generated\na\n";
        let long = format!("{}\n", "x".repeat(5_000));
        let plan = parts(
            &patch(vec![
                other("logo.png", Body::Binary),
                other("vendor", Body::Submodule),
                other("dump.sql", Body::TooLarge { bytes: 9 << 20 }),
                other("gone", Body::Absent),
                of("web/package-lock.json", "{}\n", "[]\n", &[[0, 1, 0, 1]]),
                of("api.rs", marked, "// @generated\nb\n", &[[1, 2, 1, 2]]),
                of("claims.rs", "a\n", marked, &[[0, 0, 0, 1]]),
                of("long.js", "", &long, &[[0, 0, 0, 1]]),
            ]),
            20_000,
        );
        use Listed::{Binary, Generated, Submodule};
        let listed = [(0, Binary), (1, Submodule), (4, Generated), (5, Generated)];
        assert_eq!(plan.listed, listed);
        let unread = [
            (2, Unread::TooLarge { bytes: 9 << 20 }),
            (3, Unread::Absent),
            (7, Unread::LongLine { line: 1 }),
        ];
        assert_eq!(plan.unread, unread);
        let text = &plan.parts[0].text;
        assert!(text.contains("File: claims.rs (changed file)"), "{text}");
    }

    #[test]
    fn no_secret_stands_in_a_part() {
        let secret = ["gh", "p_", &"aB3dE5gH7jK9".repeat(3)].concat();
        let after = format!("a\nlet t = \"{secret}\";\nb\n");
        let plan = parts(
            &patch(vec![of("a.rs", "", &after, &[[0, 0, 0, 3]])]),
            20_000,
        );
        assert!(!plan.parts[0].text.contains(&secret));
        assert!(
            plan.parts[0]
                .text
                .contains("+     2 let t = \"[struck: GitHub token]\";")
        );
        assert_eq!((plan.struck[0].1, plan.struck[0].2.line), (Side::After, 2));
    }
}
