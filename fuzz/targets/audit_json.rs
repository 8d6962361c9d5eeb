//! Looks for an input on which the parser `audit_json` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("audit_json"),
    |bytes: &[u8]| parsers::list::audit_json(bytes)
);
