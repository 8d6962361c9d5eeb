//! Looks for an input on which the parser `ssh` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("ssh"),
    |bytes: &[u8]| parsers::list::ssh(bytes)
);
