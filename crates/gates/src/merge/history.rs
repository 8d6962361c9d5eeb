//! What protected a branch between two looks at it: as the versions of its rulesets say, and as its webhooks told.
//!
//! Only times of the forge are compared where it tells them: the clock of our own machine may be another.

mod changes;
mod covers;

use self::changes::{is_of_its_time, of_classic, of_ruleset};
use self::covers::covers;
use super::audit_log::{self, Events};
use super::levels;
use super::required::required;
use jiff::Timestamp;
use model::request::Readable;
use model::request::dossier::{ForgeFacts, Guards, StateSeen};
use model::request::hook::{Happened, Hooked};
use model::request::protection::BranchProtection;
use model::request::rules::{BranchRule, RequiredCheck, Rule, Ruleset};
use model::request::words::Enforcement;
use std::collections::{BTreeMap, BTreeSet};

/// What protected the branch between two looks.
#[derive(Debug, Clone)]
pub struct Between {
    /// The states, oldest first; the first is what the look before showed.
    pub(super) steps: Vec<Step>,
    /// Why these may not be all, where they may not.
    pub(super) whole: Result<(), String>,
    /// Why classic protection may have been another meanwhile, where it may.
    pub(super) classic: Result<(), String>,
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
    /// Whether a webhook alone tells a part of it.
    pub(super) is_told: bool,
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
    /// As a webhook tells, whose secret the operator holds too: it may show that a protection was off, and never that one
    /// was on.
    Told(&'a Ruleset),
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
        events: audit_log::events(facts),
        levels: levels::all_events(&facts.guards),
        listed: listed(&facts.guards),
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
    events: Events<'a>,
    levels: levels::Events<'a>,
    /// When each version of each ruleset came that any look lists.
    listed: BTreeMap<(u64, u64), Timestamp>,
}

fn listed(looks: &[Guards]) -> BTreeMap<(u64, u64), Timestamp> {
    let of_look = |look: &Guards| {
        let known = look.versions.iter();
        let known = known.filter_map(|(id, versions)| Some((*id, versions.known().ok()?)));
        let each = known.flat_map(|(id, versions)| {
            let numbered = versions.iter();
            numbered.map(move |version| ((id, version.version), version.updated_at))
        });
        each.collect::<Vec<_>>()
    };
    looks.iter().flat_map(of_look).collect()
}

fn between(told: &Told<'_>, before: &Guards, after: &Guards) -> Between {
    if before.project.is_some() || after.project.is_some() {
        return Between {
            steps: steps(Vec::new(), before, after),
            whole: levels::unchanged(&told.levels, before, after),
            classic: Ok(()),
        };
    }
    let mut changes = Vec::new();
    let mut whole = Ok(());
    for id in ids(before, after) {
        let (mut of_it, is_whole) = of_ruleset(id, told, before, after);
        changes.append(&mut of_it);
        whole = whole.and(is_whole).and(is_of_its_time(id, told, after));
    }
    for id in before.rulesets.keys() {
        let is_in_force = rules_of(before, *id).next().is_some();
        if let Some(Ok(ruleset)) = before.rulesets.get(id).map(Readable::known)
            && is_in_force
            && !covers::is_fixed(ruleset, &before.branch)
        {
            let why = format!(
                "ruleset {id} covers {} by a pattern or a list of repositories, of whose meaning nobody keeps a history: \
                 have it name refs/heads/{}",
                before.branch, before.branch
            );
            whole = whole.and(Err(why));
        }
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
        classic: audit_log::unchanged(&told.events, before, after),
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
        is_told: false,
        lost: BTreeSet::new(),
    }];
    let mut rulesets: BTreeMap<u64, Said<'_>> = ids(before, after)
        .into_iter()
        .map(|id| (id, Said::Seen(before)))
        .collect();
    let mut classic = before.classic.clone();
    let mut is_classic_told = false;
    for change in changes {
        match change.what {
            What::Ruleset(id, said) => {
                rulesets.insert(id, said);
            }
            What::Classic(protection) => {
                classic = Readable::Known(Some(protection.clone()));
                is_classic_told = true;
            }
        }
        let (guards, unclear) = composed(&rulesets, classic.clone(), (before, after));
        let lost = &both - &required(&guards);
        steps.push(Step {
            from: Some(change.at),
            guards: Some(Box::new(guards)),
            by: change.by,
            unclear,
            is_told: is_classic_told || rulesets.values().any(|it| matches!(it, Said::Told(_))),
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
            Said::This(ruleset) | Said::Told(ruleset) => {
                known.insert(*id, Readable::Known((*ruleset).clone()));
                match covers(ruleset, looks) {
                    _ if ruleset.enforcement != Enforcement::Active => {}
                    Some(true) => rules.extend(rules_in(ruleset)),
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
    let look = looks.0;
    // Nothing else is judged, and a ruleset may have thousands of versions.
    let guards = Guards {
        leaf: look.leaf,
        at: look.at,
        branch: look.branch.clone(),
        settings: look.settings.clone(),
        rules: Readable::Known(rules),
        rulesets: known,
        versions: BTreeMap::new(),
        classic,
        suites: of_a_look(),
        audit_log: of_a_look(),
        deploy_keys: of_a_look(),
        collaborators: of_a_look(),
        environments: of_a_look(),
        project: None,
    };
    (guards, unclear)
}

fn of_a_look<T>() -> Readable<T> {
    Readable::Unread {
        why: "only a look shows it".to_owned(),
    }
}

fn rules_of(guards: &Guards, id: u64) -> impl Iterator<Item = &BranchRule> {
    let rules = guards.rules.known().ok().into_iter().flatten();
    rules.filter(move |rule| rule.ruleset == id)
}

fn rules_in(ruleset: &Ruleset) -> Vec<BranchRule> {
    let rule = |rule: &Rule| BranchRule {
        rule: rule.clone(),
        ruleset: ruleset.id,
        source: ruleset.source.clone(),
    };
    ruleset.rules.iter().map(rule).collect()
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
