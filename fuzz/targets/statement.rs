//! Looks for an input on which the parser `statement` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("statement"),
    |bytes: &[u8]| parsers::list::statement(bytes)
);
