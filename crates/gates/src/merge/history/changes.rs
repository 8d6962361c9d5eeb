//! What changed between two looks: versions of rulesets, and what webhooks told.

use super::{Change, Said, Told, What, rules_of};
use jiff::Timestamp;
use model::request::dossier::Guards;
use model::request::hook::{Done, Happened};
use model::request::rules::RulesetVersion;

/// What changed, oldest first, and whether that is all.
type Found<'a> = (Vec<Change<'a>>, Result<(), String>);

/// Returns what a ruleset said between two looks, and whether that is all.
pub(super) fn of_ruleset<'a>(
    id: u64,
    told: &'a Told<'a>,
    before: &'a Guards,
    after: &'a Guards,
) -> Found<'a> {
    let (first, last) = (changed_at(id, before), changed_at(id, after));
    let seen = (is_read(id, before), is_read(id, after));
    let listed = after.versions.get(&id).and_then(|it| it.known().ok());
    let listed = listed.filter(|versions| !versions.is_empty());
    match (seen, first, last, listed) {
        ((true, true), Some(first), Some(last), _) if first == last => {
            let of_versions = (newest(id, before), newest(id, after));
            let is_whole = match (is_the_same(id, before, after), of_versions) {
                (true, (Some(old), Some(new))) if old != new => Err(format!(
                    "ruleset {id} was changed more than once at {last}: version {old} at leaf {}, {new} at leaf {}",
                    before.leaf, after.leaf
                )),
                (true, _) => Ok(()),
                (false, _) => Err(format!(
                    "ruleset {id} is another at leaf {} than at leaf {}, and does not say that it was changed",
                    after.leaf, before.leaf
                )),
            };
            (Vec::new(), is_whole)
        }
        ((true, true), Some(first), Some(last), Some(listed)) if first < last => {
            let newest = listed.iter().map(|version| version.updated_at).max();
            let of_first = listed.iter().filter(|version| version.updated_at == first);
            let new = listed.iter().filter(|version| version.updated_at > first);
            let new = versions(id, new.collect(), told, (after, last));
            let is_whole = match of_first.count() {
                1 if newest == Some(last) => Ok(()),
                0 | 1 => Err(format!(
                    "ruleset {id} was changed between them, at {last}, and its versions do not reach from leaf {} on",
                    before.leaf
                )),
                more => Err(format!(
                    "{more} versions of ruleset {id} are of {first}: which of them leaf {} shows is unknown",
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

/// Returns that a look was taken when it says, as far as the versions of a ruleset tell that any look lists.
pub(super) fn is_of_its_time(id: u64, told: &Told<'_>, look: &Guards) -> Result<(), String> {
    let Some(last) = changed_at(id, look) else {
        return Ok(());
    };
    let listed = told.listed.range((id, 0)..=(id, u64::MAX));
    let mut missed = listed.filter(|(_, at)| **at > last && **at <= look.at);
    match missed.next() {
        None => Ok(()),
        Some(((_, version), at)) => Err(format!(
            "another look lists version {version} of ruleset {id} of {at}, which leaf {} lacks, though recorded later",
            look.leaf
        )),
    }
}

/// Returns the newest version of a ruleset that a look lists.
fn newest(id: u64, guards: &Guards) -> Option<u64> {
    let listed = guards.versions.get(&id)?.known().ok()?;
    listed.iter().map(|version| version.version).max()
}

fn is_read(id: u64, guards: &Guards) -> bool {
    let ruleset = guards.rulesets.get(&id);
    ruleset.is_some_and(|ruleset| ruleset.known().is_ok())
}

/// Returns whether a ruleset says the same in both looks, and is in force on the branch in both or in neither.
fn is_the_same(id: u64, before: &Guards, after: &Guards) -> bool {
    let in_force = |guards: &Guards| rules_of(guards, id).next().is_some();
    before.rulesets.get(&id) == after.rulesets.get(&id) && in_force(before) == in_force(after)
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
            what: What::Ruleset(id, Said::Told(ruleset)),
            by: format!("a webhook on ruleset {id}, leaf {}", hooked.leaf),
        })
    });
    changes.collect()
}

/// Returns what webhooks told of the classic protection between two looks, by our clock, which the forge's is held to.
pub(super) fn of_classic<'a>(
    told: &'a Told<'a>,
    before: &Guards,
    after: &Guards,
) -> Vec<Change<'a>> {
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
