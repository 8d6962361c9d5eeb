//! The header `Link` (RFC 8288), which names the next page.

/// The longest header that is read.
const MAX_LINK_BYTES: usize = 16 << 10;
/// The most links of one header; GitHub sends four.
const MAX_LINKS: usize = 32;

/// A header that is no list of links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the header Link is no list of links, or names two next pages")]
pub struct NoLinks;

/// Returns the address with the relation `next`.
///
/// RFC 8288 section 3: `<address>; rel="next", …`; an address may hold commas, so it is read up to its bracket.
pub fn next(header: &str) -> Result<Option<String>, NoLinks> {
    if header.len() > MAX_LINK_BYTES {
        return Err(NoLinks);
    }
    let mut rest = header.trim();
    let mut found = None;
    for _ in 0..MAX_LINKS {
        if rest.is_empty() {
            return Ok(found);
        }
        let (address, after) = rest
            .strip_prefix('<')
            .and_then(|rest| rest.split_once('>'))
            .ok_or(NoLinks)?;
        let (parameters, after) = split(after, ',');
        // Two next pages: whichever is left out would be missing from the list.
        if has_relation(parameters) && found.replace(address.to_owned()).is_some() {
            return Err(NoLinks);
        }
        rest = after.trim_start();
    }
    Err(NoLinks)
}

/// Returns what stands before the next separator outside of quotation marks, and what behind it.
fn split(text: &str, separator: char) -> (&str, &str) {
    let mut is_quoted = false;
    for (at, character) in text.char_indices() {
        match character {
            '"' => is_quoted = !is_quoted,
            it if it == separator && !is_quoted => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
    }
    (text, "")
}

fn has_relation(mut parameters: &str) -> bool {
    while !parameters.is_empty() {
        let (parameter, rest) = split(parameters, ';');
        if let Some((name, value)) = parameter.split_once('=') {
            let mut relations = value.trim().trim_matches('"').split_ascii_whitespace();
            let is_next = relations.any(|it| it.eq_ignore_ascii_case("next"));
            if is_next && name.trim().eq_ignore_ascii_case("rel") {
                return true;
            }
        }
        parameters = rest;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{NoLinks, next};

    #[test]
    fn the_next_page_is_found() {
        let check = |header, expected: Result<Option<&str>, NoLinks>| {
            assert_eq!(
                next(header),
                expected.map(|it| it.map(str::to_owned)),
                "{header}"
            );
        };
        check("", Ok(None));
        check(
            r#"<https://a/?page=2>; rel="next", <https://a/?page=5>; rel="last""#,
            Ok(Some("https://a/?page=2")),
        );
        check(r#"<https://a/?page=1>; rel="prev""#, Ok(None));
        check(
            "<https://a/?x=1,2&page=2>; rel=next",
            Ok(Some("https://a/?x=1,2&page=2")),
        );
        check(
            r#"<a>; title="x, <b>; rel=next", <c>; REL="prev next","#,
            Ok(Some("c")),
        );
        check(r#"<a>; rel="next", <b>; rel="next""#, Err(NoLinks));
        check("a; rel=next", Err(NoLinks));
        check("<a", Err(NoLinks));
        check(&"<a>,".repeat(40), Err(NoLinks));
    }
}
