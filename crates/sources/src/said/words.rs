//! How much a text says.

use model::text::is_unseen;
use std::collections::BTreeSet;

/// What people write where they say nothing yet, and GitHub under the heading of a field of a form that was left empty.
const LEFT_OPEN: [&str; 17] = [
    "n.a",
    "n/a",
    "na",
    "no response",
    "none",
    "n. a",
    "not applicable",
    "not available",
    "pending",
    "tba",
    "tbc",
    "tbd",
    "to do",
    "todo",
    "wip",
    "xx",
    "xxx",
];

/// Returns whether a text says more than that something is still to be said.
pub fn says_something(text: &str) -> bool {
    let text: String = text.chars().filter(|it| !is_unseen(*it)).collect();
    let mut said = text.split_whitespace().map(bare);
    !is_left_open(bare(&text)) && said.any(|word| !is_left_open(word))
}

/// Returns how many different words a text has, whatever their case: letters alone are none, nor is what leaves it open.
pub fn words(text: &str) -> u32 {
    let text: String = text.chars().filter(|it| !is_unseen(*it)).collect();
    let is_word = |word: &&str| {
        let mut letters = word.chars();
        let is_letter = letters.next().is_some_and(|it| it.is_ascii()) && letters.next().is_none();
        word.contains(char::is_alphabetic) && !is_letter && !is_left_open(word)
    };
    let words = text.split_whitespace().map(bare).filter(is_word);
    let different: BTreeSet<String> = words.map(str::to_lowercase).collect();
    u32::try_from(different.len()).unwrap_or(u32::MAX)
}

/// Returns a word without the signs around it.
fn bare(word: &str) -> &str {
    word.trim_matches(|it: char| !it.is_alphanumeric())
}

fn is_left_open(bare: &str) -> bool {
    bare.is_empty() || LEFT_OPEN.iter().any(|word| bare.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::{says_something, words};

    #[test]
    fn different_words_are_counted() {
        let check = |text: &str, expect: u32| assert_eq!(words(text), expect, "{text}");
        check("", 0);
        check("The law asks for them.", 5);
        check("the THE The, (the) \u{200b}the", 1);
        check("TBD tbd TODO n/a - todo", 0);
        check("a b c d e", 0);
        check("1 2 3", 0);
        check("é à", 2);
    }

    #[test]
    fn what_is_left_open_says_nothing() {
        for open in [
            "",
            "-",
            "TBD.",
            "TBD TBD",
            "no response",
            "N. A.",
            "\u{200b}",
            "_None_",
        ] {
            assert!(!says_something(open), "{open:?}");
        }
        for said in ["5", "TODO: revert it", "Nabu"] {
            assert!(says_something(said), "{said}");
        }
    }
}
