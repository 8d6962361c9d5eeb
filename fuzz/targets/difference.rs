//! Looks for an input on which the parser `difference` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("difference"),
    |bytes: &[u8]| parsers::list::difference(bytes)
);
