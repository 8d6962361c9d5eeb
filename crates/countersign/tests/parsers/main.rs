//! No parser of outside data panics, whatever it is given: thousands of spoilt inputs each, the same at each run.

#[expect(unreachable_pub, reason = "in `fuzz/` this module is a library's")]
mod list;

use list::{PARSERS, Parser};
use std::collections::BTreeSet;
use std::path::Path;
use std::{fs, panic, thread};
use testkit::Mutations;

#[test]
fn no_parser_panics() {
    thread::scope(|scope| {
        for parser in &PARSERS {
            scope.spawn(|| spoil(parser));
        }
    });
}

#[test]
fn each_parser_has_a_fuzz_target_and_no_other_is_there() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/targets");
    let files = fs::read_dir(folder).expect("the fuzz targets");
    let targets: BTreeSet<String> = files
        .map(|file| file.expect("a file").file_name().to_string_lossy().into())
        .collect();
    let expected = PARSERS.map(|parser| format!("{}.rs", parser.name));
    assert_eq!(targets, BTreeSet::from(expected));
}

/// Calls a parser with good and spoilt inputs, and shows the one that it panics on.
fn spoil(parser: &Parser) {
    let good = (parser.seeds)();
    let seeds: Vec<&[u8]> = good.iter().map(Vec::as_slice).collect();
    let spoilt = Mutations::of(&seeds).take(parser.inputs);
    for (number, input) in good.iter().cloned().chain(spoilt).enumerate() {
        let run = panic::catch_unwind(|| (parser.parse)(&input));
        let (name, shown) = (parser.name, input.escape_ascii());
        assert!(run.is_ok(), "{name}, input {number}: b\"{shown}\"");
    }
}
