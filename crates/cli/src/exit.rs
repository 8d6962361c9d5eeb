//! Exit codes: every one that the program gives.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The answer is yes, or the report was written and verified.
    Pass,
    /// The answer is no.
    Fail,
    /// Wrong usage, or a fault in a file that the user wrote.
    Usage,
    /// Evidence is absent or stale.
    Unknown,
    /// A source, the ledger or an outsider cannot be reached.
    Unreachable,
    /// A bug of Countersign.
    Bug,
}

impl Exit {
    /// Returns how a command ended that did several things: what contradicts the log is not hidden by what is off.
    pub(crate) fn worst(exits: &[Exit]) -> Exit {
        let worst = [
            Exit::Bug,
            Exit::Fail,
            Exit::Unreachable,
            Exit::Usage,
            Exit::Unknown,
        ];
        let worst = worst.into_iter().find(|exit| exits.contains(exit));
        worst.unwrap_or(Exit::Pass)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Pass => 0,
            Exit::Fail => 1,
            Exit::Usage => 2,
            Exit::Unknown => 3,
            Exit::Unreachable => 4,
            Exit::Bug => 70,
        })
    }
}
