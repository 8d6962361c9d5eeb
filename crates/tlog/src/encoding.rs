//! The base64 of RFC 4648 section 4, which every C2SP text format uses, read strictly.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Returns the padded base64 of the bytes.
pub(crate) fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Returns the bytes, or nothing when the text is not the one canonical encoding of them.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Returns the number, or nothing unless it is ASCII decimal without a sign or leading zeroes.
pub(crate) fn from_decimal(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let leading_zero = text.len() > 1 && text.starts_with('0');
    if !digits || leading_zero {
        return None;
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{from_base64, from_decimal};

    #[test]
    fn base64_has_one_spelling_for_each_value() {
        assert_eq!(from_base64("AQ=="), Some(vec![1]));
        for other in ["AQ", "AR==", "AQ==\n", " AQ==", "AQ=", "A_=="] {
            assert_eq!(from_base64(other), None, "{other:?}");
        }
    }

    #[test]
    fn decimals_have_one_spelling_for_each_value() {
        assert_eq!(from_decimal("0"), Some(0));
        assert_eq!(from_decimal("18446744073709551615"), Some(u64::MAX));
        for other in [
            "",
            "00",
            "01",
            "+1",
            "-1",
            "1 ",
            "0x1",
            "18446744073709551616",
            "１",
        ] {
            assert_eq!(from_decimal(other), None, "{other:?}");
        }
    }
}
