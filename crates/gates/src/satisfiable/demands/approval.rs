//! CM-2: a reason, an assessment or an outsider, by class; and as many people as `approvals` asks.

use super::super::team::{counted, is_person, named};
use super::{Demand, FORGE, Scene, Seat, grades, people};
use crate::rules::{is_in_use, parameter};
use model::check::CheckKind;
use model::outcome::{AssuranceGrade, Risk};
use model::program::{Parameter, Principal, PrincipalKind};
use model::satisfiable::Rule;

pub(super) fn approved<'p>(scene: &Scene<'p>) -> Vec<Demand<'p>> {
    let by_class = match scene.risk {
        Risk::Low => written(vec![justified(scene)], "a human who justifies the change"),
        Risk::Medium => assessed(scene),
        Risk::High => reviewed(scene),
    };
    let mut demands = vec![by_class];
    demands.extend(grades::of_approvals(scene));
    demands.extend(approvals(scene));
    demands
}

fn written<'p>(seats: Vec<Seat<'p>>, needs: &str) -> Demand<'p> {
    Demand {
        rule: Rule::of("CM-2"),
        needs: needs.into(),
        found: "the program has none".into(),
        mend: "list the people under `principals`".into(),
        seats,
    }
}

fn justified<'p>(scene: &Scene<'p>) -> Seat<'p> {
    let who = match is_person(scene.author) {
        true => vec![scene.author],
        false => scene.team.humans(),
    };
    Seat::any_of("justifies", who)
}

/// Where no other rule in use tells of the wait, this one does.
fn assessed<'p>(scene: &Scene<'p>) -> Demand<'p> {
    let assessors = scene.team.people_for("risk assessment");
    let mut seats = vec![
        justified(scene),
        Seat::any_of("assesses the risk", assessors),
    ];
    let told = |control: &&str| is_in_use(scene.program, control);
    if !["CR-8", "CR-9"].iter().any(told) {
        seats.push(Seat::machine(format!("it lands{}", scene.after_the_wait())));
    }
    written(
        seats,
        "a human who justifies the change and assesses its risk",
    )
}

/// An outsider's review comes first; where it is accepted, a machine stands in.
fn reviewed<'p>(scene: &Scene<'p>) -> Demand<'p> {
    let outsiders = scene.team.of_kind(PrincipalKind::Outsider);
    let mut reviewers = outsiders.clone();
    reviewers.retain(|one| one.id != scene.author.id && is_heard(scene, one));
    let seat = match (reviewers.is_empty(), stand_in(scene)) {
        (true, Some(seat)) => seat,
        (true, None) | (false, _) => Seat::any_of("reviews from outside", reviewers),
    };
    Demand {
        rule: Rule::of("CM-2"),
        needs: format!(
            "an outsider with {} who reviews a high-risk change",
            heard_by(scene)
        ),
        found: format!("outsiders: {}", named(&outsiders)),
        mend: format!(
            "name an outsider with {}, or set CM-2's `automated_security_review: accepted` beside CR-7, or beside CR-5 with `sast`",
            heard_by(scene)
        ),
        seats: vec![seat],
    }
}

/// Returns the automated security review that the program accepts in the outsider's place. What our own log alone holds
/// of it is `attested`.
fn stand_in<'p>(scene: &Scene<'p>) -> Option<Seat<'p>> {
    let accepted = Parameter::Text("accepted".into());
    let said = parameter(scene.program, "CM-2", "automated_security_review");
    if said != Some(&accepted) || !is_attested_enough(scene) {
        return None;
    }
    let readers = people::readers(scene);
    let required = scene.rules.required_checks.as_ref();
    if required.is_some_and(|kinds| kinds.contains(&CheckKind::Sast)) {
        Some(Seat::machine("the SAST scan stands in for an outsider"))
    } else if is_in_use(scene.program, "CR-7") && !readers.is_empty() {
        Some(Seat::any_of("stands in for an outsider", readers))
    } else {
        None
    }
}

/// Whose key it is rests on the program: above grade `attested` only the forge knows who spoke.
fn is_attested_enough(scene: &Scene<'_>) -> bool {
    scene.rules.minimum_grade("CM-2") == AssuranceGrade::Attested
}

/// Returns whether a review can be known to come from somebody: by their account on the forge. Where no forge is asked, git
/// alone can show one, of who signed the merge, and whose key that is rests on the program.
fn is_heard(scene: &Scene<'_>, one: &Principal) -> bool {
    match scene.team.is_forge_asked() {
        true => scene.team.is_on_the_forge(one),
        false => is_attested_enough(scene) && one.has_key(),
    }
}

fn heard_by(scene: &Scene<'_>) -> &'static str {
    match scene.team.is_forge_asked() || !is_attested_enough(scene) {
        true => "an account on the forge",
        false => "a key",
    }
}

/// Nobody approves what they wrote or answer for, and nobody approves twice.
fn approvals<'p>(scene: &Scene<'p>) -> Option<Demand<'p>> {
    let asked = scene.rules.approvals.of(scene.risk).ceil();
    if asked < 1.0 {
        return None;
    }
    let number = asked as usize;
    let mut may = scene.team.approvers();
    may.retain(|one| scene.team.is_on_the_forge(one));
    let mut others = may.clone();
    others.retain(|one| one.id != scene.author.id);
    let seat = |_| Seat::any_of("approves", others.clone()).alone();
    Some(Demand {
        rule: Rule::parameter("CM-2", "approvals"),
        needs: match number {
            1 => "an approver who is not the author".into(),
            more => format!("{more} approvers who are not the author"),
        },
        found: approvers_found(scene, number, &may),
        mend: match scene.team.is_forge_asked() || !has_people(scene, number) {
            true => "lower CM-2's `approvals`, or name more people who may approve".into(),
            false => format!("lower CM-2's `approvals`, or {FORGE}"),
        },
        seats: (0..number).map(seat).collect(),
    })
}

/// Where people are missing their number says it, else who of them may approve.
fn approvers_found(scene: &Scene<'_>, number: usize, may: &[&Principal]) -> String {
    if has_people(scene, number) {
        let named = named(may);
        return format!("people who may approve, with an account on the forge: {named}");
    }
    let humans = counted(scene.team.humans().len(), "human", "humans");
    match scene.team.of_kind(PrincipalKind::Outsider).len() {
        0 => format!("the program has {humans}"),
        outsiders => format!(
            "the program has {humans} and {}",
            counted(outsiders, "outsider", "outsiders")
        ),
    }
}

fn has_people(scene: &Scene<'_>, number: usize) -> bool {
    let people = scene.team.people();
    let others = people.iter().filter(|one| one.id != scene.author.id);
    others.count() >= number
}
