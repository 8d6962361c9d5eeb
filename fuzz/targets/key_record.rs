//! Looks for an input on which the parser `key_record` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("key_record"),
    |bytes: &[u8]| parsers::list::key_record(bytes)
);
