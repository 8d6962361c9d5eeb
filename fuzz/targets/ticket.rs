//! Looks for an input on which the parser `ticket` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("ticket"),
    |bytes: &[u8]| parsers::list::ticket(bytes)
);
