//! Opens a repository, whatever its form.

use super::objects::Packs;
use model::digest::CommitId;
use model::population::Incomplete;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

/// A repository: a clone with or without files, a linked worktree, SHA-1 or SHA-256.
pub struct Repo {
    pub(super) git: gix::ThreadSafeRepository,
}

/// A folder that cannot be read as a repository.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no such folder.
    #[error("{} is no folder", path.display())]
    NoFolder {
        /// What was named.
        path: PathBuf,
    },
    /// Neither the folder nor one above it is a repository.
    #[error("{} is not in a git repository", path.display())]
    NotARepository {
        /// What was named.
        path: PathBuf,
    },
    /// It is a repository of a form that is not known, or damaged.
    #[error("the git repository at {} cannot be opened", path.display())]
    Unreadable {
        /// What was named.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// A reference of the repository that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the references of the repository cannot be read")]
pub struct RefsError {
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl RefsError {
    pub(super) fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> RefsError {
        RefsError {
            source: source.into(),
        }
    }
}

/// Returns the repository that `path` lies in. No configuration but its own is read.
pub fn open(path: &Path) -> Result<Repo, OpenError> {
    if !path.is_dir() {
        return Err(OpenError::NoFolder { path: path.into() });
    }
    let options = gix::open::Options::isolated;
    let trust = gix::sec::trust::Mapping {
        full: options(),
        reduced: options(),
    };
    // gix shortens what it finds against the working directory, and finds another place where `..` leads to a bare
    // repository beside that.
    let leads_up = path.components().any(|part| part == Component::ParentDir);
    let absolute = leads_up.then(|| path.canonicalize().ok()).flatten();
    let absolute = absolute.as_deref().unwrap_or(path);
    if gix::discover::upwards(absolute).is_err() {
        return Err(OpenError::NotARepository { path: path.into() });
    }
    let found = gix::ThreadSafeRepository::discover_opts(absolute, Default::default(), trust);
    let git = found.map_err(|error| OpenError::Unreadable {
        path: path.into(),
        source: error.into(),
    })?;
    Ok(Repo { git })
}

impl Repo {
    /// Returns the folder of git's own files, shared by all worktrees.
    pub fn git_folder(&self) -> PathBuf {
        self.local().common_dir().to_owned()
    }

    /// Returns the folder of the files, `None` for a bare repository.
    pub fn files_folder(&self) -> Option<PathBuf> {
        self.git.work_dir().map(Path::to_owned)
    }

    /// Returns the folder of the files of the main work tree, where this is one that was linked to it.
    pub fn main_files_folder(&self) -> Option<PathBuf> {
        let repo = self.local();
        let [own, shared] = [repo.git_dir(), repo.common_dir()].map(|it| it.canonicalize().ok());
        let shared = shared.filter(|shared| own.is_some_and(|own| own != *shared))?;
        let is_of_work_tree = shared.file_name().is_some_and(|name| name == ".git");
        shared
            .parent()
            .filter(|_| is_of_work_tree)
            .map(Path::to_owned)
    }

    /// Returns the name of the repository's folder: `shop` for `…/shop/.git` and for `…/shop.git`. A linked work tree is
    /// called as the main one, whose log it has.
    pub fn folder_name(&self) -> String {
        let files = self.main_files_folder().or_else(|| self.files_folder());
        let folder = files.unwrap_or_else(|| self.git_folder());
        let folder = folder.canonicalize().unwrap_or(folder);
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        name.strip_suffix(".git").unwrap_or(&name).to_owned()
    }

    /// Returns `sha1` or `sha256`.
    pub fn object_format(&self) -> &'static str {
        match self.local().object_hash() {
            gix::hash::Kind::Sha256 => "sha256",
            _ => "sha1",
        }
    }

    /// Returns every branch, here and as last seen at remotes, by its full name, with its tip.
    pub fn branches(&self) -> Result<BTreeMap<String, CommitId>, RefsError> {
        let repo = self.local();
        let refs = repo.references().map_err(RefsError::new)?;
        let mut branches = BTreeMap::new();
        let here = refs.local_branches().map_err(RefsError::new)?;
        let remote = refs.remote_branches().map_err(RefsError::new)?;
        for reference in here.chain(remote) {
            let Ok(mut reference) = reference else {
                continue;
            };
            let name = reference.name().as_bstr().to_string();
            if name.ends_with("/HEAD") {
                continue;
            }
            let tip = reference.peel_to_id().ok();
            if let Some(tip) = tip.and_then(|id| CommitId::from_bytes(id.as_bytes())) {
                branches.insert(name, tip);
            }
        }
        Ok(branches)
    }

    /// Returns the addresses of the remotes.
    pub(super) fn remote_urls(&self) -> BTreeMap<String, String> {
        let repo = self.local();
        let names = repo.remote_names();
        let urls = names.iter().filter_map(|name| {
            let name = name.to_string();
            let remote = repo.find_remote(name.as_str()).ok()?;
            let url = remote.url(gix::remote::Direction::Fetch)?;
            Some((name, url.to_bstring().to_string()))
        });
        urls.collect()
    }

    /// Returns the packs in the repository's own folder.
    pub(super) fn packs(&self) -> Packs {
        let repo = self.local();
        Packs::open(&repo.common_dir().join("objects"), repo.object_hash())
    }

    pub(super) fn local(&self) -> gix::Repository {
        self.git.to_thread_local()
    }

    /// Returns what git would rewrite history with; none of it is followed but the boundary of a shallow clone.
    pub(super) fn rewritten(&self) -> Result<BTreeSet<Incomplete>, RefsError> {
        let repo = self.local();
        let mut found = BTreeSet::new();
        if repo.is_shallow().unwrap_or(true) {
            found.insert(Incomplete::Shallow);
        }
        let grafts = repo.common_dir().join("info").join("grafts");
        if grafts.metadata().is_ok_and(|file| file.len() > 0) {
            found.insert(Incomplete::Grafts);
        }
        let refs = repo.references().map_err(RefsError::new)?;
        let mut replaced = refs.prefixed("refs/replace/").map_err(RefsError::new)?;
        if replaced.next().is_some() {
            found.insert(Incomplete::Replaced);
        }
        Ok(found)
    }
}
