//! Says at the forge what the ledger holds: the answer of the gate, and that a request was read again.

use super::change::{ChangeForgeError, GithubChanger, GitlabChanger};
use super::collect::Access;
use crate::answers::gate::GateAnswer;
use crate::gate::Gated;
use crate::self_review::SelfReviewed;
use model::outcome::Outcome;
use model::program::{ForgeKind, RepositoryForge};
use sources::{github, gitlab};

/// As what the answer of the gate is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum As {
    /// As the run of a check, which GitHub takes from apps only, and which a rule can pin to the app. GitLab has none.
    CheckRun,
    /// As the status of the head, which everybody can set who may push.
    Status,
}

/// What publishes the answer of the gate. It is made before the gate asks anything, so that what cannot be published is
/// refused then.
pub struct Publisher<'a>(Way<'a>);

enum Way<'a> {
    GithubRun(GithubChanger<'a>),
    GithubStatus(GithubChanger<'a>),
    GitlabStatus(GitlabChanger<'a>),
}

impl<'a> Publisher<'a> {
    /// Returns what publishes at this forge.
    pub fn new(
        forge: &RepositoryForge,
        how: As,
        access: &Access<'a>,
    ) -> Result<Publisher<'a>, ChangeForgeError> {
        Ok(Publisher(match (forge.kind, how) {
            (ForgeKind::Github, As::CheckRun) => Way::GithubRun(GithubChanger::new(forge, access)?),
            (ForgeKind::Github, As::Status) => {
                Way::GithubStatus(GithubChanger::new(forge, access)?)
            }
            (ForgeKind::Gitlab, As::Status) => {
                Way::GitlabStatus(GitlabChanger::new(forge, access)?)
            }
            (ForgeKind::Gitlab, As::CheckRun) => {
                return Err(ChangeForgeError::NoCheckRuns {
                    repository: forge.repository.clone(),
                });
            }
        }))
    }

    /// Publishes the answer of the gate on the head that it judged. It is in the ledger before.
    ///
    /// `target` is where more of it stands: the job that answers.
    pub fn gate(&self, gated: &Gated, target: Option<&str>) -> Result<(), ChangeForgeError> {
        let answer = GateAnswer::of(gated);
        let (name, title) = (gated.record.own_check.as_str(), answer.title());
        match &self.0 {
            Way::GithubRun(changer) => {
                changer.send(github::order::Change::CheckRun(&github::order::CheckRun {
                    name,
                    head: &answer.head,
                    is_passed: answer.outcome == Outcome::Pass,
                    title: &title,
                    summary: &answer.markdown(),
                }))?;
            }
            Way::GithubStatus(changer) => {
                changer.send(github::order::Change::Status(&github::order::Status {
                    name,
                    head: &answer.head,
                    state: match answer.outcome {
                        Outcome::Pass => github::order::State::Success,
                        Outcome::Fail => github::order::State::Failure,
                        Outcome::Unknown => github::order::State::Error,
                    },
                    title: &title,
                }))?;
            }
            Way::GitlabStatus(changer) => at_gitlab(
                changer,
                &gitlab::order::Status {
                    name,
                    head: &answer.head,
                    state: match answer.outcome {
                        Outcome::Pass => gitlab::order::State::Success,
                        Outcome::Fail => gitlab::order::State::Failed,
                        Outcome::Unknown => gitlab::order::State::Pending,
                    },
                    title: &title,
                    target,
                },
            )?,
        }
        Ok(())
    }
}

fn at_gitlab(
    changer: &GitlabChanger<'_>,
    status: &gitlab::order::Status<'_>,
) -> Result<(), ChangeForgeError> {
    match changer.send(gitlab::order::Change::Status(status)) {
        Ok(_) => Ok(()),
        Err(error) if status.waits_already(&error) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// What comments on requests. It is made before anybody reads, so that what cannot be said is refused then.
pub struct Commenter<'a>(Changer<'a>);

enum Changer<'a> {
    Github(GithubChanger<'a>),
    Gitlab(GitlabChanger<'a>),
}

impl<'a> Commenter<'a> {
    /// Returns what comments at this forge.
    pub fn new(
        forge: &RepositoryForge,
        access: &Access<'a>,
    ) -> Result<Commenter<'a>, ChangeForgeError> {
        Ok(Commenter(match forge.kind {
            ForgeKind::Github => Changer::Github(GithubChanger::new(forge, access)?),
            ForgeKind::Gitlab => Changer::Gitlab(GitlabChanger::new(forge, access)?),
        }))
    }

    /// Writes on the request that it was read again, what was found, and where that is recorded.
    pub fn self_review(&self, reviewed: &SelfReviewed) -> Result<(), ChangeForgeError> {
        let (number, text) = (reviewed.record.request, &reviewed.comment());
        match &self.0 {
            Changer::Github(changer) => {
                changer.send(github::order::Change::Comment { number, text })?;
            }
            Changer::Gitlab(changer) => {
                changer.send(gitlab::order::Change::Note { number, text })?;
            }
        }
        Ok(())
    }
}
