//! The issues that a description closes, by GitHub's words for it: "Linking a pull request to an issue".

/// Issues of one description that are kept.
const MAX_ISSUES: usize = 100;
/// The longest name of an issue: an address.
const MAX_NAME_BYTES: usize = 400;
/// The words, in whatever case, before each issue.
const CLOSING: [&str; 9] = [
    "close", "closed", "closes", "fix", "fixed", "fixes", "resolve", "resolved", "resolves",
];

/// Returns the issues that a description closes, as they are written in it, each once: `#12`, `OWNER/NAME#12` or an address.
pub fn closed(body: &str) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for line in body.lines() {
        for name in of_line(line) {
            if !found.contains(&name) && found.len() < MAX_ISSUES {
                found.push(name);
            }
        }
    }
    found
}

fn of_line(line: &str) -> impl Iterator<Item = &str> {
    let words = line.split_whitespace();
    let behind = line.split_whitespace().skip(1);
    let pairs = words.zip(behind).filter(|(word, _)| is_closing(word));
    pairs.filter_map(|(_, name)| issue(name))
}

fn is_closing(word: &str) -> bool {
    let word = word.trim_start_matches(|it: char| !it.is_alphanumeric());
    let word = word.strip_suffix(':').unwrap_or(word);
    CLOSING.iter().any(|it| word.eq_ignore_ascii_case(it))
}

fn issue(word: &str) -> Option<&str> {
    let name = word.trim_end_matches(|it: char| ".,;:!?)]".contains(it));
    let is_number =
        |text: &str| (1..=12).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit());
    let is_address = || {
        let (before, number) = name.rsplit_once("/issues/")?;
        let number = number.split(['#', '?']).next()?;
        Some(before.starts_with("https://") && is_number(number))
    };
    let is_reference = || {
        let (repository, number) = name.split_once('#')?;
        let is_name = repository.is_empty() || super::Repository::parse(repository).is_ok();
        Some(is_name && is_number(number))
    };
    let is_one = is_address().or_else(is_reference) == Some(true);
    (is_one && name.len() <= MAX_NAME_BYTES).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::closed;

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        assert_eq!(closed(text), expect, "{text}");
    }

    #[test]
    fn the_words_that_github_documents_link() {
        for word in super::CLOSING {
            check(&format!("It {word} #12."), &["#12"]);
        }
        check("CLOSES: #10", &["#10"]);
        check(
            "Resolves #10, resolves #123, resolves octo-org/octo-repo#100",
            &["#10", "#123", "octo-org/octo-repo#100"],
        );
        let address = "https://github.com/larkspur/shop/issues/12";
        check(&format!("(fixes {address})"), &[address]);
        check("- fixes #1\n- fixes #1\r\n- fixes #2\r\n", &["#1", "#2"]);
    }

    #[test]
    fn nothing_else_does() {
        check("#12, see #12, refs #12, prefixes #12, fixing #12", &[]);
        check("Fixes #1, #2 and #3", &["#1"]);
        check("It fixes. #12", &[]);
        check("fixes #, fixes #a, fixes a#12, fixes `#12`", &[]);
        check("fixes https://github.com/larkspur/shop/pull/12", &[]);
        check("fixes http://github.com/larkspur/shop/issues/12", &[]);
        check("fixes\n\n#12", &[]);
    }

    #[test]
    fn more_than_anybody_links_are_left_out() {
        let many: Vec<String> = (0..200).map(|number| format!("fixes #{number}")).collect();
        assert_eq!(closed(&many.join("\n")).len(), super::MAX_ISSUES);
        let long = format!("fixes https://a.example/{}/issues/1", "a".repeat(500));
        check(&long, &[]);
    }
}
