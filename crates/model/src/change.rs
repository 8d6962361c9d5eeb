//! Facts of one change of the protected branch, as git alone tells them.

use crate::digest::{CommitId, Digest};
use crate::identity::Identity;
use crate::outcome::Risk;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One first-parent commit of the protected branch. Facts only: nothing here depends on the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The commit on the protected branch.
    pub commit: CommitId,
    /// Its place on the first-parent chain, the oldest known commit being 0.
    pub position: u32,
    /// Its parents, the protected branch's own first.
    pub parents: Vec<CommitId>,
    /// The tree that landed, to which checks are bound; null where the commit names none.
    pub tree: Option<CommitId>,
    /// The digest of the difference to the first parent; null where the trees were not there to be compared.
    pub patch_digest: Option<Digest>,
    /// Of a merge of two: how many of the paths that it changed its second parent holds otherwise, merged by git or by hand.
    /// Null for what is none, and where the trees were not there to be compared.
    #[serde(default)]
    pub merged_paths: Option<u32>,
    /// The committer's clock, self-reported.
    pub committed_at: Timestamp,
    /// The author's clock, self-reported.
    pub authored_at: Timestamp,
    /// The first paragraph of the message on one line, at most 300 characters.
    pub subject: String,
    /// How it landed.
    pub landed: Landed,
    /// The pull or merge request that the message names.
    pub request: Option<u64>,
    /// The commit's author.
    pub author: Identity,
    /// The commit's committer.
    pub committer: Identity,
    /// Whether the committer is a forge acting for a user of its web page.
    pub forge_committed: bool,
    /// The authors of the commits that the change brought in (for a change without a merge, its own), sorted.
    pub authors: Vec<Identity>,
    /// People named in `Co-authored-by` trailers of the message who are not AI assistants, sorted.
    pub co_authors: Vec<Identity>,
    /// Who merged it, where git shows it.
    pub merger: Option<Identity>,
    /// The commits that the change brought in besides itself.
    pub brought: Brought,
    /// The commit's own signature.
    pub signature: Signature,
    /// Whether a signed tag is embedded in the merge (`mergetag`).
    pub embedded_tag: bool,
    /// AI assistants that the message names, sorted, each once.
    pub assistants: Vec<String>,
    /// AI assistants that the messages of the commits brought in name, sorted, each once.
    pub brought_assistants: Vec<String>,
    /// Whether the author carries a `[bot]` suffix.
    pub bot_suffix: bool,
    /// Words of the message below its subject, trailers left out.
    pub body_words: u32,
    /// The risk class that a `Risk:` trailer declares.
    pub declared_risk: Option<Risk>,
    /// Whether a `Risk-Assessment:` trailer has text.
    pub risk_assessment: bool,
    /// Tickets that the message names, sorted, each once.
    pub tickets: Vec<String>,
    /// Whether the trees were there to be compared; without them the risk class is unknown.
    pub paths_read: bool,
    /// Paths that differ from the first parent, sorted, bytes that are not UTF-8 as U+FFFD.
    pub paths: Vec<String>,
}

/// A change that has not landed: what a change request would bring if it landed now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Proposal {
    /// The tip of the protected branch.
    pub base: CommitId,
    /// The last commit that branch and request have in common.
    pub merge_base: CommitId,
    /// The change as it would land: its commit is the request's head, its tree what would lie on the branch, and its
    /// patch digest that of the difference to `merge_base`.
    pub change: Change,
}

/// How a change landed, as far as git alone shows it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Landed {
    /// A merge commit of a pull or merge request.
    RequestMerge,
    /// One commit that names the request it was squashed from.
    Squash,
    /// A merge without a request number.
    BranchMerge,
    /// A direct push, or a rebase merge that leaves no trace.
    NotEvidenced,
    /// A commit without parents.
    Root,
}

/// The commits that a merge brought in, besides itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Brought {
    /// How many there are.
    pub commits: u32,
    /// Whether there may be more, which the repository does not have.
    pub absent: bool,
    /// The newest committer's clock among them, self-reported.
    pub last_committed_at: Option<Timestamp>,
    /// Their signatures, grouped by committer and signature, sorted.
    pub signatures: Vec<SignatureGroup>,
}

/// Commits of one committer with signatures of one kind, verdict and key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignatureGroup {
    /// The committer, whose key a signature has to be.
    pub committer: Identity,
    /// The signature.
    pub signature: Signature,
    /// How many commits.
    pub commits: u32,
    /// The newest of them.
    pub newest: CommitId,
}

/// A commit's own signature, independent of whom the key belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// What the armour says it is.
    pub kind: SignatureKind,
    /// What the cryptographic check gave.
    pub check: SignatureCheck,
    /// `SHA256:…` of an SSH key; fingerprint or key id of an OpenPGP key in upper-case hexadecimal.
    pub key: Option<String>,
    /// Whether the forge's own key made it.
    pub by_forge: bool,
}

/// What a signature's armour says it is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SignatureKind {
    /// SSHSIG.
    Ssh,
    /// OpenPGP.
    Openpgp,
    /// CMS, as `gpgsm` and gitsign write it.
    X509,
    /// Another armour.
    Other,
    /// The commit carries none.
    None,
}

/// What the cryptographic check of a signature gave.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SignatureCheck {
    /// The signature is right for the key in `key`.
    Valid,
    /// It is wrong, expired, revoked, of a weak hash or of another namespace.
    Invalid,
    /// There was no key to check it with.
    NoKey,
    /// There is no signature.
    Absent,
}

impl Signature {
    /// Returns the signature of a commit that carries none.
    pub fn absent() -> Signature {
        Signature {
            kind: SignatureKind::None,
            check: SignatureCheck::Absent,
            key: None,
            by_forge: false,
        }
    }
}

impl Change {
    /// Returns hours between the last commit of the request and its merge, by the committers' clocks;
    /// negative where those clocks disagree.
    pub fn open_hours(&self) -> Option<f64> {
        let last = self.brought.last_committed_at?;
        let seconds = self.committed_at.as_second() - last.as_second();
        Some(seconds as f64 / 3600.0)
    }

    /// Returns the head of the request: the last parent of a merge with two parents.
    pub fn request_head(&self) -> Option<&CommitId> {
        match self.parents.as_slice() {
            [_, head] => Some(head),
            [] | [_] | [_, _, _, ..] => None,
        }
    }
}
