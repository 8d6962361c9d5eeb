//! Looks for an input on which the parser `report` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("report"),
    |bytes: &[u8]| parsers::list::report(bytes)
);
