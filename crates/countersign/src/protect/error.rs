//! Why a branch is not protected.

use super::canary::CanaryError;
use crate::forge::change::ChangeForgeError;
use crate::gate::GateError;
use crate::log::LogError;
use gates::directory::DirectoryError;
use gates::merge::protect::NAME;
use gates::rules::RulesError;
use model::program::ForgeKind;
use sources::forge::answer::Unreadable;
use sources::forge::error::ForgeError;
use sources::git::FileError;

/// A branch that is not protected, or whose protection cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum ProtectError {
    /// Repository, program, forge or ledger cannot be used.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// The forge cannot be asked, or does not make the change.
    #[error(transparent)]
    Change(#[from] ChangeForgeError),
    /// The canary could not be tried.
    #[error(transparent)]
    Canary(#[from] CanaryError),
    /// What the forge answered cannot be read.
    #[error("the forge's answer cannot be read")]
    Unreadable(#[from] Unreadable),
    /// The ledger cannot be used.
    #[error("the ledger cannot be used")]
    Ledger(#[from] LogError),
    /// The program cannot be applied.
    #[error("the program cannot be applied")]
    Rules(#[from] RulesError),
    /// A key of the program cannot be used.
    #[error("the program cannot be applied")]
    Directory(#[from] DirectoryError),
    /// The branch cannot be read.
    #[error("the branch cannot be read")]
    File(#[from] FileError),
    /// Nothing is asked for.
    #[error("the program turns on none of CR-1, CR-2 and CR-3: it asks for no protection")]
    NothingAsked,
    /// The team could not land anything any more.
    #[error("the rules of the program are not shown to let every change of this team pass")]
    LockedOut,
    /// Nothing would ever report the check.
    #[error(
        "{branch} holds no {file}: nothing would report the check `{check}`, and no request could land"
    )]
    NoPipeline {
        /// At which forge.
        kind: ForgeKind,
        /// The branch.
        branch: String,
        /// The file.
        file: &'static str,
        /// The check.
        check: String,
    },
    /// The pipeline holds no job of that name.
    #[error(
        "{file} on {branch} holds no job `{check}`: any pipeline would do, and the gate would not be asked"
    )]
    NoJob {
        /// The branch.
        branch: String,
        /// The file.
        file: &'static str,
        /// The job.
        check: String,
    },
    /// The forge offers none.
    #[error("the forge offers no protection for this repository: {said}")]
    NotOffered {
        /// What it said.
        said: String,
    },
    /// The ruleset of our name cannot be seen.
    #[error("whether the ruleset `{NAME}` is there cannot be told: {why}")]
    Unseen {
        /// Why.
        why: String,
    },
    /// The settings of GitLab cannot be seen.
    #[error("what protects the branch cannot be told: {why}")]
    Hidden {
        /// Why.
        why: String,
    },
    /// There is no such request.
    #[error("the forge shows no request {number}")]
    NoRequest {
        /// Its number.
        number: u64,
    },
    /// The gate did not let the request pass.
    #[error(
        "the gate did not let request {number} pass as it is now: `countersign gate merge --request {number}` comes first"
    )]
    NotPassed {
        /// The request.
        number: u64,
    },
}

impl ProtectError {
    /// Returns why a request could not be looked at.
    pub(super) fn of_request(self, number: u64) -> ProtectError {
        match self {
            ProtectError::Change(ChangeForgeError::Forge(ForgeError::NotFound { .. })) => {
                ProtectError::NoRequest { number }
            }
            other => other,
        }
    }
}

impl From<ForgeError> for ProtectError {
    fn from(error: ForgeError) -> ProtectError {
        ProtectError::Change(error.into())
    }
}
