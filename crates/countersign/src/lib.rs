//! The order of steps, and nothing else: collect, decide, audit, verify.
//!
//! Not here: how a source is read (`sources`), what is decided (`gates`), how it is kept (`ledger`)
//! or how it looks (`documents`).

pub mod answers;
pub mod assemble;
pub mod audit;
pub mod calibration;
pub mod checker;
pub mod checks;
pub mod collect;
pub mod custody;
pub mod dispositions;
pub mod draft;
pub mod earlier;
pub mod enrol;
pub mod evidence;
pub mod forge;
pub mod gate;
pub mod home;
pub mod log;
pub mod outsiders;
pub mod pipeline;
mod place;
pub mod program;
pub mod protect;
pub mod publish;
pub mod push;
pub mod record;
pub mod review;
pub mod reviews;
pub mod seen;
pub mod self_review;
pub mod sessions;
pub mod statements;
pub mod steady;
pub mod verify;
