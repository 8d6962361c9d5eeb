//! What must hold of the repository itself: layers, documents, sources.

use std::fs;
use std::path::{Path, PathBuf};

mod documents;
mod layers;
mod sources;

fn root() -> &'static Path {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    let root = crates.and_then(Path::parent);
    root.expect("this crate lies two folders below the root")
}

/// Returns the text of a file of this repository.
fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Returns the names of the folders in `crates`, in order.
fn crates() -> Vec<String> {
    let mut names: Vec<String> = entries(&root().join("crates"))
        .into_iter()
        .filter(|path| path.join("Cargo.toml").is_file())
        .map(|path| file_name(&path))
        .collect();
    names.sort();
    names
}

/// Returns every Rust file below a folder, as paths from the root.
fn rust_files(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut pending = vec![root().join(folder)];
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(entries(&path));
        } else if path.extension().is_some_and(|it| it == "rs") {
            let inside = path.strip_prefix(root()).expect("a path below the root");
            found.push(inside.display().to_string());
        }
    }
    found.sort();
    found
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    entries
        .map(|entry| entry.expect("a readable folder").path())
        .collect()
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().expect("an entry of a folder has a name");
    name.to_string_lossy().into_owned()
}

/// Fails with all faults at once, one a line.
fn assert_none(faults: &[String], rule: &str) {
    assert!(faults.is_empty(), "{rule}:\n{}", faults.join("\n"));
}
