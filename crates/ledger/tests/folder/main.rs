//! Ledgers in temporary folders, used as a caller would.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

mod append;
mod audit;
mod common;
mod damage;
mod erase;
mod group;
