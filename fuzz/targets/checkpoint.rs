//! Looks for an input on which the parser `checkpoint` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("checkpoint"),
    |bytes: &[u8]| parsers::list::checkpoint(bytes)
);
