//! Looks for an input on which the parser `cosignature` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("cosignature"),
    |bytes: &[u8]| parsers::list::cosignature(bytes)
);
