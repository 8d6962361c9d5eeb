//! `minimum_grade`: whether anything that the program declares yields evidence that strong.

use super::{Demand, Scene, Seat};
use model::outcome::AssuranceGrade;
use model::program::MergeMethod;
use model::satisfiable::Rule;

/// CR-4: a fetched record is `collected`; a merge that the forge signed is of grade `platform`.
pub(super) fn of_requests<'p>(scene: &Scene<'p>) -> Option<Demand<'p>> {
    let mut repositories = scene.program.repositories.iter();
    let merges = repositories.all(|repository| {
        let methods = repository.merge_methods.as_ref();
        methods.is_none_or(|methods| methods.contains(&MergeMethod::Merge))
    });
    let best = match (scene.team.forges().is_empty(), merges) {
        (true, _) => AssuranceGrade::Attested,
        (false, false) => AssuranceGrade::Collected,
        (false, true) => AssuranceGrade::Platform,
    };
    demand(scene, "CR-4", best, "name the forge under `tools`, or ")
}

/// CR-8: a forge tells when it opened a request; who signs the log outside vouches for the time.
pub(super) fn of_waits<'p>(scene: &Scene<'p>) -> Option<Demand<'p>> {
    let signed = !scene.team.outside_signers().is_empty();
    let best = match (signed, scene.team.forges().is_empty()) {
        (true, _) => AssuranceGrade::Independent,
        (false, false) => AssuranceGrade::Collected,
        (false, true) => AssuranceGrade::Attested,
    };
    let mend = "name a witness or a timestamp authority that others run, or ";
    demand(scene, "CR-8", best, mend)
}

/// CR-10: whose key it is rests on the program, which the operator wrote.
pub(super) fn of_keys<'p>(scene: &Scene<'p>) -> Option<Demand<'p>> {
    demand(scene, "CR-10", AssuranceGrade::Attested, "")
}

/// CM-2: the same holds of whoever approves by a key; a forge's record of them is `collected`.
pub(super) fn of_approvals<'p>(scene: &Scene<'p>) -> Option<Demand<'p>> {
    let best = match scene.team.forges().is_empty() {
        true => AssuranceGrade::Attested,
        false => AssuranceGrade::Collected,
    };
    demand(scene, "CM-2", best, "")
}

/// Returns what the control's `minimum_grade` asks, where it asks anything.
fn demand<'p>(
    scene: &Scene<'p>,
    control: &str,
    best: AssuranceGrade,
    mend: &str,
) -> Option<Demand<'p>> {
    let minimum = scene.rules.minimum_grade(control);
    let reached = best >= minimum;
    (minimum > AssuranceGrade::Attested).then(|| Demand {
        rule: Rule::parameter(control, "minimum_grade"),
        needs: format!("evidence of grade {minimum}"),
        found: format!("what the program declares yields {best} at best"),
        mend: format!("{mend}set {control}'s `minimum_grade: {best}`"),
        seats: if reached {
            Vec::new()
        } else {
            vec![Seat::empty()]
        },
    })
}
