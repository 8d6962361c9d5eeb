//! Finding the ledger of a run: where it is asked for, what the program says, and what the machine brings to it.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use ledger::place::home::{Cloud, CloudError, Home, Place};
use ledger::place::{Location, LocationError};
use ledger::signer::KeySources;
use ledger::store::git::error::GitError;
use ledger::store::git::remote::Remote;
use model::program::LedgerEntry;
use sources::git;

/// The folder in which a machine keeps its ledger, or what it needs of one that lies elsewhere.
pub const FOLDER: &str = ".countersign";

/// What lies there, one of them at least, once it was used.
const USED: [&str; 4] = ["log.key", "log.vkey", "records", "places"];

/// What a machine brings to a ledger, wherever that is; it is read at the edge.
#[derive(Debug, Clone, Default)]
pub struct Machine {
    /// Where the key of the log may lie besides its file.
    pub keys: KeySources,
    /// Who it is to an object store.
    pub cloud: Cloud,
}

/// What a ledger is looked for with.
#[derive(Debug)]
pub struct Search<'a> {
    /// The place that was asked for; the program's where there is none.
    pub asked: Option<&'a Location>,
    /// What the program says.
    pub program: &'a LedgerEntry,
    /// The folder of the program, else of the repository.
    pub folder: &'a Path,
    /// The repository, which may call a remote by a name.
    pub repository: &'a Path,
    /// What the machine brings.
    pub machine: &'a Machine,
    /// The moment of the run.
    pub now: Timestamp,
}

/// Why no ledger can be looked for.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// What the program says is no place.
    #[error("`ledger` of the program is no place of a ledger")]
    Program(#[source] LocationError),
    /// A remote is named, and there is no repository to ask for it.
    #[error("`{place}` names a remote of a repository, and none is here")]
    NoRepository {
        /// The place.
        place: String,
        /// Why.
        source: git::OpenError,
    },
    /// Something else than a folder is there.
    #[error("{} is no folder, and a ledger is one", path.display())]
    NoFolder {
        /// The path.
        path: PathBuf,
    },
    /// The remote cannot be used.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The bucket cannot be used.
    #[error(transparent)]
    Cloud(#[from] CloudError),
}

impl HomeError {
    /// Returns whether the machine lacks what the place needs, rather than that the place is none.
    pub fn is_unreachable(&self) -> bool {
        match self {
            HomeError::NoRepository { .. } => true,
            HomeError::Git(error) => !matches!(error, GitError::Address { .. } | GitError::Login),
            HomeError::Program(_) | HomeError::NoFolder { .. } | HomeError::Cloud(_) => false,
        }
    }
}

/// Returns the ledger as this machine reaches it; nothing is written or asked yet.
pub fn find(search: &Search<'_>) -> Result<Home, HomeError> {
    let declared = match (search.asked, &search.program.place) {
        (None, Some(text)) => {
            let location = Location::parse(text.as_ref(), search.folder);
            Some(location.map_err(HomeError::Program)?)
        }
        (Some(_), _) | (None, None) => None,
    };
    let own = own_folder(search.folder);
    let (folder, place) = match search.asked.or(declared.as_ref()) {
        None => (own, Place::Folder),
        Some(Location::Folder(folder)) => (folder.clone(), Place::Folder),
        Some(Location::Remote(remote)) => (own, Place::Remote(remote.clone())),
        Some(location @ Location::NamedRemote(name)) => {
            let folder = git_folder(search.repository, location)?;
            (own, Place::Remote(Remote::named(&folder, name)?))
        }
        Some(Location::Bucket { bucket, prefix }) => {
            let (cloud, days) = (&search.machine.cloud, search.program.retention_days);
            let place = Place::bucket((bucket, prefix), cloud, days, search.now);
            (own, place?)
        }
    };
    if folder.exists() && !folder.is_dir() {
        return Err(HomeError::NoFolder { path: folder });
    }
    Ok(Home {
        folder,
        place,
        keys: search.machine.keys.clone(),
    })
}

/// Returns the folder of this machine's ledger: work trees of one repository have one log, beside the program of the
/// main one, unless another was begun here.
fn own_folder(folder: &Path) -> PathBuf {
    let own = folder.join(FOLDER);
    let is_used = USED.iter().any(|name| own.join(name).exists());
    match is_used {
        true => own,
        false => in_main_work_tree(folder).map_or(own, |main| main.join(FOLDER)),
    }
}

/// Returns the same folder of the main work tree, where this one lies in a linked one.
fn in_main_work_tree(folder: &Path) -> Option<PathBuf> {
    let folder = match folder.as_os_str().is_empty() {
        true => Path::new("."),
        false => folder,
    };
    let repository = git::open(folder).ok()?;
    let main = repository.main_files_folder()?;
    let root = repository.files_folder()?.canonicalize().ok()?;
    let folder = folder.canonicalize().ok()?;
    let below = folder.strip_prefix(root).ok()?;
    // Nothing is joined where nothing lies between.
    Some(match below.as_os_str().is_empty() {
        true => main,
        false => main.join(below),
    })
}

fn git_folder(repository: &Path, location: &Location) -> Result<PathBuf, HomeError> {
    let repository = git::open(repository).map_err(|source| HomeError::NoRepository {
        place: location.to_string(),
        source,
    })?;
    Ok(repository.git_folder())
}
