//! Who changed a file last, along the first parents of a branch.

use super::facts::commit_id;
use super::open::Repo;
use super::person::Person;
use gix::ObjectId;
use jiff::Timestamp;
use model::digest::CommitId;
use model::identity::Identity;
use model::review::Configured;

/// The most commits that are looked at.
const MAX_COMMITS: usize = 200_000;

impl Repo {
    /// Returns the last commit along the first parents of one in which a path changed; `None` where the repository does not
    /// show it, as a shallow clone, or holds no such path.
    pub fn last_change(&self, tip: &CommitId, path: &str) -> Option<Configured> {
        let mut repo = self.local();
        repo.objects.ignore_replacements = true;
        let mut commit = repo
            .find_commit(ObjectId::from_bytes_or_panic(tip.as_bytes()))
            .ok()?;
        let mut held = entry(&commit, path).ok()??;
        for _ in 0..MAX_COMMITS {
            let parent = match commit.parent_ids().next() {
                Some(parent) => repo.find_commit(parent.detach()).ok()?,
                None => return configured(&commit),
            };
            match entry(&parent, path).ok()? {
                Some(before) if before == held => held = before,
                Some(_) | None => return configured(&commit),
            }
            commit = parent;
        }
        None
    }
}

/// Returns what lies at a path; none where nothing does.
fn entry(commit: &gix::Commit<'_>, path: &str) -> Result<Option<ObjectId>, Unreadable> {
    let tree = commit.tree().map_err(|_| Unreadable)?;
    let entry = tree.lookup_entry_by_path(path).map_err(|_| Unreadable)?;
    Ok(entry.map(|entry| entry.object_id()))
}

struct Unreadable;

fn configured(commit: &gix::Commit<'_>) -> Option<Configured> {
    let parsed = super::header::Commit::parse(&commit.data);
    let author = Person::parse(parsed.author);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Some(Configured {
        commit: commit_id(commit.id),
        by: Identity::new(&text(author.name), &text(author.address)),
        at: Timestamp::from_second(Person::parse(parsed.committer).seconds).ok()?,
    })
}
