//! The real binary as a witness: served, ended, killed, and against witnesses and clients that others wrote.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test stops where it cannot go on, and says what it did not run"
)]

mod audits;
mod authority;
mod commands;
mod company;
mod counterparts;
mod http;
mod operator;
mod refusing;
mod relabelled;
mod seen;
mod served;

use testkit::Runner;

fn runner() -> Runner {
    Runner::new(env!("CARGO_BIN_EXE_countersign"))
}
