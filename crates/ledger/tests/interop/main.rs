//! Logs that we wrote, read by a program that others wrote, and theirs read by us.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

mod aics;
mod ours;
mod theirs;
