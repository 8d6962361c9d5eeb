//! The ruleset of GitHub, for people.

use super::ProtectAnswer;
use documents::text::{folded, labelled};
use model::request::rules::{RequiredCheck, Rule};
use model::request::wanted::{Step, WantedRuleset};

/// Returns how far the forge is from the ruleset, what differs, and its rules.
pub(super) fn lines(answer: &ProtectAnswer, wanted: &WantedRuleset) -> Vec<String> {
    let mut lines = vec![folded(&format!(
        "ruleset `{}` of {}, on {}: {}",
        wanted.name,
        answer.repository,
        wanted.branch,
        state(answer)
    ))];
    if let Step::Replace { differences, .. } = &answer.plan.step {
        lines.extend(differences.iter().map(|it| labelled("  ", it)));
    }
    for rule in &wanted.rules {
        lines.push(labelled(&format!("  {:<24}", rule.name()), &asks(rule)));
    }
    lines
}

fn state(answer: &ProtectAnswer) -> String {
    match (&answer.plan.step, answer.changed) {
        (Step::Nothing { id }, false) => format!("it is set, number {id}"),
        (Step::Nothing { id }, true) => format!("it was set, number {id}"),
        (Step::Create | Step::Change { .. } | Step::Set, _) => "there is none".to_owned(),
        (Step::Replace { id, .. }, false) => format!("number {id} differs"),
        (Step::Replace { id, .. }, true) => {
            format!("it was set, and number {id} differs all the same")
        }
        (Step::Unknown { why, .. }, _) => format!("unknown: {why}"),
        (Step::NotOffered { said }, _) => format!(
            "the forge offers none for this repository: {}. The gate still records and `audit` still finds \
             what went around it, but nothing stops a push: leave CR-1, CR-2 and CR-3 out of the program",
            said.trim_end_matches('.')
        ),
    }
}

fn asks(rule: &Rule) -> String {
    match rule {
        Rule::PullRequest(asked) => {
            let methods = asked.merge_methods.iter().flatten().cloned();
            let methods: Vec<String> = methods.map(String::from).collect();
            format!("{} approvals, {}", asked.approvals, methods.join(" or "))
        }
        Rule::RequiredStatusChecks { checks, .. } => {
            let check = |check: &RequiredCheck| match check.app {
                Some(app) => format!("`{}` of app {app}", check.context),
                None => format!("`{}` of any app", check.context),
            };
            let checks: Vec<String> = checks.iter().map(check).collect();
            format!("{}, on the last commit of the branch", checks.join(", "))
        }
        Rule::Creation
        | Rule::Update
        | Rule::Deletion
        | Rule::NonFastForward
        | Rule::RequiredLinearHistory
        | Rule::RequiredSignatures
        | Rule::Other(_) => String::new(),
    }
}
