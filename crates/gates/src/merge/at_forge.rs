//! What the forge says of a change that landed: who opened it, who let it land, and what had passed before.

use super::{Landing, RequestCase, Requests};
use crate::directory::{Directory, UNKNOWN};
use jiff::Timestamp;
use model::change::Change;
use model::outcome::Outcome;
use model::program::{Principal, PrincipalId, PrincipalKind};
use model::report::at_forge::{AtForge, LandedAtForge};
use model::request::Account;
use model::request::check::CheckRun;
use model::request::dossier::Dossier;
use model::request::words::{CheckConclusion, StatusState};
use std::collections::{BTreeMap, BTreeSet};

/// Whose an account is.
pub(crate) enum Whose<'p> {
    /// A principal's.
    Principal(&'p Principal),
    /// Nobody's in the program, by the forge's name and its own.
    Nobody(String),
}

/// Who opened the request as which a change landed, and who let it land; nothing where the forge does not say.
#[derive(Default)]
pub(crate) struct Actors<'p> {
    pub(crate) request: Option<u64>,
    pub(crate) opener: Option<Whose<'p>>,
    pub(crate) merger: Option<Whose<'p>>,
}

/// What the forge says of a change, and who opened its request and let it land, where that is a person of the program.
pub(crate) struct Told {
    pub(crate) said: AtForge,
    pub(crate) opener: Option<PrincipalId>,
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
    let opener = case.and_then(|case| case.dossier.request.author.as_ref());
    let label = |account: Option<&Account>| Some(whose(&case?, account?, directory).label());
    let said = AtForge {
        landed,
        request,
        opened_by: label(opener),
        opened_at: case.map(|case| case.dossier.request.created_at),
        merged_by: label(merger),
        merged_at: merge.map(|merge| merge.at),
        patch_digest: change.patch_digest,
        passed: case.and_then(|case| passed(&case)),
        gate: case.and_then(|case| answered(&case, change)),
    };
    let person = |account: Option<&Account>| person(&case?, account?, directory);
    Some(Told {
        opener: person(opener),
        merger: person(merger),
        said,
    })
}

/// Returns whose an account is; who set a machine to something the forge does not say.
fn person(
    case: &RequestCase<'_>,
    account: &Account,
    directory: &Directory<'_>,
) -> Option<PrincipalId> {
    let account = Some(account).filter(|account| !account.is_machine());
    let principal = case.principal(account, directory)?;
    match principal.kind {
        PrincipalKind::Human | PrincipalKind::Outsider => Some(principal.id.clone()),
        PrincipalKind::Agent | PrincipalKind::Automation => None,
    }
}

/// Returns what the gate answered last about the difference; nothing where its answer counts for nothing.
fn answered(case: &RequestCase<'_>, change: &Change) -> Option<Outcome> {
    let gated = case.last_gate(change.patch_digest.as_ref())?;
    let is_pass = gated.outcome == Outcome::Pass;
    let is_void = gated.doubt.is_some() || gated.by_file || case.unanswered_no(gated).is_some();
    (!(is_pass && is_void)).then_some(gated.outcome)
}

impl Whose<'_> {
    /// Returns how reports name it.
    pub(crate) fn label(&self) -> String {
        match self {
            Whose::Principal(principal) => principal.id.to_string(),
            Whose::Nobody(account) => format!("{UNKNOWN}{account}"),
        }
    }
}

/// Returns who the forge says opened the request of a change, and let it land.
pub(crate) fn actors<'p>(
    change: &Change,
    requests: &Requests<'_>,
    directory: &Directory<'p>,
) -> Actors<'p> {
    let Some(case) = requests.landed_as_part_of(change) else {
        return Actors::default();
    };
    let whose = |account: &Account| whose(&case, account, directory);
    let merger = case.merge().and_then(|merge| merge.by.as_ref());
    Actors {
        request: Some(case.dossier.request.number),
        opener: case.dossier.request.author.as_ref().map(whose),
        merger: merger.map(whose),
    }
}

/// The account of a machine is no person's, whoever the program gives it to.
fn whose<'p>(case: &RequestCase<'_>, account: &Account, directory: &Directory<'p>) -> Whose<'p> {
    let is_person = |kind| matches!(kind, PrincipalKind::Human | PrincipalKind::Outsider);
    let principal = case.principal(Some(account), directory);
    match principal.filter(|it| !(account.is_machine() && is_person(it.kind))) {
        Some(principal) => Whose::Principal(principal),
        None => Whose::Nobody(format!("{}:{}", case.forge, account.login)),
    }
}

/// Returns what the last record of the request while it was open that shows its checks shows to have ended well on the head that
/// landed; nothing where none does.
fn passed(case: &RequestCase<'_>) -> Option<BTreeSet<String>> {
    let head = &case.dossier.request.head.commit;
    let sights = case.open().filter(|it| it.request.head.commit == *head);
    sights.filter_map(of_sight).next_back()
}

/// Of runs and statuses of one name the last counts.
fn of_sight(dossier: &Dossier) -> Option<BTreeSet<String>> {
    let head = &dossier.request.head.commit;
    let (runs, statuses) = (dossier.checks.known().ok()?, dossier.statuses.known().ok()?);
    let mut last: BTreeMap<String, (Timestamp, bool)> = BTreeMap::new();
    let mut enter = |name: String, at: Timestamp, is_well: bool| {
        let known = last.entry(name).or_insert((at, is_well));
        if known.0 < at {
            *known = (at, is_well);
        } else if known.0 == at {
            known.1 &= is_well;
        }
    };
    for run in runs.items.iter().filter(|run| run.head == *head) {
        // One that has not ended is the last of its name.
        let at = run.completed_at.unwrap_or(Timestamp::MAX);
        let is_well = run.conclusion == Some(CheckConclusion::Success);
        enter(named(run), at, is_well);
    }
    for status in statuses {
        let is_well = status.state == StatusState::Success;
        enter(status.context.clone(), status.updated_at, is_well);
    }
    let well = last.into_iter().filter(|(_, (_, is_well))| *is_well);
    Some(well.map(|(name, _)| name).collect())
}

fn named(run: &CheckRun) -> String {
    let app = run.app.as_ref().and_then(|app| app.slug.as_deref());
    match app {
        Some(app) => format!("{} ({app})", run.name),
        None => run.name.clone(),
    }
}
