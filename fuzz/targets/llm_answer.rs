//! Looks for an input on which the parser `llm_answer` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("llm_answer"),
    |bytes: &[u8]| parsers::list::llm_answer(bytes)
);
