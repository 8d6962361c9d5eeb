//! What Countersign knows about: principals, functions, conflicts, controls, changes, evidence, time.
//!
//! Not here: reading files or repositories (`sources`), deciding (`gates`), printing (`documents`).

pub mod calibration;
pub mod catalogue;
pub mod change;
pub mod check;
pub mod digest;
pub mod identity;
pub mod matrix;
pub mod outcome;
pub mod outsiders;
pub mod patch;
pub mod period;
pub mod plan;
pub mod population;
pub mod program;
pub mod program_file;
pub mod report;
pub mod request;
pub mod review;
pub mod reviewer;
pub mod roles;
pub mod satisfiable;
pub mod session;
pub mod statement;
pub mod text;
