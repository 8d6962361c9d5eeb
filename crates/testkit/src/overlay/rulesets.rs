//! Rulesets that are set through the fake, and what they refuse.

use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The rulesets, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Rulesets(BTreeMap<u64, Value>);

/// "Create a repository ruleset": what must be there.
const FIELDS: [&str; 6] = [
    "name",
    "target",
    "enforcement",
    "bypass_actors",
    "conditions",
    "rules",
];

impl Rulesets {
    /// Sets one, new where it has no number; returns the status and what is answered.
    pub(super) fn set(&mut self, id: Option<u64>, body: &[u8]) -> (u16, String) {
        let refuse = |why: &str| (422, json!({"message": why}).to_string());
        let Ok(mut ruleset) = serde_json::from_slice::<Value>(body) else {
            return (400, json!({"message": "Problems parsing JSON"}).to_string());
        };
        let fields: Vec<&String> = ruleset
            .as_object()
            .into_iter()
            .flatten()
            .map(|it| it.0)
            .collect();
        if fields.len() != FIELDS.len() || !FIELDS.iter().all(|name| ruleset.get(name).is_some()) {
            return refuse("Validation Failed: these are not the fields of a ruleset");
        }
        if id.is_some_and(|id| !self.0.contains_key(&id)) {
            return (404, json!({"message": "Not Found"}).to_string());
        }
        let is_taken = self
            .0
            .iter()
            .any(|(other, it)| Some(*other) != id && it["name"] == ruleset["name"]);
        if is_taken {
            return refuse("Validation Failed: Name must be unique");
        }
        let number = id.unwrap_or(5 + self.0.len() as u64);
        ruleset["id"] = number.into();
        ruleset["source_type"] = "Repository".into();
        ruleset["source"] = crate::emulate::REPOSITORY.into();
        ruleset["created_at"] = "2026-01-02T00:00:00Z".into();
        ruleset["updated_at"] = "2026-01-02T00:00:00Z".into();
        let answer = ruleset.to_string();
        self.0.insert(number, ruleset);
        (if id.is_some() { 200 } else { 201 }, answer)
    }

    /// Returns the list of all.
    pub(super) fn listed(&self) -> String {
        Value::Array(self.0.values().cloned().collect()).to_string()
    }

    /// Returns one.
    pub(super) fn get(&self, id: u64) -> Option<String> {
        self.0.get(&id).map(Value::to_string)
    }

    /// Puts another text in the place of one.
    pub(super) fn change(&mut self, id: u64, ruleset: &str) {
        let ruleset = serde_json::from_str(ruleset).expect("a ruleset is JSON");
        let before = self.0.insert(id, ruleset);
        assert!(before.is_some(), "there is no ruleset {id}");
    }

    /// Returns whether any was set here.
    pub(super) fn are_some(&self) -> bool {
        !self.0.is_empty()
    }

    /// Returns the rules in force on `main`.
    pub(super) fn in_force(&self) -> String {
        let mut rules = Vec::new();
        for ruleset in self.0.values().filter(|it| covers_main(it)) {
            for rule in ruleset["rules"].as_array().into_iter().flatten() {
                let mut rule = rule.clone();
                rule["ruleset_id"] = ruleset["id"].clone();
                rule["ruleset_source_type"] = "Repository".into();
                rule["ruleset_source"] = ruleset["source"].clone();
                rules.push(rule);
            }
        }
        Value::Array(rules).to_string()
    }

    /// Returns the checks that must have passed before a request lands on `main`. To which app a check is pinned is not
    /// looked at: emulate knows of no app behind a check.
    pub(super) fn required(&self) -> Vec<String> {
        let in_force = self.0.values().filter(|it| covers_main(it));
        let rules = in_force.flat_map(|it| it["rules"].as_array().into_iter().flatten());
        let checks = rules.flat_map(|rule| {
            let checks = &rule["parameters"]["required_status_checks"];
            checks.as_array().into_iter().flatten()
        });
        checks
            .filter_map(|check| check["context"].as_str().map(str::to_owned))
            .collect()
    }
}

fn covers_main(ruleset: &Value) -> bool {
    let included = ruleset["conditions"]["ref_name"]["include"].as_array();
    let mut included = included.into_iter().flatten();
    ruleset["enforcement"] == "active" && included.any(|it| it == "refs/heads/main")
}

/// Returns which of these checks has not passed, by what emulate answers of a commit.
pub(super) fn missing(required: &[String], check_runs: &str) -> Option<String> {
    let answer: Value = serde_json::from_str(check_runs).unwrap_or_default();
    let runs = answer["check_runs"].as_array().cloned().unwrap_or_default();
    let has_passed = |name: &&String| {
        let mut named = runs.iter().filter(|run| run["name"] == name.as_str());
        named.any(|run| run["conclusion"] == "success")
    };
    required.iter().find(|name| !has_passed(name)).cloned()
}
