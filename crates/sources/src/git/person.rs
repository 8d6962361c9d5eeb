//! The author and committer lines of a commit.

/// A person's line in its parts, as bytes: `Ada Marsh <ada@larkspur.example> 1767603600 +0100`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person<'a> {
    /// The name, without white space around it.
    pub name: &'a [u8],
    /// The address between the angle brackets.
    pub address: &'a [u8],
    /// Seconds since 1970; 0 where there is no number.
    pub seconds: i64,
}

impl<'a> Person<'a> {
    /// Returns the parts of a line, split where git's `split_ident_line` splits it.
    pub fn parse(line: &'a [u8]) -> Person<'a> {
        let open = position(line, b'<').unwrap_or(line.len());
        let name = line[..open].trim_ascii();
        let after = line.get(open + 1..).unwrap_or_default();
        let close = position(after, b'>').unwrap_or(after.len());
        Person {
            name,
            address: after[..close].trim_ascii(),
            seconds: seconds(line),
        }
    }
}

/// The clock stands behind the last `>`, whatever the name and the address contain.
fn seconds(line: &[u8]) -> i64 {
    let close = line.iter().rposition(|&byte| byte == b'>');
    let date = line.get(close.map_or(line.len(), |at| at + 1)..);
    let word = date.unwrap_or_default().trim_ascii_start();
    let end = position(word, b' ').unwrap_or(word.len());
    let text = std::str::from_utf8(&word[..end]).unwrap_or_default();
    text.parse().unwrap_or(0)
}

fn position(bytes: &[u8], wanted: u8) -> Option<usize> {
    bytes.iter().position(|&byte| byte == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, name: &str, address: &str, seconds: i64) {
        let person = Person::parse(line.as_bytes());
        let expect = Person {
            name: name.as_bytes(),
            address: address.as_bytes(),
            seconds,
        };
        assert_eq!(person, expect, "{line}");
    }

    #[test]
    fn lines_are_parted() {
        check("Ada <a@x> 12 +0000", "Ada", "a@x", 12);
        check("Ada Marsh <a@x> -5 +0000", "Ada Marsh", "a@x", -5);
        check("<a@x> 12 +0000", "", "a@x", 12);
        check("Ada <> 12 +0000", "Ada", "", 12);
        check("Ada < a@x > 12 +0000", "Ada", "a@x", 12);
        check("Ada <a@x>> 12 +0000", "Ada", "a@x", 12);
    }

    #[test]
    fn what_is_no_line_is_no_panic() {
        check("", "", "", 0);
        check("Ada", "Ada", "", 0);
        check("Ada <a@x", "Ada", "a@x", 0);
        check("Ada <a@x>", "Ada", "a@x", 0);
        check("Ada <a@x> soon", "Ada", "a@x", 0);
        check("Ada <a@x> 99999999999999999999 +0000", "Ada", "a@x", 0);
    }
}
