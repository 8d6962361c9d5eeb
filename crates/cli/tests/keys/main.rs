//! The life of a log's key, by the real binary: replaced, revoked, lost, and held by an SSH agent.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

mod agent;
mod company;
mod lost;
mod rotated;
mod together;
