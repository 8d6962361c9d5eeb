//! A private repository on a plan without protection: each command says so once, with what stands in for it.

use crate::company::Company;
use serde_json::Value;
use testkit::emulate::ADA;

/// What GitHub answers then, to administrators too.
const UPGRADE: &str = r#"{"message": "Upgrade to GitHub Pro or make this repository public to enable this feature.", "documentation_url": "https://docs.github.com/rest", "status": "403"}"#;

const TOLD: &str = "The forge offers no protection of branches for this repository: Upgrade to GitHub Pro or make this \
     repository public to enable this feature. What stands in for it: the gate records each answer, and `audit` finds what \
     went around it; nothing stops a push.";

const PROTECTION: [&str; 3] = ["CR-1", "CR-2", "CR-3"];

#[track_caller]
fn once(said: &str, words: &str) {
    assert_eq!(said.matches(words).count(), 1, "{words}: {said}");
}

#[test]
fn a_plan_without_protection_is_told_once_with_what_stands_in_for_it() {
    let controls = "  CR-1: in use\n  CR-2: in use\n  CR-3: in use\n  CR-4: in use\n";
    let Some(company) = Company::new(controls) else {
        return;
    };
    for path in [
        "rules/branches/main",
        "branches/main/protection",
        "rulesets/rule-suites",
    ] {
        company.forge.answers(path, 403, UPGRADE);
    }
    let said = company.says(&["collect"], 0);
    once(&said, TOLD);
    once(&said, "Upgrade to GitHub");
    company.open("It shows more of what we sell.");
    let said = company.gate(3);
    once(&said, TOLD);
    once(&said, "Upgrade to GitHub");
    once(&said, "4 rules: 0 failed, 3 unknown, 1 passed");
    for control in PROTECTION {
        let why = "the plan offers no ruleset; the plan offers no classic protection";
        assert!(said.contains(&format!("unknown {control} leaf")), "{said}");
        assert!(said.contains(why), "{said}");
    }
    let json = company.says(&["gate", "merge", "--request", "1", "--format", "json"], 3);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["stands_in"], TOLD);
    company.merge(ADA);
    company.says(&["collect"], 0);
    audited(&company);
}

/// What landed meanwhile is neither a pass nor a failure of CR-1 and CR-2, and the report says why, once.
fn audited(company: &Company) {
    let said = company.says(&["audit", "--out", "report", "--period", "all"], 0);
    once(&said, TOLD);
    company.says(&["verify", "report"], 0);
    let report = std::fs::read(company.repo.path().join("report/audit.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    let decisions = &report["changes"][1]["decisions"];
    for control in ["CR-1", "CR-2"] {
        assert_eq!(decisions[control]["outcome"], "unknown", "{decisions:#}");
    }
    assert_eq!(decisions["CR-4"]["outcome"], "pass", "{decisions:#}");
    let warnings = report["warnings"].as_array().unwrap();
    assert_eq!(warnings.iter().filter(|it| **it == TOLD).count(), 1);
    let rules = decisions.to_string() + &report["exceptions"].to_string();
    assert!(!rules.contains("Upgrade to GitHub"), "{rules}");
}
