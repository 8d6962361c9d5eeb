//! Looks for an input on which the parser `proof` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("proof"),
    |bytes: &[u8]| parsers::list::proof(bytes)
);
