//! Makes characters visible that could spoof a page, a terminal or a table.

use std::borrow::Cow;

/// Returns `text` with control, bidirectional and invisible characters written as `U+XXXX`.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    spelled_where(text, spoofs)
}

/// Returns `text` with every character for which `hide` holds written as `U+XXXX`.
pub(crate) fn spelled_where(text: &str, hide: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(&hide) {
        return Cow::Borrowed(text);
    }
    let mut spelled = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if hide(c) {
            spelled.push_str(&format!("U+{:04X}", u32::from(c)));
        } else {
            spelled.push(c);
        }
    }
    Cow::Owned(spelled)
}

/// Returns whether a character is unseen or reorders its neighbours (UTS 55, "Source code handling").
/// U+200C and U+200D stay: Persian and emoji are spelled with them.
pub(crate) fn spoofs(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'
                | '\u{200e}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_spoofs_is_spelled() {
        assert_eq!(visible("fix\u{202e}gpj.exe"), "fixU+202Egpj.exe");
        assert_eq!(visible("\u{1b}[2Jgone\r\n"), "U+001B[2JgoneU+000DU+000A");
        assert_eq!(visible("tag\u{e0041}"), "tagU+E0041");
    }

    #[test]
    fn what_people_write_stays() {
        for text in ["Zoë Ångström", "日本語", "שלום", "👩‍💻 ⚠️", "a\u{a0}b"] {
            assert_eq!(visible(text), text);
        }
    }
}
