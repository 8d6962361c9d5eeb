//! The settings of GitLab that a program asks for on its branch, and what differs from them there.

use super::approvals;
use crate::merge::levels::{called, fits};
use crate::rules::Rules;
use model::request::Readable;
use model::request::dossier::{Guards, ProjectGuards};
use model::request::level::{AccessLevel, ApprovalRule, Grantee, MergeSettings, ProtectedBranch};
use model::request::wanted::{Difference, Plan, Setting, Step, Wanted, WantedSettings};

const NOBODY: Grantee = Grantee::Level(AccessLevel::Nobody);

/// Returns the settings that the rules ask for; nothing where none of them is about the branch.
///
/// What may be pushed needs no pipeline, so CR-3 too asks that nobody pushes.
pub fn wanted(rules: &Rules, branch: &str) -> Option<WantedSettings> {
    let asks = |control| rules.asks_of_the_forge(control);
    let wanted = WantedSettings {
        branch: branch.to_owned(),
        nobody_pushes: asks("CR-1") || asks("CR-3"),
        nobody_forces: asks("CR-2"),
        needs_pipeline: asks("CR-3"),
    };
    (wanted.nobody_pushes || wanted.nobody_forces).then_some(wanted)
}

/// Returns what is to be done, by what protects the branch now.
pub fn plan(wanted: WantedSettings, guards: &Guards) -> Plan {
    let planned = match &guards.project {
        Some(project) => planned(&wanted, guards, project),
        None => Err("the record is not one of GitLab".to_owned()),
    };
    let (step, obstacles) = match planned {
        Ok((differences, obstacles)) if differences.is_empty() => (Step::Set, obstacles),
        Ok((differences, obstacles)) => (Step::Change { differences }, obstacles),
        Err(why) => (Step::Unknown { id: None, why }, Vec::new()),
    };
    Plan {
        wanted: Wanted::Settings(wanted),
        step,
        obstacles,
    }
}

/// Returns what differs, and what stands in the way.
fn planned(
    wanted: &WantedSettings,
    guards: &Guards,
    project: &ProjectGuards,
) -> Result<(Vec<Difference>, Vec<String>), String> {
    let branches = project.branches.known();
    let branches = branches.map_err(|why| format!("protected branches: {why}"))?;
    let (own, others): (Vec<_>, Vec<_>) = branches
        .iter()
        .filter(|it| fits(&it.pattern, &wanted.branch))
        .partition(|it| it.pattern == wanted.branch && it.is_of_group != Some(true));
    let own = own.first().copied();
    let mut differences = of_branch(wanted, own);
    if wanted.needs_pipeline {
        let merging = project.merging.known();
        let merging = merging.map_err(|why| format!("how requests may land: {why}"))?;
        differences.extend(of_pipelines(merging)?);
    }
    let mut obstacles: Vec<String> = Vec::new();
    for other in &others {
        obstacles.extend(loosens(wanted, other));
    }
    obstacles.extend(own.and_then(|own| nobody_merges(own, &others)));
    obstacles.extend(asked_approvals(wanted, own, project)?);
    if wanted.nobody_forces {
        let settings = guards.settings.known();
        let settings = settings.map_err(|why| format!("which branch is the default one: {why}"))?;
        if settings.default_branch != wanted.branch {
            obstacles.push(format!(
                "the default branch is {}: a maintainer may delete every other protected branch on the web page",
                settings.default_branch
            ));
        }
    }
    Ok((differences, obstacles))
}

fn of_branch(wanted: &WantedSettings, own: Option<&ProtectedBranch>) -> Vec<Difference> {
    let Some(own) = own else {
        let one = match wanted.nobody_pushes {
            true => "one to which nobody may push",
            false => "one which nobody may force",
        };
        return vec![difference(Setting::ProtectedBranch, "there is none", one)];
    };
    let mut differences = Vec::new();
    if wanted.nobody_pushes && !is_closed(&own.pushers) {
        let is = may_push(&own.pushers);
        differences.push(difference(Setting::Push, &is, "nobody may push"));
    }
    if wanted.nobody_forces && own.allows_force_pushes {
        let is = "those who may push may force it";
        differences.push(difference(Setting::ForcePush, is, "nobody may force it"));
    }
    differences
}

fn of_pipelines(merging: &MergeSettings) -> Result<Vec<Difference>, String> {
    let mut differences = Vec::new();
    let unsaid = |what: &str| format!("the project does not say whether {what}");
    let needs = merging.needs_pipeline;
    if !needs.ok_or_else(|| unsaid("pipelines must succeed"))? {
        let is = "a request may land without a pipeline that passed";
        let wanted = "it lands behind one alone";
        differences.push(difference(Setting::Pipeline, is, wanted));
    }
    let counts = merging.counts_skipped_pipeline;
    if counts.ok_or_else(|| unsaid("a pipeline that was skipped counts"))? {
        let is = "a pipeline that was skipped counts as passed";
        let wanted = "it does not count";
        differences.push(difference(Setting::SkippedPipeline, is, wanted));
    }
    Ok(differences)
}

fn difference(setting: Setting, is: &str, wanted: &str) -> Difference {
    Difference {
        setting,
        is: is.to_owned(),
        wanted: wanted.to_owned(),
    }
}

/// Returns whether it is said who may, and nobody may.
fn is_closed(grantees: &[Grantee]) -> bool {
    !grantees.is_empty() && grantees.iter().all(|it| *it == NOBODY)
}

fn may_push(pushers: &[Grantee]) -> String {
    let others = pushers.iter().filter(|it| **it != NOBODY);
    let others: Vec<String> = others.map(|it| called(*it)).collect();
    match others.is_empty() {
        true => "GitLab does not say who may push".to_owned(),
        false => format!("{} may push", others.join(" and ")),
    }
}

/// Returns what another protected branch lets through: only ours is changed.
fn loosens(wanted: &WantedSettings, other: &ProtectedBranch) -> Vec<String> {
    let whose = match other.is_of_group {
        Some(true) => format!("protected branch `{}` of the group", other.pattern),
        Some(false) | None => format!("protected branch `{}`", other.pattern),
    };
    let mut found = Vec::new();
    if wanted.nobody_pushes && !is_closed(&other.pushers) {
        found.push(format!(
            "{}, by {whose}, and the most permissive one decides: let nobody push there, or end it",
            may_push(&other.pushers)
        ));
    }
    if wanted.nobody_forces && other.allows_force_pushes {
        found.push(format!(
            "those who may push may force it, by {whose}, and the most permissive one decides: switch that off, or end it"
        ));
    }
    found
}

/// A branch into which nobody merges locks its team out; one of those that match it is enough to let them in.
fn nobody_merges(own: &ProtectedBranch, others: &[&ProtectedBranch]) -> Option<String> {
    let mut all = others.iter().copied().chain([own]);
    all.all(|it| is_closed(&it.mergers)).then(|| {
        format!(
            "nobody may merge, by protected branch `{}`: nothing could land",
            own.pattern
        )
    })
}

/// Returns what would lock the team out: an approval that GitLab counts, or why nobody can tell. The free plan has no such rules,
/// and withholds them.
fn asked_approvals(
    wanted: &WantedSettings,
    own: Option<&ProtectedBranch>,
    project: &ProjectGuards,
) -> Result<Vec<String>, String> {
    if let Readable::Unread { why } = &project.approval_rules {
        return Err(format!("approval rules: {why}"));
    }
    let rules = project.approval_rules.known().into_iter().flatten();
    let rules = rules.filter(|rule| holds_for(rule, &wanted.branch));
    let mut found: Vec<String> = rules
        .filter_map(|rule| approvals(rule.approvals, &format!("approval rule `{}`", rule.name)))
        .collect();
    if let Some(own) = own.filter(|it| it.needs_code_owner == Some(true)) {
        found.push(format!(
            "protected branch `{}` asks for the review of owners of the code: the gate decides who approved",
            own.pattern
        ));
    }
    Ok(found)
}

fn holds_for(rule: &ApprovalRule, branch: &str) -> bool {
    let named = rule.branches.as_deref();
    rule.holds_for_protected == Some(true)
        || named.is_none_or(|names| names.iter().any(|name| fits(name, branch)))
}

#[cfg(test)]
mod tests;
