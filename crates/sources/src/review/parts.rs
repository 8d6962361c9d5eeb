//! A difference in parts that fit the window of a model.

use super::redact::redact;
use super::rows::{Row, line, rows};
use super::shown::{Hidden, Shown};
use model::patch::{FileKind, FilePatch, Text};
use model::review::{Covered, Listed, Unread};
use std::collections::VecDeque;

/// Lines that the part behind a cut shows again.
const OVERLAP: usize = 20;
/// The longest line that is sent whole, where the window has room for it.
const MAX_LINE_BYTES: usize = 4_000;
/// The smallest part that says anything.
const MIN_PART_BYTES: usize = 600;

/// A difference as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The parts, in the order of the files.
    pub parts: Vec<Part>,
    /// Files that are named and not sent, by their place in the patch.
    pub listed: Vec<(usize, Listed)>,
    /// Files, or lines of them, that cannot be sent.
    pub unread: Vec<(usize, Unread)>,
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
pub fn parts(shown: &Shown<'_>, max_bytes: usize) -> Plan {
    let mut plan = Plan {
        parts: Vec::new(),
        listed: Vec::new(),
        unread: Vec::new(),
    };
    let mut writer = Writer {
        // A line break ends each file.
        max_bytes: max_bytes.saturating_sub(1),
        max_line: MAX_LINE_BYTES.min(max_bytes / 4),
        parts: Vec::new(),
        part: Part::default(),
    };
    for (at, it) in shown.files.iter().enumerate() {
        match &it.text {
            Ok(text) => {
                if let Err(why) = writer.file(at, it.file, text) {
                    plan.unread.push((at, why));
                }
            }
            Err(Hidden::Listed(why)) => plan.listed.push((at, *why)),
            Err(Hidden::Unread(why)) => plan.unread.push((at, why.clone())),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::shown::{Side, shown};
    use model::digest::Digest;
    use model::patch::{Body, Hunk, Patch, Side as OfFile};

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

    fn plan(files: Vec<FilePatch>, max_bytes: usize) -> Plan {
        parts(&shown(&patch(files)), max_bytes)
    }

    fn numbered(count: u32) -> String {
        (1..=count).map(|it| format!("    line {it}\n")).collect()
    }

    #[test]
    fn a_change_stands_among_what_is_around_it() {
        let before = format!("impl Shop {{\n  fn pay() {{\n{}  }}\n}}\n", numbered(40));
        let after = before.replace("    line 30\n", "    line thirty\n");
        let file = of("src/a.rs", &before, &after, &[[31, 32, 31, 32]]);
        let plan = plan(vec![file], 40_000);
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
            let plan = plan(files, max_bytes);
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
        let named = plan(vec![logo], 1_000);
        assert_eq!(named.parts[0].text, "No line of this change is shown.\n");
        let none = plan(vec![of("a.rs", "", "a\n", &[[0, 0, 0, 1]])], 100);
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
        let plan = plan(
            vec![
                other("logo.png", Body::Binary),
                other("vendor", Body::Submodule),
                other("dump.sql", Body::TooLarge { bytes: 9 << 20 }),
                other("gone", Body::Absent),
                of("web/package-lock.json", "{}\n", "[]\n", &[[0, 1, 0, 1]]),
                of("api.rs", marked, "// @generated\nb\n", &[[1, 2, 1, 2]]),
                of("claims.rs", "a\n", marked, &[[0, 0, 0, 1]]),
                of("long.js", "", &long, &[[0, 0, 0, 1]]),
            ],
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
        let patch = patch(vec![of("a.rs", "", &after, &[[0, 0, 0, 3]])]);
        let shown = shown(&patch);
        let plan = parts(&shown, 20_000);
        assert!(!plan.parts[0].text.contains(&secret));
        assert!(
            plan.parts[0]
                .text
                .contains("+     2 let t = \"[struck: GitHub token]\";")
        );
        let (_, side, struck) = &shown.struck[0];
        assert_eq!((*side, struck.line), (Side::After, 2));
    }
}
