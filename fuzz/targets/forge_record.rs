//! Looks for an input on which the parser `forge_record` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("forge_record"),
    |bytes: &[u8]| parsers::list::forge_record(bytes)
);
