//! Looks for an input on which the parser `gitlab_answer` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("gitlab_answer"),
    |bytes: &[u8]| parsers::list::gitlab_answer(bytes)
);
