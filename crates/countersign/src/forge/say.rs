//! Says at the forge what the ledger holds: the answer of the gate, and that a request was read again.

use super::change::{ChangeForgeError, GithubChanger, GitlabChanger};
use super::collect::Access;
use crate::answers::gate::GateAnswer;
use crate::answers::review::comment;
use crate::gate::Gated;
use crate::self_review::SelfReviewed;
use model::outcome::Outcome;
use model::program::{ForgeKind, RepositoryForge};
use model::request::{Account, Comment};
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

    /// Writes on a request what AI reviewers said of it: where a comment of the same account says so already, in its place.
    pub fn review(&self, number: u64, text: &str) -> Result<(), ChangeForgeError> {
        match (&self.0, self.own(number)?) {
            (Changer::Github(changer), Some(comment)) => {
                changer.send(github::order::Change::EditedComment { comment, text })?;
            }
            (Changer::Github(changer), None) => {
                changer.send(github::order::Change::Comment { number, text })?;
            }
            (Changer::Gitlab(changer), Some(note)) => {
                changer.send(gitlab::order::Change::EditedNote { number, note, text })?;
            }
            (Changer::Gitlab(changer), None) => {
                changer.send(gitlab::order::Change::Note { number, text })?;
            }
        }
        Ok(())
    }

    /// Returns the first comment on a request that begins as ours do and is by the account that is about to write: whoever
    /// wrote another could change what it says.
    fn own(&self, number: u64) -> Result<Option<u64>, ChangeForgeError> {
        let (got, read): (_, fn(&[&[u8]]) -> _) = match &self.0 {
            Changer::Github(changer) => (
                changer.get(github::endpoint::Endpoint::Comments(number))?,
                github::read::comments,
            ),
            Changer::Gitlab(changer) => (
                changer.get(gitlab::endpoint::Endpoint::Notes(number))?,
                gitlab::read::comments,
            ),
        };
        if !got.is_whole() {
            return Err(ChangeForgeError::NotWhole { number });
        }
        let mut comments = read(&got.bodies())?;
        comments.retain(|comment| comment.body.starts_with(comment::MARK));
        if comments.is_empty() {
            return Ok(None);
        }
        comments.sort_by_key(|comment| comment.id);
        let me = self.me()?;
        let is_own = |comment: &&Comment| match (&comment.account, &me) {
            (Some(account), Some(me)) => account.id == me.id,
            (Some(account), None) => account.is_machine(),
            (None, _) => false,
        };
        Ok(comments.iter().find(is_own).map(|comment| comment.id))
    }

    /// Returns the account that writes; none where the token is that of an app, which is refused this question.
    fn me(&self) -> Result<Option<Account>, ChangeForgeError> {
        let (got, read): (_, fn(&[&[u8]]) -> _) = match &self.0 {
            Changer::Github(changer) => (
                changer.get(github::endpoint::Endpoint::Account),
                github::read::account,
            ),
            Changer::Gitlab(changer) => (
                changer.get(gitlab::endpoint::Endpoint::Account),
                gitlab::read::account,
            ),
        };
        match got {
            Ok(got) => Ok(Some(read(&got.bodies())?)),
            Err(error) if error.is_refusal() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
