//! Looks for an input on which the parser `leaf` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("leaf"),
    |bytes: &[u8]| parsers::list::leaf(bytes)
);
