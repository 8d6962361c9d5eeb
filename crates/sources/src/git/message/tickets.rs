//! Tickets that a message refers to.

use super::trailers::Trailer;
use std::collections::BTreeSet;

/// Tickets of one message that are kept.
const MAX_TICKETS: usize = 100;

/// What looks like a key of a tracker and is a standard, an algorithm, a licence or an advisory.
const NO_TRACKERS: [&str; 42] = [
    "AES", "AGPL", "ANSI", "APACHE", "ASCII", "BASE", "BSD", "CC", "CP", "CRC", "CVE", "CWE",
    "ECMA", "ED", "EUC", "FIPS", "GB", "GHSA", "GPL", "GPT", "HMAC", "HTTP", "IEC", "IEEE", "ISO",
    "LGPL", "MD", "MIT", "MPL", "MR", "NIST", "PEP", "PKCS", "PR", "RFC", "RSA", "SHA", "SSL",
    "TLS", "UCS", "UTF", "X",
];

/// Words after which `#12` is a ticket.
const REFERRING: [&str; 21] = [
    "address",
    "addresses",
    "close",
    "closed",
    "closes",
    "fix",
    "fixed",
    "fixes",
    "implements",
    "issue",
    "issues",
    "re",
    "ref",
    "references",
    "refs",
    "related",
    "resolve",
    "resolved",
    "resolves",
    "see",
    "to",
];

/// Returns the tickets of a message, sorted, each once: keys such as `SHOP-12`, references such as `Fixes #12`,
/// and what `Ticket:` trailers say.
pub(super) fn tickets(text: &str, trailers: &[Trailer<'_>]) -> Vec<String> {
    let mut found: BTreeSet<&str> = keys(text).collect();
    found.extend(references(text));
    found.extend(declared(trailers));
    kept(found)
}

/// Returns the tickets that `Ticket:` trailers name, sorted, each once.
pub(super) fn lines(trailers: &[Trailer<'_>]) -> Vec<String> {
    kept(declared(trailers).collect())
}

fn kept(found: BTreeSet<&str>) -> Vec<String> {
    let kept = found.into_iter().take(MAX_TICKETS);
    kept.map(str::to_owned).collect()
}

/// Backticks around a name and `./` before a path are no part of it.
fn declared<'a>(trailers: &[Trailer<'a>]) -> impl Iterator<Item = &'a str> {
    let declared = trailers.iter().filter(|trailer| trailer.is("ticket"));
    let values = declared.flat_map(|trailer| trailer.value.split([',', ' ']));
    let names = values.map(|value| {
        let bare = value.trim_matches('`');
        bare.strip_prefix("./").unwrap_or(bare)
    });
    names.filter(|name| !name.is_empty())
}

/// Keys are 2 to 10 capitals, a dash and digits, and nothing of a word around them.
fn keys(text: &str) -> impl Iterator<Item = &str> {
    let dashes = text.match_indices('-');
    dashes.filter_map(|(dash, _)| key_around(text, dash))
}

fn key_around(text: &str, dash: usize) -> Option<&str> {
    let bytes = text.as_bytes();
    let capitals = bytes[..dash]
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_uppercase());
    let start = dash - capitals.count();
    let digits = bytes[dash + 1..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit());
    let end = dash + 1 + digits.count();
    let is_key = (2..=10).contains(&(dash - start)) && end > dash + 1;
    let alone = !continues_before(&bytes[..start]) && !continues_after(&bytes[end..]);
    let tracker = &text[start..dash];
    (is_key && alone && !NO_TRACKERS.contains(&tracker)).then(|| &text[start..end])
}

fn continues_before(before: &[u8]) -> bool {
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    before.last().is_some_and(word)
}

fn continues_after(after: &[u8]) -> bool {
    match after {
        [b'.', digit, ..] => digit.is_ascii_digit(),
        [byte, ..] => byte.is_ascii_alphanumeric() || *byte == b'_',
        [] => false,
    }
}

/// References follow a word such as `Fixes`, or another reference: `Fixes #1, #2 and other/project#3`.
fn references(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut referring = false;
    for word in text.split_whitespace() {
        let bare = word.trim_matches(|c: char| ".,:;()[]".contains(c));
        if referring && is_reference(bare) {
            found.push(bare);
        } else if !(referring && bare == "and") {
            referring = refers(bare);
        }
    }
    found
}

fn refers(word: &str) -> bool {
    REFERRING.iter().any(|it| word.eq_ignore_ascii_case(it))
}

fn is_reference(word: &str) -> bool {
    let Some((project, digits)) = word.split_once('#') else {
        return false;
    };
    let in_project = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    let digits_only =
        (1..=12).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    digits_only && project.bytes().all(in_project)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        let trailers: Vec<Trailer<'_>> = super::super::trailers(text).collect();
        assert_eq!(tickets(text, &trailers), expect, "{text:?}");
    }

    #[test]
    fn keys_of_trackers() {
        check("SHOP-12: fix it", &["SHOP-12"]);
        check("[SHOP-12] fix OPS-3", &["OPS-3", "SHOP-12"]);
        check("Merge feature/SHOP-12-rounding", &["SHOP-12"]);
        check("(SHOP-12)", &["SHOP-12"]);
        check("SHOP-12 and SHOP-12", &["SHOP-12"]);
    }

    #[test]
    fn what_only_looks_like_a_key() {
        check("use UTF-8, SHA-256 and ISO-8859-1, see RFC-2822", &[]);
        check("CVE-2024-1234", &[]);
        check("A-1 shop-12 SHOP-x SHOPSHOPSHOP-1", &[]);
        check("XSHOP-1a SHOP-1.2 a_SHOP-1 SHOP-1_2", &[]);
        check("GPL-2.0 -12 --12 SHOP-", &[]);
    }

    #[test]
    fn references_need_a_word_before_them() {
        check("Fixes #12", &["#12"]);
        check(
            "fixes: #12, #13 and #14. #15",
            &["#12", "#13", "#14", "#15"],
        );
        check("Closes larkspur/shop#12.", &["larkspur/shop#12"]);
        check("A title (#12)", &[]);
        check("Merge pull request #12 from a/b", &[]);
        check("color #123456 resolves nothing #1", &[]);
        check("Refs #", &[]);
    }

    #[test]
    fn trailers_name_tickets() {
        check("s\n\nTicket: 4711, shop-9", &["4711", "shop-9"]);
        check(
            "s\n\nTicket: `./docs/1.md`, `docs/2.md`, ``",
            &["docs/1.md", "docs/2.md"],
        );
        check(
            "s\n\nTicket: ./docs/1.md ../1.md",
            &["../1.md", "docs/1.md"],
        );
    }
}
