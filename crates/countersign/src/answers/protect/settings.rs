//! The settings of GitLab, for people.

use super::ProtectAnswer;
use documents::text::{folded, labelled};
use model::request::wanted::{Difference, Setting, Step, WantedSettings};

/// Returns how far the forge is from the settings, what differs, and what is asked for.
pub(super) fn lines(answer: &ProtectAnswer, wanted: &WantedSettings) -> Vec<String> {
    let branch = &wanted.branch;
    let mut lines = vec![folded(&format!(
        "protection of {}, on {branch}: {}",
        answer.repository,
        state(answer)
    ))];
    if let Step::Change { differences } = &answer.plan.step {
        lines.extend(differences.iter().map(differs));
        if differences.iter().any(|it| it.setting == Setting::Push) {
            let by_hand = format!(
                "the free plan changes that on the web page alone: Settings > Repository > Protected branches > `{branch}` > \
                 Allowed to push and merge: No one"
            );
            lines.push(labelled("by hand: ", &by_hand));
        }
    }
    let mut asks = |is_asked: bool, what: &str, text: &str| {
        if is_asked {
            lines.push(labelled(&format!("  {what:<24}"), text));
        }
    };
    asks(wanted.nobody_pushes, "push", "nobody, and 0 approvals");
    asks(wanted.nobody_forces, "force push", "nobody");
    asks(
        wanted.needs_pipeline,
        "pipeline",
        "must succeed, and one that was skipped did not; GitLab pins no job to an app",
    );
    lines
}

fn state(answer: &ProtectAnswer) -> String {
    let differ = |differences: &[Difference]| match differences.len() {
        1 => "1 setting differs".to_owned(),
        more => format!("{more} settings differ"),
    };
    match (&answer.plan.step, answer.changed) {
        (Step::Set | Step::Nothing { .. }, is_changed) => {
            let set = if is_changed {
                "it was set"
            } else {
                "it is set"
            };
            match answer.plan.obstacles.is_empty() {
                true => set.to_owned(),
                false => format!("{set}, and something stands in the way"),
            }
        }
        (Step::Change { differences }, false) => differ(differences),
        (Step::Change { differences }, true) => {
            format!("it was changed, and {} all the same", differ(differences))
        }
        (Step::Unknown { why, .. }, _) => format!("unknown: {why}"),
        (Step::NotOffered { said }, _) => format!("the forge offers none: {said}"),
        (Step::Create | Step::Replace { .. }, _) => "it differs".to_owned(),
    }
}

fn differs(difference: &Difference) -> String {
    let Difference { is, wanted, .. } = difference;
    let name = match difference.setting {
        Setting::ProtectedBranch => "protected branch",
        Setting::Push => "push",
        Setting::ForcePush => "force push",
        Setting::Pipeline => "pipeline",
        Setting::SkippedPipeline => "skipped pipeline",
    };
    labelled("  ", &format!("{name}: {is}; to be: {wanted}"))
}
