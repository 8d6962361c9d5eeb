//! A span of seconds.

use model::change::Change;
use serde::{Deserialize, Serialize};

/// Seconds since 1970 from the first to the last; `None` is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::git) struct Span {
    /// The first second inside.
    pub(in crate::git) from: Option<i64>,
    /// The first second after it.
    pub(in crate::git) to: Option<i64>,
}

impl Span {
    /// The span that has every second.
    pub(super) const ALL: Span = Span {
        from: None,
        to: None,
    };

    /// Returns the span of some changes.
    pub(super) fn of(changes: &[Change]) -> Span {
        let seconds = changes.iter().map(|change| change.committed_at.as_second());
        Span {
            from: seconds.clone().min(),
            to: seconds.max().and_then(|last| last.checked_add(1)),
        }
    }

    /// Returns whether a second lies inside.
    pub(super) fn contains(self, second: i64) -> bool {
        self.from.is_none_or(|from| from <= second) && self.to.is_none_or(|to| second < to)
    }

    /// Returns whether the two have a second in common.
    pub(super) fn meets(self, other: Span) -> bool {
        let before = |to: Option<i64>, from: Option<i64>| matches!((to, from), (Some(to), Some(from)) if to <= from);
        !before(self.to, other.from) && !before(other.to, self.from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: Option<i64>, to: Option<i64>) -> Span {
        Span { from, to }
    }

    #[test]
    fn the_end_is_outside() {
        let some = span(Some(3), Some(5));
        let inside: Vec<i64> = (0..9).filter(|second| some.contains(*second)).collect();
        assert_eq!(inside, [3, 4]);
        assert!(Span::ALL.contains(i64::MIN) && Span::ALL.contains(i64::MAX));
    }

    #[test]
    fn spans_meet_where_they_share_a_second() {
        let some = span(Some(3), Some(5));
        assert!(some.meets(Span::ALL) && Span::ALL.meets(some));
        assert!(some.meets(span(Some(4), None)) && some.meets(span(None, Some(4))));
        assert!(!some.meets(span(Some(5), None)) && !some.meets(span(None, Some(3))));
    }
}
