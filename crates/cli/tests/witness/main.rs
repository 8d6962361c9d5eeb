//! The real binary as a witness: served, ended and killed.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

mod commands;
mod company;
mod http;
mod served;

use testkit::Runner;

fn runner() -> Runner {
    Runner::new(env!("CARGO_BIN_EXE_countersign"))
}
