//! CR-1 to CR-3 at GitLab: whom its protected branches and the settings of the project let through.
//!
//! "Protection rules and permissions" of its documentation: every pattern that matches a branch counts, an exact name goes
//! before no other, and the most permissive of them decides. So a thing is refused only where each of them refuses it; which
//! of project and group would go first changes nothing in that.

use super::protection::{Shown, shown};
use model::outcome::Outcome;
use model::request::audit::AuditEvent;
use model::request::dossier::{Guards, ProjectGuards};
use model::request::level::{AccessLevel, Grantee, MergeSettings, ProtectedBranch};
use model::request::words::AccountKind;
use std::collections::BTreeMap;

/// Nobody may push to the branch, administrators included: to them "No one" applies too.
pub(super) fn requests_only(project: &ProjectGuards, branch: &str) -> Shown {
    match nobody_pushes(project, branch) {
        Ok(names) => shown(
            Outcome::Pass,
            format!("nobody may push to it, by protected branch {names}"),
        ),
        Err(found) => found,
    }
}

/// No force push, and no deletion: a protected branch can be deleted on the web page, the default branch cannot.
pub(super) fn history_kept(project: &ProjectGuards, guards: &Guards) -> Shown {
    let matching = match matching(project, &guards.branch) {
        Ok(matching) => matching,
        Err(found) => return found,
    };
    if let Some(forced) = matching.iter().find(|branch| branch.allows_force_pushes) {
        let pattern = &forced.pattern;
        return shown(
            Outcome::Fail,
            format!("protected branch `{pattern}` lets those who may push force it"),
        );
    }
    match guards.settings.known() {
        Ok(settings) if settings.default_branch == guards.branch => shown(
            Outcome::Pass,
            format!(
                "no force push, by protected branch {}, and nobody can delete the default branch",
                names(&matching)
            ),
        ),
        Ok(settings) => shown(
            Outcome::Fail,
            format!(
                "maintainers may delete it on the web page, for the default branch is {}",
                settings.default_branch
            ),
        ),
        Err(why) => shown(
            Outcome::Unknown,
            format!("whether it is the default branch: {why}"),
        ),
    }
}

/// A request lands only with a pipeline that passed, and nothing lands without a request.
pub(super) fn checks_required(project: &ProjectGuards, branch: &str) -> Shown {
    let merging = match project.merging.known() {
        Ok(merging) => merging,
        Err(why) => return shown(Outcome::Unknown, format!("how requests may land: {why}")),
    };
    if let Err(found) = needs_pipeline(merging) {
        return found;
    }
    match nobody_pushes(project, branch) {
        Ok(_) => shown(Outcome::Pass, "a request lands only behind its pipeline"),
        Err(found) => found,
    }
}

fn needs_pipeline(merging: &MergeSettings) -> Result<(), Shown> {
    match (merging.needs_pipeline, merging.counts_skipped_pipeline) {
        (Some(true), Some(false)) => Ok(()),
        (Some(false), _) => Err(shown(
            Outcome::Fail,
            "a request may land without a pipeline: set `Pipelines must succeed`",
        )),
        (Some(true), Some(true)) => Err(shown(
            Outcome::Fail,
            "a pipeline that was skipped counts as passed",
        )),
        (None, _) | (Some(true), None) => Err(shown(
            Outcome::Unknown,
            "the project does not say whether pipelines must succeed",
        )),
    }
}

/// Returns the names under which nobody may push to a branch.
fn nobody_pushes(project: &ProjectGuards, branch: &str) -> Result<String, Shown> {
    let matching = matching(project, branch)?;
    for protected in &matching {
        let pattern = &protected.pattern;
        if protected.pushers.is_empty() {
            let why = format!("protected branch `{pattern}` does not say who may push");
            return Err(shown(Outcome::Unknown, why));
        }
        let nobody = Grantee::Level(AccessLevel::Nobody);
        if let Some(pusher) = protected.pushers.iter().find(|it| **it != nobody) {
            let why = format!(
                "{} may push, by protected branch `{pattern}`",
                called(*pusher)
            );
            return Err(shown(Outcome::Fail, why));
        }
    }
    Ok(names(&matching))
}

/// Returns the protected branches that cover a branch, at least one.
fn matching<'a>(
    project: &'a ProjectGuards,
    branch: &str,
) -> Result<Vec<&'a ProtectedBranch>, Shown> {
    let branches = match project.branches.known() {
        Ok(branches) => branches,
        Err(why) => {
            return Err(shown(
                Outcome::Unknown,
                format!("protected branches: {why}"),
            ));
        }
    };
    let matching: Vec<&ProtectedBranch> = branches
        .iter()
        .filter(|it| fits(&it.pattern, branch))
        .collect();
    match matching.is_empty() {
        true => Err(shown(Outcome::Fail, "no protected branch covers it")),
        false => Ok(matching),
    }
}

/// Returns whether a pattern covers a branch: `*` stands for any text, slashes too, and capitals count.
pub(super) fn fits(pattern: &str, branch: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = branch.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

fn names(branches: &[&ProtectedBranch]) -> String {
    let names = branches.iter().map(|it| format!("`{}`", it.pattern));
    names.collect::<Vec<String>>().join(" and ")
}

pub(super) fn called(grantee: Grantee) -> String {
    match grantee {
        Grantee::Level(level) => match level {
            AccessLevel::Nobody => "nobody".to_owned(),
            AccessLevel::Minimal => "everybody with minimal access".to_owned(),
            AccessLevel::Guest => "every guest".to_owned(),
            AccessLevel::Planner => "every planner".to_owned(),
            AccessLevel::Reporter => "every reporter".to_owned(),
            AccessLevel::Developer => "every developer".to_owned(),
            AccessLevel::Maintainer => "every maintainer".to_owned(),
            AccessLevel::Owner => "every owner".to_owned(),
            AccessLevel::Administrator => "every administrator".to_owned(),
            AccessLevel::Other(number) => format!("everybody of level {number}"),
        },
        Grantee::Account(number) => format!("account {number}"),
        Grantee::Group(number) => format!("group {number}"),
        Grantee::DeployKey(number) => format!("deploy key {number}"),
    }
}

/// Events of these kinds change nothing of what protects a branch to which nobody pushes.
const HARMLESS: [&str; 4] = ["issue_", "merge_request_", "release_", "member_"];

/// Returns that nothing was changed between two looks, as the audit log of the project shows; nothing else keeps a history.
///
/// Only the numbers of events are compared: the clock of our own machine may be another than GitLab's. An event that a later
/// look shows, and that came before the second, shows that this one was not taken then.
pub(super) fn unchanged(all: &Events<'_>, before: &Guards, after: &Guards) -> Result<(), String> {
    let (first, second) = (events(before)?, events(after)?);
    if said(before) != said(after) {
        return Err("they differ, whatever the audit log tells".to_owned());
    }
    if let Some((log, id)) = first.keys().find(|id| !second.contains_key(*id)) {
        return Err(format!("the audit log {log}lacks event {id}, which it had"));
    }
    if let Some(((log, id), _)) = first.iter().find(|(id, event)| second[*id] != **event) {
        return Err(format!(
            "the audit log {log}tells otherwise of event {id} than it did"
        ));
    }
    let is_missed = |(id, event): &(&(String, u64), &&AuditEvent)| {
        event.at <= after.at && !second.contains_key(*id)
    };
    if let Some(((log, id), event)) = all.iter().find(is_missed) {
        return Err(format!(
            "a later look shows audit event {id} {log}of {}, which leaf {} lacks",
            event.at, after.leaf
        ));
    }
    let is_harmless = |event: &AuditEvent| {
        let name = event.name.as_deref().unwrap_or_default();
        HARMLESS.iter().any(|kind| name.starts_with(kind))
    };
    let mut new = second.iter().filter(|(id, _)| !first.contains_key(*id));
    if let Some(((log, id), event)) = new.find(|(_, event)| !is_harmless(event)) {
        return Err(format!(
            "audit event {id} {log}({}) came between them, at {}",
            event.name.as_deref().unwrap_or("it has no name"),
            event.at
        ));
    }
    Ok(())
}

/// Returns the events of every look whose audit logs are readable.
pub(super) fn all_events(looks: &[Guards]) -> Events<'_> {
    let readable = looks.iter().filter_map(|look| events(look).ok());
    readable.flatten().collect()
}

/// Returns what a look showed of the protection.
fn said(guards: &Guards) -> Option<impl PartialEq + '_> {
    let project = guards.project.as_ref()?;
    Some((&project.branches, &project.merging, &guards.settings))
}

/// An event by the log that holds it, in words, and its number there.
pub(super) type Events<'a> = BTreeMap<(String, u64), &'a AuditEvent>;

/// Returns the events of the audit logs, where they hold all of what may weaken the protection.
fn events(guards: &Guards) -> Result<Events<'_>, String> {
    let none = "no history of the protection is readable, so that it may have been off in between";
    let project = guards.project.as_ref().ok_or(none)?;
    let audit = project.audit.known();
    let audit = audit.map_err(|why| format!("{none}: audit events: {why}"))?;
    // Whoever is no maintainer is shown their own events alone, and not told so; the keys are shown to maintainers only.
    if let Err(why) = guards.deploy_keys.known() {
        return Err(format!(
            "{none}: whether the audit log was shown whole: deploy keys: {why}"
        ));
    }
    let settings = guards.settings.known();
    let settings = settings.map_err(|why| format!("{none}: the project: {why}"))?;
    // A group protects branches of its projects too, and notes that in a log of its own, as does each that it lies below.
    let is_of_group = settings.owner.kind != AccountKind::User;
    if is_of_group && !project.group_audits.contains_key(&settings.owner.login) {
        return Err(format!(
            "{none}: the group {} keeps a log of its own, which was not read",
            settings.owner.login
        ));
    }
    let mut events: Events<'_> = BTreeMap::new();
    let own = audit.iter().map(|event| ((String::new(), event.id), event));
    events.extend(own);
    for (group, audit) in &project.group_audits {
        let audit = audit.known();
        let audit = audit.map_err(|why| format!("{none}: audit events of group {group}: {why}"))?;
        let of_group = audit.iter();
        events.extend(of_group.map(|event| ((format!("of group {group} "), event.id), event)));
    }
    Ok(events)
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_star_stands_for_any_text() {
        let check = |pattern, branch, expected| {
            assert_eq!(fits(pattern, branch), expected, "{pattern} {branch}");
        };
        for pattern in [
            "main", "*", "m*", "*n", "m*n", "ma*in", "*a*", "**", "main*",
        ] {
            check(pattern, "main", true);
        }
        for pattern in ["", "Main", "mai", "main2", "m*x", "*x*", "main*n", "x*"] {
            check(pattern, "main", false);
        }
        check("release/*", "release/1/2", true);
        check("*-stable", "2-0-stable", true);
        check("a*b*c", "abcbc", true);
        check("a*bc*c", "abc", false);
    }
}
