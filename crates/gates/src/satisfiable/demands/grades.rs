//! `minimum_grade`: whether the gate finds evidence that strong anywhere, of a request that is open.

use super::{Demand, FORGE, Scene, Seat};
use model::outcome::{AssuranceGrade, Risk};
use model::satisfiable::Rule;

/// CR-4: what the forge says of an open request is `collected`. It signs a merge, and nothing is merged yet.
pub(super) fn of_requests<'p>(scene: &Scene<'p>) -> Option<Demand<'p>> {
    let (best, mend) = match scene.team.is_forge_asked() {
        true => (AssuranceGrade::Collected, String::new()),
        false => (AssuranceGrade::Attested, format!("{FORGE}, or ")),
    };
    demand(scene, "CR-4", best, &mend)
}

/// CR-8: our own receipts are `attested`; who signs the log outside vouches for the time.
pub(super) fn of_waits<'p>(scene: &Scene<'p>) -> Option<Demand<'p>> {
    let best = of_time(scene);
    let mend = "name a witness or a timestamp authority that others run, or ";
    demand(scene, "CR-8", best, mend)
}

/// CR-10: whose key it is rests on the program, which the operator wrote.
pub(super) fn of_keys<'p>(scene: &Scene<'p>) -> Option<Demand<'p>> {
    demand(scene, "CR-10", AssuranceGrade::Attested, "")
}

/// CM-2: a reason is what its author wrote, an assessment is as good as the wait beside it, and the forge's record of whoever
/// reviews or approves is `collected`.
pub(super) fn of_approvals<'p>(scene: &Scene<'p>) -> Option<Demand<'p>> {
    let of_forge = match scene.team.is_forge_asked() {
        true => AssuranceGrade::Collected,
        false => AssuranceGrade::Attested,
    };
    let of_class = match scene.risk {
        Risk::Low => AssuranceGrade::Attested,
        Risk::Medium => of_time(scene),
        Risk::High => of_forge,
    };
    let best = match scene.rules.approvals.of(scene.risk) > 0.0 {
        true => of_class.min(of_forge),
        false => of_class,
    };
    demand(scene, "CM-2", best, "")
}

fn of_time(scene: &Scene<'_>) -> AssuranceGrade {
    match scene.team.outside_signers().is_empty() {
        true => AssuranceGrade::Attested,
        false => AssuranceGrade::Independent,
    }
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
