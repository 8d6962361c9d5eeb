//! Looks for an input on which the parser `link` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("link"),
    |bytes: &[u8]| parsers::list::link(bytes)
);
