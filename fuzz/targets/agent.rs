//! Looks for an input on which the parser `agent` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("agent"),
    |bytes: &[u8]| parsers::list::agent(bytes)
);
