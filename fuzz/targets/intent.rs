//! Looks for an input on which the parser `intent` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("intent"),
    |bytes: &[u8]| parsers::list::intent(bytes)
);
