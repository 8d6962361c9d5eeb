//! The real binary in a cleared environment: standard output, standard error and exit code together.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

mod audit;
mod check;
mod erase;
mod examples;
mod forms;
mod help;
mod init;
mod ledger;
mod plan;
mod proxy;
mod readme;
mod real;
mod record;
mod repository;
mod schema;
mod verify;
mod webhook;

use testkit::Runner;

fn runner() -> Runner {
    Runner::new(env!("CARGO_BIN_EXE_countersign"))
}
