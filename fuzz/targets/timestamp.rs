//! Looks for an input on which the parser `timestamp` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("timestamp"),
    |bytes: &[u8]| parsers::list::timestamp(bytes)
);
