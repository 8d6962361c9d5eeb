//! Looks for an input on which the parser `github_answer` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("github_answer"),
    |bytes: &[u8]| parsers::list::github_answer(bytes)
);
