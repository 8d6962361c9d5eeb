//! Looks for an input on which the parser `review_answer` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("review_answer"),
    |bytes: &[u8]| parsers::list::review_answer(bytes)
);
