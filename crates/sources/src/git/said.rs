//! What the commits between two say of themselves.

use super::encoding::decode;
use super::header::Commit;
use super::objects::{COMMIT_BASES, Objects};
use super::open::Repo;
use super::patch::PatchError;
use gix::ObjectId;
use model::digest::CommitId;

/// The most commits whose messages are read.
const MAX_COMMITS: usize = 200;

/// Returns the messages of the commits that one holds and the other lacks, the newest first.
pub fn messages(repo: &Repo, from: &CommitId, to: &CommitId) -> Result<Vec<String>, PatchError> {
    let local = repo.local();
    let packs = repo.packs();
    let mut objects = Objects::new(&packs, local.clone(), COMMIT_BASES);
    let object = |id: &CommitId| ObjectId::from_bytes_or_panic(id.as_bytes());
    let walk = local.rev_walk([object(to)]).with_hidden([object(from)]);
    let walk = walk
        .all()
        .map_err(|error| PatchError::Walk(to.clone(), error.into()))?;
    let mut messages = Vec::new();
    for found in walk.take(MAX_COMMITS) {
        let found = found.map_err(|error| PatchError::Walk(to.clone(), error.into()))?;
        let mut bytes = Vec::new();
        if objects.commit(found.id, &mut bytes)? {
            let commit = Commit::parse(&bytes);
            let message = decode(commit.message, commit.encoding);
            messages.push(message.trim().to_owned());
        }
    }
    Ok(messages)
}
