//! Looks for an input on which the parser `cache` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("cache"),
    |bytes: &[u8]| parsers::list::cache(bytes)
);
