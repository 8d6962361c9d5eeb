//! CR-7 to CR-10 and CM-1: who reads, waits, reads again, signs, and writes the ticket.

use super::super::team::{is_person, named};
use super::{Demand, Scene, Seat, grades};
use crate::rules::is_in_use;
use model::program::{Principal, PrincipalKind};
use model::satisfiable::Rule;

const KEY: &str = "add the public half of the key under `ssh_keys` or `openpgp_keys`";
/// `self-review` signs with SSH alone.
const SSH_KEY: &str = "add the public half of an SSH key under `ssh_keys`";

/// CR-7: an agent that reviews and did not write the change, asked at its server or known by its account. It is a control and
/// never a person.
pub(super) fn read_by_an_agent<'p>(scene: &Scene<'p>) -> Vec<Demand<'p>> {
    vec![Demand {
        rule: Rule::of("CR-7"),
        needs: "an AI agent that reviews and is not the author".into(),
        found: format!(
            "agents that hold `code review and approval`: {}",
            named(&reviewing_agents(scene, |_| true))
        ),
        mend: "declare one with `kind: agent` and its account, and give it that duty".into(),
        seats: vec![Seat::any_of("reviews as an AI", readers(scene))],
    }]
}

/// Returns the agents that may review the change.
pub(super) fn readers<'p>(scene: &Scene<'p>) -> Vec<&'p Principal> {
    let is_seen = |one: &Principal| {
        let team = scene.team;
        !team.is_forge_asked() || team.is_on_the_forge(one) || one.reviewer.is_some()
    };
    reviewing_agents(scene, |one| one.id != scene.author.id && is_seen(one))
}

fn reviewing_agents<'p>(
    scene: &Scene<'p>,
    fits: impl Fn(&Principal) -> bool,
) -> Vec<&'p Principal> {
    let duty = ["code review and approval"];
    let is_agent = |one: &Principal| one.kind == PrincipalKind::Agent && fits(one);
    scene.team.holding(&duty, is_agent)
}

/// CR-8: time alone, on evidence that is strong enough. Who reviews again after it says so there.
pub(super) fn waited<'p>(scene: &Scene<'p>) -> Vec<Demand<'p>> {
    let mut demands: Vec<Demand<'p>> = grades::of_waits(scene).into_iter().collect();
    let after = scene.after_the_wait();
    if !after.is_empty() && !is_in_use(scene.program, "CR-9") {
        demands.push(Demand {
            rule: Rule::of("CR-8"),
            needs: "time".into(),
            found: String::new(),
            mend: String::new(),
            seats: vec![Seat::machine(format!("it lands{after}"))],
        });
    }
    demands
}

/// CR-9: the author, or a human who answers for what a machine wrote and who then approves nothing of it.
pub(super) fn self_reviewed<'p>(scene: &Scene<'p>) -> Vec<Demand<'p>> {
    let author = scene.author;
    let after = scene.after_the_wait();
    let (needs, found, seat) = if is_person(author) {
        let seat = Seat::any_of(format!("self-reviews{after}"), with_ssh_key(vec![author]));
        let needs = format!("a self-review signed by `{}`", author.id);
        (
            needs,
            format!("no SSH key of `{}` is listed", author.id),
            seat,
        )
    } else {
        let humans = with_ssh_key(scene.team.humans());
        let found = format!("humans with an SSH key: {}", named(&humans));
        let does = format!("answers for it and self-reviews{after}");
        let needs = format!(
            "a human with an SSH key who answers for what `{}` writes",
            author.id
        );
        (needs, found, Seat::any_of(does, humans).alone())
    };
    vec![Demand {
        rule: Rule::of("CR-9"),
        needs,
        found,
        mend: SSH_KEY.into(),
        seats: vec![seat],
    }]
}

/// CR-10: the author signs the commits.
pub(super) fn signed<'p>(scene: &Scene<'p>) -> Vec<Demand<'p>> {
    let author = scene.author;
    let mut demands = vec![Demand {
        rule: Rule::of("CR-10"),
        needs: format!("commits signed by `{}`", author.id),
        found: format!("no key of `{}` is listed", author.id),
        mend: KEY.into(),
        seats: vec![Seat::any_of("signs", with_key(vec![author]))],
    }];
    demands.extend(grades::of_keys(scene));
    demands
}

/// CM-1: a person writes the ticket: the holder of the duty, else anyone.
pub(super) fn ticket<'p>(scene: &Scene<'p>) -> Vec<Demand<'p>> {
    vec![Demand {
        rule: Rule::of("CM-1"),
        needs: "a human who writes the ticket".into(),
        found: "the program has none".into(),
        mend: "list the people under `principals`".into(),
        seats: vec![Seat::any_of(
            "writes the ticket",
            scene.team.people_for("change request"),
        )],
    }]
}

fn with_key(mut who: Vec<&Principal>) -> Vec<&Principal> {
    who.retain(|one| one.has_key());
    who
}

fn with_ssh_key(mut who: Vec<&Principal>) -> Vec<&Principal> {
    who.retain(|one| !one.ssh_keys.is_empty());
    who
}
