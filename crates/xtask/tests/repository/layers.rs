//! Who may depend on whom: the picture in `ARCHITECTURE.md` as a table.

use std::collections::BTreeMap;

use crate::{assert_none, crates, read};

/// A crate, and the crates of this workspace that it may import. A line imports only lines above it.
const MAY_IMPORT: [(&str, &[&str]); 12] = [
    ("model", &[]),
    ("tlog", &[]),
    ("signatures", &[]),
    ("gates", &["model", "tlog", "signatures"]),
    ("ledger", &["model", "tlog", "signatures"]),
    ("sources", &["model"]),
    ("documents", &["model"]),
    (
        "countersign",
        &[
            "model",
            "tlog",
            "signatures",
            "gates",
            "ledger",
            "sources",
            "documents",
        ],
    ),
    ("server", &["model", "tlog", "ledger"]),
    (
        "cli",
        &[
            "model",
            "tlog",
            "signatures",
            "gates",
            "ledger",
            "sources",
            "documents",
            "countersign",
            "server",
        ],
    ),
    ("testkit", &[]),
    ("xtask", &[]),
];

/// They hold no IO, so nothing that reaches a disk, a network or a random source comes in by a dependency either.
const PURE: [&str; 4] = ["model", "tlog", "signatures", "gates"];
const IMPURE_DEPENDENCIES: [&str; 8] = [
    "anstream",
    "axum",
    "getrandom",
    "gix",
    "indicatif",
    "rustix",
    "tempfile",
    "tokio",
];

/// The dependencies of one manifest, by the section that names them.
type Sections = BTreeMap<String, Vec<String>>;

#[test]
fn every_crate_has_its_line_in_the_table() {
    let mut expected: Vec<&str> = MAY_IMPORT.iter().map(|(name, _)| *name).collect();
    expected.sort_unstable();
    assert_eq!(crates(), expected);
}

#[test]
fn no_crate_imports_what_it_must_not_know() {
    let mut faults = Vec::new();
    for (name, may_import) in MAY_IMPORT {
        for (section, dependencies) in sections(name) {
            let for_tests = section == "dev-dependencies";
            let ours = dependencies.iter().filter(|it| is_ours(it));
            let forbidden = ours
                .filter(|it| !may_import.contains(&it.as_str()))
                .filter(|it| !(for_tests && *it == "testkit"));
            faults.extend(forbidden.map(|it| format!("{name} imports {it} in [{section}]")));
        }
    }
    assert_none(&faults, "a line imports only lines below it");
}

#[test]
fn every_dependency_is_the_one_of_the_workspace() {
    let mut faults = Vec::new();
    for name in crates() {
        let lines = dependency_lines(&manifest(&name));
        let other = lines
            .into_iter()
            .filter(|(_, line)| !comes_from_workspace(line));
        faults.extend(other.map(|(_, line)| format!("{name}: {line}")));
    }
    assert_none(&faults, "a version stands in the workspace's manifest only");
}

#[test]
fn pure_crates_depend_on_nothing_impure() {
    let mut faults = Vec::new();
    for name in PURE {
        let dependencies = sections(name).remove("dependencies").unwrap_or_default();
        let impure = dependencies
            .iter()
            .filter(|it| IMPURE_DEPENDENCIES.contains(&it.as_str()));
        faults.extend(impure.map(|it| format!("{name} depends on {it}")));
    }
    assert_none(&faults, "the verifier's crates hold no IO");
}

#[test]
fn a_manifest_is_read_by_section() {
    let text = "[package]\nname = \"a\"\n\n[dependencies]\nb.workspace = true\n# why\n\
                c = { workspace = true, optional = true }\n\n[target.'cfg(unix)'.dev-dependencies]\nd = \"1\"\n";
    let expected = [
        ("dependencies", "b.workspace = true"),
        ("dependencies", "c = { workspace = true, optional = true }"),
        ("dev-dependencies", "d = \"1\""),
    ];
    let expected = expected.map(|(section, line)| (section.to_owned(), line.to_owned()));
    assert_eq!(dependency_lines(text), expected);
    assert!(comes_from_workspace("b.workspace = true"));
    assert!(!comes_from_workspace("d = \"1\""));
    assert_eq!(dependency_name("b.workspace = true"), "b");
}

fn is_ours(dependency: &str) -> bool {
    MAY_IMPORT.iter().any(|(name, _)| *name == dependency)
}

fn manifest(name: &str) -> String {
    read(&format!("crates/{name}/Cargo.toml"))
}

fn sections(name: &str) -> Sections {
    let mut sections = Sections::new();
    for (section, line) in dependency_lines(&manifest(name)) {
        let dependencies = sections.entry(section).or_default();
        dependencies.push(dependency_name(&line));
    }
    sections
}

/// Returns each line of each section of dependencies, with the section's name without its target.
fn dependency_lines(manifest: &str) -> Vec<(String, String)> {
    let mut section = String::new();
    let mut found = Vec::new();
    for line in manifest.lines().map(str::trim) {
        if let Some(header) = line.strip_prefix('[') {
            let header = header.trim_end_matches(']');
            let own = header.rsplit('.').next().unwrap_or(header);
            section = own.to_owned();
        } else if section.ends_with("dependencies") && !line.is_empty() && !line.starts_with('#') {
            found.push((section.clone(), line.to_owned()));
        }
    }
    found
}

fn dependency_name(line: &str) -> String {
    let end = line.find(['.', '=', ' ']).unwrap_or(line.len());
    line[..end].to_owned()
}

fn comes_from_workspace(line: &str) -> bool {
    line.ends_with(".workspace = true") || line.contains("{ workspace = true")
}
