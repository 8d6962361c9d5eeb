//! What protected a branch between two looks at it: as the versions of its rulesets say, and as its webhooks told.
//!
//! Only times of the forge are compared where it tells them: the clock of our own machine may be another.

use super::required::required;
use jiff::Timestamp;
use model::request::Readable;
use model::request::dossier::{ForgeFacts, Guards, StateSeen};
use model::request::hook::{Done, Happened, Hooked};
use model::request::protection::BranchProtection;
use model::request::rules::{BranchRule, RequiredCheck, Ruleset, RulesetVersion};
use model::request::words::{Enforcement, RulesetTarget};
use std::collections::{BTreeMap, BTreeSet};

/// What protected the branch between two looks.
#[derive(Debug, Clone)]
pub struct Between {
    /// The states, oldest first; the first is what the look before showed.
    pub(super) steps: Vec<Step>,
    /// Why these may not be all, where they may not.
    pub(super) whole: Result<(), String>,
}

/// What protected the branch since a moment.
#[derive(Debug, Clone)]
pub(super) struct Step {
    /// Since when, by the clock of the forge; none of what the look before showed.
    pub(super) from: Option<Timestamp>,
    /// What protected it; none where that is what the look before showed.
    pub(super) guards: Option<Box<Guards>>,
    /// What tells it.
    pub(super) by: String,
    /// Why that is not all that can be told, where it is not.
    pub(super) unclear: Option<String>,
    /// Checks that both looks require and this does not.
    pub(super) lost: BTreeSet<RequiredCheck>,
}

/// What a ruleset said.
#[derive(Clone, Copy)]
enum Said<'a> {
    /// As a look showed it.
    Seen(&'a Guards),
    /// As this.
    This(&'a Ruleset),
    /// Nobody can say.
    Missing(u64),
}

/// Something that changed.
struct Change<'a> {
    at: Timestamp,
    what: What<'a>,
    by: String,
}

enum What<'a> {
    Ruleset(u64, Said<'a>),
    Classic(&'a BranchProtection),
}

/// Returns what protected the branch from each look to the next.
pub(super) fn betweens(facts: &ForgeFacts) -> Vec<Between> {
    let tells = |hooked: &&Hooked| match hooked.happened {
        Happened::Ruleset { .. } | Happened::Classic { .. } => true,
        Happened::ClassicTurned { .. } | Happened::Push(_) | Happened::Other => false,
    };
    let told = Told {
        states: &facts.states,
        hooks: facts.hooks.iter().filter(tells).collect(),
    };
    let pairs = facts.guards.iter().zip(facts.guards.iter().skip(1));
    pairs
        .map(|(before, after)| between(&told, before, after))
        .collect()
}

/// What else than looks tells of what protected the branch.
struct Told<'a> {
    states: &'a BTreeMap<(u64, u64), StateSeen>,
    hooks: Vec<&'a Hooked>,
}

fn between(told: &Told<'_>, before: &Guards, after: &Guards) -> Between {
    let mut changes = Vec::new();
    let mut whole = Ok(());
    for id in ids(before, after) {
        let (mut of_it, is_whole) = of_ruleset(id, told, before, after);
        changes.append(&mut of_it);
        whole = whole.and(is_whole);
    }
    for guards in [before, after] {
        if let Err(why) = guards.rules.known() {
            let why = format!("leaf {}: rules of the branch: {why}", guards.leaf);
            whole = whole.and(Err(why));
        }
    }
    changes.append(&mut of_classic(told, before, after));
    changes.sort_by_key(|change| change.at);
    Between {
        steps: steps(changes, before, after),
        whole,
    }
}

/// Returns the rulesets that either look knows.
fn ids(before: &Guards, after: &Guards) -> BTreeSet<u64> {
    let of = |guards: &Guards| -> BTreeSet<u64> {
        let rules = guards.rules.known().ok().into_iter().flatten();
        let rules = rules.map(|rule| rule.ruleset);
        rules.chain(guards.rulesets.keys().copied()).collect()
    };
    &of(before) | &of(after)
}

fn steps(changes: Vec<Change<'_>>, before: &Guards, after: &Guards) -> Vec<Step> {
    let both = &required(before) & &required(after);
    let mut steps = vec![Step {
        from: None,
        guards: None,
        by: format!("leaf {}", before.leaf),
        unclear: None,
        lost: BTreeSet::new(),
    }];
    let mut rulesets: BTreeMap<u64, Said<'_>> = ids(before, after)
        .into_iter()
        .map(|id| (id, Said::Seen(before)))
        .collect();
    let mut classic = before.classic.clone();
    for change in changes {
        match change.what {
            What::Ruleset(id, said) => {
                rulesets.insert(id, said);
            }
            What::Classic(protection) => classic = Readable::Known(Some(protection.clone())),
        }
        let (guards, unclear) = composed(&rulesets, classic.clone(), (before, after));
        let lost = &both - &required(&guards);
        steps.push(Step {
            from: Some(change.at),
            guards: Some(Box::new(guards)),
            by: change.by,
            unclear,
            lost,
        });
    }
    steps
}

/// Returns what protected the branch with these rulesets, and why that is not all, where it is not.
fn composed(
    rulesets: &BTreeMap<u64, Said<'_>>,
    classic: Readable<Option<BranchProtection>>,
    looks: (&Guards, &Guards),
) -> (Guards, Option<String>) {
    let mut unclear = None;
    let mut rules = Vec::new();
    let mut known = BTreeMap::new();
    for (id, said) in rulesets {
        match said {
            Said::Seen(guards) => {
                rules.extend(rules_of(guards, *id).cloned());
                if let Some(ruleset) = guards.rulesets.get(id) {
                    known.insert(*id, ruleset.clone());
                }
            }
            Said::This(ruleset) => {
                known.insert(*id, Readable::Known((*ruleset).clone()));
                match covers(ruleset, looks) {
                    Some(true) => rules.extend(in_force(ruleset)),
                    Some(false) => {}
                    None => {
                        unclear = Some(format!(
                            "whether ruleset {id} covered {} is not known",
                            looks.0.branch
                        ));
                    }
                }
            }
            Said::Missing(version) => {
                unclear = Some(format!(
                    "what version {version} of ruleset {id} said is not recorded"
                ));
            }
        }
    }
    let guards = Guards {
        rules: Readable::Known(rules),
        rulesets: known,
        classic,
        ..looks.0.clone()
    };
    (guards, unclear)
}

fn rules_of(guards: &Guards, id: u64) -> impl Iterator<Item = &BranchRule> {
    let rules = guards.rules.known().ok().into_iter().flatten();
    rules.filter(move |rule| rule.ruleset == id)
}

fn in_force(ruleset: &Ruleset) -> Vec<BranchRule> {
    if ruleset.enforcement != Enforcement::Active {
        return Vec::new();
    }
    let rule = |rule: &model::request::rules::Rule| BranchRule {
        rule: rule.clone(),
        ruleset: ruleset.id,
        source: ruleset.source.clone(),
    };
    ruleset.rules.iter().map(rule).collect()
}

/// Returns whether a ruleset covers the branch; nothing where its pattern is not understood.
fn covers(ruleset: &Ruleset, (before, after): (&Guards, &Guards)) -> Option<bool> {
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

type Found<'a> = (Vec<Change<'a>>, Result<(), String>);

/// Returns what a ruleset said between two looks, and whether that is all.
fn of_ruleset<'a>(id: u64, told: &'a Told<'a>, before: &'a Guards, after: &'a Guards) -> Found<'a> {
    let (first, last) = (changed_at(id, before), changed_at(id, after));
    let seen = (is_read(id, before), is_read(id, after));
    let listed = after.versions.get(&id).and_then(|it| it.known().ok());
    let listed = listed.filter(|versions| !versions.is_empty());
    match (seen, first, last, listed) {
        ((true, true), Some(first), Some(last), _) if first == last => (Vec::new(), Ok(())),
        ((true, true), Some(first), Some(last), Some(listed)) if first < last => {
            let newest = listed.iter().map(|version| version.updated_at).max();
            let reaches =
                listed.iter().any(|version| version.updated_at == first) && newest == Some(last);
            let new = listed.iter().filter(|version| version.updated_at > first);
            let new = versions(id, new.collect(), told, (after, last));
            let is_whole = match reaches {
                true => Ok(()),
                false => Err(format!(
                    "ruleset {id} was changed between them, at {last}, and its versions do not reach from leaf {} on",
                    before.leaf
                )),
            };
            (new, is_whole)
        }
        ((false, true), None, Some(last), Some(listed)) if !before.rulesets.contains_key(&id) => {
            let new = versions(id, listed.iter().collect(), told, (after, last));
            (new, Ok(()))
        }
        ((true, true), Some(first), Some(last), None) if first < last => {
            let mut changes = of_hooks(id, told, first, Some(last));
            changes.retain(|change| change.at < last);
            // What the look shows is what it said since it was changed last.
            changes.push(Change {
                at: last,
                what: What::Ruleset(id, Said::Seen(after)),
                by: format!("leaf {}", after.leaf),
            });
            let why = format!(
                "ruleset {id} was changed between them, at {last}, and its versions are not known"
            );
            (changes, Err(why))
        }
        ((true, false), Some(first), _, _) => {
            let why = match after.rulesets.get(&id) {
                Some(ruleset) => ruleset.known().err().unwrap_or_default(),
                None => "it was not read".to_owned(),
            };
            (
                of_hooks(id, told, first, None),
                Err(format!("ruleset {id} at leaf {}: {why}", after.leaf)),
            )
        }
        ((true, true), _, _, _) => (
            Vec::new(),
            Err(format!(
                "when ruleset {id} was changed last is not known of both"
            )),
        ),
        ((false, _), _, _, _) | ((true, false), None, _, _) => (
            Vec::new(),
            Err(format!("what ruleset {id} said is not known of both")),
        ),
    }
}

fn is_read(id: u64, guards: &Guards) -> bool {
    let ruleset = guards.rulesets.get(&id);
    ruleset.is_some_and(|ruleset| ruleset.known().is_ok())
}

/// Returns when a ruleset was changed last, as the forge says.
fn changed_at(id: u64, guards: &Guards) -> Option<Timestamp> {
    let last = guards.rulesets.get(&id)?.known().ok()?.updated_at;
    let listed = guards.versions.get(&id).and_then(|it| it.known().ok());
    let listed = listed.and_then(|them| them.iter().map(|it| it.updated_at).max());
    last.or(listed)
}

fn versions<'a>(
    id: u64,
    mut listed: Vec<&'a RulesetVersion>,
    told: &'a Told<'a>,
    (after, last): (&'a Guards, Timestamp),
) -> Vec<Change<'a>> {
    listed.sort_by_key(|version| (version.updated_at, version.version));
    let newest = listed.last().map(|version| version.version);
    let change = |version: &RulesetVersion| {
        let number = version.version;
        let state = told.states.get(&(id, number));
        let mut hooks = of_hooks(id, told, Timestamp::MIN, Some(last)).into_iter();
        let hook = hooks.rfind(|change| change.at == version.updated_at);
        let (what, leaf) = match (Some(number) == newest, state, hook) {
            (true, _, _) if version.updated_at == last => {
                (What::Ruleset(id, Said::Seen(after)), Some(after.leaf))
            }
            (_, Some(seen), _) => {
                let said = Said::This(&seen.state.ruleset);
                (What::Ruleset(id, said), Some(seen.leaf))
            }
            (_, None, Some(hook)) => return hook,
            (_, None, None) => (What::Ruleset(id, Said::Missing(number)), None),
        };
        let leaf = leaf.map(|leaf| format!(", leaf {leaf}"));
        Change {
            at: version.updated_at,
            what,
            by: format!(
                "version {number} of ruleset {id}{}",
                leaf.unwrap_or_default()
            ),
        }
    };
    listed.into_iter().map(change).collect()
}

/// Returns what webhooks told of a ruleset behind one moment, up to another.
fn of_hooks<'a>(
    id: u64,
    told: &'a Told<'a>,
    behind: Timestamp,
    until: Option<Timestamp>,
) -> Vec<Change<'a>> {
    let changes = told.hooks.iter().filter_map(|hooked| {
        let Happened::Ruleset { done, ruleset } = &hooked.happened else {
            return None;
        };
        let at = ruleset.updated_at?;
        let is_between = at > behind && until.is_none_or(|until| at <= until);
        // What was deleted says when it was changed before that.
        let is_state = ruleset.id == id && *done != Done::Deleted;
        (is_between && is_state).then(|| Change {
            at,
            what: What::Ruleset(id, Said::This(ruleset)),
            by: format!("a webhook on ruleset {id}, leaf {}", hooked.leaf),
        })
    });
    changes.collect()
}

/// Returns what webhooks told of the classic protection between two looks, by our clock, which the forge's is held to.
fn of_classic<'a>(told: &'a Told<'a>, before: &Guards, after: &Guards) -> Vec<Change<'a>> {
    let changes = told.hooks.iter().filter_map(|hooked| {
        let Happened::Classic {
            done,
            pattern,
            protection,
            updated_at,
        } = &hooked.happened
        else {
            return None;
        };
        let is_between = before.at < *updated_at && *updated_at <= after.at;
        let is_state = *pattern == before.branch && *done != Done::Deleted;
        (is_between && is_state).then(|| Change {
            at: *updated_at,
            what: What::Classic(protection),
            by: format!("a webhook on classic protection, leaf {}", hooked.leaf),
        })
    });
    changes.collect()
}

impl Between {
    /// Returns the place of the step that held at a moment, and of every other that may have within its second.
    pub(super) fn at(&self, moment: Timestamp) -> (usize, Vec<usize>) {
        let second = moment.as_second();
        let begins = |step: &Step| step.from.map_or(i64::MIN, |from| from.as_second());
        let began = self.steps.iter().filter(|step| begins(step) <= second);
        let last = began.count().saturating_sub(1);
        let is_of_second = |place: &usize| begins(&self.steps[*place]) == second;
        let first = (0..=last).rev().find(|place| !is_of_second(place));
        (last, (first.unwrap_or(0)..=last).collect())
    }
}
