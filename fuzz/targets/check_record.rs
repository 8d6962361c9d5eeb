//! Looks for an input on which the parser `check_record` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("check_record"),
    |bytes: &[u8]| parsers::list::check_record(bytes)
);
