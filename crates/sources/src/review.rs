//! What an AI reviewer is asked about a difference, and how its answer is read.
//!
//! Not here: the wire on which it is asked, and what follows from the answer (`gates`).

pub mod answer;
mod defined;
pub mod parts;
pub mod prompt;
pub mod redact;
mod rows;
mod search;
pub mod shown;
pub mod uses;
