//! What the log holds of the request of a change: as it was when it landed, or as it is while it is open.

use jiff::Timestamp;
use model::calibration::Calibrations;
use model::change::Change;
use model::digest::{CommitId, Digest};
use model::outcome::Outcome;
use model::population::Sighting;
use model::program::Principal;
use model::request::audit::LoggedEvent;
use model::request::dossier::{Dossier, ForgeFacts, Gated, Guards};
use model::request::hook::Hooked;
use model::request::rules::RuleSuite;
use model::request::{Account, Merge};
use model::review::Reviews;
use model::session::SessionSeen;
use model::statement::Statement;
use std::collections::{BTreeMap, BTreeSet};

use super::audit_log;
use super::history::{Between, betweens};
use super::landings;
use super::pushes::{LandedAt, Push, pushes};
use crate::directory::Directory;
use crate::interval::Record;

/// The request of one change, as the log holds it.
#[derive(Debug, Clone, Copy)]
pub struct RequestCase<'a> {
    /// What the forge is called in the accounts of principals, such as `github`.
    pub forge: &'a str,
    /// The request as it was seen last.
    pub dossier: &'a Dossier,
    /// Every sight of it.
    pub dossiers: &'a [Dossier],
    /// The record from which on every sight of it showed this patch.
    pub first_seen: Option<Seen>,
    /// The last record that shows it open with this patch, and the outside signature to which that commits.
    pub last_seen: Option<Record>,
    /// The sight before that one, where it showed another patch.
    pub other_seen: Option<Seen>,
    /// What the gate answered about it.
    pub gates: &'a [Gated],
    /// When the gate first answered about any request.
    pub gate_since: Option<Timestamp>,
    /// What people stated and signed of any of its patches.
    pub statements: &'a [Statement],
    /// Whether the log holds such statements that cannot be read.
    pub unread_statements: bool,
    /// What AI reviewers said of any difference.
    pub reviews: &'a Reviews,
    /// Whether the log holds AI reviews that cannot be read.
    pub unread_reviews: bool,
    /// The sessions in which AI coding tools wrote commits, by those.
    pub sessions: &'a BTreeMap<CommitId, Vec<SessionSeen>>,
    /// Whether the log holds such sessions that cannot be read.
    pub unread_sessions: bool,
    /// How AI reviewers did on defects that are known.
    pub calibrations: &'a Calibrations,
    /// The leaf from which on nothing counts.
    pub until: u64,
    /// The leaves of records of the forge or of the gate that cannot be read.
    pub unread: &'a BTreeSet<u64>,
}

/// The first sight of a patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// The leaf.
    pub leaf: u64,
    /// When our ledger received it.
    pub at: Timestamp,
}

/// What was seen of the protection of the branch.
#[derive(Debug, Clone, Copy)]
pub struct GuardsCase<'a> {
    /// The last that was seen before the change landed; for an open one the last of all.
    pub before: Option<&'a Guards>,
    /// The first that was seen after it landed.
    pub after: Option<&'a Guards>,
    /// The leaves of records of the forge or of the gate that cannot be read.
    pub unread: &'a BTreeSet<u64>,
    /// What is known to have come between them.
    pub between: Option<&'a Between>,
    /// When it landed, by the clock of the forge.
    pub landed_at: Option<Timestamp>,
    /// Whether webhooks alone tell that moment: their secret is the operator's too.
    pub is_told: bool,
    /// The event of an audit log that tells that an administrator went around what a branch asks for, as it landed.
    pub overridden: Option<&'a LoggedEvent>,
    /// The push that brought it, where the forge let it go around the rules.
    pub around: Option<&'a RuleSuite>,
    /// The delivery that tells that it came with a push that took commits from the branch.
    pub forced: Option<&'a Hooked>,
}

/// Whether a change has landed when it is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// It has, and nothing that came later counts.
    Landed,
    /// It has not; what counts is what holds now.
    Open {
        /// The moment of the decision.
        now: Timestamp,
    },
}

/// How the forge says that a change landed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Landing {
    /// As this request.
    Request(u64),
    /// Perhaps as an earlier commit of this request, which was rebased.
    Perhaps(u64),
    /// As this request, which was to land on another branch.
    Elsewhere(u64),
    /// As this request, which the forge took for merged when its own head was pushed to the branch.
    Pushed(u64),
    /// As none: the list of all requests, seen after it had landed, has none that did.
    Push {
        /// The leaf of the list.
        list: u64,
    },
    /// Its answer does not tell: it is not whole, cannot be read, or came before the change landed.
    Unknown,
    /// It was not asked.
    NotAsked,
}

/// What the log holds of requests, by the commit of the change.
#[derive(Debug, Clone, Default)]
pub struct Requests<'a> {
    facts: Option<&'a ForgeFacts>,
    landings: BTreeMap<&'a CommitId, Landing>,
    /// What came between each two looks at what protects the branch.
    betweens: Vec<Between>,
    /// When administrators went around what a branch asks for, as an audit log says.
    overrides: Vec<&'a LoggedEvent>,
    /// The pushes that brought them.
    pushes: BTreeMap<&'a CommitId, Push<'a>>,
}

impl<'a> Requests<'a> {
    /// Returns what the log holds of the requests of these changes, oldest first along the branch.
    ///
    /// The sightings of the branch are in the order of their leaves: a list of requests tells of what was there before it.
    pub fn of(
        changes: &'a [Change],
        facts: &'a ForgeFacts,
        sightings: &[Sighting],
    ) -> Requests<'a> {
        if facts.forge.is_none() {
            return Requests::default();
        }
        let landings = landings::landings(changes, facts, sightings);
        Requests {
            facts: Some(facts),
            landings,
            betweens: betweens(facts),
            overrides: audit_log::overrides(&audit_log::events(facts)),
            pushes: pushes(changes, facts),
        }
    }

    /// Returns when a change landed, by the clock of the forge.
    pub(super) fn landed_at(&self, change: &Change) -> Option<Timestamp> {
        let landed = self.landed_as(change, self.request(change).as_ref());
        landed.map(|landed| landed.at)
    }

    fn landed_as(&self, change: &Change, request: Option<&RequestCase<'_>>) -> Option<LandedAt> {
        let merge = request.and_then(RequestCase::merge);
        let merged = merge.map(|merge| LandedAt {
            at: merge.at,
            is_told: false,
        });
        merged.or_else(|| self.pushes.get(&change.commit)?.at())
    }

    /// Returns when administrators went around what a branch asks for, oldest first.
    pub(super) fn overrides(&self) -> &[&'a LoggedEvent] {
        &self.overrides
    }

    /// Returns what came between each two looks at what protects the branch.
    pub(super) fn betweens(&self) -> &[Between] {
        &self.betweens
    }

    /// Returns how the forge says that a change landed.
    pub fn landing(&self, change: &Change) -> Landing {
        if self.facts.is_none() {
            return Landing::NotAsked;
        }
        let landing = self.landings.get(&change.commit);
        landing.copied().unwrap_or(Landing::Unknown)
    }

    /// Returns the request that a change landed as; one that was only seen before it landed may have become another.
    pub fn request(&self, change: &Change) -> Option<RequestCase<'a>> {
        let Landing::Request(number) = self.landing(change) else {
            return None;
        };
        let request = case(self.facts?, number, change.patch_digest.as_ref())?;
        let merge = request.merge()?;
        (merge.commit == change.commit).then_some(request)
    }

    /// Returns the request of which a change is a part, as the forge says; of one that was rebased each commit is.
    pub(super) fn landed_as_part_of(&self, change: &Change) -> Option<RequestCase<'a>> {
        match self.landing(change) {
            Landing::Request(number) => case(self.facts?, number, change.patch_digest.as_ref()),
            Landing::Perhaps(_)
            | Landing::Elsewhere(_)
            | Landing::Pushed(_)
            | Landing::Push { .. }
            | Landing::Unknown
            | Landing::NotAsked => None,
        }
    }

    /// Returns what protected the branch around the moment at which a change landed, as this request where it did.
    pub fn guards(
        &self,
        change: &Change,
        request: Option<&RequestCase<'_>>,
    ) -> Option<GuardsCase<'_>> {
        let facts = self.facts.filter(|facts| !facts.guards.is_empty())?;
        let landed = self.landed_as(change, request);
        let push = self.pushes.get(&change.commit);
        // The committer's clock is all that there is of a push of which the forge does not tell.
        let at = landed.map_or(change.committed_at, |landed| landed.at);
        let seen_open = request.and_then(RequestCase::while_open).map(|it| it.leaf);
        // Our receipts are of whole seconds: within one, the order of the leaves decides.
        let is_before = |guards: &Guards| {
            let is_same_second = guards.at.as_second() == at.as_second();
            match is_same_second {
                true => seen_open.is_some_and(|open| guards.leaf < open),
                false => guards.at < at,
            }
        };
        let split = facts.guards.partition_point(is_before);
        let (before, after) = facts.guards.split_at(split);
        // What lies before a sight of it while it was open came before it landed, whatever its clock said.
        let is_after = |guards: &&Guards| seen_open.is_none_or(|open| guards.leaf > open);
        let is_next = after.first().is_some_and(|next| is_after(&next));
        Some(GuardsCase {
            before: before.last(),
            after: after.iter().find(is_after),
            unread: &facts.unread,
            between: split
                .checked_sub(1)
                .filter(|_| is_next)
                .and_then(|it| self.betweens.get(it)),
            landed_at: landed.map(|landed| landed.at),
            is_told: landed.is_some_and(|landed| landed.is_told),
            overridden: landed.filter(|landed| !landed.is_told).and_then(|landed| {
                let mut overrides = self.overrides.iter();
                let found = overrides.find(|it| audit_log::is_of_moment(it, landed.at));
                found.copied()
            }),
            around: push.and_then(|push| push.around),
            forced: push.and_then(|push| push.forced),
        })
    }
}

/// Returns the request with a number, and from when on it showed the patch of this digest.
pub fn case<'a>(
    facts: &'a ForgeFacts,
    number: u64,
    patch: Option<&Digest>,
) -> Option<RequestCase<'a>> {
    case_until(facts, (number, u64::MAX), patch)
}

/// Returns a request as the leaves before one showed it.
pub(super) fn case_until<'a>(
    facts: &'a ForgeFacts,
    (number, until): (u64, u64),
    patch: Option<&Digest>,
) -> Option<RequestCase<'a>> {
    let dossiers = first(facts.requests.get(&number), |it| it.leaf < until);
    let seen = patch.map(|patch| sights(dossiers, patch, &facts.unread));
    let (first_seen, other_seen) = seen.unwrap_or_default();
    Some(RequestCase {
        forge: facts.forge.as_deref().unwrap_or_default(),
        dossier: dossiers.last()?,
        dossiers,
        first_seen,
        last_seen: patch.and_then(|patch| last_seen(dossiers, patch)),
        other_seen,
        gates: first(facts.gates.get(&number), |it| it.leaf < until),
        gate_since: facts.gate_since,
        statements: first(facts.statements.get(&number), |it| it.leaf < until),
        unread_statements: facts.unread_statements.range(..until).next().is_some(),
        reviews: &facts.reviews,
        sessions: &facts.sessions,
        calibrations: &facts.calibrations,
        unread_sessions: facts.unread_sessions.range(..until).next().is_some(),
        until,
        unread_reviews: facts.unread_reviews.range(..until).next().is_some(),
        unread: &facts.unread,
    })
}

/// Returns the first of some records, which are in the order of their leaves.
fn first<T>(records: Option<&Vec<T>>, is_before: impl Fn(&T) -> bool) -> &[T] {
    let records = records.map_or(&[][..], Vec::as_slice);
    &records[..records.partition_point(is_before)]
}

fn last_seen(dossiers: &[Dossier], patch: &Digest) -> Option<Record> {
    let mut newest_first = dossiers.iter().rev();
    let last = newest_first.find(|it| it.request.merge.is_none())?;
    let proposal = last.proposal.as_ref().ok()?;
    (proposal.change.patch_digest.as_ref() == Some(patch)).then_some(Record {
        leaf: last.leaf,
        after: last.after,
    })
}

/// Returns the first of the sights since when all showed a patch, and the one before where that showed another.
///
/// What shows another patch, or another head whose patch nobody could tell, ends what was seen before: the clock begins
/// anew. So does a record that cannot be read, which may have been one of it.
fn sights(
    dossiers: &[Dossier],
    patch: &Digest,
    unread: &BTreeSet<u64>,
) -> (Option<Seen>, Option<Seen>) {
    let (mut first, mut other): (Option<Seen>, Option<Seen>) = (None, None);
    let mut before = 0;
    let mut shown: Option<&Dossier> = None;
    for dossier in dossiers.iter().filter(|it| it.request.merge.is_none()) {
        if unread.range(before..dossier.leaf).next().is_some() {
            (first, other) = (None, None);
        }
        before = dossier.leaf;
        let now = Seen {
            leaf: dossier.leaf,
            at: dossier.at,
        };
        (first, other) = match &dossier.proposal {
            Ok(proposal) if proposal.change.patch_digest.as_ref() == Some(patch) => {
                shown = Some(dossier);
                (first.or(Some(now)), other)
            }
            Ok(_) => (None, Some(now)),
            // A clone that lacks the commits tells nothing; the head that it saw is the one that was shown.
            Err(_) if shown.is_some_and(|shown| shown.request.head == dossier.request.head) => {
                (first, other)
            }
            Err(_) => (None, None),
        };
    }
    (first, other.filter(|_| first.is_some()))
}

impl<'a> RequestCase<'a> {
    /// Returns the leaf that first shows that it landed; none that there is where it has not.
    fn landed_leaf(&self) -> u64 {
        let mut dossiers = self.dossiers.iter();
        let landed = dossiers.find(|dossier| dossier.request.merge.is_some());
        landed.map_or(u64::MAX, |dossier| dossier.leaf)
    }

    /// Returns a record before it was seen to have landed that cannot be read: it may have shown what speaks against it.
    pub fn unread_before(&self) -> Option<u64> {
        self.unread.range(..self.landed_leaf()).next_back().copied()
    }

    /// Returns the last that the gate answered about this difference before it was seen to have landed.
    pub fn last_gate(&self, patch: Option<&Digest>) -> Option<&'a Gated> {
        let end = self.landed_leaf();
        let of_it = |gated: &&Gated| gated.leaf < end && gated.patch_digest.as_ref() == patch;
        self.gates.iter().rev().find(of_it)
    }

    /// Returns an answer about the same difference, before that one, that was no pass and that no later one by the same
    /// program and as the same check took back.
    pub(super) fn unanswered_no(&self, last: &Gated) -> Option<&'a Gated> {
        let before = self
            .gates
            .iter()
            .filter(|it| it.leaf <= last.leaf && it.patch_digest == last.patch_digest);
        let by = |it: &Gated| (it.program_sha256, it.own_check.clone());
        let mut latest: BTreeMap<(Digest, String), &Gated> = BTreeMap::new();
        for gated in before {
            latest.insert(by(gated), gated);
        }
        latest.into_values().find(|it| it.outcome != Outcome::Pass)
    }

    /// Returns how it landed, where it did.
    pub fn merge(&self) -> Option<&'a Merge> {
        self.dossier.request.merge.as_ref()
    }

    /// Returns what was known of it while it was open: what is read behind the merge may have been written behind it.
    pub(super) fn while_open(&self) -> Option<&'a Dossier> {
        self.open().next_back()
    }

    /// Returns every sight of it while it was open.
    pub(super) fn open(&self) -> impl DoubleEndedIterator<Item = &'a Dossier> + use<'a> {
        let dossiers = self.dossiers.iter();
        dossiers.filter(|dossier| dossier.request.merge.is_none())
    }

    /// Returns the principal of an account of this forge.
    pub fn principal<'p>(
        &self,
        account: Option<&Account>,
        directory: &Directory<'p>,
    ) -> Option<&'p Principal> {
        directory.principal_of_account(self.forge, &account?.login)
    }
}
