//! Ledgers that machines share through a git server, used as callers would.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

mod attack;
mod cut;
mod daemon;
mod machines;
mod opening;
mod server;
