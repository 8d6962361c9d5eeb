//! Documents that claim something about the repository are held to it.

use crate::{crates, read};

/// The two commands of the README: the audit of the repository it stands in, and all tests.
const COMMANDS: [&str; 2] = ["cargo run --release -- audit", "cargo xtask test"];

#[test]
fn the_picture_names_each_crate_and_no_other() {
    let mut pictured = picture(&read("ARCHITECTURE.md"));
    pictured.sort();
    assert_eq!(pictured, crates());
}

#[test]
fn the_readme_has_its_two_commands() {
    let readme = read("README.md");
    for command in COMMANDS {
        let alone = readme.lines().any(|line| line.trim() == command);
        assert!(alone, "README.md has no line `{command}`");
    }
}

#[test]
fn continuous_integration_is_one_command() {
    let script = read(".ci/run");
    assert!(script.lines().any(|line| line.trim() == "cargo xtask ci"));
}

#[test]
fn the_browser_driver_is_pinned_and_names_no_server() {
    let lock = read("tests/browser/package-lock.json");
    assert!(lock.contains("\"integrity\""));
    assert!(
        !lock.contains("\"resolved\""),
        "a lock file names no server"
    );
}

#[test]
fn the_licence_is_the_one_that_the_manifest_names() {
    assert!(read("Cargo.toml").contains("license = \"Apache-2.0\""));
    assert!(read("LICENSE").contains("Apache License\n                           Version 2.0"));
}

#[test]
fn a_picture_is_read_by_folder() {
    let text = "prose\n```\ncrates/\n  model/   words\n  cli/     more\n           words\n```\n";
    assert_eq!(picture(text), ["model", "cli"]);
}

/// Returns the folders of the first block that begins with `crates/`, one a line.
fn picture(document: &str) -> Vec<String> {
    let block = document.split("```\ncrates/\n").nth(1);
    let block = block.and_then(|text| text.split("```").next());
    block
        .expect("a picture of the crates")
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split_once('/'))
        .filter(|(name, _)| !name.is_empty() && !name.contains(' '))
        .map(|(name, _)| name.to_owned())
        .collect()
}
