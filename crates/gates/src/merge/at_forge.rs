//! What the forge says of a change that landed: who opened it, who let it land, and what had passed before.

use super::{Landing, RequestCase, Requests};
use crate::directory::{Directory, UNKNOWN};
use model::change::Change;
use model::program::PrincipalId;
use model::report::at_forge::{AtForge, LandedAtForge};
use model::request::Account;
use model::request::check::CheckRun;
use model::request::dossier::Dossier;
use model::request::words::{CheckConclusion, StatusState};
use std::collections::BTreeSet;

/// What the forge says of a change, and who let it land, where that is somebody in the program.
pub(crate) struct Told {
    pub(crate) said: AtForge,
    pub(crate) merger: Option<PrincipalId>,
}

/// Returns what the forge says of a change; nothing where it was not asked.
pub(crate) fn told(
    change: &Change,
    requests: &Requests<'_>,
    directory: &Directory<'_>,
) -> Option<Told> {
    let (landed, request) = match requests.landing(change) {
        Landing::Request(number) => (LandedAtForge::Request, Some(number)),
        Landing::Perhaps(number) => (LandedAtForge::PerhapsRequest, Some(number)),
        Landing::Elsewhere(number) => (LandedAtForge::OtherBranch, Some(number)),
        Landing::Pushed(number) => (LandedAtForge::PushedHead, Some(number)),
        Landing::Push { .. } => (LandedAtForge::Push, None),
        Landing::Unknown => (LandedAtForge::Unknown, None),
        Landing::NotAsked => return None,
    };
    let case = requests.landed_as_part_of(change);
    let merge = case.and_then(|case| case.merge());
    let merger = merge.and_then(|merge| merge.by.as_ref());
    let label = |account: Option<&Account>| Some(label(&case?, account?, directory));
    let said = AtForge {
        landed,
        request,
        opened_by: label(case.and_then(|case| case.dossier.request.author.as_ref())),
        opened_at: case.map(|case| case.dossier.request.created_at),
        merged_by: label(merger),
        merged_at: merge.map(|merge| merge.at),
        patch_digest: change.patch_digest,
        passed: case.and_then(|case| passed(&case)),
        gate: case
            .and_then(|case| case.last_gate(change.patch_digest.as_ref()))
            .filter(|gated| !gated.by_file)
            .map(|gated| gated.outcome),
    };
    let merger = case.and_then(|case| case.principal(merger, directory));
    Some(Told {
        said,
        merger: merger.map(|merger| merger.id.clone()),
    })
}

fn label(case: &RequestCase<'_>, account: &Account, directory: &Directory<'_>) -> String {
    match case.principal(Some(account), directory) {
        Some(principal) => principal.id.to_string(),
        None => format!("{UNKNOWN}{}:{}", case.forge, account.login),
    }
}

/// Returns what a record shows to have ended well on the head that landed while the request was open; nothing where none shows
/// its checks.
fn passed(case: &RequestCase<'_>) -> Option<BTreeSet<String>> {
    let head = &case.dossier.request.head.commit;
    let sights = case.open().filter(|it| it.request.head.commit == *head);
    sights.filter_map(of_sight).reduce(|all, more| &all | &more)
}

fn of_sight(dossier: &Dossier) -> Option<BTreeSet<String>> {
    let head = &dossier.request.head.commit;
    let (runs, statuses) = (dossier.checks.known().ok()?, dossier.statuses.known().ok()?);
    let well =
        |run: &&CheckRun| run.head == *head && run.conclusion == Some(CheckConclusion::Success);
    let runs = runs.items.iter().filter(well).map(named);
    let statuses = statuses
        .iter()
        .filter(|it| it.state == StatusState::Success);
    Some(runs.chain(statuses.map(|it| it.context.clone())).collect())
}

fn named(run: &CheckRun) -> String {
    let app = run.app.as_ref().and_then(|app| app.slug.as_deref());
    match app {
        Some(app) => format!("{} ({app})", run.name),
        None => run.name.clone(),
    }
}
