//! Looks for an input on which the parser `openpgp` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("openpgp"),
    |bytes: &[u8]| parsers::list::openpgp(bytes)
);
