//! The merge gate, run for real: a repository, a forge with state that others wrote, and a log.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

mod ai_around;
mod ai_calibration;
mod ai_comment;
mod ai_fallback;
mod ai_range;
mod ai_review;
mod ai_sarif;
mod app;
mod company;
mod each;
mod homes;
mod protect;
mod request;
mod reviewed;
mod ticket;
mod unoffered;
mod windows;
mod without;
