//! Looks for an input on which the parser `conflict` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("conflict"),
    |bytes: &[u8]| parsers::list::conflict(bytes)
);
