//! Looks for an input on which the parser `commit` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("commit"),
    |bytes: &[u8]| parsers::list::commit(bytes)
);
