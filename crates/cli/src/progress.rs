//! Progress of a long reading: on a terminal only, and only after 250 ms.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const QUIET: Duration = Duration::from_millis(250);
/// Commits between two looks at the clock.
const STRIDE: u64 = 256;

/// A spinner with counts, hidden while the work is short.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    started: Instant,
    found: AtomicU64,
    read: AtomicU64,
}

impl Progress {
    /// Returns progress that starts now.
    #[expect(
        clippy::disallowed_methods,
        reason = "progress measures how long the user has waited"
    )]
    pub(crate) fn new() -> Progress {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let style =
            ProgressStyle::with_template("{spinner} {msg}").expect("the template is well-formed");
        Progress {
            bar: bar.with_style(style),
            started: Instant::now(),
            found: AtomicU64::new(0),
            read: AtomicU64::new(0),
        }
    }

    /// Removes the line.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn count(&self, counter: &AtomicU64, by: u64) {
        let before = counter.fetch_add(by, Ordering::Relaxed);
        if before / STRIDE != (before + by) / STRIDE && self.started.elapsed() >= QUIET {
            self.show();
        }
    }

    fn show(&self) {
        if self.bar.is_hidden() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        let [found, read] =
            [&self.found, &self.read].map(|counter| counter.load(Ordering::Relaxed));
        self.bar
            .set_message(format!("{found} commits found, {read} read"));
        self.bar.tick();
    }
}

impl sources::git::Progress for Progress {
    fn found(&self, commits: u64) {
        self.count(&self.found, commits);
    }

    fn read(&self, commits: u64) {
        self.count(&self.read, commits);
    }
}
