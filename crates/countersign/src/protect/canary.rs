//! Canaries: a request that did not pass the gate and must not land, and one that passed and must be let through.

use crate::forge::change::{ChangeForgeError, Changer};
use model::digest::CommitId;
use model::outcome::Outcome;
use model::request::ChangeRequest;
use model::request::rules::RequiredCheck;
use sources::forge::answer::Unreadable;
use sources::forge::error::ForgeError;
use sources::github::endpoint::Endpoint;
use sources::github::order::Change;
use sources::github::read;

/// The branch of a canary begins so; what stands behind is random.
pub const BRANCH: &str = "countersign-canary-";

/// What became of a canary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canary {
    /// Its request.
    pub request: u64,
    /// Its head.
    pub head: CommitId,
    /// Pass where the forge did what it must.
    pub outcome: Outcome,
    /// What the forge said.
    pub said: String,
    /// What it could not be rid of afterwards.
    pub left: Vec<String>,
}

/// A canary that could not be tried.
#[derive(Debug, thiserror::Error)]
#[error("the canary could not be tried")]
pub struct CanaryError {
    /// Why.
    pub source: Box<ChangeForgeError>,
    /// What it could not be rid of afterwards.
    pub left: Vec<String>,
}

const TITLE: &str = "Canary of Countersign: must not land";
const TEXT: &str = "The protection of this branch must refuse this request, for the merge gate let nothing of it pass. \
    It is closed at once.";

/// Opens a request, tries to land it, and removes it again.
pub fn send(
    changer: &Changer<'_>,
    branch: &str,
    check: &RequiredCheck,
    entropy: &mut dyn FnMut() -> [u8; 32],
) -> Result<Canary, CanaryError> {
    let nothing_left = |source: ChangeForgeError| CanaryError {
        source: Box::new(source),
        left: Vec::new(),
    };
    let tip = changer.get(Endpoint::Branch(branch));
    let tip = tip.map_err(|error| nothing_left(error.into()))?;
    let tip = read::branch(&tip.bodies()).map_err(|error| nothing_left(unreadable(error)))?;
    let name = format!("{BRANCH}{}", nonce(entropy()));
    let made = changer.send(Change::NewBranch {
        name: &name,
        commit: &tip,
    });
    let tried = match made {
        Ok(_) => land(changer, branch, &name, check),
        Err(error) if error.is_refusal() => return Err(nothing_left(error.into())),
        // Nobody knows whether it was made.
        Err(error) => Err(error.into()),
    };
    let left = removed(changer, &name, tried.as_ref().ok());
    match tried {
        Ok(canary) => Ok(Canary { left, ..canary }),
        Err(source) => Err(CanaryError {
            source: Box::new(source),
            left,
        }),
    }
}

/// Closes the request and removes the branch, with which the forge closes a request that nobody knows of; returns what is left.
fn removed(changer: &Changer<'_>, name: &str, canary: Option<&Canary>) -> Vec<String> {
    let mut left = Vec::new();
    if let Some(canary) = canary
        && changer.send(Change::Close(canary.request)).is_err()
        && canary.outcome != Outcome::Fail
    {
        left.push(format!("request {}", canary.request));
    }
    match changer.send(Change::NoBranch(name)) {
        Ok(_) => {}
        // "Delete a reference": 422 where there is none.
        Err(ForgeError::NotFound { .. } | ForgeError::Refused { status: 422, .. }) => {}
        Err(_) if canary.is_none() => {
            left.push(format!(
                "branch {name}, with a request from it if there is one"
            ));
        }
        Err(_) => left.push(format!("branch {name}")),
    }
    left
}

fn land(
    changer: &Changer<'_>,
    branch: &str,
    name: &str,
    check: &RequiredCheck,
) -> Result<Canary, ChangeForgeError> {
    changer.send(Change::NewFile {
        branch: name,
        path: "countersign-canary.txt",
        text: TITLE,
    })?;
    let opened = changer.send(Change::NewRequest {
        title: TITLE,
        text: TEXT,
        head: name,
        base: branch,
    })?;
    let request = read::request(&[&opened.body]).map_err(unreadable)?;
    let head = request.head.commit;
    let answer = changer.send(Change::Merge {
        number: request.number,
        head: &head,
    });
    let (outcome, said) = match answer {
        Ok(_) => landed(),
        Err(error) if error.is_refusal() => refused(&error, &check.context),
        Err(error) => looked_at(changer, request.number, &error),
    };
    Ok(Canary {
        request: request.number,
        head,
        outcome,
        said,
        left: Vec::new(),
    })
}

fn landed() -> (Outcome, String) {
    (
        Outcome::Fail,
        "it landed: revert it, and see who may go around the protection".to_owned(),
    )
}

/// Where nobody knows what the forge answered, the request itself shows whether it landed.
fn looked_at(changer: &Changer<'_>, number: u64, lost: &ForgeError) -> (Outcome, String) {
    let answer = changer.get(Endpoint::Request(number));
    let request = answer.map(|answer| read::request(&answer.bodies()));
    match request {
        Ok(Ok(request)) if request.merge.is_some() => landed(),
        Ok(Ok(_)) => (
            Outcome::Unknown,
            format!("it did not land, and what the forge answered to that is lost: {lost}"),
        ),
        Ok(Err(error)) => (
            Outcome::Unknown,
            format!("whether it landed is not known: {lost}; {error}"),
        ),
        Err(error) => (
            Outcome::Unknown,
            format!("whether it landed is not known: {lost}; {error}"),
        ),
    }
}

/// "Merge a pull request": 405 where it cannot be merged. Why it cannot stands in the message alone, and another reason than
/// the missing check shows nothing of the check.
fn refused(error: &ForgeError, check: &str) -> (Outcome, String) {
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
pub fn let_through(request: &ChangeRequest, state: Option<&str>) -> Canary {
    let is_open = request.merge.is_none() && request.closed_at.is_none();
    let (outcome, said) = match state {
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
    };
    Canary {
        request: request.number,
        head: request.head.commit.clone(),
        outcome,
        said,
        left: Vec::new(),
    }
}

/// Returns a name that no earlier canary had.
fn nonce(random: [u8; 32]) -> String {
    random[..6]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn unreadable(error: Unreadable) -> ChangeForgeError {
    ChangeForgeError::Ask(error.into())
}
