//! GitHub's answers about what protects the branch.

use crate::bodies::{Said, kept};
use crate::facts::id;
use crate::world::{Recorded, at};
use countersign::forge::record::{About, Kept, Question};
use ledger::leaf::LeafKind;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The rules of `main`, all of one ruleset, and who may go around it.
#[derive(Clone)]
pub(crate) struct Guards {
    rules: Vec<Value>,
    ruleset: Value,
    answers: BTreeMap<Question, Said>,
    branch: &'static str,
    edit: fn(&mut Kept),
}

/// Returns a check that must pass, pinned to an app where one is given.
pub(crate) fn required(context: &str, app: Option<u64>) -> Value {
    match app {
        Some(app) => json!({"context": context, "integration_id": app}),
        None => json!({"context": context}),
    }
}

/// Returns a rule as a ruleset has it.
pub(crate) fn rule_of(kind: &str, parameters: Option<Value>) -> Value {
    match parameters {
        Some(parameters) => json!({"type": kind, "parameters": parameters}),
        None => json!({"type": kind}),
    }
}

fn rule(kind: &str, parameters: Option<Value>) -> Value {
    let mut rule = json!({"type": kind, "ruleset_id": 1, "ruleset_source_type": "Repository", "ruleset_source": "larkspur/shop"});
    if let Some(parameters) = parameters {
        rule["parameters"] = parameters;
    }
    rule
}

impl Guards {
    /// A ruleset that nobody may go around and that was changed last long ago, without classic protection.
    pub(crate) fn good() -> Guards {
        let request = json!({
            "required_approving_review_count": 0, "dismiss_stale_reviews_on_push": false,
            "require_code_owner_review": false, "require_last_push_approval": false,
            "required_review_thread_resolution": false,
        });
        let rules = vec![
            rule("deletion", None),
            rule("non_fast_forward", None),
            rule("pull_request", Some(request)),
        ];
        let ruleset = json!({
            "id": 1, "name": "main", "target": "branch", "source_type": "Repository", "source": "larkspur/shop",
            "enforcement": "active", "bypass_actors": [], "rules": [],
            "conditions": {"ref_name": {"include": ["refs/heads/main"], "exclude": []}}, "updated_at": at(-500.0),
        });
        Guards {
            rules,
            ruleset,
            answers: BTreeMap::new(),
            branch: "main",
            edit: |_| {},
        }
        .requires(&[required("unit tests", Some(15368))])
    }

    /// Without any rule.
    pub(crate) fn none() -> Guards {
        let mut guards = Guards::good();
        guards.rules.clear();
        guards
    }

    /// Requires these checks.
    pub(crate) fn requires(self, checks: &[Value]) -> Guards {
        let kind = "required_status_checks";
        let mut guards = self.without(kind);
        let parameters = json!({"required_status_checks": checks, "strict_required_status_checks_policy": false});
        guards.rules.push(rule(kind, Some(parameters)));
        guards
    }

    /// Without a rule of this kind.
    pub(crate) fn without(mut self, kind: &str) -> Guards {
        self.rules.retain(|rule| rule["type"] != kind);
        self
    }

    /// With another value in a field of the ruleset.
    pub(crate) fn field(mut self, name: &str, value: Value) -> Guards {
        self.ruleset[name] = value;
        self
    }

    /// With a field of the ruleset that is not there.
    pub(crate) fn lacks(mut self, name: &str) -> Guards {
        self.ruleset.as_object_mut().unwrap().remove(name);
        self
    }

    /// With somebody who may go around it.
    pub(crate) fn bypass(self, kind: &str, mode: &str) -> Guards {
        let actor = json!({"actor_id": 5, "actor_type": kind, "bypass_mode": mode});
        self.field("bypass_actors", json!([actor]))
    }

    /// Changed last at this hour.
    pub(crate) fn changed(self, hours: f64) -> Guards {
        self.field("updated_at", json!(at(hours)))
    }

    /// With another answer to a question.
    pub(crate) fn says(mut self, question: Question, said: Said) -> Guards {
        self.answers.insert(question, said);
        self
    }

    /// With classic protection, changed by this.
    pub(crate) fn classic(self, change: &Value) -> Guards {
        let mut classic = json!({
            "url": "https://api.github.com/repos/larkspur/shop/branches/main/protection",
            "required_status_checks": {"strict": false, "contexts": ["unit tests"],
                "checks": [{"context": "unit tests", "app_id": 15368}]},
            "required_pull_request_reviews": {"dismiss_stale_reviews": false, "require_code_owner_reviews": false,
                "required_approving_review_count": 0},
            "enforce_admins": {"url": "https://api.github.com", "enabled": true},
            "allow_force_pushes": {"enabled": false}, "allow_deletions": {"enabled": false},
        });
        for (name, value) in change.as_object().into_iter().flatten() {
            classic[name] = value.clone();
        }
        self.says(Question::Protection, Said::Body(classic))
    }

    /// With the judgement of a push to a ref that brought this commit.
    pub(crate) fn suite(self, reference: &str, commit: char, result: &str) -> Guards {
        let suite = json!({
            "id": 9, "actor_id": 8, "actor_name": "adamarsh", "before_sha": id('a').to_string(),
            "after_sha": id(commit).to_string(), "ref": reference, "repository_id": 3, "repository_name": "shop",
            "pushed_at": at(30.0), "result": result,
        });
        self.says(Question::RuleSuites, Said::Body(json!([suite])))
    }

    pub(crate) fn branch(mut self, name: &'static str) -> Guards {
        self.branch = name;
        self
    }

    /// Changed in its record, as no forge would.
    pub(crate) fn edited(mut self, edit: fn(&mut Kept)) -> Guards {
        self.edit = edit;
        self
    }
}

impl Recorded for Guards {
    fn leaf(&self, _: f64) -> (LeafKind, Vec<u8>) {
        let mut answers: BTreeMap<Question, Said> = [
            (Question::Rules, Said::Body(json!(self.rules))),
            (Question::Protection, Said::Absent),
            (Question::RuleSuites, Said::Body(json!([]))),
        ]
        .into();
        if !self.rules.is_empty() {
            let versions = Question::RulesetVersions { id: 1 };
            answers.insert(
                Question::Ruleset { id: 1 },
                Said::Body(self.ruleset.clone()),
            );
            answers.insert(versions, Said::Withheld);
        }
        answers.extend(self.answers.clone());
        let name = self.branch.to_owned();
        let mut kept = kept(About::Branch { name }, &answers);
        (self.edit)(&mut kept);
        (LeafKind::Forge, kept.payload())
    }
}
