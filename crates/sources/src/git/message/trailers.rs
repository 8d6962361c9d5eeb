//! Trailers, wherever in the message they stand.

use crate::said;
use crate::said::markdown::{self, Kind};
use model::identity::Identity;

/// The longest key that a trailer has.
const MAX_KEY_BYTES: usize = 40;

/// A line of the form `Key: value`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Trailer<'a> {
    /// The key, as typed.
    pub(super) key: &'a str,
    /// The value, without white space around it.
    pub(super) value: &'a str,
}

impl<'a> Trailer<'a> {
    /// Returns the trailer that a line is, if it is one.
    pub(super) fn parse(line: &'a str) -> Option<Trailer<'a>> {
        let line = line.trim();
        let colon = line.bytes().take(MAX_KEY_BYTES).position(|b| b == b':')?;
        let (key, value) = (line[..colon].trim_end(), &line[colon + 1..]);
        let is_key = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (!key.is_empty() && key.bytes().all(is_key) && !value.starts_with("//")).then(|| Trailer {
            key,
            value: value.trim(),
        })
    }

    /// Returns whether the key is `lower_case_key`, in whatever case.
    pub(super) fn is(&self, lower_case_key: &str) -> bool {
        self.key.eq_ignore_ascii_case(lower_case_key)
    }

    /// Returns the person that a value such as `Ada Marsh <ada@larkspur.example>` names.
    pub(super) fn person(&self) -> Identity {
        let (name, rest) = self.value.split_once('<').unwrap_or((self.value, ""));
        let address = rest.split('>').next().unwrap_or_default();
        Identity::new(name.trim(), address.trim())
    }
}

/// Returns every line of a text that has the form of a trailer.
pub(super) fn trailers(text: &str) -> impl Iterator<Item = Trailer<'_>> {
    text.lines().filter_map(Trailer::parse)
}

/// Returns how many different words a body has: lines of a last paragraph of nothing but trailers do not count,
/// nor do people and assistants named further up.
pub(super) fn words(body: &str) -> u32 {
    let body = body.trim_end();
    let last = paragraph_start(body);
    let is_trailer = |line: &str| Trailer::parse(line).is_some() || line.starts_with([' ', '\t']);
    let prose = match body[last..].trim().lines().all(is_trailer) {
        true => &body[..last],
        false => body,
    };
    let lines = prose.lines().filter(|line| !names_someone(line));
    let prose: String = lines.flat_map(|line| [line, "\n"]).collect();
    match prose.contains('<') {
        // Comments and tags are no words.
        true => said::words(&markdown::plain(
            &markdown::lines(&prose),
            &[Kind::Text, Kind::Code],
        )),
        false => said::words(&prose),
    }
}

fn paragraph_start(body: &str) -> usize {
    let mut start = 0;
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        at += line.len();
        if line.trim().is_empty() {
            start = at;
        }
    }
    start
}

fn names_someone(line: &str) -> bool {
    Trailer::parse(line).is_some_and(|trailer| {
        let key = trailer.key.as_bytes();
        key.len() > 3 && key[key.len() - 3..].eq_ignore_ascii_case(b"-by")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expect: Option<(&str, &str)>) {
        let found = Trailer::parse(line).map(|trailer| (trailer.key, trailer.value));
        assert_eq!(found, expect, "{line:?}");
    }

    #[test]
    fn trailers_have_a_key() {
        check("Risk: low", Some(("Risk", "low")));
        check("  Signed-off-by : Ada  ", Some(("Signed-off-by", "Ada")));
        check("Risk:", Some(("Risk", "")));
        check("https://larkspur.example", None);
        check("Two words: no", None);
        check(": no", None);
        check("", None);
        check("ключ: no", None);
    }

    fn check_person(value: &str, name: &str, address: &str) {
        let trailer = Trailer { key: "x", value };
        assert_eq!(trailer.person(), Identity::new(name, address), "{value}");
    }

    #[test]
    fn people_have_names_and_addresses() {
        check_person("Ada Marsh <ada@x>", "Ada Marsh", "ada@x");
        check_person("Ada Marsh", "Ada Marsh", "");
        check_person("<ada@x>", "", "ada@x");
        check_person("Ada <ada@x", "Ada", "ada@x");
    }

    fn check_words(body: &str, expect: u32) {
        assert_eq!(words(body), expect, "{body:?}");
    }

    #[test]
    fn words_are_counted_without_trailers() {
        check_words("", 0);
        check_words("\nOne two\nthree\n", 3);
        check_words("\nOne two\n\nSigned-off-by: Ada Marsh <a@x>\n", 2);
        check_words("\nSigned-off-by: Ada Marsh <a@x>\nRisk: low\n", 0);
        check_words("\nCo-authored-by: Ada <a@x>\n\nOne two\n", 2);
        check_words("\nOne two\nRisk: low\n", 4);
        check_words("\nOne one ONE\n", 1);
        check_words("\n<!-- say in a few words why -->\nOne\n", 1);
        check_words("\n* One\n\n    two\n", 2);
    }
}
