//! The merge gate on a project of GitLab, run for real: a repository, a log, and a fake of GitLab's API, for nobody wrote a
//! stand-in of it.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

mod ai_comment;
mod canary;
mod changes;
mod company;
mod protect;
mod request;
mod token;
