//! What a git repository alone tells of its changes, read with `gix` and without a git executable.
//!
//! Not here: checking signatures (the caller brings a [`SignatureChecker`]), and whom an identity belongs to.

mod assign;
mod batch;
mod branch;
mod cache;
mod census;
mod context;
mod diff;
mod encoding;
mod facts;
mod graph;
mod header;
mod interned;
mod last;
pub mod message;
mod objects;
mod open;
mod patch;
mod person;
mod population;
mod progress;
mod proposal;
mod pushed;
mod queue;
mod reader;
mod reading;
mod revision;
mod said;
mod signature;
mod survey;
mod texts;
mod walk;

pub use self::branch::{Branch, BranchError};
pub use self::census::{Census, CensusError, Options, fetch};
pub use self::diff::{DiffError, MAX_DEPTH, MAX_PATHS};
pub use self::encoding::decode;
pub use self::header::Commit;
pub use self::objects::{MAX_DELTA_CHAIN, MAX_OBJECT_BYTES, ReadError};
pub use self::open::{OpenError, RefsError, Repo, open};
pub use self::patch::{MAX_TEXT_BYTES, PatchError, Patched, TextFile, merge_base, of_texts, patch};
pub use self::person::Person;
pub use self::progress::{Progress, Silent};
pub use self::proposal::{ProposalError, Proposed, Wanted, proposed};
pub use self::pushed::{Incoming, Landing, Pushed, PushedError};
pub use self::revision::{AtPath, Content, FileError, Revision, RevisionError};
pub use self::said::messages;
pub use self::signature::{NoKeys, SignatureChecker, kind};
pub use self::survey::{MailmapEntry, RequestsAt, Survey, survey};
pub use self::texts::Within;
