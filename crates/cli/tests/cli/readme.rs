//! Every command that the README and the help texts show is one that the binary takes.

use crate::runner;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join(path)).unwrap()
}

/// Returns the fenced blocks of a document, each with the word behind its fence.
fn blocks(document: &str) -> Vec<(&str, &str)> {
    let parts = document.split("```").skip(1).step_by(2);
    parts.filter_map(|block| block.split_once('\n')).collect()
}

/// Returns the words after `countersign` on each line that runs it, through cargo or by its name.
fn runs(text: &str) -> Vec<Vec<&str>> {
    let lines = text
        .lines()
        .map(|line| line.trim().trim_start_matches("$ "));
    let arguments = lines.filter_map(|line| {
        let own = line.strip_prefix("countersign ");
        let by_cargo = line.strip_prefix("cargo run ");
        own.or_else(|| by_cargo?.split_once(" -- ").map(|(_, rest)| rest))
    });
    let words = arguments.map(|line| line.split(" > ").next().unwrap_or(line));
    words
        .map(|line| line.split_whitespace().collect())
        .collect()
}

/// Returns how many words name a command.
fn depth(words: &[&str]) -> usize {
    match words {
        ["ledger", "key", ..] => 3,
        ["ledger" | "witness", ..] => 2,
        _ => 1,
    }
}

fn help(command: &[&str]) -> String {
    let arguments = command.iter().copied().chain(["--help"]);
    runner().run(arguments).expect_code(0).stdout
}

/// Asserts that there is such a command and that it has these flags.
fn check(words: &[&str]) {
    let help = help(&words[..words.len().min(depth(words))]);
    let known: BTreeSet<&str> = help
        .split(|it: char| !it.is_ascii_alphanumeric() && it != '-')
        .filter(|word| word.starts_with("--"))
        .collect();
    for flag in words.iter().filter(|word| word.starts_with("--")) {
        let name = flag.split('=').next().unwrap_or(flag);
        assert!(known.contains(name), "{name} of `{}`", words.join(" "));
    }
}

#[test]
fn the_readme_shows_commands_that_there_are() {
    let readme = read("README.md");
    let shown: String = blocks(&readme).iter().map(|(_, text)| *text).collect();
    let runs = runs(&shown);
    assert!(!runs.is_empty(), "the README shows how to audit");
    for words in &runs {
        check(words);
    }
    let xtask = read("crates/xtask/src/command.rs");
    for line in shown
        .lines()
        .filter_map(|line| line.trim().strip_prefix("cargo xtask "))
    {
        let word = line.split_whitespace().next().unwrap();
        assert!(
            xtask.contains(&format!("[\"{word}\"")),
            "cargo xtask {word}"
        );
    }
}

#[test]
fn a_program_in_the_readme_has_no_fault() {
    let readme = read("README.md");
    for (_, program) in blocks(&readme).iter().filter(|(kind, _)| *kind == "yaml") {
        let folder = runner();
        fs::write(folder.home().join("countersign.yaml"), program).unwrap();
        let run = folder.run(["check"]);
        assert!(matches!(run.code, Some(0 | 1 | 3)), "{}", run.snapshot());
    }
}

#[test]
fn the_examples_in_the_help_are_commands_that_there_are() {
    let commands = "init,check,collect,audit,verify,plan,schema,ledger status,ledger verify,ledger prove,\
                    ledger interval,ledger cosign,ledger erase,ledger export,ledger rebuild,\
                    ledger key show,ledger key rotate,ledger key revoke,ledger key lost";
    for command in commands.split(',') {
        let names: Vec<&str> = command.split(' ').collect();
        let help = help(&names);
        let examples = help.split("Example").nth(1).expect("a worked example");
        let runs = runs(examples);
        assert!(
            runs.iter().any(|words| words.starts_with(&names)),
            "{command}"
        );
        for words in &runs {
            check(words);
        }
    }
}

#[test]
fn commands_are_found_in_every_spelling() {
    let text =
        "cargo run --release -- audit\n  $ countersign check --format html > x.html\ncargo test\n";
    assert_eq!(
        runs(text),
        [vec!["audit"], vec!["check", "--format", "html"]]
    );
    assert_eq!(
        blocks("a\n```yaml\nb: 1\n```\nc\n```\nd\n```\n"),
        [("yaml", "b: 1\n"), ("", "d\n")]
    );
}
