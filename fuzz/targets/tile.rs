//! Looks for an input on which the parser `tile` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("tile"),
    |bytes: &[u8]| parsers::list::tile(bytes)
);
