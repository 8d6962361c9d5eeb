//! Looks for an input on which the parser `record` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("record"),
    |bytes: &[u8]| parsers::list::record(bytes)
);
