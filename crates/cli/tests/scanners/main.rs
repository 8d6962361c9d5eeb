//! Scanners that others wrote, run over a small repository: planted faults fail, what was mended passes where the tool can
//! show it, and a run that looked at nothing, or not at all of it, is unknown.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

mod advisories;
mod faults;
mod shop;
mod tools;

/// Exit codes of `record check`.
const PASS: i32 = 0;
const FAIL: i32 = 1;
const UNKNOWN: i32 = 3;
