//! Transparency logs as C2SP specifies them: RFC 6962 trees, tiles, signed notes, checkpoints, cosignatures, witnesses and proofs.
//!
//! In scope: what two strangers must compute alike, byte for byte.
//! Everything here is pure and compiles to WebAssembly, for the auditor's verifier is made of it.
//!
//! Not here: files, locks and the order of durable writes (`ledger`); what a leaf means (`ledger::leaf`).

pub mod bundle;
pub mod checkpoint;
pub mod conflict;
pub mod consistency;
pub mod cosignature;
pub mod frontier;
pub mod inclusion;
pub mod key;
pub mod merkle;
pub mod note;
pub mod proof;
pub mod range;
pub mod tile;
pub mod tree;
pub mod witness;

mod encoding;
