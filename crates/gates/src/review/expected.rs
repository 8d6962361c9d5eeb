//! What the program asks of a change, as its reviewer is told: in a few lines, whatever the program holds.

use crate::rules::{DECIDED, Rules};
use model::outcome::Risk;
use model::program::{ControlId, Program};
use std::fmt::Write as _;

/// The most files that are named of one risk class.
const MAX_FILES: usize = 10;
/// The longest line.
const MAX_CHARS: usize = 300;

/// Returns what must be answered, which risk the program sees in these files, and what the controls in use ask of each change.
pub fn expected(program: &Program, rules: &Rules, paths: &[&str]) -> String {
    let mut text = String::new();
    let mut line = |words: &str| {
        let words: Vec<&str> = words.split_whitespace().collect();
        let words: String = words.join(" ").chars().take(MAX_CHARS).collect();
        let _ = writeln!(text, "- {words}");
    };
    let severity = rules.review.severity;
    line(&format!(
        "Findings of {severity} severity or graver are answered by a person before the change lands."
    ));
    for risk in [Risk::High, Risk::Medium, Risk::Low] {
        let of_it = |path: &&&str| rules.class_of(path) == risk;
        let files: Vec<&str> = paths.iter().filter(of_it).copied().collect();
        if !files.is_empty() {
            line(&format!(
                "Files of {risk} risk ({}): {}",
                files.len(),
                named(&files)
            ));
        }
    }
    for id in DECIDED {
        let control = program.controls.get(&ControlId(id.into()));
        if let Some(control) = control.filter(|control| control.in_use) {
            line(&format!("{id}: {}", control.title));
        }
    }
    text
}

fn named(files: &[&str]) -> String {
    let shown: Vec<String> = files
        .iter()
        .take(MAX_FILES)
        .map(|path| path.escape_debug().to_string())
        .collect();
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Forge;
    use model::program_file;

    fn told(program: &str, paths: &[&str]) -> String {
        let head = "version: 1\norganisation: {name: Larkspur}\nperiod: 2026-H1\nrepositories: [{name: shop}]\nprincipals: [{id: ada, emails: [a@larkspur.example]}]\n";
        let program = program_file::parse("countersign.yaml", &format!("{head}{program}")).unwrap();
        let rules = Rules::new(&program, "shop", Forge::Asked).unwrap();
        expected(&program, &rules, paths)
    }

    #[test]
    fn it_names_the_bar_the_risk_and_the_controls_in_use() {
        let program = "risk_classes: {high: [\"infra/**\"], medium: [\"app/**\"], low: [\"docs/**\"], otherwise: medium}\ncontrols: {CR-7: {parameters: {severity: medium}}, CR-5: not in use}\n";
        let told = told(program, &["app/a.rs", "docs/a.md", "infra/db.tf"]);
        insta::assert_snapshot!(told, @"
        - Findings of medium severity or graver are answered by a person before the change lands.
        - Files of high risk (1): infra/db.tf
        - Files of medium risk (1): app/a.rs
        - Files of low risk (1): docs/a.md
        - CR-7: AI review ran on the merged content before the merge, and findings at or above medium are fixed or dispositioned in writing.
        ");
    }

    #[test]
    fn it_stays_short() {
        let paths: Vec<String> = (0..5_000)
            .map(|it| format!("app/{}/{it}", "x".repeat(500)))
            .collect();
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let told = told("controls: {CR-7: in use}\n", &paths);
        assert!(told.contains("risk (5000): app/"), "{told}");
        assert!(told.len() < 5_000, "{}", told.len());
        assert!(
            told.lines()
                .all(|line| line.chars().count() <= MAX_CHARS + 2)
        );
    }
}
