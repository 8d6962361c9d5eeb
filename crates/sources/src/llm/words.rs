//! What a server says in its own words, for people: escaped and cut.

use std::fmt;

use serde_json::Value;

/// The longest part that is kept, in characters.
const MAX_WORDS: usize = 240;

/// A part of an answer in words; it decides nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words(String);

impl Words {
    /// Returns a text as words of one line.
    #[must_use]
    pub fn of(text: &str) -> Words {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut shown = String::new();
        for (count, character) in line.chars().enumerate() {
            if count == MAX_WORDS {
                shown.push('…');
                break;
            }
            match character {
                '"' | '\'' | '\\' => shown.push(character),
                // What cannot be seen, or turns what stands around it, is spelled.
                other => shown.extend(other.escape_debug()),
            }
        }
        Words(shown)
    }

    /// Returns them.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_str() {
            "" => f.write_str("it gives no reason"),
            words => f.write_str(words),
        }
    }
}

/// The kind of an error and its words, as a server tells them in JSON.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// `type` and `code`, in lower case.
    pub(super) kinds: String,
    pub(super) words: Words,
}

impl Told {
    /// Returns what the body of a refusal says: JSON where it is, else its beginning.
    pub(super) fn of(body: &[u8]) -> Told {
        match serde_json::from_slice::<Value>(body) {
            Ok(value) => Told::of_value(&value),
            Err(_) => {
                // A character has four bytes at most, and an escape is cut again.
                let start = &body[..body.len().min(4 * MAX_WORDS)];
                Told {
                    kinds: String::new(),
                    words: Words::of(&String::from_utf8_lossy(start)),
                }
            }
        }
    }

    /// Both vendors write `error` with `type` and `message`, OpenAI also `code`; others write a text as `error`, `message` or `detail`.
    pub(super) fn of_value(value: &Value) -> Told {
        let inner = value.get("error").filter(|it| !it.is_null());
        let inner = inner.unwrap_or(value);
        let part = |name: &str| inner.get(name).and_then(Value::as_str);
        let words = inner.as_str().or_else(|| part("message"));
        let words = words.or_else(|| part("detail")).unwrap_or_default();
        let kinds = [part("type"), part("code")];
        let kinds: Vec<&str> = kinds.into_iter().flatten().collect();
        Told {
            kinds: kinds.join(" ").to_ascii_lowercase(),
            words: Words::of(words),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_WORDS, Told, Words};

    #[test]
    fn words_are_one_visible_line() {
        let check = |text: &str, expected: &str| assert_eq!(Words::of(text).as_str(), expected);
        check("It's \"late\".\r\n Come\tback", "It's \"late\". Come back");
        check("\u{1b}[31mred\u{202e}", "\\u{1b}[31mred\\u{202e}");
        check("spät", "spät");
        assert_eq!(Words::of("").to_string(), "it gives no reason");
        let long = Words::of(&"a".repeat(MAX_WORDS + 1));
        assert_eq!(long.as_str(), format!("{}…", "a".repeat(MAX_WORDS)));
    }

    #[test]
    fn a_refusal_tells_kind_and_words() {
        let check = |body: &str, kinds: &str, words: &str| {
            let told = Told::of(body.as_bytes());
            assert_eq!((told.kinds.as_str(), told.words.as_str()), (kinds, words));
        };
        check(
            r#"{"error":{"message":"No.","type":"requests","param":null,"code":"Rate_Limit"}}"#,
            "requests rate_limit",
            "No.",
        );
        check(
            r#"{"type":"error","error":{"type":"api_error","message":"No."},"request_id":"r"}"#,
            "api_error",
            "No.",
        );
        check(r#"{"error":"No.","code":400}"#, "", "No.");
        check(
            r#"{"object":"error","message":"No.","type":"x","code":400}"#,
            "x",
            "No.",
        );
        check(r#"{"detail":"No."}"#, "", "No.");
        check("<html> No", "", "<html> No");
        check("", "", "");
        check("[]", "", "");
    }
}
