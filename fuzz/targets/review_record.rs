//! Looks for an input on which the parser `review_record` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("review_record"),
    |bytes: &[u8]| parsers::list::review_record(bytes)
);
