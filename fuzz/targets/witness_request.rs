//! Looks for an input on which the parser `witness_request` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("witness_request"),
    |bytes: &[u8]| parsers::list::witness_request(bytes)
);
