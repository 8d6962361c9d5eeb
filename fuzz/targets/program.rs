//! Looks for an input on which the parser `program` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("program"),
    |bytes: &[u8]| parsers::list::program(bytes)
);
