//! Reads the moment of a token, which may hold a fraction of a second (RFC 3161, section 2.4.2).

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Digits of a fraction: nanoseconds.
const MAX_FRACTION: usize = 9;

/// Returns the moment of `YYYYMMDDhhmmss[.s…]Z`, where the fraction neither is empty nor ends in a zero.
pub(super) fn parse(value: &[u8]) -> Option<Timestamp> {
    let text = str::from_utf8(value).ok()?.strip_suffix('Z')?;
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, nanoseconds(fraction)?),
        None => (text, 0),
    };
    if whole.len() != 14 || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |from: usize, to: usize| whole.get(from..to)?.parse::<i8>().ok();
    let date_time = DateTime::new(
        whole.get(..4)?.parse().ok()?,
        number(4, 6)?,
        number(6, 8)?,
        number(8, 10)?,
        number(10, 12)?,
        number(12, 14)?,
        fraction,
    );
    let zoned = date_time.ok()?.to_zoned(TimeZone::UTC).ok()?;
    Some(zoned.timestamp())
}

fn nanoseconds(fraction: &str) -> Option<i32> {
    let digits = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || fraction.len() > MAX_FRACTION || fraction.ends_with('0') {
        return None;
    }
    format!("{fraction:0<MAX_FRACTION$}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Option<&str>) {
        let moment = parse(text.as_bytes()).map(|moment| moment.to_string());
        assert_eq!(moment.as_deref(), expect, "{text}");
    }

    #[test]
    fn the_form_is_that_of_the_standard_and_no_other() {
        check("20260305143000Z", Some("2026-03-05T14:30:00Z"));
        check("20260305143000.5Z", Some("2026-03-05T14:30:00.5Z"));
        check(
            "20260305143000.000000001Z",
            Some("2026-03-05T14:30:00.000000001Z"),
        );
        for other in [
            "20260305143000",
            "20260305143000.Z",
            "20260305143000.50Z",
            "20260305143000.0000000001Z",
            "20260305143000+0100",
            "202603051430Z",
            "20260230000000Z",
            "20260305143060Z",
            "2026030514300-Z",
            "+0260305143000Z",
            "",
        ] {
            check(other, None);
        }
    }
}
