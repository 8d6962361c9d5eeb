//! A repository of GitHub, which a ruleset protects.

use super::{Done, NewRequest, Order, Passing, unreadable};
use crate::forge::change::{ChangeForgeError, GithubChanger};
use crate::forge::collect::Access;
use crate::protect::error::ProtectError;
use gates::merge::protect::NAME;
use model::digest::CommitId;
use model::outcome::Outcome;
use model::program::RepositoryForge;
use model::request::rules::{RequiredCheck, Ruleset};
use model::request::wanted::{Step, WantedRuleset};
use model::request::{ChangeRequest, Readable};
use sources::forge::answer::Unreadable;
use sources::forge::error::ForgeError;
use sources::forge::retrieval::Retrieval;
use sources::forge::send::Sent;
use sources::github;
use sources::github::endpoint::Endpoint;
use sources::github::order::Change;
use sources::github::read;

/// Where `ci github` writes the pipeline of the gate.
const WORKFLOW: &str = ".github/workflows/countersign.yml";

/// The app of GitHub Actions, whose jobs are checks by their names (`GET /apps/github-actions`).
pub(in crate::protect) const ACTIONS: u64 = 15_368;

pub(in crate::protect) struct Github<'a>(GithubChanger<'a>);

pub(super) fn pipeline(check: &RequiredCheck) -> Option<&'static str> {
    (check.app == Some(ACTIONS)).then_some(WORKFLOW)
}

impl<'a> Github<'a> {
    pub(super) fn new(
        forge: &RepositoryForge,
        access: &Access<'a>,
    ) -> Result<Github<'a>, ChangeForgeError> {
        GithubChanger::new(forge, access).map(Github)
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

    /// Returns the ruleset of our name, in force or not.
    pub(super) fn ours(&self) -> Result<Readable<Option<Ruleset>>, ProtectError> {
        let listed = self.read(Endpoint::Rulesets, read::rulesets)?;
        let ours = listed.map(|listed| {
            let mut ours = listed.into_iter().filter(|listed| {
                let (whose, _) = &listed.source;
                listed.name == NAME && whose == "Repository"
            });
            ours.next().map(|listed| listed.id)
        });
        match ours {
            Readable::Known(Some(id)) => {
                Ok(self.read(Endpoint::Ruleset(id), read::ruleset)?.map(Some))
            }
            none => Ok(none.map(|_| None)),
        }
    }

    fn read<T>(
        &self,
        endpoint: Endpoint<'_>,
        reader: impl Fn(&[&[u8]]) -> Result<T, Unreadable>,
    ) -> Result<Readable<T>, ProtectError> {
        let whole = |retrieval: Retrieval| match retrieval.cut_short {
            None => Ok(Readable::Known(reader(&retrieval.bodies())?)),
            Some(why) => Ok(Readable::Unread {
                why: why.to_string(),
            }),
        };
        match github::readable(self.0.get(endpoint))? {
            Readable::Known(retrieval) => whole(retrieval),
            Readable::Withheld { needs } => Ok(Readable::Withheld { needs }),
            Readable::Unread { why } => Ok(Readable::Unread { why }),
            Readable::NotOffered { said } => Ok(Readable::NotOffered { said }),
        }
    }

    pub(super) fn set(&self, wanted: &WantedRuleset, step: &Step) -> Result<Done, ProtectError> {
        let change = match step {
            Step::Create => Change::NewRuleset(wanted),
            Step::Replace { id, .. } | Step::Unknown { id: Some(id), .. } => {
                Change::Ruleset(*id, wanted)
            }
            Step::Nothing { .. } | Step::Change { .. } | Step::Set => return Ok(Done::default()),
            Step::Unknown { id: None, why } => {
                return Err(ProtectError::Unseen { why: why.clone() });
            }
            Step::NotOffered { said } => {
                return Err(ProtectError::NotOffered { said: said.clone() });
            }
        };
        self.0.send(change)?;
        Ok(Done {
            is_changed: true,
            not_in_place: None,
        })
    }

    pub(super) fn tip(&self, branch: &str) -> Result<CommitId, ChangeForgeError> {
        let tip = self.0.get(Endpoint::Branch(branch))?;
        read::branch(&tip.bodies()).map_err(unreadable)
    }

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
        let opened = self.0.send(Change::NewRequest {
            title,
            text,
            head,
            base,
        })?;
        let request = read::request(&[&opened.body]).map_err(unreadable)?;
        Ok((request.number, request.head.commit))
    }

    pub(super) fn has_landed(&self, number: u64) -> Result<bool, String> {
        let answer = self.0.get(Endpoint::Request(number));
        let answer = answer.map_err(|error| error.to_string())?;
        let request = read::request(&answer.bodies()).map_err(|error| error.to_string())?;
        Ok(request.merge.is_some())
    }

    pub(super) fn passing(&self, number: u64) -> Result<Passing, ProtectError> {
        let answer = self.0.get(Endpoint::Request(number))?;
        let request = read::request(&answer.bodies())?;
        let state = read::merge_state(&answer.bodies())?;
        let (outcome, said) = let_through(&request, state.as_deref());
        Ok(Passing {
            number: request.number,
            branch: request.base.branch,
            head: request.head.commit,
            outcome,
            said,
        })
    }
}

/// "Merge a pull request": 405 where it cannot be merged. Why it cannot stands in the message alone, and another reason than
/// the missing check shows nothing of the check.
pub(super) fn refused(error: &ForgeError, check: &str) -> (Outcome, String) {
    match error {
        ForgeError::Refused {
            status: 405 | 422,
            said,
            ..
        } => match said.contains(&format!("\"{check}\"")) {
            true => (Outcome::Pass, said.clone()),
            false => (
                Outcome::Unknown,
                format!("it was refused, and not for the missing check `{check}`: {said}"),
            ),
        },
        other => (Outcome::Unknown, other.to_string()),
    }
}

/// Returns whether the forge would let a request land that passed the gate.
///
/// `mergeable_state` of "Get a pull request", whose words GraphQL's `MergeStateStatus` explains.
fn let_through(request: &ChangeRequest, state: Option<&str>) -> (Outcome, String) {
    let is_open = request.merge.is_none() && request.closed_at.is_none();
    match state {
        _ if !is_open => (Outcome::Unknown, "it is not open any more".to_owned()),
        Some("clean" | "unstable" | "has_hooks") => {
            (Outcome::Pass, "the forge lets it land".to_owned())
        }
        Some("blocked") => (
            Outcome::Fail,
            "the gate let it pass, and the forge blocks it: another rule locks the team out"
                .to_owned(),
        ),
        Some("behind") => (
            Outcome::Fail,
            "its branch is behind: update it, and run the gate again".to_owned(),
        ),
        Some("dirty") => (Outcome::Fail, "it conflicts with the branch".to_owned()),
        Some("draft") => (Outcome::Fail, "it is a draft".to_owned()),
        Some(_) | None => (
            Outcome::Unknown,
            "the forge does not say yet whether it may land: ask again".to_owned(),
        ),
    }
}
