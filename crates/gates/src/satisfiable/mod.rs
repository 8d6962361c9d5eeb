//! Whether a team can pass its own merge gate: for each class of risk and each author, who would do what, or the
//! smallest sets of rules that contradict each other.
//!
//! Rules meet only where nobody may sit twice: who answers for a change does not approve it, and nobody approves twice.
//! Those seats, six at most, are filled by augmenting paths, the others one by one: an answer takes time in proportion to
//! the principals. Only two rules ask for such seats, so a contradiction has two rules at most, found among sixteen.

mod demands;
mod seats;
mod team;

use self::demands::Scene;
use self::seats::Seated;
use self::team::Team;
use crate::rules::{Forge, Rules, RulesError};
use model::outcome::{AssuranceGrade, Risk};
use model::program::{Principal, Program};
use model::satisfiable::{Answer, Finding, Proof, Step};

/// Principals up to which a program is proven.
pub const MOST_PRINCIPALS: usize = 200;

/// The classes of risk in the order of the answers.
const CLASSES: [Risk; 3] = [Risk::Low, Risk::Medium, Risk::High];

/// Returns for each class of risk and each author whether a change can pass the rules in use, and how.
///
/// Authors are the holders of `code authoring`; where nobody holds it, the people of the organisation.
/// Nothing is proven, and no pass claimed, where no rule is in use, nobody could write a change,
/// or the program names more than [`MOST_PRINCIPALS`].
pub fn prove(program: &Program) -> Result<Proof, RulesError> {
    let rules = Rules::new(program, "", Forge::Asked)?;
    let team = Team::new(program);
    let authors = team.authors();
    if let Some(why) = unprovable(program, &authors) {
        return Ok(Proof::none(why));
    }
    let mut answers = Vec::new();
    for risk in CLASSES {
        for author in &authors {
            let scene = Scene {
                program,
                rules: &rules,
                team: &team,
                risk,
                author,
            };
            answers.push(answer(&scene));
        }
    }
    Ok(Proof {
        answers,
        not_proven: None,
        notes: notes(program, &rules, &team),
    })
}

fn unprovable(program: &Program, authors: &[&Principal]) -> Option<String> {
    let principals = program.principals.len();
    if principals > MOST_PRINCIPALS {
        return Some(format!(
            "the program names {principals} principals, and the proof takes {MOST_PRINCIPALS} at most"
        ));
    }
    if authors.is_empty() {
        return Some("the program names nobody who could write a change".into());
    }
    let nothing = !demands::any_in_use(program);
    nothing.then(|| "no rule of the merge gate is in use".into())
}

fn answer(scene: &Scene<'_>) -> Answer {
    let demands = demands::of(scene);
    let all: Vec<_> = demands.iter().collect();
    let finding = match seats::fill(&all, &scene.author.id) {
        Some(seated) => Finding::Passes {
            wait_hours: scene.wait_hours(),
            steps: steps(scene, seated),
        },
        None => seats::contradiction(&demands, &scene.author.id),
    };
    Answer {
        risk: scene.risk,
        author: scene.author.id.clone(),
        author_kind: scene.author.kind,
        finding,
    }
}

fn steps(scene: &Scene<'_>, seated: Vec<Seated<'_>>) -> Vec<Step> {
    let writes = Step {
        rule: None,
        who: Some(scene.author.id.clone()),
        does: "writes".into(),
    };
    let step = |seated: Seated<'_>| Step {
        rule: Some(seated.rule.clone()),
        who: seated.who.cloned(),
        does: seated.does.to_owned(),
    };
    let mut steps = vec![writes];
    steps.extend(seated.into_iter().map(step));
    steps
}

/// Where nothing but an outsider's signature is strong enough, the gate waits for it; where no forge is named, it has nobody
/// to ask.
fn notes(program: &Program, rules: &Rules, team: &Team<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    let in_use = crate::rules::is_in_use(program, "CR-8");
    let outside = rules.minimum_grade("CR-8") > AssuranceGrade::Attested;
    let signers = team.outside_signers();
    if in_use && outside && !signers.is_empty() {
        notes.push(format!(
            "the wait of CR-8 rests on {}: while nobody outside signs the log, no change passes",
            team::listed(&signers, "or")
        ));
    }
    if !team.is_forge_asked() {
        let whose = match team.without_forge().as_slice() {
            [] => "the program names the forge of no repository".to_owned(),
            names => format!("no forge is named for {}", team::listed(names, "and")),
        };
        notes.push(format!(
            "{whose}: `gate merge` has nobody to ask there until `forge` stands in the repository's entry"
        ));
    }
    notes
}
