//! Observation periods: `2026`, `2026-H1`, `2026-Q2`, `2026-05`, `FROM..TO`, `all`.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A span of time in UTC; `from` is inside, `to` is outside, an absent end is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// What people call it.
    pub label: String,
    /// The first moment inside.
    pub from: Option<Timestamp>,
    /// The first moment after it.
    pub to: Option<Timestamp>,
}

/// A text that names no period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is not a period: {why}; write all, 2026, 2026-H1, 2026-Q2, 2026-05 or 2026-01-01..2026-07-01"
)]
pub struct PeriodError {
    text: String,
    why: &'static str,
}

impl Period {
    /// Returns the period of the whole history.
    pub fn all() -> Period {
        Period {
            label: "all".into(),
            from: None,
            to: None,
        }
    }

    /// Returns the 365 days up to `now`, the second of `now` included.
    pub fn last_year(now: Timestamp) -> Period {
        let end = now.checked_add(Span::new().seconds(1)).unwrap_or(now);
        let from = now.checked_sub(Span::new().hours(365 * 24)).ok();
        Period {
            label: "last 365 days".into(),
            from,
            to: Some(end),
        }
    }

    /// Returns the period that `text` names. In `FROM..TO` both are dates in UTC and `TO` is outside.
    pub fn parse(text: &str) -> Result<Period, PeriodError> {
        let fail = |why| PeriodError {
            text: text.chars().take(80).collect(),
            why,
        };
        if text == "all" {
            return Ok(Period::all());
        }
        let (from, to) = match text.split_once("..") {
            Some((from, to)) => (date(from), date(to)),
            None => named(text).map_or((None, None), |(from, to)| (Some(from), Some(to))),
        };
        let (Some(from), Some(to)) = (from, to) else {
            return Err(fail("no such form or no such date"));
        };
        if from >= to {
            return Err(fail("it ends before it begins"));
        }
        Ok(Period {
            label: text.into(),
            from: midnight(from),
            to: midnight(to),
        })
    }

    /// Returns whether `at` lies inside.
    pub fn contains(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.to.is_none_or(|to| at < to)
    }

    /// Returns whether the period had ended at `now`; a period with an open end never has.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.to.is_some_and(|to| to <= now)
    }
}

fn date(text: &str) -> Option<Date> {
    text.trim().parse().ok()
}

fn midnight(date: Date) -> Option<Timestamp> {
    date.to_zoned(TimeZone::UTC)
        .ok()
        .map(|zoned| zoned.timestamp())
}

fn named(text: &str) -> Option<(Date, Date)> {
    let (year, part) = text.split_once('-').unwrap_or((text, ""));
    let year: i16 = (year.len() == 4).then(|| year.parse().ok())??;
    let (first, months) = match part {
        "" => (1, 12),
        "H1" => (1, 6),
        "H2" => (7, 6),
        "Q1" => (1, 3),
        "Q2" => (4, 3),
        "Q3" => (7, 3),
        "Q4" => (10, 3),
        month => ((month.len() == 2).then(|| month.parse().ok())??, 1),
    };
    let from = Date::new(year, first, 1).ok()?;
    Some((from, from.checked_add(Span::new().months(months)).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, from: &str, to: &str) {
        let period = Period::parse(text).unwrap();
        assert_eq!(period.from, Some(from.parse().unwrap()), "{text}");
        assert_eq!(period.to, Some(to.parse().unwrap()), "{text}");
    }

    #[test]
    fn periods_have_names() {
        check("2026", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
        check("2026-H2", "2026-07-01T00:00:00Z", "2027-01-01T00:00:00Z");
        check("2026-Q2", "2026-04-01T00:00:00Z", "2026-07-01T00:00:00Z");
        check("2026-12", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z");
        check(
            "2026-01-05..2026-02-06",
            "2026-01-05T00:00:00Z",
            "2026-02-06T00:00:00Z",
        );
        assert_eq!(Period::parse("all").unwrap(), Period::all());
    }

    #[test]
    fn what_names_no_period_says_why() {
        for text in [
            "",
            "26",
            "2026-Q5",
            "2026-13",
            "2026-02-30..2026-03-01",
            "2026..2027",
            "99999",
        ] {
            assert!(
                Period::parse(text)
                    .unwrap_err()
                    .to_string()
                    .contains("no such form"),
                "{text}"
            );
        }
        let backwards = Period::parse("2026-02-01..2026-01-01").unwrap_err();
        assert!(backwards.to_string().contains("ends before it begins"));
    }

    #[test]
    fn the_end_is_outside() {
        let period = Period::parse("2026-Q1").unwrap();
        assert!(period.contains("2026-01-01T00:00:00Z".parse().unwrap()));
        assert!(!period.contains("2026-04-01T00:00:00Z".parse().unwrap()));
        assert!(period.is_over("2026-04-01T00:00:00Z".parse().unwrap()));
    }
}
