//! Pushes to the branch, as the forge tells of them, by each commit that came with one.

use jiff::Timestamp;
use model::change::Change;
use model::digest::CommitId;
use model::request::dossier::ForgeFacts;
use model::request::hook::{Happened, Hooked};
use model::request::rules::RuleSuite;
use model::request::words::RuleResult;
use std::collections::{BTreeMap, BTreeSet};

/// What is told of the push that brought a commit.
#[derive(Debug, Clone, Default)]
pub(super) struct Push<'a> {
    /// When, as the forge answered.
    answered: BTreeSet<Timestamp>,
    /// When, as webhooks tell: their secret is the operator's too, who can write one.
    told: BTreeSet<Timestamp>,
    /// The delivery that tells that the push took commits from the branch.
    pub(super) forced: Option<&'a Hooked>,
    /// The push, where the forge let it go around the rules.
    pub(super) around: Option<&'a RuleSuite>,
}

/// When a change landed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LandedAt {
    /// The moment, by the clock of the forge.
    pub(super) at: Timestamp,
    /// Whether webhooks alone tell it.
    pub(super) is_told: bool,
}

impl Push<'_> {
    /// Returns when it was, where all that tell it agree.
    pub(super) fn at(&self) -> Option<LandedAt> {
        let is_told = self.answered.is_empty();
        let moments = if is_told { &self.told } else { &self.answered };
        let (Some(at), 1) = (moments.first(), moments.len()) else {
            return None;
        };
        Some(LandedAt { at: *at, is_told })
    }
}

/// Returns what is told of the pushes that brought these changes, which are in their order along the branch.
pub(super) fn pushes<'a>(
    changes: &'a [Change],
    facts: &'a ForgeFacts,
) -> BTreeMap<&'a CommitId, Push<'a>> {
    let line = Line::of(changes);
    let mut pushes: BTreeMap<&CommitId, Push<'_>> = BTreeMap::new();
    for hooked in &facts.hooks {
        let Happened::Push(push) = &hooked.happened else {
            continue;
        };
        if !facts.is_of_branch(&push.reference) {
            continue;
        }
        for change in line.brought(&push.before, &push.after) {
            let known = pushes.entry(&change.commit).or_default();
            known.told.extend(push.at);
        }
        if push.is_forced
            && let Some(tip) = line.commit(&push.after)
        {
            let known = pushes.entry(tip).or_default();
            known.forced = known.forced.or(Some(hooked));
        }
    }
    let suites = facts.guards.iter().filter_map(|it| it.suites.known().ok());
    for suite in suites.flatten() {
        if suite.result == RuleResult::Fail || !facts.is_of_branch(&suite.reference) {
            continue;
        }
        for change in line.brought(&suite.before, &suite.after) {
            let known = pushes.entry(&change.commit).or_default();
            known.answered.insert(suite.pushed_at);
            let around = (suite.result == RuleResult::Bypass).then_some(suite);
            known.around = known.around.or(around);
        }
    }
    pushes
}

/// The branch, as far as the changes show it.
struct Line<'a> {
    changes: &'a [Change],
    places: BTreeMap<&'a CommitId, usize>,
}

impl<'a> Line<'a> {
    fn of(changes: &'a [Change]) -> Line<'a> {
        let commits = changes.iter().map(|change| &change.commit);
        Line {
            changes,
            places: commits.zip(0..).collect(),
        }
    }

    fn commit(&self, id: &CommitId) -> Option<&'a CommitId> {
        Some(&self.changes[*self.places.get(id)?].commit)
    }

    /// Returns what a push brought that moved the branch from one commit to another: the other alone where the branch does
    /// not hold the one.
    fn brought(&self, before: &CommitId, after: &CommitId) -> &'a [Change] {
        let Some(tip) = self.places.get(after).copied() else {
            return &[];
        };
        let first = self.changes.first();
        let is_below = first.and_then(|first| first.parents.first()) == Some(before);
        let from = match self.places.get(before) {
            Some(place) => place + 1,
            None if is_below => 0,
            None => tip,
        };
        self.changes.get(from..=tip).unwrap_or_default()
    }
}
