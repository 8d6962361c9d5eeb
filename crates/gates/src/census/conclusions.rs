//! The proposed conclusion of each control, and the deviations behind it.

use super::Facts;
use crate::deviation::{self, Item, Standing};
use crate::rules;
use model::change::Change;
use model::digest::CommitId;
use model::outcome::{AssuranceGrade, Conclusion, Outcome};
use model::population::{Observation, Sighting};
use model::program::{Cause, Control, ControlId, Program};
use model::report::{ChangeReport, ControlReport, Decision, ExceptionReport};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn conclusions(
    program: &Program,
    changes: &[ChangeReport],
    causes: &Causes<'_>,
    standing: &Standing,
    forge: rules::Forge,
) -> Vec<ControlReport> {
    let mut reports: Vec<ControlReport> = program
        .controls
        .values()
        .map(|control| match rules::is_decided(control, forge) {
            true => tested(control, changes, causes, standing),
            false => untested(control),
        })
        .collect();
    reports.sort_by_key(|report| (order(report.proposed), !report.tested));
    reports
}

pub(super) fn exceptions(changes: &[ChangeReport], causes: &Causes<'_>) -> Vec<ExceptionReport> {
    let mut exceptions = vec![];
    for change in changes {
        let failed = change
            .decisions
            .iter()
            .filter(|(_, decision)| decision.outcome == Outcome::Fail);
        exceptions.extend(failed.map(|(control, decision)| ExceptionReport {
            control: control.clone(),
            commit: change.commit.clone(),
            at: change.at,
            subject: change.subject.clone(),
            reason: decision.reason.clone(),
            cause: causes.of(control, &change.commit),
            evidence: change.evidence,
        }));
    }
    exceptions
}

pub(super) fn standing(facts: &Facts<'_>) -> Standing {
    let incomplete = facts.observation.incomplete.iter();
    let mut gaps: Vec<String> = incomplete.map(|gap| gap.sentence().to_owned()).collect();
    gaps.extend(dated_elsewhere(facts.changes));
    gaps.extend(rewritten(facts.observation, facts.changes, facts.sightings));
    gaps.extend((facts.unread > 0).then(|| {
        format!(
            "earlier observations of the log that cannot be read: {}",
            facts.unread
        )
    }));
    Standing {
        gaps,
        period_over: facts.observation.query.period.is_over(facts.now),
        second_source: None,
        representation: None,
    }
}

/// Returns what the log saw at the tip of the branch and is no longer there, as when somebody rewrote the branch.
/// A place that the population does not cover is not compared.
pub fn rewritten(
    observation: &Observation,
    changes: &[Change],
    sightings: &[Sighting],
) -> Vec<String> {
    let place = |change: &Change| u64::from(change.position) + 1;
    let gone = |sighting: &&Sighting| {
        let there = changes.binary_search_by_key(&sighting.first_parent_commits, place);
        let shorter = sighting.first_parent_commits > observation.first_parent_commits;
        shorter || there.is_ok_and(|index| changes[index].commit != sighting.head)
    };
    let mut heads = BTreeSet::new();
    let gone = sightings.iter().filter(gone);
    gone.filter(|sighting| heads.insert(&sighting.head))
        .map(|sighting| {
            format!(
                "leaf {} of the log saw commit {} at the tip of the branch, which is not in its place here: the branch was rewritten, or this clone is behind",
                sighting.leaf,
                sighting.head.short()
            )
        })
        .collect()
}

/// Changes between those of the period whose typed dates lie outside of it.
fn dated_elsewhere(changes: &[Change]) -> Option<String> {
    let missing = |pair: &[Change]| match pair {
        [before, after] => u64::from(
            after
                .position
                .saturating_sub(before.position)
                .saturating_sub(1),
        ),
        _ => 0,
    };
    let missing: u64 = changes.windows(2).map(missing).sum();
    (missing > 0).then(|| {
        format!(
            "{missing} changes that landed between those of the period carry dates outside of it"
        )
    })
}

/// The causes that management gave, by control and the commit's first twelve characters.
pub(super) struct Causes<'a>(BTreeMap<(&'a str, &'a str), &'a Cause>);

impl<'a> Causes<'a> {
    pub(super) fn new(causes: &'a [Cause]) -> Causes<'a> {
        let key = |cause: &'a Cause| {
            (
                cause.control.0.as_str(),
                cause.change.get(..12).unwrap_or(&cause.change),
            )
        };
        Causes(causes.iter().map(|cause| (key(cause), cause)).collect())
    }

    fn of(&self, control: &ControlId, commit: &CommitId) -> Option<String> {
        let full = commit.to_string();
        let cause = self.0.get(&(control.0.as_str(), &full[..12]))?;
        full.starts_with(&cause.change).then(|| cause.cause.clone())
    }
}

fn order(conclusion: Conclusion) -> u8 {
    match conclusion {
        Conclusion::Ineffective => 0,
        Conclusion::EffectiveWithExceptions => 1,
        Conclusion::NotEvidenced => 2,
        Conclusion::NotOccurring => 3,
        Conclusion::Effective => 4,
    }
}

fn tested(
    control: &Control,
    changes: &[ChangeReport],
    causes: &Causes<'_>,
    standing: &Standing,
) -> ControlReport {
    let decided: Vec<(&ChangeReport, &Decision)> = changes
        .iter()
        .filter_map(|change| Some((change, change.decisions.get(&control.id)?)))
        .collect();
    let items: Vec<Item> = decided
        .iter()
        .map(|(change, decision)| Item {
            at: change.at,
            outcome: decision.outcome,
            cause: (decision.outcome == Outcome::Fail)
                .then(|| causes.of(&control.id, &change.commit))
                .flatten(),
        })
        .collect();
    let concluded = deviation::conclude(&items, standing);
    let count = |outcome| items.iter().filter(|item| item.outcome == outcome).count() as u64;
    ControlReport {
        proposed: concluded.conclusion,
        reasons: concluded.reasons,
        tested: true,
        passed: count(Outcome::Pass),
        failed: count(Outcome::Fail),
        unknown: count(Outcome::Unknown),
        grade: weakest_grade(&decided),
        ..untested(control)
    }
}

fn weakest_grade(decided: &[(&ChangeReport, &Decision)]) -> Option<AssuranceGrade> {
    decided
        .iter()
        .filter(|(_, decision)| decision.outcome == Outcome::Pass)
        .map(|(_, decision)| decision.grade)
        .min()
}

fn untested(control: &Control) -> ControlReport {
    ControlReport {
        control: control.id.clone(),
        area: control.area.clone(),
        title: control.title.clone(),
        criteria: control.criteria.clone(),
        proposed: Conclusion::NotEvidenced,
        reasons: vec!["git alone cannot show it".into()],
        tested: false,
        passed: 0,
        failed: 0,
        unknown: 0,
        grade: None,
        evidenced_by: control.evidenced_by.clone(),
    }
}
