//! Habits of the sources that no lint knows.

use crate::{assert_none, read, rust_files};

/// Split, so that this file does not hold what it forbids.
const FORBIDDEN: [&str; 5] = [
    concat!("#[", "ignore"),
    concat!("#[", "should_panic"),
    concat!("to", "do!("),
    concat!("unimplement", "ed!("),
    concat!("db", "g!("),
];

const PURE: [&str; 4] = ["model", "tlog", "signatures", "gates"];
const IMPURE: [&str; 4] = ["fs", "net", "env", "process"];

#[test]
fn every_file_says_what_it_is_for() {
    let silent = |path: &String| !read(path).starts_with("//! ");
    let faults: Vec<String> = rust_files("crates").into_iter().filter(silent).collect();
    assert_none(&faults, "a file opens with one `//!` sentence");
}

#[test]
fn nothing_is_left_over() {
    let mut faults = Vec::new();
    for path in rust_files("crates") {
        let text = read(&path);
        let found = FORBIDDEN.iter().filter(|word| text.contains(*word));
        faults.extend(found.map(|word| format!("{path}: {word}")));
    }
    assert_none(&faults, "tests run, and work is finished");
}

#[test]
fn pure_crates_touch_neither_disk_nor_network_nor_environment() {
    let mut faults = Vec::new();
    for name in PURE {
        for path in rust_files(&format!("crates/{name}/src")) {
            let found = impure_modules(shipped(&read(&path)));
            faults.extend(found.into_iter().map(|it| format!("{path}: std::{it}")));
        }
    }
    assert_none(&faults, "the verifier's crates hold no IO");
}

#[test]
fn impure_modules_are_found_in_every_spelling() {
    assert_eq!(impure_modules("use std::fs;"), ["fs"]);
    assert_eq!(impure_modules("std::env::var(\"A\")"), ["env"]);
    assert_eq!(
        impure_modules("use std::{\n    fmt,\n    net::IpAddr, process};"),
        ["net", "process"]
    );
    assert!(impure_modules("use std::{fmt, iter};\nlet fs = std::fmt::x;").is_empty());
    assert!(
        impure_modules(shipped(
            "fn a() {}\n#[cfg(test)]\nmod tests { use std::fs; }"
        ))
        .is_empty()
    );
}

/// Returns what stands before the tests, which close a file.
fn shipped(text: &str) -> &str {
    let end = text.find("#[cfg(test)]\nmod ").unwrap_or(text.len());
    &text[..end]
}

/// Returns the impure modules of `std` that a text names, alone or in braces.
fn impure_modules(text: &str) -> Vec<&'static str> {
    let text: String = text.split_whitespace().collect();
    let mut found = Vec::new();
    for path in text.split("std::").skip(1) {
        let list = match path.strip_prefix('{') {
            Some(list) => list.split("};").next().unwrap_or(list),
            None => &path[..path.find([',', ';']).unwrap_or(path.len())],
        };
        let names = |module: &&str| list.split(',').any(|item| first_word(item) == *module);
        found.extend(IMPURE.into_iter().filter(names));
    }
    found
}

fn first_word(path: &str) -> &str {
    let end = path.find(|it: char| !it.is_alphanumeric() && it != '_');
    &path[..end.unwrap_or(path.len())]
}
