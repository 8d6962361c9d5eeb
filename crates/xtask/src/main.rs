//! Runs what this repository is tested and measured with: `cargo xtask <command>`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "its output is for people"
)]

mod bench;
mod ci;
mod command;
mod counterparts;
mod failure;
mod faults;
mod need;
mod step;
mod test;
mod workspace;

fn main() -> std::process::ExitCode {
    failure::report(command::run(std::env::args_os().skip(1).collect()))
}
