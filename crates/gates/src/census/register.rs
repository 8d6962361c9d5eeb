//! One row of the change register: facts of a change, with who is who and what the rules say.

use crate::directory::Directory;
use crate::merge::at_forge::Told;
use crate::merge::{self, Case, Checked, Moment, Requests, Wait};
use crate::outside::LogFacts;
use crate::rules::Rules;
use model::change::{Change, Landed};
use model::digest::Digest;
use model::identity::Identity;
use model::population::AllCommits;
use model::program::{PrincipalId, PrincipalKind};
use model::report::at_forge::LandedAtForge;
use model::report::{ChangeReport, OpenHours, OpenHoursSource, SignatureReport, Totals};

/// What our own receipts show of one change.
pub(super) struct Shown<'a> {
    pub(super) wait: Option<Wait>,
    pub(super) checks: &'a [Checked<'a>],
    pub(super) unread_checks: bool,
    pub(super) requests: &'a Requests<'a>,
    pub(super) log: Option<&'a LogFacts<'a>>,
}

pub(super) fn row(
    change: &Change,
    shown: &Shown<'_>,
    evidence: Digest,
    directory: &Directory<'_>,
    rules: &Rules,
) -> ChangeReport {
    let request = shown.requests.request(change);
    let risk = merge::risk(rules, change, request.as_ref());
    let case = Case {
        change,
        risk,
        wait: shown.wait,
        checks: shown.checks,
        unread_checks: shown.unread_checks,
        request,
        landing: shown.requests.landing(change),
        guards: shown.requests.guards(change, request.as_ref()),
        moment: Moment::Landed,
        log: shown.log,
        own_check: "",
        directory,
        rules,
    };
    let told = merge::at_forge::told(change, shown.requests, directory);
    let said_merger = told.as_ref().and_then(|told| told.said.merged_by.clone());
    let judged = merge::verdict(&change.signature, directory);
    ChangeReport {
        commit: change.commit.clone(),
        at: change.committed_at,
        subject: change.subject.clone(),
        landed: change.landed,
        request: change.request,
        authors: labels(&change.authors, directory),
        commits_absent: merge::commits_are_absent(change),
        self_merged: match (&said_merger, &told) {
            // The forge knows who let it land; git shows at most who committed.
            (Some(_), Some(told)) => self_merged_by(change, told, directory),
            (_, _) => self_merged(change, directory),
        },
        merger: said_merger
            .or_else(|| change.merger.as_ref().map(|merger| directory.label(merger))),
        at_forge: told.map(|told| told.said),
        signature: SignatureReport {
            kind: change.signature.kind,
            verdict: judged.verdict,
            by_forge: change.signature.by_forge,
            signer: judged.signer,
            key: change.signature.key.clone(),
        },
        embedded_tag: change.embedded_tag,
        assistants: change.assistants.clone(),
        brought_assistants: change.brought_assistants.clone(),
        automation: automation(change, directory),
        bot_suffix: change.bot_suffix,
        open_hours: open_hours(change, shown.wait),
        risk_class: risk,
        path_count: change.paths.len() as u64,
        tickets: change.tickets.clone(),
        decisions: merge::decide(&case),
        evidence,
    }
}

pub(super) fn totals(changes: &[ChangeReport], all_commits: &AllCommits) -> Totals {
    let mut totals = Totals {
        changes: changes.len() as u64,
        all_commits: all_commits.clone(),
        ..Totals::default()
    };
    for change in changes {
        totals.landed.count(change.landed);
        totals.by_request += u64::from(is_by_request(change));
        if let Some(said) = &change.at_forge {
            *totals.at_forge.entry(said.landed).or_default() += 1;
        }
        totals.self_merged += u64::from(change.self_merged == Some(true));
        totals
            .signature
            .count(change.signature.kind, change.signature.by_forge);
        *totals.verdict.entry(change.signature.verdict).or_default() += 1;
        totals.embedded_tags += u64::from(change.embedded_tag);
        totals.automation += u64::from(change.automation.is_some());
        totals.bot_suffix += u64::from(change.bot_suffix);
        *totals.risk_class.entry(change.risk_class).or_default() += 1;
        for assistant in &change.assistants {
            *totals.assistants.entry(assistant.clone()).or_default() += 1;
        }
    }
    totals
}

fn is_by_request(change: &ChangeReport) -> bool {
    let by_git = matches!(change.landed, Landed::RequestMerge | Landed::Squash);
    match change.at_forge.as_ref().map(|said| said.landed) {
        Some(LandedAtForge::Request) => true,
        Some(LandedAtForge::OtherBranch | LandedAtForge::PushedHead | LandedAtForge::Push) => false,
        Some(LandedAtForge::PerhapsRequest | LandedAtForge::Unknown) | None => by_git,
    }
}

fn labels(identities: &[Identity], directory: &Directory<'_>) -> Vec<String> {
    let mut labels: Vec<String> = identities
        .iter()
        .map(|identity| directory.label(identity))
        .collect();
    labels.sort_unstable();
    labels.dedup();
    labels
}

fn automation(change: &Change, directory: &Directory<'_>) -> Option<PrincipalId> {
    let author = directory.principal_of(&change.author)?;
    (author.kind == PrincipalKind::Automation).then(|| author.id.clone())
}

fn open_hours(change: &Change, wait: Option<Wait>) -> OpenHours {
    let rounded = |hours: f64| (hours * 100.0).round() / 100.0;
    match (change.open_hours(), wait) {
        (None, Some(wait)) => OpenHours {
            value: Some(rounded(wait.hours())),
            source: OpenHoursSource::Receipts,
        },
        (value, _) => OpenHours {
            value: value.map(rounded),
            source: OpenHoursSource::SelfReported,
        },
    }
}

/// Returns whether every author is the principal who let it land, as the forge says; an account or an author that nobody
/// knows may be the same as any other.
fn self_merged_by(change: &Change, told: &Told, directory: &Directory<'_>) -> Option<bool> {
    let merger = told.merger.as_ref();
    let merger = merger.filter(|_| !merge::commits_are_absent(change))?;
    // Whoever opened it may have typed another author.
    let is_opener = told.opener.as_ref() == Some(merger);
    let authors = change.authors.iter();
    let authors = authors.map(|author| directory.principal_of(author).map(|it| &it.id));
    let mut undecided = false;
    for author in authors {
        match author {
            Some(author) if author == merger => {}
            Some(_) if !is_opener => return Some(false),
            Some(_) | None => undecided = true,
        }
    }
    (!undecided).then_some(true)
}

/// Returns whether every author and the merger are one principal, `None` where git does not show it.
/// Equal addresses are one even if the program knows neither; an unknown one beside a known one may be the same.
fn self_merged(change: &Change, directory: &Directory<'_>) -> Option<bool> {
    let merger = change.merger.as_ref()?;
    if merge::commits_are_absent(change) {
        return None;
    }
    let who = |identity: &Identity| {
        directory
            .principal_of(identity)
            .map(|principal| &principal.id)
    };
    let mut undecided = false;
    for author in &change.authors {
        match (who(author), who(merger)) {
            (Some(author), Some(merger)) if author == merger => {}
            (Some(_), Some(_)) => return Some(false),
            _ if !author.address.is_empty()
                && author.address.eq_ignore_ascii_case(&merger.address) => {}
            _ => undecided = true,
        }
    }
    (!undecided).then_some(true)
}
