//! A project of GitLab, which a protected branch and two settings protect.

mod status;

use self::status::{is_unsettled, let_through, why_refused};
use super::{Done, NewRequest, Order, Passing, unreadable};
use crate::forge::change::{ChangeForgeError, GitlabChanger};
use crate::forge::collect::Access;
use crate::protect::error::ProtectError;
use model::digest::CommitId;
use model::outcome::Outcome;
use model::program::RepositoryForge;
use model::request::wanted::{Setting, Step, WantedSettings};
use model::request::words::RequestState;
use sources::forge::error::ForgeError;
use sources::forge::send::Sent;
use sources::gitlab::endpoint::Endpoint;
use sources::gitlab::order::Change;
use sources::gitlab::read::{self, Standing};
use std::time::Duration;

/// The pipeline of a project, in which the job of the gate is.
pub(super) const PIPELINE: &str = ".gitlab-ci.yml";

/// Returns whether a pipeline has a job of this name: a key that begins a line. One that is included from elsewhere is not
/// seen.
pub(super) fn holds_job(pipeline: &[u8], name: &str) -> bool {
    let text = String::from_utf8_lossy(pipeline);
    let keys = text.lines().filter_map(|line| line.split_once(':'));
    let mut keys = keys.map(|(key, _)| key.trim_end().trim_matches(['"', '\'']));
    keys.any(|key| key == name)
}

/// How often GitLab is asked again whether a request may land, where it does not know yet.
const ASKS: usize = 10;
const PAUSE: Duration = Duration::from_secs(1);

pub(in crate::protect) struct Gitlab<'a>(GitlabChanger<'a>);

impl<'a> Gitlab<'a> {
    pub(super) fn new(
        forge: &RepositoryForge,
        access: &Access<'a>,
    ) -> Result<Gitlab<'a>, ChangeForgeError> {
        GitlabChanger::new(forge, access).map(Gitlab)
    }

    pub(super) fn send(&self, order: Order<'_>) -> Result<Sent, ForgeError> {
        self.0.send(match order {
            Order::NewBranch { name, commit } => Change::NewBranch { name, commit },
            Order::NoBranch(name) => Change::NoBranch(name),
            Order::NewFile { branch, path, text } => Change::NewFile { branch, path, text },
            Order::Merge { number, head } => Change::Merge { number, head },
            Order::Close(number) => Change::Close(number),
        })
    }

    /// Sets what differs, each for itself. Nothing is unprotected on the way: what GitLab does not change in place stays as it
    /// was.
    pub(super) fn set(&self, wanted: &WantedSettings, step: &Step) -> Result<Done, ProtectError> {
        let differences = match step {
            Step::Change { differences } => differences.as_slice(),
            Step::Unknown { why, .. } => {
                return Err(ProtectError::Hidden { why: why.clone() });
            }
            Step::Set
            | Step::Create
            | Step::Replace { .. }
            | Step::Nothing { .. }
            | Step::NotOffered { .. } => &[],
        };
        let differs = |setting| differences.iter().any(|it| it.setting == setting);
        let branch = wanted.branch.as_str();
        let mut done = Done::default();
        let mut send = |change| -> Result<(), ProtectError> {
            self.0.send(change)?;
            done.is_changed = true;
            Ok(())
        };
        if differs(Setting::ProtectedBranch) {
            send(Change::NewProtection {
                branch,
                nobody_pushes: wanted.nobody_pushes,
            })?;
        }
        if differs(Setting::ForcePush) {
            send(Change::NobodyForces(branch))?;
        }
        if differs(Setting::Pipeline) || differs(Setting::SkippedPipeline) {
            send(Change::PipelinesMustSucceed)?;
        }
        if differs(Setting::Push) {
            match self.let_nobody_push(branch)? {
                None => done.is_changed = true,
                refused @ Some(_) => done.not_in_place = refused,
            }
        }
        Ok(done)
    }

    /// Returns what GitLab said where it does not change in place who may push, as on the free plan.
    fn let_nobody_push(&self, branch: &str) -> Result<Option<String>, ProtectError> {
        let levels = self.0.get(Endpoint::ProtectedBranch(branch))?;
        let levels = read::push_levels(&levels.bodies())?;
        let levels = levels.as_slice();
        match self.0.send(Change::NobodyPushes { branch, levels }) {
            Ok(_) => Ok(None),
            Err(
                ForgeError::Refused { said, .. }
                | ForgeError::Forbidden { said, .. }
                | ForgeError::NotFound { said, .. },
            ) => Ok(Some(format!(
                "nothing was tried: GitLab does not change in place who may push: {said}"
            ))),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) fn tip(&self, branch: &str) -> Result<CommitId, ChangeForgeError> {
        let tip = self.0.get(Endpoint::Branch(branch))?;
        read::branch(&tip.bodies()).map_err(unreadable)
    }

    /// A request that was just opened does not say yet what it brings: the branch does.
    pub(super) fn open(
        &self,
        request: &NewRequest<'_>,
    ) -> Result<(u64, CommitId), ChangeForgeError> {
        let NewRequest {
            title,
            text,
            head,
            base,
        } = *request;
        let brings = self.tip(head)?;
        let opened = self.0.send(Change::NewRequest {
            title,
            text,
            head,
            base,
        })?;
        let number = read::opened(&[&opened.body]).map_err(unreadable)?;
        Ok((number, brings))
    }

    pub(super) fn has_landed(&self, number: u64) -> Result<bool, String> {
        let standing = self.standing(number).map_err(|error| error.to_string())?;
        match standing.state {
            // "Merge requests": it is locked while it is merged.
            RequestState::Other(state) => Err(format!("it is {state}")),
            RequestState::Open | RequestState::Closed => Ok(standing.is_merged),
        }
    }

    /// "Merge a merge request": 405 and 422 where it cannot be merged, without a word why; the request itself has the word. It is
    /// that of the pipeline only where nothing else stands in its way.
    pub(super) fn refused(&self, number: u64, error: &ForgeError) -> (Outcome, String) {
        let said = match error {
            ForgeError::Refused {
                status: 405 | 406 | 422,
                said,
                ..
            } => said,
            ForgeError::Unauthorised { said } => {
                let why = "this account may not merge into the branch, so that nothing was tried";
                return (Outcome::Unknown, format!("{why}: {said}"));
            }
            other => return (Outcome::Unknown, other.to_string()),
        };
        match self.settled(number) {
            Ok(standing) if standing.is_merged => {
                (Outcome::Fail, format!("{said}, and yet it landed"))
            }
            Ok(standing) => why_refused(said, standing.merge_status.as_deref()),
            Err(error) => (
                Outcome::Unknown,
                format!("{said}, and why is lost: {error}"),
            ),
        }
    }

    pub(super) fn passing(&self, number: u64) -> Result<Passing, ProtectError> {
        let standing = self.settled(number)?;
        let (outcome, said) = let_through(&standing);
        Ok(Passing {
            number: standing.number,
            branch: standing.branch,
            head: standing.head,
            outcome,
            said,
        })
    }

    /// Returns where a request stands, once GitLab knows whether it may land, or gave no answer to that for a while.
    fn settled(&self, number: u64) -> Result<Standing, ChangeForgeError> {
        let mut standing = self.standing(number)?;
        for _ in 0..ASKS {
            if !is_unsettled(standing.merge_status.as_deref()) {
                break;
            }
            self.0.pause(PAUSE);
            standing = self.standing(number)?;
        }
        Ok(standing)
    }

    fn standing(&self, number: u64) -> Result<Standing, ChangeForgeError> {
        let answer = self.0.get(Endpoint::Request(number))?;
        read::standing(&answer.bodies()).map_err(unreadable)
    }
}
