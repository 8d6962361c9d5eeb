//! The life of a log's key: records by which it was replaced, revoked or lost, and what follows from them.
//!
//! Not here: files of keys ([`crate::keyfile`]).

pub mod history;
pub mod record;

pub(crate) mod following;
mod reading;
pub(crate) mod walk;
