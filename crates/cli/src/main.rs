//! The binary `countersign`.

mod args;
mod commands;
mod edge;
mod error;
mod exit;
mod progress;

fn main() -> std::process::ExitCode {
    commands::run().into()
}
