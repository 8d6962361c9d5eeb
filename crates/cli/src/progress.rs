//! Progress of a long reading: on a terminal only, and only after 250 ms.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use ledger::watch::{Part, Watch};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const QUIET: Duration = Duration::from_millis(250);
/// Commits between two looks at the clock.
const STRIDE: u64 = 256;

/// A line that is hidden while the work is short.
#[derive(Debug, Clone)]
struct Line {
    bar: ProgressBar,
    started: Instant,
}

impl Line {
    #[expect(
        clippy::disallowed_methods,
        reason = "progress measures how long the user has waited"
    )]
    fn new() -> Line {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let style =
            ProgressStyle::with_template("{spinner} {msg}").expect("the template is well-formed");
        Line {
            bar: bar.with_style(style),
            started: Instant::now(),
        }
    }

    fn show(&self, message: impl FnOnce() -> String) {
        if self.started.elapsed() < QUIET {
            return;
        }
        if self.bar.is_hidden() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.set_message(message());
        self.bar.tick();
    }
}

/// A spinner with the commits of a reading.
#[derive(Debug)]
pub(crate) struct Progress {
    line: Line,
    found: AtomicU64,
    read: AtomicU64,
}

impl Progress {
    /// Returns progress that starts now.
    pub(crate) fn new() -> Progress {
        Progress {
            line: Line::new(),
            found: AtomicU64::new(0),
            read: AtomicU64::new(0),
        }
    }

    /// Removes the line.
    pub(crate) fn finish(&self) {
        self.line.bar.finish_and_clear();
    }

    fn count(&self, counter: &AtomicU64, by: u64) {
        let before = counter.fetch_add(by, Ordering::Relaxed);
        if before / STRIDE != (before + by) / STRIDE {
            let [found, read] =
                [&self.found, &self.read].map(|counter| counter.load(Ordering::Relaxed));
            self.line
                .show(|| format!("{found} commits found, {read} read"));
        }
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

/// A spinner with the leaves of an audit of a log; its line goes with it.
#[derive(Debug)]
pub(crate) struct AuditProgress(Line);

impl AuditProgress {
    /// Returns progress that starts now.
    pub(crate) fn new() -> AuditProgress {
        AuditProgress(Line::new())
    }

    /// Returns who is to be told how far the audit is.
    pub(crate) fn watch(&self) -> Watch {
        let line = self.0.clone();
        Watch::new(move |part, done, all| {
            line.show(|| match part {
                Part::Leaves => format!("{done} of {all} leaves hashed"),
                Part::Payloads => format!("{done} of {all} payloads opened"),
            });
        })
    }
}

impl Drop for AuditProgress {
    fn drop(&mut self) {
        self.0.bar.finish_and_clear();
    }
}
