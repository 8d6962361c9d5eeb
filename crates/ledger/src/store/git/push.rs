//! Pushing: both refs or none, and only from where they were seen.

use crate::store::git::cache::Cache;
use crate::store::git::error::GitError;
use crate::store::git::import::Made;
use crate::store::git::objects::Oid;
use crate::store::git::snapshot::Tips;
use crate::store::git::{KEYS_REF, LEDGER_REF};

/// A ref that is to be replaced on the remote.
struct Swap<'a> {
    name: &'static str,
    before: Option<&'a Oid>,
    after: &'a Oid,
}

/// What became of a push.
pub(super) enum Pushed {
    /// It was taken.
    Yes,
    /// The remote refused it; this is what git said.
    Refused(String),
    /// The answer was lost, or nobody answered.
    Unanswered(String),
}

impl Cache {
    /// Replaces refs on the remote, all or none, if they stand where they are believed to.
    pub(super) fn push(&self, before: Option<&Tips>, made: &Made) -> Result<Pushed, GitError> {
        let ledger = made.ledger.as_ref().map(|after| Swap {
            name: LEDGER_REF,
            before: before.map(|tips| &tips.ledger),
            after,
        });
        let keys = made.keys.as_ref().map(|after| Swap {
            name: KEYS_REF,
            before: before.map(|tips| &tips.keys),
            after,
        });
        let swaps: Vec<Swap<'_>> = [ledger, keys].into_iter().flatten().collect();
        let leases: Vec<String> = swaps.iter().map(Swap::lease).collect();
        let refs: Vec<String> = swaps.iter().map(Swap::refspec).collect();
        let mut push = vec![
            "push",
            "--porcelain",
            "--atomic",
            "--no-verify",
            "--no-follow-tags",
        ];
        push.extend(leases.iter().map(String::as_str));
        push.extend(["--", self.remote.address()]);
        push.extend(refs.iter().map(String::as_str));
        let answer = self.git.ask_remote(&self.remote, &push)?;
        if answer.success {
            return Ok(Pushed::Yes);
        }
        let output = String::from_utf8_lossy(&answer.output);
        let refused = output.lines().filter(|line| line.starts_with('!'));
        let refused: Vec<&str> = refused.filter_map(|line| line.split('\t').nth(2)).collect();
        let said = format!("{} {}", refused.join("; "), answer.said);
        let said = self.remote.redacted(said.trim());
        Ok(match refused.is_empty() {
            true => Pushed::Unanswered(said),
            false => Pushed::Refused(said),
        })
    }
}

impl Swap<'_> {
    /// An empty lease says that the ref must not be there.
    fn lease(&self) -> String {
        let before = self.before.map_or("", Oid::as_str);
        format!("--force-with-lease={}:{before}", self.name)
    }

    fn refspec(&self) -> String {
        format!("{}:{}", self.after.as_str(), self.name)
    }
}
