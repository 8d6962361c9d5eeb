//! Looks for an input on which the parser `witness_answer` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("witness_answer"),
    |bytes: &[u8]| parsers::list::witness_answer(bytes)
);
