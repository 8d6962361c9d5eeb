//! What a repository shows of its owner's tools and people, for a draft of the program.

mod files;
mod forge;
mod mailmap;
mod words;

pub use self::mailmap::MailmapEntry;

pub use self::forge::RequestsAt;

use super::branch::Branch;
use super::census::CensusError;
use super::diff::{self, DiffError};
use super::objects::{Objects, TREE_BASES};
use super::open::Repo;
use super::reader;
use std::collections::BTreeSet;

/// The largest file that is read for the tools that it names.
const MAX_READ_BYTES: u64 = 1 << 20;
/// How many such files are read.
const MAX_READ_FILES: usize = 200;

/// What a repository shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    /// The name of its folder.
    pub name: String,
    /// The branch that was surveyed.
    pub branch: String,
    /// Forges that its remotes lie at.
    pub forges: BTreeSet<String>,
    /// Where its requests are, as far as the remote that it was cloned from tells.
    pub requests_at: Option<RequestsAt>,
    /// Continuous integration.
    pub ci: BTreeSet<String>,
    /// Infrastructure as code.
    pub infrastructure: BTreeSet<String>,
    /// Containers.
    pub containers: BTreeSet<String>,
    /// Package managers with a lock file.
    pub lock_files: BTreeSet<String>,
    /// Scanners that are configured or run.
    pub scanners: BTreeSet<String>,
    /// Entries of `.mailmap`.
    pub mailmap: Vec<MailmapEntry>,
}

/// Returns what the tip of a branch and the configuration show; what is missing or cannot be read shows nothing.
pub fn survey(repo: &Repo, branch: Option<&str>) -> Result<Survey, CensusError> {
    let branch = repo.branch(branch)?;
    let remotes = repo.remote_urls();
    let mut survey = Survey {
        name: repo.folder_name(),
        branch: branch.name.clone(),
        forges: forge::of_urls(remotes.values()),
        requests_at: forge::requests_at(&remotes),
        ..Survey::default()
    };
    let files = Files::of(repo, &branch)?;
    survey.take_names(&files.paths);
    survey.take_texts(&files);
    Ok(survey)
}

impl Survey {
    fn take_names(&mut self, paths: &[String]) {
        for path in paths {
            self.ci.extend(files::named(files::CI, path));
            self.infrastructure
                .extend(files::named(files::INFRASTRUCTURE, path));
            self.containers
                .extend(files::named(files::CONTAINERS, path));
            self.lock_files
                .extend(files::named(files::LOCK_FILES, path));
            self.scanners.extend(files::named(files::SCANNERS, path));
        }
    }

    fn take_texts(&mut self, files: &Files<'_>) {
        let telling = |path: &&String| files::tells_of_scanners(path);
        for path in files.paths.iter().filter(telling).take(MAX_READ_FILES) {
            self.scanners.extend(words::scanners(&files.text(path)));
        }
        self.mailmap = mailmap::parse(&files.text(".mailmap"));
    }
}

/// The files at the tip of a branch.
struct Files<'a> {
    repo: &'a Repo,
    tree: Option<gix::ObjectId>,
    paths: Vec<String>,
}

impl<'a> Files<'a> {
    fn of(repo: &'a Repo, branch: &Branch) -> Result<Files<'a>, CensusError> {
        let packs = repo.packs();
        let mut objects = Objects::new(&packs, repo.local(), TREE_BASES);
        let mut commit = Vec::new();
        let is_there = objects.commit(branch.tip, &mut commit)?;
        let tree = reader::tree(&super::header::Commit::parse(&commit)).filter(|_| is_there);
        let paths = match tree {
            Some(tree) => paths(&mut objects, branch, tree)?,
            None => Vec::new(),
        };
        Ok(Files { repo, tree, paths })
    }

    /// Returns a file's text, empty where it is absent, too large or no file.
    fn text(&self, path: &str) -> String {
        let repo = self.repo.local();
        let tree = self.tree.and_then(|tree| repo.find_tree(tree).ok());
        let entry = tree.and_then(|tree| tree.lookup_entry_by_path(path).ok().flatten());
        let Some(entry) = entry.filter(|entry| entry.mode().is_blob()) else {
            return String::new();
        };
        let small = repo
            .find_header(entry.oid())
            .is_ok_and(|header| header.size() <= MAX_READ_BYTES);
        let blob = small.then(|| entry.object().ok()).flatten();
        let bytes = blob.map(|blob| blob.detach().data).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

fn paths(
    objects: &mut Objects<'_>,
    branch: &Branch,
    tree: gix::ObjectId,
) -> Result<Vec<String>, CensusError> {
    let commit = branch.tip;
    let found = diff::paths(objects, None, tree);
    let found = found.map_err(|source: DiffError| CensusError::Paths { commit, source });
    Ok(found?.paths)
}
