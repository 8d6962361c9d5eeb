//! Where evidence comes from: one module for each system that is asked.
//!
//! Not here: checking signatures (`signatures`), deciding (`gates`), keeping (`ledger`).

pub mod forge;
pub mod git;
pub mod github;
pub mod gitlab;
pub mod http;
pub mod llm;
pub mod review;
pub mod said;
pub mod scanners;
