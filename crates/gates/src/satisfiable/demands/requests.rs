//! CR-1 to CR-4: what the forge has to know.

use super::{Demand, FORGE, Scene, Seat, grades};
use model::program::{MergeMethod, Repository};
use model::satisfiable::Rule;
use std::collections::BTreeSet;

/// CR-1: the forge refuses a direct push.
pub(super) fn protected<'p>(scene: &Scene<'p>) -> Vec<Demand<'p>> {
    forge(scene, "CR-1")
}

/// CR-2: the forge refuses a force push.
pub(super) fn unrewritten<'p>(scene: &Scene<'p>) -> Vec<Demand<'p>> {
    forge(scene, "CR-2")
}

/// CR-3: the forge requires the checks.
pub(super) fn checks_required<'p>(scene: &Scene<'p>) -> Vec<Demand<'p>> {
    forge(scene, "CR-3")
}

/// CR-4: each change leaves a request, in git or in the forge's records.
pub(super) fn requested<'p>(scene: &Scene<'p>) -> Vec<Demand<'p>> {
    let repositories = scene.program.repositories.iter();
    let rebasing: Vec<&str> = repositories
        .filter(|repository| only_rebases(repository))
        .map(|repository| repository.name.as_str())
        .collect();
    let traced = Demand {
        rule: Rule::of("CR-4"),
        needs: "the request of each change".into(),
        found: format!(
            "rebase merges in {} leave none in git, and the forge is not named where it is asked",
            super::super::team::listed(&rebasing, "and")
        ),
        mend: format!("land requests by merge or squash, or {FORGE}"),
        seats: match rebasing.is_empty() || scene.team.is_forge_asked() {
            true => Vec::new(),
            false => vec![Seat::empty()],
        },
    };
    let mut demands = vec![traced];
    demands.extend(grades::of_requests(scene));
    demands
}

fn forge<'p>(scene: &Scene<'p>, control: &str) -> Vec<Demand<'p>> {
    let found = match scene.team.without_forge().as_slice() {
        [] => "the program names none".to_owned(),
        names => format!(
            "none is named for {}",
            super::super::team::listed(names, "and")
        ),
    };
    vec![Demand {
        rule: Rule::of(control),
        needs: "a forge that protects the branch".into(),
        found,
        mend: FORGE.into(),
        seats: if scene.team.is_forge_asked() {
            Vec::new()
        } else {
            vec![Seat::empty()]
        },
    }]
}

fn only_rebases(repository: &Repository) -> bool {
    let rebase = BTreeSet::from([MergeMethod::Rebase]);
    repository.merge_methods.as_ref() == Some(&rebase)
}
