//! What `protect` answers.

use crate::answers::{VERSION, schema, value};
use crate::protect::Protected;
use documents::text::{folded, labelled};
use model::digest::CommitId;
use model::outcome::Outcome;
use model::request::rules::{RequiredCheck, Rule};
use model::request::wanted::{Plan, Step};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What `protect` answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProtectAnswer {
    /// The version of this form.
    pub version: u32,
    /// The repository at its forge.
    pub repository: String,
    /// Pass where the branch is protected as the program asks, as far as was tried.
    pub outcome: Outcome,
    /// What differs now.
    #[serde(flatten)]
    pub plan: Plan,
    /// Whether anything was changed.
    pub changed: bool,
    /// What became of the canary; null where none was sent.
    pub canary: Option<CanaryAnswer>,
    /// Why nothing was tried, where something should have been; null else.
    pub not_tried: Option<String>,
}

/// What became of a canary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CanaryAnswer {
    /// The leaf that holds it.
    pub leaf: u64,
    /// Its request.
    pub request: u64,
    /// Its head.
    pub head: CommitId,
    /// Pass where the forge did what it must.
    pub outcome: Outcome,
    /// What the forge said.
    pub said: String,
    /// What could not be removed again.
    pub left: Vec<String>,
}

impl ProtectAnswer {
    /// Returns the answer.
    pub fn of(protected: &Protected) -> ProtectAnswer {
        let canary = protected.canary.as_ref();
        ProtectAnswer {
            version: VERSION,
            repository: protected.forge.repository.clone(),
            outcome: protected.outcome(),
            plan: protected.plan.clone(),
            changed: protected.is_changed,
            canary: canary.map(|(canary, leaf)| CanaryAnswer {
                leaf: *leaf,
                request: canary.request,
                head: canary.head.clone(),
                outcome: canary.outcome,
                said: canary.said.clone(),
                left: canary.left.clone(),
            }),
            not_tried: protected.not_tried.clone(),
        }
    }

    /// Returns the answer for people.
    pub fn text(&self) -> String {
        let wanted = &self.plan.wanted;
        let mut lines = vec![folded(&format!(
            "ruleset `{}` of {}, on {}: {}",
            wanted.name,
            self.repository,
            wanted.branch,
            self.state()
        ))];
        if let Step::Replace { differences, .. } = &self.plan.step {
            lines.extend(differences.iter().map(|it| labelled("  ", it)));
        }
        for rule in &wanted.rules {
            lines.push(labelled(&format!("  {:<24}", rule.name()), &asks(rule)));
        }
        let obstacles = self.plan.obstacles.iter();
        lines.extend(obstacles.map(|it| labelled("in the way: ", it)));
        if let Some(canary) = &self.canary {
            let said = canary.said.replace(char::is_control, " ");
            let label = format!("{:<8}", canary.outcome.to_string());
            let text = format!(
                "canary, request {}, leaf {}: {said}",
                canary.request, canary.leaf
            );
            lines.push(labelled(&label, &text));
            let left = canary.left.iter();
            lines.extend(left.map(|it| labelled("remove it: ", it)));
        }
        let not_tried = self.not_tried.iter();
        lines.extend(not_tried.map(|why| labelled("unknown ", why)));
        lines.join("\n")
    }

    /// Returns the answer for machines.
    pub fn json(&self) -> Value {
        value(self)
    }

    fn state(&self) -> String {
        match (&self.plan.step, self.changed) {
            (Step::Nothing { id }, false) => format!("it is set, number {id}"),
            (Step::Nothing { id }, true) => format!("it was set, number {id}"),
            (Step::Create, _) => "there is none".to_owned(),
            (Step::Replace { id, .. }, false) => format!("number {id} differs"),
            (Step::Replace { id, .. }, true) => {
                format!("it was set, and number {id} differs all the same")
            }
            (Step::Unknown { why, .. }, _) => format!("unknown: {why}"),
            (Step::NotOffered { said }, _) => format!(
                "the forge offers none for this repository: {said}. The gate still records and `audit` still finds \
                 what went around it, but nothing stops a push"
            ),
        }
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

/// Returns the schema of what `protect` answers.
pub fn schema_of_protect() -> Value {
    schema::<ProtectAnswer>()
}
