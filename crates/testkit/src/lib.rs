//! A hermetic runner of the real binary, git repositories made byte by byte, spoilt inputs, fakes of forges, and programs
//! that others wrote.
//!
//! A dev-dependency only: nothing that is shipped imports it, and it imports no other crate of the workspace.
//! It writes git's formats itself, so that a test never agrees with the library that it tests by calling it.
//!
//! Not here: a fake clock (it would be a forgery tool in a release; pure crates take the time as an argument).

pub mod aimock;
mod counterparts;
pub mod emulate;
mod filter;
pub mod forge;
pub mod gitlab;
pub mod http;
pub mod llm;
mod mutations;
pub mod overlay;
pub mod prism;
mod repo;
mod runner;
pub mod schema;
pub mod seaweed;
pub mod server;
pub mod small_model;
mod terminal;

pub use counterparts::{Answer, Counterparts};
pub use filter::Filter;
pub use mutations::Mutations;
pub use repo::commit::CommitBuilder;
pub use repo::object::{Hash, ObjectKind};
pub use repo::{Layout, Repo};
pub use runner::{Run, Runner};
