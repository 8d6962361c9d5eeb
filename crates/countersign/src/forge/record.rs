//! The record of what a forge answered about one thing: a line that says what was asked, and the answers byte for byte.

use super::canary::Must;
use jiff::Timestamp;
use model::change::Proposal;
use model::digest::{CommitId, Digest};
use model::outcome::Outcome;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod kept;
mod question;

pub use self::kept::Kept;
pub use self::question::Question;

/// The version of the record.
const VERSION: u32 = 1;

/// What was asked of a forge about one thing, and what came: the first line of the payload, before the pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ForgeRecord {
    /// The version of this form.
    pub version: u32,
    /// What kind of forge it is: `github` or `gitlab`.
    pub forge: String,
    /// The address of its API.
    pub base: String,
    /// The repository there.
    pub at_forge: String,
    /// The repository, as the program calls it.
    pub repository: String,
    /// What was asked about.
    pub about: About,
    /// Leaves of the log before the forge was asked.
    pub log_size: u64,
    /// The questions with their answers, in the order of their pages behind this line.
    pub answers: Vec<AnswerRecord>,
    /// What the request would bring, as the repository here shows it.
    pub proposal: Option<ProposalRecord>,
    /// The files that the request names as its tickets, as the repository here shows them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileRecord>,
}

/// What a forge was asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum About {
    /// Every request.
    Requests,
    /// One request.
    Request {
        /// Its number.
        number: u64,
        /// When anything of it changed last, as the list of all says.
        updated_at: Option<Timestamp>,
    },
    /// What protects a branch.
    Branch {
        /// Its name.
        name: String,
    },
    /// What the forge did with a request that was to show whether the protection holds.
    Canary {
        /// Its number.
        request: u64,
        /// Its head.
        head: CommitId,
        /// What the forge had to do.
        must: Must,
        /// Pass where it did.
        outcome: Outcome,
        /// What it said.
        said: String,
    },
    /// What the forge sent by itself.
    Webhook {
        /// The name of the event, which nothing signs.
        event: String,
        /// The number of the delivery, which nothing signs.
        delivery: Option<String>,
        /// SHA-256 of the body as it came, before anything was struck out.
        body_sha256: Digest,
    },
}

/// One question with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerRecord {
    /// What was asked.
    pub question: Question,
    /// The address, with its parameters.
    pub address: String,
    /// When.
    pub at: Timestamp,
    /// What came.
    pub answer: Answer,
}

/// What came of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Answer {
    /// Pages.
    Pages {
        /// The pages.
        pages: Vec<PageRecord>,
        /// Why these are not all, where they are not.
        cut_short: Option<String>,
    },
    /// That there is none, which it says only to those who may know.
    Absent,
    /// Nothing: the token may not see it.
    Withheld {
        /// The permission that it lacks.
        needs: String,
    },
    /// Nothing: the plan does not offer it.
    NotOffered {
        /// What the forge said.
        said: String,
    },
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageRecord {
    /// The address at last, behind redirections.
    pub address: String,
    /// Its length.
    pub bytes: u64,
    /// Its digest.
    pub sha256: Digest,
    /// Secrets that were struck out, letter by letter, before it was kept.
    pub struck: u64,
    /// What the forge sent, where only the fields that are read are kept of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whole: Option<WholePage>,
}

/// A page that is not kept whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WholePage {
    /// Its length.
    pub bytes: u64,
    /// Its digest, after secrets were struck out.
    pub sha256: Digest,
}

/// What a request would bring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ProposalRecord {
    /// The change.
    Known(Box<Proposal>),
    /// Nobody can say.
    Unknown(String),
}

/// A file of the repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileRecord {
    /// Its path.
    pub path: String,
    /// Where it was read.
    pub at: FileAt,
    /// What lies there.
    pub seen: FileSeen,
}

/// The content in which a file is looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FileAt {
    /// What would lie on the branch.
    Tree(CommitId),
    /// What a commit holds.
    Commit(CommitId),
}

/// What lies at a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum FileSeen {
    /// A file with this text.
    Text(String),
    /// No file: why.
    None(String),
    /// Nobody can say.
    Unknown(String),
}
