//! What the log holds of the request of a change: as it was when it landed, or as it is while it is open.

use jiff::Timestamp;
use model::change::Change;
use model::digest::{CommitId, Digest};
use model::population::Sighting;
use model::program::Principal;
use model::request::dossier::{Dossier, ForgeFacts, Guards};
use model::request::{Account, Merge};
use model::statement::Statement;
use std::collections::BTreeMap;

use crate::directory::Directory;
use crate::interval::Record;

/// The request of one change, as the log holds it.
#[derive(Debug, Clone, Copy)]
pub struct RequestCase<'a> {
    /// What the forge is called in the accounts of principals, such as `github`.
    pub forge: &'a str,
    /// The request as it was seen last.
    pub dossier: &'a Dossier,
    /// The record from which on every sight of it showed this patch.
    pub first_seen: Option<Seen>,
    /// The last record that shows it open with this patch, and the outside signature to which that commits.
    pub last_seen: Option<Record>,
    /// What people stated and signed of any patch.
    pub statements: &'a [Statement],
    /// Whether the log holds such statements that cannot be read.
    pub unread: bool,
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
    /// As none: the list of all requests, seen after it had landed, has none that did.
    Push {
        /// The leaf of the list.
        list: u64,
    },
    /// The forge was not asked, or not all of its answer is here.
    Unknown,
}

/// What the log holds of requests, by the commit of the change.
#[derive(Debug, Clone, Default)]
pub struct Requests<'a> {
    facts: Option<&'a ForgeFacts>,
    landings: BTreeMap<&'a CommitId, Landing>,
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
        let landed = landed(facts);
        let listed = Listed::last(facts, sightings);
        let mut landings = BTreeMap::new();
        for (at, change) in changes.iter().enumerate() {
            let behind = changes.get(at + 1..).unwrap_or_default();
            landings.insert(&change.commit, landing(change, behind, &landed, listed));
        }
        Requests {
            facts: Some(facts),
            landings,
        }
    }

    /// Returns how the forge says that a change landed.
    pub fn landing(&self, change: &Change) -> Landing {
        let landing = self.landings.get(&change.commit);
        landing.copied().unwrap_or(Landing::Unknown)
    }

    /// Returns the request that a change landed as.
    pub fn request(&self, change: &Change) -> Option<RequestCase<'a>> {
        let Landing::Request(number) = self.landing(change) else {
            return None;
        };
        case(self.facts?, number, change.patch_digest.as_ref())
    }

    /// Returns the last leaf that shows a request open.
    fn last_open(&self, number: u64) -> Option<u64> {
        let dossiers = self.facts?.requests.get(&number)?;
        let open = dossiers
            .iter()
            .rev()
            .find(|it| it.request.merge.is_none())?;
        Some(open.leaf)
    }

    /// Returns what protected the branch around the moment at which a change landed.
    pub fn guards(&self, change: &Change) -> Option<GuardsCase<'a>> {
        let facts = self.facts.filter(|facts| !facts.guards.is_empty())?;
        let request = self.request(change);
        let merge = request.and_then(|it| it.dossier.request.merge.as_ref());
        // The committer's clock is all that there is of a push.
        let at = merge.map_or(change.committed_at, |merge| merge.at);
        let seen_open = request.and_then(|it| self.last_open(it.dossier.request.number));
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
        Some(GuardsCase {
            before: before.last(),
            after: after.first(),
        })
    }
}

/// Returns the request with a number, and from when on it showed the patch of this digest.
pub fn case<'a>(
    facts: &'a ForgeFacts,
    number: u64,
    patch: Option<&Digest>,
) -> Option<RequestCase<'a>> {
    let dossiers = facts.requests.get(&number)?;
    Some(RequestCase {
        forge: facts.forge.as_deref().unwrap_or_default(),
        dossier: dossiers.last()?,
        first_seen: patch.and_then(|patch| first_seen(dossiers, patch)),
        last_seen: patch.and_then(|patch| last_seen(dossiers, patch)),
        statements: &facts.statements,
        unread: !facts.unread.is_empty(),
    })
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

/// What shows another patch, or nothing of it, ends what was seen before: the clock begins anew.
fn first_seen(dossiers: &[Dossier], patch: &Digest) -> Option<Seen> {
    let mut seen: Option<(Seen, &CommitId)> = None;
    for dossier in dossiers.iter().filter(|it| it.request.merge.is_none()) {
        let head = &dossier.request.head.commit;
        let shows = match &dossier.proposal {
            Ok(proposal) => proposal.change.patch_digest.as_ref() == Some(patch),
            // The same commit has the same content, but the branch may have moved below it.
            Err(_) => false,
        };
        let now = Seen {
            leaf: dossier.leaf,
            at: dossier.at,
        };
        seen = match seen {
            _ if !shows => None,
            Some((first, _)) => Some((first, head)),
            None => Some((now, head)),
        };
    }
    seen.map(|(first, _)| first)
}

/// Returns the merged requests by the commit as which they landed, with how many commits they had.
fn landed(facts: &ForgeFacts) -> BTreeMap<&CommitId, (u64, Option<u64>)> {
    let mut landed = BTreeMap::new();
    let lists = facts
        .lists
        .iter()
        .filter_map(|list| list.requests.known().ok());
    for listed in lists.flatten().filter(|it| it.merged_at.is_some()) {
        if let Some(commit) = &listed.merge_commit {
            landed.insert(commit, (listed.number, None));
        }
    }
    for dossier in facts.requests.values().filter_map(|them| them.last()) {
        if let Some(merge) = &dossier.request.merge {
            let known = (dossier.request.number, dossier.request.commit_count);
            landed.insert(&merge.commit, known);
        }
    }
    landed
}

fn landing(
    change: &Change,
    behind: &[Change],
    landed: &BTreeMap<&CommitId, (u64, Option<u64>)>,
    listed: Option<Listed>,
) -> Landing {
    if let Some((number, _)) = landed.get(&change.commit) {
        return Landing::Request(*number);
    }
    // A request of several commits that was rebased lands as all of them, and names the last.
    for (steps, later) in (1..).zip(behind.iter().take(MAX_REBASED)) {
        match landed.get(&later.commit) {
            Some((number, commits)) if later.parents.len() == 1 => {
                let reaches = commits.is_none_or(|commits| commits > steps);
                match reaches {
                    true => return Landing::Perhaps(*number),
                    false => break,
                }
            }
            Some(_) => break,
            None => {}
        }
    }
    match listed {
        Some(listed) if listed.positions > u64::from(change.position) => {
            Landing::Push { list: listed.leaf }
        }
        Some(_) | None => Landing::Unknown,
    }
}

/// The last whole list of requests.
#[derive(Debug, Clone, Copy)]
struct Listed {
    leaf: u64,
    /// Changes that the branch is known to have held when the forge was asked.
    positions: u64,
}

impl Listed {
    fn last(facts: &ForgeFacts, sightings: &[Sighting]) -> Option<Listed> {
        let mut newest_first = facts.lists.iter().rev();
        let list = newest_first.find(|list| list.requests.known().is_ok())?;
        let before = sightings.iter().filter(|it| it.leaf < list.looked_behind);
        let positions = before.map(|sighting| sighting.first_parent_commits).max();
        Some(Listed {
            leaf: list.leaf,
            positions: positions.unwrap_or_default(),
        })
    }
}

/// The most commits of one rebased request that are looked for.
const MAX_REBASED: usize = 250;

impl<'a> RequestCase<'a> {
    /// Returns how it landed, where it did.
    pub fn merge(&self) -> Option<&'a Merge> {
        self.dossier.request.merge.as_ref()
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
