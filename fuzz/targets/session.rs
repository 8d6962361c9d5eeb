//! Looks for an input on which the parser `session` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("session"),
    |bytes: &[u8]| parsers::list::session(bytes)
);
