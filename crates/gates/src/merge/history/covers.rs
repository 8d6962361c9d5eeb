//! Whether a ruleset, as one of its versions says, covered the branch.

use super::rules_of;
use model::request::dossier::Guards;
use model::request::rules::Ruleset;
use model::request::words::RulesetTarget;

/// Returns whether a ruleset covers the branch; nothing where its pattern is not understood.
pub(super) fn covers(ruleset: &Ruleset, (before, after): (&Guards, &Guards)) -> Option<bool> {
    if ruleset.target != RulesetTarget::Branch {
        return Some(false);
    }
    let is_alike = |guards: &Guards| {
        let seen = guards.rulesets.get(&ruleset.id);
        let seen = seen.and_then(|seen| seen.known().ok());
        let is_same = seen
            .is_some_and(|it| (&it.include, &it.exclude) == (&ruleset.include, &ruleset.exclude));
        is_same && rules_of(guards, ruleset.id).next().is_some()
    };
    if is_alike(before) || is_alike(after) {
        return Some(true);
    }
    let matches = |pattern: &String| matches(pattern, before, after);
    let any = |patterns: &Option<Vec<String>>| -> Option<bool> {
        let found: Vec<Option<bool>> = patterns.as_ref()?.iter().map(matches).collect();
        match (found.contains(&Some(true)), found.contains(&None)) {
            (true, _) => Some(true),
            (false, true) => None,
            (false, false) => Some(false),
        }
    };
    match (any(&ruleset.include)?, any(&ruleset.exclude)) {
        (false, _) => Some(false),
        (true, excluded) => Some(!excluded?),
    }
}

/// Returns whether a ruleset covers the branch whatever becomes of the repository: which branch is the default one, and which
/// repositories an organisation's ruleset is for, changes without a trace in it.
pub(super) fn is_fixed(ruleset: &Ruleset, branch: &str) -> bool {
    let names_it =
        |pattern: &String| pattern == "~ALL" || pattern.strip_prefix("refs/heads/") == Some(branch);
    let is_of_repository = ruleset.source.0 == "Repository";
    let included = ruleset.include.iter().flatten().any(names_it);
    let may_lose = |pattern: &String| pattern.starts_with('~');
    is_of_repository && included && !ruleset.exclude.iter().flatten().any(may_lose)
}

fn matches(pattern: &str, before: &Guards, after: &Guards) -> Option<bool> {
    let branch = &before.branch;
    match pattern {
        "~ALL" => Some(true),
        "~DEFAULT_BRANCH" => {
            let default = |guards: &Guards| {
                let settings = guards.settings.known().ok()?;
                Some(settings.default_branch == *branch)
            };
            let (first, second) = (default(before)?, default(after)?);
            (first == second).then_some(first)
        }
        _ if pattern.contains(['*', '?', '[']) => None,
        _ => Some(pattern.strip_prefix("refs/heads/") == Some(branch)),
    }
}
