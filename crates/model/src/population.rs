//! All items of a kind in the observation period: the query, its unedited output and its hash.

use crate::change::SignatureKind;
use crate::digest::{CommitId, Digest};
use crate::period::Period;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One retrieval of the changes of a branch, as it is recorded in the ledger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Observation {
    /// The version of this form: 1.
    pub version: u32,
    /// What was asked.
    pub query: Query,
    /// The tip of the branch.
    pub head: CommitId,
    /// First-parent commits from the oldest known one to the tip.
    pub first_parent_commits: u64,
    /// Every branch of the repository and its tip: what was open at this moment.
    pub refs: BTreeMap<String, CommitId>,
    /// Why the history is not whole, where it is not.
    pub incomplete: Vec<Incomplete>,
    /// Changes in the period.
    pub changes: u64,
    /// SHA-256 over the commit ids, oldest first, one a line: the unedited output of `query`.
    pub population_sha256: Digest,
    /// Digests of the chunks that hold the changes, oldest first.
    pub chunks: Vec<Digest>,
    /// Counts over every commit reachable from the tip, whatever the period.
    pub all_commits: AllCommits,
    /// Digest of the OpenPGP and forge keys that signatures were checked with.
    pub keys_sha256: Digest,
    /// Leaves of the log before the repository was looked at: what came later may have been missed.
    #[serde(default)]
    pub log_size: u64,
}

/// The exact query of a population of changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// The repository's name in the program, else the name of its folder.
    pub repository: String,
    /// The branch.
    pub branch: String,
    /// The period; the committer's clock puts a change into it.
    pub period: Period,
    /// A command that gives the same list.
    pub command: String,
    /// `sha1` or `sha256`.
    pub object_format: String,
}

/// Why a history is not whole. With any of these no control is effective.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Incomplete {
    /// A shallow clone: commits below its boundary are absent.
    Shallow,
    /// `info/grafts` rewrites parents; it was not followed.
    Grafts,
    /// `refs/replace` substitutes objects; it was not followed.
    Replaced,
    /// Objects are missing from the repository.
    MissingObjects,
}

impl Incomplete {
    /// Returns what is absent, without a full stop.
    pub fn sentence(self) -> &'static str {
        match self {
            Incomplete::Shallow => "the clone is shallow: commits below its boundary are absent",
            Incomplete::Grafts => "info/grafts rewrites parents and was not followed",
            Incomplete::Replaced => "refs/replace substitutes objects and was not followed",
            Incomplete::MissingObjects => "objects are missing",
        }
    }
}

/// Returns the hash of a population: its commit ids, oldest first, one a line.
pub fn population_sha256<'a>(commits: impl Iterator<Item = &'a CommitId>) -> Digest {
    let mut lines = String::new();
    for commit in commits {
        lines.push_str(&commit.to_string());
        lines.push('\n');
    }
    Digest::of(lines.as_bytes())
}

/// Counts over all commits reachable from a branch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AllCommits {
    /// Commits.
    pub commits: u64,
    /// Signatures by kind.
    pub signature: SignatureTotals,
    /// Merges with an embedded signed tag.
    pub embedded_tags: u64,
    /// Commits whose message names an AI assistant, by its name.
    pub assistants: BTreeMap<String, u64>,
}

/// Signatures by kind; `by_forge` counts again those that the forge's own key made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignatureTotals {
    /// SSHSIG.
    pub ssh: u64,
    /// OpenPGP.
    pub openpgp: u64,
    /// CMS.
    pub x509: u64,
    /// Armour of another kind.
    pub other: u64,
    /// No signature.
    pub none: u64,
    /// Made by the forge's own key.
    pub by_forge: u64,
}

impl SignatureTotals {
    /// Counts one signature.
    pub fn count(&mut self, kind: SignatureKind, by_forge: bool) {
        match kind {
            SignatureKind::Ssh => self.ssh += 1,
            SignatureKind::Openpgp => self.openpgp += 1,
            SignatureKind::X509 => self.x509 += 1,
            SignatureKind::Other => self.other += 1,
            SignatureKind::None => self.none += 1,
        }
        self.by_forge += u64::from(by_forge);
    }
}

/// An earlier observation of the same repository, with the moment of our own receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sighting {
    /// The leaf of the ledger that holds it.
    pub leaf: u64,
    /// Leaves of the log before the repository was looked at.
    pub looked_behind: u64,
    /// When our ledger received it: no earlier than any leaf before, whatever the clock said.
    pub at: Timestamp,
    /// The tip of the protected branch then.
    pub head: CommitId,
    /// First-parent commits of the protected branch then.
    pub first_parent_commits: u64,
    /// Every branch and its tip then.
    pub refs: BTreeMap<String, CommitId>,
}

#[cfg(test)]
mod tests {
    use super::population_sha256;
    use crate::digest::{CommitId, Digest};

    #[test]
    fn the_digest_is_of_lines() {
        let commit: CommitId = "2".repeat(40).parse().unwrap();
        let lines = format!("{commit}\n{commit}\n");
        let found = population_sha256([&commit, &commit].into_iter());
        assert_eq!(found, Digest::of(lines.as_bytes()));
    }
}
