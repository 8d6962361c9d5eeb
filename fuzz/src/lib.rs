//! The parsers that the tests of `countersign` spoil, for libFuzzer.

use list::Parser;
use std::fs;
use std::path::Path;

#[path = "../../crates/countersign/tests/parsers/list/mod.rs"]
pub mod list;

/// Writes the good inputs of a parser to where `cargo fuzz run` looks for them.
pub fn plant(name: &str) {
    let parser = list::PARSERS.iter().find(|parser| parser.name == name);
    let Parser { seeds, .. } = parser.expect("a target is named like its parser");
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let folder = corpus.join(name);
    fs::create_dir_all(&folder).expect("the corpus can be written");
    for (number, seed) in seeds().iter().enumerate() {
        fs::write(folder.join(format!("seed-{number}")), seed).expect("the corpus can be written");
    }
}
