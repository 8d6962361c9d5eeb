//! Looks for an input on which the parser `note` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("note"),
    |bytes: &[u8]| parsers::list::note(bytes)
);
