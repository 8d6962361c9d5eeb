//! The forge at which a branch is protected: what each of them calls the same step.

mod github;
mod gitlab;

use self::github::Github;
use self::gitlab::Gitlab;
use super::error::ProtectError;
use crate::forge::ask::AskForgeError;
use crate::forge::change::ChangeForgeError;
use crate::forge::collect::Access;
use gates::merge::protect;
use gates::rules::Rules;
use model::digest::CommitId;
use model::outcome::Outcome;
use model::program::{ForgeKind, RepositoryForge};
use model::request::dossier::Guards;
use model::request::rules::RequiredCheck;
use model::request::wanted::{Plan, Wanted};
use sources::forge::answer::Unreadable;
use sources::forge::error::ForgeError;
use sources::forge::send::Sent;

pub(super) use self::github::ACTIONS;

/// One repository at its forge.
pub(super) enum At<'a> {
    Github(Github<'a>),
    Gitlab(Gitlab<'a>),
}

/// One step of a canary.
#[derive(Debug, Clone, Copy)]
pub(super) enum Order<'a> {
    /// A new branch.
    NewBranch { name: &'a str, commit: &'a CommitId },
    /// No branch of this name any more.
    NoBranch(&'a str),
    /// A commit that adds one file to a branch.
    NewFile {
        branch: &'a str,
        path: &'a str,
        text: &'a str,
    },
    /// That a request lands, if this is still its head.
    Merge { number: u64, head: &'a CommitId },
    /// That a request is closed.
    Close(u64),
}

/// A request that is opened.
#[derive(Debug, Clone, Copy)]
pub(super) struct NewRequest<'a> {
    pub(super) title: &'a str,
    pub(super) text: &'a str,
    /// The branch that it brings.
    pub(super) head: &'a str,
    /// The branch where it is to land.
    pub(super) base: &'a str,
}

/// What was set.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// Whether anything was sent that the forge took.
    pub(super) is_changed: bool,
    /// What the forge does not change in place, and what it said.
    pub(super) not_in_place: Option<String>,
}

/// A request that is to be let through.
#[derive(Debug)]
pub(super) struct Passing {
    pub(super) number: u64,
    /// Where it is to land.
    pub(super) branch: String,
    pub(super) head: CommitId,
    /// Whether the forge would let it.
    pub(super) outcome: Outcome,
    /// What it says to that.
    pub(super) said: String,
}

impl<'a> At<'a> {
    pub(super) fn new(
        forge: &RepositoryForge,
        access: &Access<'a>,
    ) -> Result<At<'a>, ChangeForgeError> {
        Ok(match forge.kind {
            ForgeKind::Github => At::Github(Github::new(forge, access)?),
            ForgeKind::Gitlab => At::Gitlab(Gitlab::new(forge, access)?),
        })
    }

    pub(super) fn kind(&self) -> ForgeKind {
        match self {
            At::Github(_) => ForgeKind::Github,
            At::Gitlab(_) => ForgeKind::Gitlab,
        }
    }

    /// Returns the file without which nothing would report the check; none where it comes from elsewhere.
    pub(super) fn pipeline(&self, check: &RequiredCheck) -> Option<&'static str> {
        match self {
            At::Github(_) => github::pipeline(check),
            At::Gitlab(_) => Some(gitlab::PIPELINE),
        }
    }

    /// Returns whether the pipeline may report the check: at GitHub the canary shows that, where GitLab knows of no check.
    pub(super) fn may_report(&self, pipeline: &[u8], check: &RequiredCheck) -> bool {
        match self {
            At::Github(_) => true,
            At::Gitlab(_) => gitlab::holds_job(pipeline, &check.context),
        }
    }

    /// Returns what is to be done, by what protects the branch now; nothing where the rules ask for no protection.
    pub(super) fn plan(
        &self,
        rules: &Rules,
        check: &RequiredCheck,
        guards: &Guards,
    ) -> Result<Option<Plan>, ProtectError> {
        match self {
            At::Github(github) => {
                let wanted = protect::wanted(rules, &guards.branch, check);
                let planned = |wanted| Ok(protect::plan(wanted, guards, &github.ours()?));
                wanted.map(planned).transpose()
            }
            At::Gitlab(_) => {
                let wanted = protect::settings::wanted(rules, &guards.branch);
                Ok(wanted.map(|wanted| protect::settings::plan(wanted, guards)))
            }
        }
    }

    /// Sets what differs.
    pub(super) fn set(&self, plan: &Plan) -> Result<Done, ProtectError> {
        match (self, &plan.wanted) {
            (At::Github(github), Wanted::Ruleset(wanted)) => github.set(wanted, &plan.step),
            (At::Gitlab(gitlab), Wanted::Settings(wanted)) => gitlab.set(wanted, &plan.step),
            (At::Github(_), Wanted::Settings(_)) | (At::Gitlab(_), Wanted::Ruleset(_)) => {
                Ok(Done::default())
            }
        }
    }

    pub(super) fn send(&self, order: Order<'_>) -> Result<Sent, ForgeError> {
        match self {
            At::Github(github) => github.send(order),
            At::Gitlab(gitlab) => gitlab.send(order),
        }
    }

    /// Returns the tip of a branch.
    pub(super) fn tip(&self, branch: &str) -> Result<CommitId, ChangeForgeError> {
        match self {
            At::Github(github) => github.tip(branch),
            At::Gitlab(gitlab) => gitlab.tip(branch),
        }
    }

    /// Opens a request, and returns its number and its head.
    pub(super) fn open(
        &self,
        request: &NewRequest<'_>,
    ) -> Result<(u64, CommitId), ChangeForgeError> {
        match self {
            At::Github(github) => github.open(request),
            At::Gitlab(gitlab) => gitlab.open(request),
        }
    }

    /// Returns whether a request landed, or why nobody knows.
    pub(super) fn has_landed(&self, number: u64) -> Result<bool, String> {
        match self {
            At::Github(github) => github.has_landed(number),
            At::Gitlab(gitlab) => gitlab.has_landed(number),
        }
    }

    /// Returns what a refusal to land a request shows.
    pub(super) fn refused(
        &self,
        number: u64,
        error: &ForgeError,
        check: &RequiredCheck,
    ) -> (Outcome, String) {
        match self {
            At::Github(_) => github::refused(error, &check.context),
            At::Gitlab(gitlab) => gitlab.refused(number, error),
        }
    }

    /// Returns whether the forge would let a request land.
    pub(super) fn passing(&self, number: u64) -> Result<Passing, ProtectError> {
        match self {
            At::Github(github) => github.passing(number),
            At::Gitlab(gitlab) => gitlab.passing(number),
        }
    }
}

fn unreadable(error: Unreadable) -> ChangeForgeError {
    ChangeForgeError::Ask(AskForgeError::from(error))
}
