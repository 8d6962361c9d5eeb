//! What stands beside the difference in each question, each within its share of the window.

use super::questions::Subject;
use model::review::{Covered, Finding, Listed};
use sources::review::parts::Part;
use sources::review::prompt::{self, Around};
use sources::review::redact::redact;
use sources::review::shown::{Hidden, Shown};
use std::cmp::Reverse;

/// Each may have this part of a question; what its author says may have two.
const SHARE: usize = 8;
/// The most that is told of where names are used, beside one part.
const MAX_USES_BYTES: usize = 4_000;
/// What stands for lines that have no room has fewer bytes.
const MORE: usize = 40;

/// What stands beside the difference, but for what is told of each part alone.
pub(super) struct Beside<'a> {
    subject: &'a Subject<'a>,
    by_rule: &'a [Finding],
    said: &'a str,
    rules: &'a str,
    listed: Vec<String>,
    for_found: usize,
    for_uses: usize,
}

impl<'a> Beside<'a> {
    pub(super) fn of(
        subject: &'a Subject<'a>,
        shown: &Shown<'_>,
        by_rule: &'a [Finding],
        question_bytes: usize,
    ) -> Beside<'a> {
        let share = question_bytes / SHARE;
        Beside {
            subject,
            by_rule,
            said: begin(subject.said, 2 * share),
            rules: whole_lines(subject.rules, share),
            listed: fitting(listed(shown), share),
            for_found: share.min(bytes(by_rule.iter().map(prompt::told))),
            for_uses: match subject.used.is_empty() {
                true => 0,
                false => share.min(MAX_USES_BYTES),
            },
        }
    }

    /// Returns the most bytes that it has beside any part.
    pub(super) fn bytes(&self) -> usize {
        let listed = bytes(self.listed.iter().cloned());
        let lines = listed + self.for_found + self.for_uses;
        prompt::SYSTEM.len() + self.said.len() + self.rules.len() + lines
    }

    /// Returns the question about a part.
    pub(super) fn question(&self, part: &Part, place: (usize, usize)) -> String {
        let around = Around {
            said: self.said,
            rules: self.rules,
            by_rule: &self.found(&part.covers),
            listed: &self.listed,
            uses: &self.subject.used.beside(&part.covers, self.for_uses),
        };
        prompt::question(&around, &part.text, place)
    }

    /// Returns what rules found in the files of a part and in no file, the gravest first.
    fn found(&self, covers: &[Covered]) -> Vec<String> {
        let files = &self.subject.patch.files;
        let paths = covers.iter().filter_map(|of| files.get(of.file));
        let paths: Vec<String> = paths.map(|file| quiet(&file.path)).collect();
        let is_of_it = |it: &&Finding| {
            it.file.is_none()
                || covers.is_empty()
                || it.file.as_ref().is_some_and(|file| paths.contains(file))
        };
        let mut found: Vec<&Finding> = self.by_rule.iter().filter(is_of_it).collect();
        found.sort_by_key(|it| Reverse(it.severity));
        fitting(
            found.into_iter().map(prompt::told).collect(),
            self.for_found,
        )
    }
}

/// A path may hold a secret too, and the record stays.
pub(super) fn quiet(text: &str) -> String {
    redact(text).text.into_owned()
}

fn bytes(lines: impl Iterator<Item = String>) -> usize {
    lines.map(|line| line.len() + 1).sum()
}

/// Returns the first lines, as far as there is room for them, and how many there are more.
fn fitting(mut lines: Vec<String>, max_bytes: usize) -> Vec<String> {
    if bytes(lines.iter().cloned()) <= max_bytes {
        return lines;
    }
    let mut left = max_bytes.saturating_sub(MORE);
    let fits = |line: &&String| {
        let is_room = line.len() < left;
        left = left.saturating_sub(line.len() + 1);
        is_room
    };
    let shown = lines.iter().take_while(fits).count();
    let more = lines.len() - shown;
    lines.truncate(shown);
    lines.push(format!("- and {more} more"));
    lines
}

fn begin(text: &str, max_bytes: usize) -> &str {
    let end = (0..=max_bytes.min(text.len())).rev();
    let end = end.into_iter().find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or(0)]
}

/// Returns the first lines of a text, as far as there is room for them.
fn whole_lines(text: &str, max_bytes: usize) -> &str {
    let begin = begin(text, max_bytes);
    let end = begin.rfind('\n').map_or(0, |at| at + 1);
    &begin[..end]
}

fn listed(shown: &Shown<'_>) -> Vec<String> {
    let of = |it: &sources::review::shown::ShownFile<'_>| {
        let why = match &it.text {
            Err(Hidden::Listed(Listed::Binary)) => "no text",
            Err(Hidden::Listed(Listed::Generated)) => "written by a tool",
            Err(Hidden::Listed(Listed::Submodule)) => "another repository",
            Ok(_) | Err(Hidden::Unread(_)) => return None,
        };
        Some(format!("- {}: {why}", quiet(&it.file.path).escape_debug()))
    };
    shown.files.iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::{begin, fitting, whole_lines};

    #[test]
    fn what_has_no_room_is_counted() {
        let lines: Vec<String> = (0..100).map(|it| format!("- {it:>8}")).collect();
        assert_eq!(fitting(lines.clone(), 2_000), lines);
        let cut = fitting(lines.clone(), 100);
        assert_eq!(cut[..5], lines[..5]);
        assert_eq!(cut[5..], ["- and 95 more"]);
        assert_eq!(fitting(lines, 0), ["- and 100 more"]);
    }

    #[test]
    fn texts_are_cut_between_characters_and_lines() {
        assert_eq!(begin("aé", 2), "a");
        assert_eq!(begin("aé", 9), "aé");
        assert_eq!(whole_lines("one\ntwo\n", 7), "one\n");
        assert_eq!(whole_lines("one\ntwo\n", 8), "one\ntwo\n");
        assert_eq!(whole_lines("one\n", 2), "");
    }
}
