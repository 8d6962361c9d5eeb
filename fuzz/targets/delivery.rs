//! Looks for an input on which the parser `delivery` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("delivery"),
    |bytes: &[u8]| parsers::list::delivery(bytes)
);
