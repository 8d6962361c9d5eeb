//! What a forge answered, in the log: how it is asked, what a record holds, and how it is read back.

mod answered;
pub mod ask;
pub mod canary;
pub mod change;
pub mod collect;
pub mod facts;
mod files;
pub mod history;
mod hooked;
pub mod record;
pub mod say;
mod tickets;
pub mod unprotected;
pub mod webhook;
