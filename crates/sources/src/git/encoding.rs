//! Text of a commit in the encoding that its header names.

use std::borrow::Cow;

/// What Windows-1252 has in the place of the C1 controls; unassigned places keep the control (WHATWG Encoding).
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Returns the text of `bytes`; what the encoding does not have, and every byte that is not ASCII
/// in an encoding that is not known here, reads U+FFFD.
pub fn decode<'a>(bytes: &'a [u8], encoding: Option<&[u8]>) -> Cow<'a, str> {
    let Some(encoding) = encoding else {
        return utf_8(bytes);
    };
    let name = encoding.to_ascii_lowercase();
    match name.as_slice() {
        b"iso-8859-1" | b"iso8859-1" | b"iso_8859-1" | b"latin1" | b"latin-1" => {
            bytes.iter().map(|&byte| char::from(byte)).collect()
        }
        b"windows-1252" | b"cp1252" => bytes.iter().map(|&byte| windows_1252(byte)).collect(),
        _ => utf_8(bytes),
    }
}

/// Text that is whole is told sooner than text that is not is mended.
fn utf_8(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], encoding: Option<&str>, expect: &str) {
        assert_eq!(decode(bytes, encoding.map(str::as_bytes)), expect);
    }

    #[test]
    fn encodings_are_read() {
        check("Grüße".as_bytes(), None, "Grüße");
        check("Grüße".as_bytes(), Some("UTF-8"), "Grüße");
        check(b"Gr\xfc\xdfe", Some("ISO-8859-1"), "Grüße");
        check(b"Gr\xfc\xdfe", Some("latin1"), "Grüße");
        check(b"\x80 5 \x96 \x9f", Some("CP1252"), "€ 5 – Ÿ");
    }

    #[test]
    fn what_cannot_be_read_is_shown_as_such() {
        check(b"Gr\xfc\xdfe", None, "Gr\u{fffd}\u{fffd}e");
        check(b"\x83\x65 ok", Some("Shift_JIS"), "\u{fffd}e ok");
    }
}
