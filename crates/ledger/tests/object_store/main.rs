//! What the ledger will rest on in an object store, shown on a real one: conditional writes and Object Lock.

#![expect(clippy::unwrap_used, reason = "a test panics where it fails")]

mod conditional;
mod lock;
mod retention;
mod signed;
mod store;
