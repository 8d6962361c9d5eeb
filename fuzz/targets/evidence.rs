//! Looks for an input on which the parser `evidence` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("evidence"),
    |bytes: &[u8]| parsers::list::evidence(bytes)
);
