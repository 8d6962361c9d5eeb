//! What the files of a repository tell of the tools in use, for the draft of a program.

mod kinds;
mod mailmap;

use super::census::CensusError;
use super::open::{RefsError, Repo};
use std::collections::BTreeSet;

pub use self::mailmap::MailmapEntry;

/// Paths that are looked at; a larger tree is looked at in part.
const MAX_SURVEYED_PATHS: usize = 1_000_000;
/// The longest file that is looked into.
const MAX_SURVEYED_FILE_BYTES: u64 = 256 << 10;
/// Files that are looked into.
const MAX_SURVEYED_FILES: usize = 200;

/// The tools that a repository shows, each list sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    /// The name of the repository's folder.
    pub name: String,
    /// The branch.
    pub branch: String,
    /// Forges that its remotes name.
    pub forges: BTreeSet<String>,
    /// CI systems with a configuration.
    pub ci: BTreeSet<String>,
    /// Tools of its infrastructure code.
    pub infrastructure: BTreeSet<String>,
    /// Tools of its container files.
    pub containers: BTreeSet<String>,
    /// Package managers with a lock file.
    pub lock_files: BTreeSet<String>,
    /// Scanners with a configuration, or named in a CI file.
    pub scanners: BTreeSet<String>,
    /// The entries of `.mailmap`.
    pub mailmap: Vec<MailmapEntry>,
}

/// Returns what the files at the tip of a branch show.
pub fn survey(repo: &Repo, branch: Option<&str>) -> Result<Survey, CensusError> {
    let branch = repo.branch(branch)?;
    let mut survey = Survey {
        name: repo.folder_name(),
        branch: branch.name.clone(),
        forges: forges(&remote_urls(repo)),
        ..Survey::default()
    };
    let local = repo.local();
    let mut looked_into = 0;
    for (path, id) in files(&local, branch.tip)? {
        kinds::of_path(&path, &mut survey);
        if kinds::is_looked_into(&path) && looked_into < MAX_SURVEYED_FILES {
            looked_into += 1;
            let content = content(&local, id);
            kinds::of_content(&path, &content, &mut survey);
        }
    }
    Ok(survey)
}

/// Returns the paths of the blobs of a commit; a tree that is absent has none.
fn files(repo: &gix::Repository, commit: gix::ObjectId) -> Result<Vec<(String, gix::ObjectId)>, CensusError> {
    let tree = repo.find_commit(commit).map_err(RefsError::new)?.tree();
    let Ok(tree) = tree else { return Ok(vec![]) };
    let found = tree.traverse().breadthfirst.files().unwrap_or_default();
    let blobs = found.into_iter().filter(|entry| entry.mode.is_blob()).take(MAX_SURVEYED_PATHS);
    Ok(blobs.map(|entry| (entry.filepath.to_string(), entry.oid)).collect())
}

/// Returns the text of a blob; one that is absent or too long has none.
fn content(repo: &gix::Repository, id: gix::ObjectId) -> String {
    let short = repo.find_header(id).is_ok_and(|header| header.size() <= MAX_SURVEYED_FILE_BYTES);
    let blob = short.then(|| repo.find_blob(id).ok()).flatten();
    blob.map(|blob| String::from_utf8_lossy(&blob.data).into_owned()).unwrap_or_default()
}

fn remote_urls(repo: &Repo) -> Vec<String> {
    let local = repo.local();
    let names = local.remote_names();
    let urls = names.iter().filter_map(|name| {
        let remote = local.find_remote(&*name.to_string()).ok()?;
        let url = remote.url(gix::remote::Direction::Fetch)?;
        Some(url.host()?.to_owned())
    });
    urls.collect()
}

fn forges(hosts: &[String]) -> BTreeSet<String> {
    let known = ["github", "gitlab", "bitbucket", "gitea", "codeberg", "azure"];
    let named = |host: &String| known.into_iter().find(|forge| host.contains(forge)).map(String::from);
    hosts.iter().filter_map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_names_its_forge() {
        let hosts = ["github.com".to_owned(), "git.larkspur.example".into(), "gitlab.larkspur.example".into()];
        assert_eq!(forges(&hosts), BTreeSet::from(["github".into(), "gitlab".into()]));
    }
}
