//! Every rule from source bytes: a git repository and the text of a program in, decisions and conclusions out.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

mod approval;
mod conclusions;
mod forms;
mod identities;
mod keys;
mod requests;
mod run;
mod signing;
mod waiting;
