//! How long faults are tried.

use std::time::{Duration, Instant};

/// The end of a span of time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline {
    start: Instant,
    span: Duration,
}

#[expect(clippy::disallowed_methods, reason = "this program is an edge")]
impl Deadline {
    /// Returns the deadline so long after now.
    pub(super) fn after(span: Duration) -> Deadline {
        let start = Instant::now();
        Deadline { start, span }
    }

    /// Returns whether it has passed.
    pub(super) fn is_over(&self) -> bool {
        self.elapsed() >= self.span
    }

    /// Returns the time since it was set.
    pub(super) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}
