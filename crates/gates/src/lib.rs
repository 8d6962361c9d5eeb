//! Decisions: pure functions over facts, the same in a gate, in an audit and in a verification.
//!
//! Not here: fetching facts (`sources`), keeping them (`ledger`), the order of steps (`countersign`).

#![warn(clippy::wildcard_enum_match_arm)]

pub mod census;
pub mod check;
pub mod deviation;
pub mod directory;
pub mod interval;
pub mod log_grade;
pub mod merge;
pub mod outside;
pub mod package;
pub mod review;
pub mod rules;
pub mod satisfiable;
