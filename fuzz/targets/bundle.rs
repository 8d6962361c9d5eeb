//! Looks for an input on which the parser `bundle` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("bundle"),
    |bytes: &[u8]| parsers::list::bundle(bytes)
);
