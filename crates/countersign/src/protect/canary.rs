//! Canaries: a request that did not pass the gate and must not land, and one that passed and must be let through.

use super::at::{At, NewRequest, Order};
use crate::forge::change::ChangeForgeError;
use model::digest::CommitId;
use model::outcome::Outcome;
use model::program::ForgeKind;
use model::request::rules::RequiredCheck;
use sources::forge::error::ForgeError;

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
    /// At which forge.
    pub kind: ForgeKind,
    /// Why.
    pub source: Box<ChangeForgeError>,
    /// What it could not be rid of afterwards.
    pub left: Vec<String>,
}

const TITLE: &str = "Canary of Countersign: must not land";
const TEXT: &str = "The protection of this branch must refuse this request, for the merge gate let nothing of it pass. \
    It is closed at once.";

/// Opens a request, tries to land it, and removes it again.
pub(super) fn send(
    at: &At<'_>,
    branch: &str,
    check: &RequiredCheck,
    entropy: &mut dyn FnMut() -> [u8; 32],
) -> Result<Canary, CanaryError> {
    let failed = |source: ChangeForgeError, left| CanaryError {
        kind: at.kind(),
        source: Box::new(source),
        left,
    };
    let tip = at.tip(branch).map_err(|error| failed(error, Vec::new()))?;
    let name = format!("{BRANCH}{}", nonce(entropy()));
    let made = at.send(Order::NewBranch {
        name: &name,
        commit: &tip,
    });
    let tried = match made {
        Ok(_) => land(at, branch, &name, check),
        Err(error) if error.is_refusal() => return Err(failed(error.into(), Vec::new())),
        // Nobody knows whether it was made.
        Err(error) => Err(error.into()),
    };
    let left = removed(at, &name, tried.as_ref().ok());
    match tried {
        Ok(canary) => Ok(Canary { left, ..canary }),
        Err(source) => Err(failed(source, left)),
    }
}

/// Closes the request and removes the branch, with which the forge closes a request that nobody knows of; returns what is left.
fn removed(at: &At<'_>, name: &str, canary: Option<&Canary>) -> Vec<String> {
    let mut left = Vec::new();
    if let Some(canary) = canary
        && at.send(Order::Close(canary.request)).is_err()
        && canary.outcome != Outcome::Fail
    {
        left.push(format!("request {}", canary.request));
    }
    match at.send(Order::NoBranch(name)) {
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
    at: &At<'_>,
    branch: &str,
    name: &str,
    check: &RequiredCheck,
) -> Result<Canary, ChangeForgeError> {
    at.send(Order::NewFile {
        branch: name,
        path: "countersign-canary.txt",
        text: TITLE,
    })?;
    let (request, head) = at.open(&NewRequest {
        title: TITLE,
        text: TEXT,
        head: name,
        base: branch,
    })?;
    let answer = at.send(Order::Merge {
        number: request,
        head: &head,
    });
    let (outcome, said) = match answer {
        Ok(_) => landed(),
        Err(error) if error.is_refusal() => at.refused(request, &error, check),
        Err(error) => looked_at(at, request, &error),
    };
    Ok(Canary {
        request,
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
fn looked_at(at: &At<'_>, number: u64, lost: &ForgeError) -> (Outcome, String) {
    match at.has_landed(number) {
        Ok(true) => landed(),
        Ok(false) => (
            Outcome::Unknown,
            format!("it did not land, and what the forge answered to that is lost: {lost}"),
        ),
        Err(why) => (
            Outcome::Unknown,
            format!("whether it landed is not known: {lost}; {why}"),
        ),
    }
}

/// Returns a name that no earlier canary had.
fn nonce(random: [u8; 32]) -> String {
    random[..6]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
