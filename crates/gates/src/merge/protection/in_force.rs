//! Whether rules are in force with nobody who may go around them.

use super::{Shown, shown};
use model::outcome::Outcome;
use model::request::Readable;
use model::request::dossier::Guards;
use model::request::protection::BranchProtection;
use model::request::rules::{BypassActor, Rule};
use model::request::words::Enforcement;

/// A rule by what it asks for.
pub(super) type Wanted<'a> = (&'a str, &'a dyn Fn(&Rule) -> bool);

/// What classic protection lacks for a rule: an answer of `Unknown` where it does not say.
pub(super) type Lack = (Outcome, &'static str);

/// Returns whether every one of these rules is in force with nobody who may go around it, by rulesets or by classic
/// protection.
pub(super) fn protected(
    guards: &Guards,
    wanted: &[Wanted<'_>],
    classic: impl Fn(&BranchProtection) -> Result<(), Lack>,
    harmless: &dyn Fn(&BypassActor) -> bool,
) -> Shown {
    let by_rules = by_rulesets(guards, wanted, harmless);
    if by_rules.outcome == Outcome::Pass {
        return by_rules;
    }
    let by_classic = match guards.classic.known() {
        Ok(Some(protection)) => match (classic(protection), protection.holds_for_administrators) {
            (Ok(()), true) => {
                return Shown {
                    is_classic: true,
                    ..shown(Outcome::Pass, "classic protection, for administrators too")
                };
            }
            (Ok(()), false) => shown(
                Outcome::Fail,
                "classic protection does not hold for administrators",
            ),
            (Err((outcome, why)), _) => shown(outcome, why),
        },
        Ok(None) => shown(Outcome::Fail, "no classic protection"),
        // What the forge said of its plan is told once, and not by each rule.
        Err(_) if matches!(guards.classic, Readable::NotOffered { .. }) => {
            shown(Outcome::Fail, "the plan offers no classic protection")
        }
        Err(why) => shown(Outcome::Unknown, format!("classic protection: {why}")),
    };
    let reason = format!("{}; {}", by_rules.reason, by_classic.reason);
    match (by_rules.outcome, by_classic.outcome) {
        (Outcome::Fail, Outcome::Fail) => shown(Outcome::Fail, reason),
        (Outcome::Pass | Outcome::Unknown | Outcome::Fail, _) => shown(Outcome::Unknown, reason),
    }
}

fn by_rulesets(
    guards: &Guards,
    wanted: &[Wanted<'_>],
    harmless: &dyn Fn(&BypassActor) -> bool,
) -> Shown {
    let rules = match guards.rules.known() {
        Ok(rules) => rules,
        Err(_) if matches!(guards.rules, Readable::NotOffered { .. }) => {
            return shown(Outcome::Unknown, "the plan offers no ruleset");
        }
        Err(why) => return shown(Outcome::Unknown, format!("rules of the branch: {why}")),
    };
    let mut names = Vec::new();
    let mut worst: Option<Shown> = None;
    for (name, is_it) in wanted {
        let of_rule: Vec<u64> = rules
            .iter()
            .filter(|rule| is_it(&rule.rule))
            .map(|rule| rule.ruleset)
            .collect();
        let held = of_rule
            .iter()
            .map(|id| nobody_around(guards, *id, harmless));
        let best = held.min_by_key(|shown| order(shown.outcome));
        let found = best.unwrap_or_else(|| {
            shown(
                Outcome::Fail,
                format!("no ruleset in force asks for {name}"),
            )
        });
        match found.outcome {
            Outcome::Pass => names.push(format!("{name} by {}", found.reason)),
            Outcome::Fail | Outcome::Unknown => {
                let is_worse = worst
                    .as_ref()
                    .is_none_or(|it| it.outcome == Outcome::Unknown);
                worst = Some(found).filter(|_| is_worse).or(worst);
            }
        }
    }
    worst.unwrap_or_else(|| shown(Outcome::Pass, names.join(", ")))
}

fn order(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Pass => 0,
        Outcome::Unknown => 1,
        Outcome::Fail => 2,
    }
}

/// Returns whether nobody may go around a ruleset.
fn nobody_around(guards: &Guards, id: u64, harmless: &dyn Fn(&BypassActor) -> bool) -> Shown {
    let ruleset = match guards.rulesets.get(&id).map(|ruleset| ruleset.known()) {
        Some(Ok(ruleset)) => ruleset,
        Some(Err(why)) => return shown(Outcome::Unknown, format!("ruleset {id}: {why}")),
        None => return shown(Outcome::Unknown, format!("ruleset {id} was not read")),
    };
    if ruleset.enforcement != Enforcement::Active {
        let word = String::from(ruleset.enforcement.clone());
        return shown(
            Outcome::Fail,
            format!("ruleset {id} is not in force: {word}"),
        );
    }
    let actors = match ruleset.bypass_actors.known() {
        Ok(actors) => actors,
        Err(why) => {
            return shown(
                Outcome::Unknown,
                format!("who may go around ruleset {id}: {why}"),
            );
        }
    };
    match actors.iter().find(|actor| !harmless(actor)) {
        None => shown(
            Outcome::Pass,
            format!("ruleset {id}, which nobody may go around"),
        ),
        Some(actor) => {
            let kind = String::from(actor.kind.clone());
            let number = actor.id.map(|id| format!(" {id}")).unwrap_or_default();
            shown(
                Outcome::Fail,
                format!("{kind}{number} may go around ruleset {id}"),
            )
        }
    }
}
