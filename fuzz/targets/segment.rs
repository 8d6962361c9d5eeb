//! Looks for an input on which the parser `segment` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("segment"),
    |bytes: &[u8]| parsers::list::segment(bytes)
);
