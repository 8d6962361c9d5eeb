//! Replaces what differs from run to run by a word that says what stood there.

use std::path::Path;

/// The shortest run of hexadecimal digits that is taken for a digest: a SHA-1 name in full.
const DIGEST_MIN_DIGITS: usize = 40;
/// The length of `2026-01-05T09:00`, which every timestamp begins with.
const MINUTE_LENGTH: usize = 16;

/// Texts and their placeholders; digests and timestamps are always replaced.
///
/// Dates without a time of day and abbreviated object names stay: with fixed commit times they are the same each run.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    replacements: Vec<(String, String)>,
}

impl Filter {
    /// Returns a filter of digests (`[DIGEST]`) and timestamps (`[TIME]`) alone.
    #[must_use]
    pub fn new() -> Filter {
        Filter::default()
    }

    /// Replaces a path, and the path that it has when links are resolved.
    #[must_use]
    pub fn path(self, path: impl AsRef<Path>, placeholder: &str) -> Filter {
        let path = path.as_ref();
        let resolved = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        self.text(&path.display().to_string(), placeholder)
            .text(&resolved.display().to_string(), placeholder)
    }

    /// Replaces a text.
    #[must_use]
    pub fn text(mut self, text: &str, placeholder: &str) -> Filter {
        self.replacements
            .push((text.to_owned(), placeholder.to_owned()));
        // The longest first: a folder must not be replaced before what lies in it has its own name.
        self.replacements
            .sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        self
    }

    /// Returns the text with everything replaced.
    #[must_use]
    pub fn apply(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (from, to) in &self.replacements {
            text = text.replace(from, to);
        }
        replace_runs(&text)
    }
}

fn replace_runs(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    let mut before = None;
    while let Some(character) = rest.chars().next() {
        let (length, written) = match token(rest, before) {
            Some((length, placeholder)) => (length, placeholder),
            None => (character.len_utf8(), &rest[..character.len_utf8()]),
        };
        out.push_str(written);
        before = rest[..length].chars().next_back();
        rest = &rest[length..];
    }
    out
}

/// Returns the length and the placeholder of the digest or timestamp at the head of `rest`.
fn token(rest: &str, before: Option<char>) -> Option<(usize, &'static str)> {
    if before.is_some_and(|it| it.is_ascii_alphanumeric()) {
        return None;
    }
    if let Some(length) = timestamp_length(rest.as_bytes()) {
        return Some((length, "[TIME]"));
    }
    let word = length_while(rest.as_bytes(), |it| it.is_ascii_alphanumeric());
    let digits = length_while(rest.as_bytes(), |it| {
        it.is_ascii_digit() || (b'a'..=b'f').contains(&it)
    });
    (digits >= DIGEST_MIN_DIGITS && digits == word).then_some((digits, "[DIGEST]"))
}

/// RFC 3339, with a `T` or a space, seconds and fraction optional, in UTC or with an offset.
fn timestamp_length(bytes: &[u8]) -> Option<usize> {
    let minute = bytes.get(..MINUTE_LENGTH)?;
    let shape = minute.iter().enumerate().all(|(at, &byte)| match at {
        4 | 7 => byte == b'-',
        10 => byte == b'T' || byte == b' ',
        13 => byte == b':',
        _ => byte.is_ascii_digit(),
    });
    if !shape {
        return None;
    }
    let clock = length_while(&bytes[MINUTE_LENGTH..], |it| {
        it.is_ascii_digit() || it == b':' || it == b'.'
    });
    let end = MINUTE_LENGTH + clock;
    Some(end + zone_length(&bytes[end..]))
}

fn zone_length(bytes: &[u8]) -> usize {
    match bytes {
        [b'Z', ..] => 1,
        [b'+' | b'-', zone @ ..] if zone.first().is_some_and(u8::is_ascii_digit) => {
            1 + length_while(zone, |it| it.is_ascii_digit() || it == b':')
        }
        _ => 0,
    }
}

fn length_while(bytes: &[u8], holds: impl Fn(u8) -> bool) -> usize {
    bytes.iter().take_while(|&&byte| holds(byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, expect: &str) {
        let filter = Filter::new()
            .text("/tmp/a", "[DIR]")
            .text("/tmp/a/home", "[HOME]");
        assert_eq!(filter.apply(input), expect);
    }

    #[test]
    fn the_longest_path_wins() {
        check("/tmp/a/home/x /tmp/a/y", "[HOME]/x [DIR]/y");
    }

    #[test]
    fn timestamps_of_every_spelling() {
        check("at 2026-01-05T09:00:00Z.", "at [TIME].");
        check("2026-01-05 09:00", "[TIME]");
        check("2026-01-05T09:00:00.123+02:00, later", "[TIME], later");
        check("2026-01-05T09:00:00-x", "[TIME]-x");
    }

    #[test]
    fn dates_and_short_names_stay() {
        check("2026-01-05 is 4b825dc", "2026-01-05 is 4b825dc");
    }

    #[test]
    fn digests_of_both_lengths() {
        let sha1 = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
        check(&format!("({sha1})"), "([DIGEST])");
        check(
            &format!("sha256:{sha1}{}", "0".repeat(24)),
            "sha256:[DIGEST]",
        );
    }

    #[test]
    fn a_longer_word_is_no_digest() {
        let word = format!("{}z", "a".repeat(40));
        check(&word, &word);
    }

    #[test]
    fn other_scripts_pass_through() {
        check("Grüße, 東京", "Grüße, 東京");
    }
}
