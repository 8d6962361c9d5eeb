//! The merge gate: whether a request may land now, by the same rules that an audit applies to what landed.

use super::request::case_until;
use super::{Case, GuardsCase, Landing, Moment, Received, Seen};
use crate::directory::Directory;
use crate::merge::Checked;
use crate::outside::LogFacts;
use crate::rules::{self, Forge, Rules};
use jiff::Timestamp;
use model::change::Proposal;
use model::check::CheckRun;
use model::digest::{CommitId, Digest};
use model::outcome::{AssuranceGrade, Outcome, Risk};
use model::program::{ControlId, Program};
use model::report::Decision;
use model::request::dossier::{Dossier, Doubt, ForgeFacts, Gated};
use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

/// What the gate decides on.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The number of the request.
    pub number: u64,
    /// What the log holds of the repository at its forge.
    pub forge: &'a ForgeFacts,
    /// Reports of checks, in the order of their leaves.
    pub checks: &'a [CheckRun],
    /// Whether the log holds such reports that cannot be read.
    pub unread_checks: bool,
    /// The log and those who signed it outside.
    pub log: Option<&'a LogFacts<'a>>,
    /// The name of the check as which the gate answers.
    pub own_check: &'a str,
    /// The moment of the decision.
    pub now: Timestamp,
    /// The first leaf that does not count, nor any behind it.
    pub until: u64,
}

/// What the gate answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The worst of the rules: one that fails, else one that is unknown.
    pub outcome: Outcome,
    /// The head that was judged.
    pub head: CommitId,
    /// The digest of the difference, where it can be told.
    pub patch_digest: Option<Digest>,
    /// The tree that would lie on the branch, where it can be told.
    pub merged_tree: Option<CommitId>,
    /// The risk class; high where the difference cannot be told.
    pub risk: Risk,
    /// The first ticket that declares the class, where it were lower without tickets.
    pub raised_by: Option<String>,
    /// The record that first showed this difference.
    pub first_seen: Option<Seen>,
    /// Every rule that the program turns on, with its decision.
    pub rules: BTreeMap<ControlId, Decision>,
    /// The leaves that this rests on.
    pub evidence: BTreeSet<u64>,
}

/// Returns whether a request may land; nothing where the log holds no record of it.
pub fn answer(
    question: &Question<'_>,
    program: &Program,
    directory: &Directory<'_>,
    rules: &Rules,
) -> Option<Answer> {
    let place = (question.number, question.until);
    let dossier = case_until(question.forge, place, None)?.dossier;
    let proposal = dossier.proposal.as_ref();
    let patch = proposal.ok().and_then(|it| it.change.patch_digest);
    let request = case_until(question.forge, place, patch.as_ref())?;
    let guards = question.forge.guards.iter();
    let guards = guards.rev().find(|it| it.leaf < question.until);
    let mut answer = Answer {
        outcome: Outcome::Unknown,
        head: dossier.request.head.commit.clone(),
        patch_digest: patch,
        merged_tree: proposal.ok().and_then(|it| it.change.tree.clone()),
        risk: Risk::High,
        raised_by: None,
        first_seen: request.first_seen,
        rules: BTreeMap::new(),
        evidence: [dossier.leaf].into(),
    };
    let is_on = |control: &ControlId| {
        let control = program.controls.get(control);
        control.is_some_and(|it| it.in_use && rules::is_decided(it, Forge::Asked))
    };
    answer.rules = match judgeable(question, dossier) {
        Ok(proposal) => {
            let risk = super::risk(rules, &proposal.change, Some(&request));
            let checks = checked(question, proposal.change.tree.as_ref());
            let leaves = checks.iter().map(|checked| checked.run.leaf);
            answer.evidence.extend(leaves);
            answer.risk = risk;
            let raising = super::raising_ticket(rules, &proposal.change, Some(&request));
            answer.raised_by = raising.map(str::to_owned);
            let mut decided = super::decide(&Case {
                change: &proposal.change,
                risk,
                wait: None,
                checks: &checks,
                unread_checks: question.unread_checks,
                request: Some(request),
                landing: Landing::Unknown,
                guards: guards.map(|guards| GuardsCase {
                    before: Some(guards),
                    after: None,
                    between: None,
                    landed_at: None,
                    is_told: false,
                    overridden: None,
                    around: None,
                    unread: &question.forge.unread,
                    forced: None,
                }),
                moment: Moment::Open { now: question.now },
                log: question.log,
                own_check: question.own_check,
                directory,
                rules,
            });
            decided.retain(|control, _| is_on(control));
            decided
        }
        Err((outcome, why)) => untold(program, is_on, (outcome, &why)),
    };
    let seen = request.first_seen.map(|seen| seen.leaf);
    let statements = request.statements.iter();
    let of_it = statements.filter(|it| Some(it.record.patch_digest) == patch);
    let leaves = of_it.map(|statement| statement.leaf);
    let leaves = leaves.chain(guards.map(|guards| guards.leaf)).chain(seen);
    answer.evidence.extend(leaves);
    answer.outcome = worst(answer.rules.values());
    Some(answer)
}

/// An answer is recorded in the moment that it is for.
const SAME_MOMENT_SECONDS: i64 = 60;

/// Returns why a pass that the log holds does not follow from the records before it; nothing where it does.
///
/// The question is the one that was answered then. A wait by the clocks of outsiders is not measured again: who had signed
/// the log by then a later look cannot tell.
pub fn doubt(
    gated: &Gated,
    question: &Question<'_>,
    program: &Program,
    directory: &Directory<'_>,
    rules: &Rules,
) -> Option<Doubt> {
    if gated.outcome != Outcome::Pass {
        return None;
    }
    let unread = question.forge.unread.range(..gated.leaf).next();
    let doubt = |outcome, reason: String| {
        Some(match unread {
            // What cannot be read now may have shown it then.
            Some(leaf) => Doubt {
                outcome: Outcome::Unknown,
                reason: format!("{reason}, and leaf {leaf} cannot be read"),
            },
            None => Doubt { outcome, reason },
        })
    };
    let Some(again) = answer(question, program, directory, rules) else {
        let why = format!("none is of request {}", gated.request);
        return doubt(Outcome::Unknown, why);
    };
    let shown = (&again.head, again.patch_digest, &again.merged_tree);
    if shown != (&gated.head, gated.patch_digest, &gated.merged_tree) {
        let why = "they show another difference of the request";
        return doubt(Outcome::Fail, why.to_owned());
    }
    let apart = gated.at.as_second() - gated.received_at.as_second();
    if apart.abs() > SAME_MOMENT_SECONDS {
        let why = format!(
            "it is for {}, and was received at {}",
            gated.at, gated.received_at
        );
        return doubt(Outcome::Unknown, why);
    }
    // What outsiders measured is not among the records before it; all else of these rules is.
    let own = LazyCell::new(|| answer(question, program, directory, &rules.of_any_wait()));
    let is_left = |control: &ControlId, decision: &Decision| {
        let by_outsiders = rules.minimum_grade(&control.0) > AssuranceGrade::Attested;
        let is_wait = rules::WAITS.contains(&control.0.as_str());
        let is_open = decision.outcome == Outcome::Unknown && gated.passed.contains(control);
        let own = own.as_ref().and_then(|own| own.rules.get(control));
        let holds = own.is_some_and(|own| own.outcome == Outcome::Pass);
        is_wait && by_outsiders && is_open && holds
    };
    let of_rules = again.rules.iter();
    let rules = of_rules.filter(|(control, decision)| !is_left(control, decision));
    let lacking = rules.filter(|(_, decision)| decision.outcome != Outcome::Pass);
    let worst = lacking.max_by_key(|(_, decision)| decision.outcome == Outcome::Fail);
    worst.map_or_else(
        || match again.rules.is_empty() {
            true => doubt(Outcome::Unknown, "its program turns no rule on".to_owned()),
            false => None,
        },
        |(control, decision)| {
            let reason = format!("{control}: {}", decision.reason);
            doubt(decision.outcome, reason)
        },
    )
}

/// Returns what is judged, or why nothing is: the request is closed, was read too long ago, or its difference is not known.
fn judgeable<'a>(
    question: &Question<'_>,
    dossier: &'a Dossier,
) -> Result<&'a Proposal, (Outcome, String)> {
    if dossier.request.closed_at.is_some() {
        let why = format!(
            "request {} is not open: open it again, or another",
            question.number
        );
        return Err((Outcome::Fail, why));
    }
    let age = question.now.as_second() - dossier.at.as_second();
    if age < -super::protection::FRESH_SECONDS {
        return Err((Outcome::Unknown, ahead(question, dossier)));
    }
    if age > super::protection::FRESH_SECONDS {
        let why = format!(
            "the request was read {} ago, at leaf {}: `countersign collect` asks again",
            super::waiting::lasted(age as f64 / 3600.0),
            dossier.leaf
        );
        return Err((Outcome::Unknown, why));
    }
    match &dossier.proposal {
        Ok(proposal) => Ok(proposal),
        Err(why) => {
            let why = format!("the difference of the request cannot be told: {why}");
            Err((Outcome::Unknown, why))
        }
    }
}

/// Returns why nothing is decided in a log that is ahead of its time, and what to do.
fn ahead(question: &Question<'_>, dossier: &Dossier) -> String {
    let (leaf, at) = question.forge.latest.unwrap_or((dossier.leaf, dossier.at));
    let at = super::wait_ends(at, 0.0);
    format!(
        "leaf {leaf} claims the time {at}, which has not come, and no later leaf counts as earlier: set the clock of the \
         machine that wrote it right, and wait until then"
    )
}

/// Nothing that is bound to a difference can be decided without it, nor on what is stale.
fn untold(
    program: &Program,
    is_on: impl Fn(&ControlId) -> bool,
    (outcome, why): (Outcome, &str),
) -> BTreeMap<ControlId, Decision> {
    let untold = || Decision {
        outcome,
        reason: why.to_owned(),
        grade: AssuranceGrade::Attested,
    };
    let controls = program.controls.keys().filter(|control| is_on(control));
    controls
        .map(|control| (control.clone(), untold()))
        .collect()
}

fn checked<'a>(question: &Question<'a>, tree: Option<&CommitId>) -> Vec<Checked<'a>> {
    let runs = question.checks.iter();
    let on_it = runs.filter(|run| run.leaf < question.until && Some(&run.tree) == tree);
    let open = |run| Checked {
        run,
        received: Received::Open,
    };
    on_it.map(open).collect()
}

/// A program that turns no rule on has decided nothing.
fn worst<'a>(decisions: impl Iterator<Item = &'a Decision>) -> Outcome {
    let outcomes: BTreeSet<Outcome> = decisions.map(|decision| decision.outcome).collect();
    match (
        outcomes.contains(&Outcome::Fail),
        outcomes.contains(&Outcome::Unknown) || outcomes.is_empty(),
    ) {
        (true, _) => Outcome::Fail,
        (false, true) => Outcome::Unknown,
        (false, false) => Outcome::Pass,
    }
}
