//! Looks for an input on which the parser `gitlab_hook` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("gitlab_hook"),
    |bytes: &[u8]| parsers::list::gitlab_hook(bytes)
);
