//! Spans of equal length that hold the changes of a period, few enough to draw.

use crate::words;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::report::ChangeReport;

/// At most so many bars.
const MOST: i64 = 60;
const DAY_SECONDS: i64 = 86_400;
/// 1970-01-01 was a Thursday; weeks begin on Monday.
const MONDAY_DAYS: i64 = 3;

/// What landed in one span.
pub(super) struct Bucket {
    /// Its first day or month.
    pub(super) label: String,
    /// Changes by the way they landed, as in [`words::LANDED`].
    pub(super) landed: [u64; 5],
    /// Changes that missed a rule.
    pub(super) missed: u64,
}

impl Bucket {
    pub(super) fn total(&self) -> u64 {
        self.landed.iter().sum()
    }
}

/// A length of span.
#[derive(Clone, Copy)]
enum Unit {
    Weeks,
    Months(i64),
}

/// Returns the unit in words and the spans from the first change to the last, empty ones too.
pub(super) fn of(changes: &[ChangeReport], missed: &[bool]) -> (String, Vec<Bucket>) {
    let times = changes.iter().map(|change| change.at);
    let (Some(first), Some(last)) = (times.clone().min(), times.max()) else {
        return (String::new(), vec![]);
    };
    let unit = unit(first, last);
    let start = unit.index(first);
    let mut buckets: Vec<Bucket> = (start..=unit.index(last))
        .map(|index| unit.empty(index))
        .collect();
    for (change, missed) in changes.iter().zip(missed) {
        let place = usize::try_from(unit.index(change.at) - start).ok();
        if let Some(bucket) = place.and_then(|place| buckets.get_mut(place)) {
            count(bucket, change, *missed);
        }
    }
    (unit.words(), buckets)
}

fn unit(first: Timestamp, last: Timestamp) -> Unit {
    let span = |unit: Unit| unit.index(last) - unit.index(first) + 1;
    if span(Unit::Weeks) <= MOST {
        return Unit::Weeks;
    }
    let years = span(Unit::Months(12));
    [1, 3, 12]
        .map(Unit::Months)
        .into_iter()
        .find(|unit| span(*unit) <= MOST)
        .unwrap_or(Unit::Months(12 * (years / MOST + 1)))
}

fn count(bucket: &mut Bucket, change: &ChangeReport, missed: bool) {
    for (landed, number) in words::LANDED.iter().zip(&mut bucket.landed) {
        *number += u64::from(*landed == change.landed);
    }
    bucket.missed += u64::from(missed);
}

impl Unit {
    fn index(self, at: Timestamp) -> i64 {
        match self {
            Unit::Weeks => (at.as_second().div_euclid(DAY_SECONDS) + MONDAY_DAYS).div_euclid(7),
            Unit::Months(step) => {
                let date = at.to_zoned(TimeZone::UTC).date();
                (i64::from(date.year()) * 12 + i64::from(date.month()) - 1).div_euclid(step)
            }
        }
    }

    fn empty(self, index: i64) -> Bucket {
        let label = match self {
            Unit::Weeks => {
                let second = (index * 7 - MONDAY_DAYS) * DAY_SECONDS;
                Timestamp::from_second(second)
                    .map(words::day)
                    .unwrap_or_default()
            }
            Unit::Months(step) => {
                let month = index * step;
                format!(
                    "{:04}-{:02}",
                    month.div_euclid(12),
                    month.rem_euclid(12) + 1
                )
            }
        };
        Bucket {
            label,
            landed: [0; 5],
            missed: 0,
        }
    }

    fn words(self) -> String {
        match self {
            Unit::Weeks => "week, from Monday".to_owned(),
            Unit::Months(1) => "month".to_owned(),
            Unit::Months(3) => "quarter".to_owned(),
            Unit::Months(12) => "year".to_owned(),
            Unit::Months(step) => format!("spans of {} years", step / 12),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(first: &str, last: &str, words: &str, label: &str) {
        let (first, last) = (first.parse().unwrap(), last.parse().unwrap());
        let unit = unit(first, last);
        assert_eq!(unit.words(), words);
        assert_eq!(unit.empty(unit.index(first)).label, label);
        assert!(unit.index(last) - unit.index(first) < MOST);
    }

    #[test]
    fn spans_grow_with_the_period() {
        check(
            "2026-03-17T09:00:00Z",
            "2026-03-17T09:00:00Z",
            "week, from Monday",
            "2026-03-16",
        );
        check(
            "2024-01-01T00:00:00Z",
            "2026-03-17T09:00:00Z",
            "month",
            "2024-01",
        );
        check(
            "2015-05-01T00:00:00Z",
            "2026-03-17T09:00:00Z",
            "quarter",
            "2015-04",
        );
        check(
            "2005-05-01T00:00:00Z",
            "2026-03-17T09:00:00Z",
            "year",
            "2005-01",
        );
        check(
            "-009999-06-01T00:00:00Z",
            "9999-06-01T00:00:00Z",
            "spans of 334 years",
            "-10020-01",
        );
    }
}
