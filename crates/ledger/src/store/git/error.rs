//! Why a ledger on a git remote could not be used.

use std::io;
use std::path::PathBuf;

/// Why a ledger on a git remote could not be used.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// The address of the remote is none.
    #[error("`{address}` is no address of a git repository")]
    Address {
        /// What was given, without a password.
        address: String,
    },
    /// The address may hold a password that would be shown.
    #[error(
        "the address of the git repository seems to hold a password where git looks for none: leave the login to git's credential helper, or write `https://USER:PASSWORD@HOST/…` with `%2F` for a slash and `%40` for an `@`"
    )]
    Login,
    /// The repository calls no remote by this name.
    #[error(
        "{} has no remote `{name}`: name one that `git remote` shows there, or write an address behind `git+`",
        repository.display()
    )]
    NoRemote {
        /// The name.
        name: String,
        /// The folder of git's own files.
        repository: PathBuf,
        /// What git said.
        source: Said,
    },
    /// There is no git.
    #[error("cannot run `git`: install it, or put it on the path")]
    NoGit(#[source] io::Error),
    /// The remote did not answer, or not to us.
    #[error(
        "cannot read {remote}: check the network, and that `git ls-remote {remote}` works there without asking for a password"
    )]
    Unreachable {
        /// The remote.
        remote: String,
        /// What git said.
        source: Said,
    },
    /// The remote took no push, though nobody else was first.
    #[error(
        "{remote} refuses the push: let this machine's credentials push to refs/countersign/ledger and refs/countersign/keys there"
    )]
    Refused {
        /// The remote.
        remote: String,
        /// What git said.
        source: Said,
    },
    /// A push was not answered, and what was pushed is not there, or cannot be looked for.
    #[error(
        "{remote} did not answer a push: whether it was stored shows when the ledger can be opened again"
    )]
    Unanswered {
        /// The remote.
        remote: String,
        /// What git said of the push.
        source: Said,
    },
    /// There is no log on the remote.
    #[error(
        "{remote} holds no ledger: create it with `countersign collect` from the machine that is to hold the first key, or mend the address"
    )]
    NoLog {
        /// The remote.
        remote: String,
    },
    /// The remote no longer has what this machine saw there.
    #[error(
        "the ledger on {remote} was rewritten, and is not followed: {why}; find out who did it, and have it put back from a machine that saw it"
    )]
    Rewritten {
        /// The remote.
        remote: String,
        /// What is different now.
        why: String,
    },
    /// What lies there is no ledger.
    #[error("{place} is no ledger: {why}")]
    Garbage {
        /// The remote with its ref, or one object there.
        place: String,
        /// What is wrong with it.
        why: String,
    },
    /// The local copy could not be used.
    #[error(
        "cannot {action} in {}, where this machine keeps a copy of the shared ledger", path.display()
    )]
    Cache {
        /// What was tried.
        action: &'static str,
        /// The copy.
        path: PathBuf,
        /// What git said.
        source: Said,
    },
}

impl GitError {
    /// Returns whether the log is not what was written there, rather than that it cannot be reached.
    pub fn is_damage(&self) -> bool {
        match self {
            GitError::Rewritten { .. } | GitError::Garbage { .. } => true,
            GitError::Address { .. }
            | GitError::Login
            | GitError::NoRemote { .. }
            | GitError::NoGit(_)
            | GitError::Unreachable { .. }
            | GitError::Refused { .. }
            | GitError::Unanswered { .. }
            | GitError::NoLog { .. }
            | GitError::Cache { .. } => false,
        }
    }
}

/// What git said, without its hints and without passwords.
#[derive(Debug, thiserror::Error)]
#[error("git says: {0}")]
pub struct Said(pub String);
