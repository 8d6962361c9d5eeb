//! Looks for an input on which the parser `period` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("period"),
    |bytes: &[u8]| parsers::list::period(bytes)
);
