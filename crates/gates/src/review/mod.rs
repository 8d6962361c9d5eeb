//! What an AI review of a difference shows: what rules find in it, and what follows from what a model answered.

pub mod calibration;
pub mod expected;
pub mod independence;
pub mod injection;
pub mod judge;
pub mod rules;
