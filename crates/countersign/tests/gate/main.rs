//! Every rule of the merge gate from source bytes: the records of a forge in a ledger in, decisions out, both on a request
//! that is open and on a change that landed.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

mod ai_calibration;
mod ai_review;
mod ai_stand_in;
mod approvals;
mod bodies;
mod checks;
mod classes;
mod collected;
mod facts;
mod gated;
mod gitlab;
mod guards;
mod hooks;
mod keys;
mod landing;
mod linked;
mod lists;
mod machines;
mod payloads;
mod protection;
mod recorded;
mod records;
mod register;
mod required;
mod review;
mod self_review;
mod signing;
mod ticket;
mod unoffered;
mod unreadable;
mod verdicts;
mod waiting;
mod whole;
mod windows;
mod world;

use model::outcome::Outcome;

const PASS: Outcome = Outcome::Pass;
const FAIL: Outcome = Outcome::Fail;
const UNKNOWN: Outcome = Outcome::Unknown;
