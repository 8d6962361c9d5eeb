//! Looks for an input on which the parser `calibration_record` panics.
#![no_main]

libfuzzer_sys::fuzz_target!(
    init: parsers::plant("calibration_record"),
    |bytes: &[u8]| parsers::list::calibration_record(bytes)
);
