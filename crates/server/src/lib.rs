//! What Countersign offers to others over HTTP.
//!
//! An edge: it reads requests, asks a library and writes what that answers. It speaks HTTP/1.1 without TLS,
//! on the loopback interface unless it is told otherwise: to the Internet it is shown by a proxy that keeps
//! slow and idle clients away.
//!
//! Not here: the rules of the witness protocol (`tlog::witness`), what a witness keeps (`ledger::witness`),
//! clock and standard error (`cli`, which passes them in).

pub mod serve;
pub mod witness;
