//! Says at the forge what the ledger holds: the answer of the gate, and that a request was read again.

use super::change::{ChangeForgeError, Changer};
use super::collect::Access;
use crate::answers::gate::GateAnswer;
use crate::gate::Gated;
use crate::self_review::SelfReviewed;
use model::outcome::Outcome;
use model::program::ForgeKind;
use sources::github::order::{Change, CheckRun, State, Status};

/// As what the answer of the gate is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum As {
    /// As the run of a check, which the forge takes from apps only, and which a rule can pin to the app.
    CheckRun,
    /// As the status of the head, which everybody can set who may push.
    Status,
}

/// Publishes the answer of the gate on the head that it judged. It is in the ledger before.
pub fn gate(gated: &Gated, how: As, access: &Access<'_>) -> Result<(), ChangeForgeError> {
    let answer = GateAnswer::of(gated);
    let (name, title) = (gated.record.own_check.as_str(), answer.title());
    let changer = Changer::new(&gated.forge, access)?;
    match how {
        As::CheckRun => changer.send(Change::CheckRun(&CheckRun {
            name,
            head: &answer.head,
            is_passed: answer.outcome == Outcome::Pass,
            title: &title,
            summary: &answer.markdown(),
        }))?,
        As::Status => changer.send(Change::Status(&Status {
            name,
            head: &answer.head,
            state: match answer.outcome {
                Outcome::Pass => State::Success,
                Outcome::Fail => State::Failure,
                Outcome::Unknown => State::Error,
            },
            title: &title,
        }))?,
    };
    Ok(())
}

/// Writes a comment on the request that it was read again, what was found, and where that is recorded; none at GitLab, where
/// nothing is changed.
pub fn self_review(reviewed: &SelfReviewed, access: &Access<'_>) -> Result<(), ChangeForgeError> {
    if reviewed.forge.kind == ForgeKind::Gitlab {
        return Ok(());
    }
    let changer = Changer::new(&reviewed.forge, access)?;
    changer.send(Change::Comment {
        number: reviewed.record.request,
        text: &reviewed.comment(),
    })?;
    Ok(())
}
