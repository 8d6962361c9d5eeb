//! Fetches the population of a repository and appends it to the ledger.

use crate::checker::Checker;
use crate::draft;
use crate::earlier::{Earlier, earlier};
use crate::evidence::{self, Chunk, ChunkError};
use crate::forge;
use crate::forge::ask::AskForgeError;
use crate::forge::collect::{Access, OfForge};
use crate::home::{self, HomeError, Machine, Search};
use crate::log::{Log, LogError};
use crate::outsiders::standing::{LogStanding, standing};
use crate::outsiders::{AskError, Asked};
use crate::place;
use crate::program::{self, LoadError, Loaded};
use jiff::Timestamp;
use ledger::append::NewLeaf;
use ledger::leaf::LeafKind;
use ledger::place::Location;
use ledger::place::home::Home;
use model::change::Change;
use model::digest::Digest;
use model::period::{Period, PeriodError};
use model::population::Observation;
use model::program::{Program, Repository};
use signatures::KeyringError;
use sources::git;
use std::collections::BTreeSet;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};

/// What is asked of a run; time and randomness come from the caller.
pub struct Request<'a> {
    /// The repository, or a folder inside it.
    pub repository: &'a Path,
    /// The program; the repository's own, else a draft, where there is none.
    pub program: Option<&'a Path>,
    /// The protected branch; the program's, else the repository's default, where there is none.
    pub branch: Option<&'a str>,
    /// The period; the program's, else the last 365 days, where there is none.
    pub period: Option<Period>,
    /// Where the ledger is; what the program says, else `.countersign` beside it or in the repository, where there is
    /// none.
    pub ledger: Option<&'a Location>,
    /// What this machine brings to the ledger.
    pub machine: &'a Machine,
    /// The moment of the run.
    pub now: Timestamp,
    /// Threads to read the repository with.
    pub threads: usize,
    /// Whether the program's outsiders are asked to sign what was appended.
    pub cosign: bool,
    /// How the forge of the repository is reached; it is not asked where there is none.
    pub forge: Option<Access<'a>>,
    /// Told of a log that the run began.
    pub begun: &'a dyn Fn(&Home),
    /// Told how far the reading is.
    pub progress: &'a dyn git::Progress,
    /// Gives 32 random bytes at each call, for a new log key and for salts.
    pub entropy: &'a mut dyn FnMut() -> [u8; 32],
}

/// A run that could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The program cannot be used.
    #[error("the program cannot be used")]
    Program(#[from] LoadError),
    /// The drafted program has faults: a bug.
    #[error("the drafted program has faults")]
    Draft(#[from] model::program_file::Faults),
    /// The program's period cannot be read.
    #[error("the program's period cannot be used")]
    Period(#[from] PeriodError),
    /// Nothing of the period has happened yet.
    #[error("the period {period} has not begun")]
    NotBegun {
        /// The period.
        period: String,
    },
    /// A key of the program cannot be used.
    #[error("a key of the program cannot be used")]
    Keys(#[from] KeyringError),
    /// The repository cannot be opened.
    #[error("the repository cannot be opened")]
    Open(#[from] git::OpenError),
    /// The history cannot be read.
    #[error("the history cannot be read")]
    Census(#[from] git::CensusError),
    /// The ledger cannot be looked for.
    #[error("the ledger cannot be found")]
    Home(#[from] HomeError),
    /// The ledger cannot be used.
    #[error("the ledger cannot be used")]
    Ledger(#[from] LogError),
    /// Outsiders cannot be asked to sign the ledger.
    #[error("outsiders cannot be asked to sign the ledger")]
    Cosign(#[from] AskError),
    /// The ledger would lie in a report or in another ledger.
    #[error("{} is a report or a ledger, and no ledger can lie in it", path.display())]
    LedgerInside {
        /// The folder of the other one.
        path: PathBuf,
    },
    /// The folder of the ledger cannot be found.
    #[error("cannot find {}", path.display())]
    LedgerPlace {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The forge cannot be asked.
    #[error("the forge of the repository cannot be asked")]
    Forge(#[from] AskForgeError),
    /// The evidence cannot be kept.
    #[error("the evidence cannot be kept")]
    Evidence(#[from] ChunkError),
}

/// A fetched population, not yet appended.
pub struct Collected {
    /// The program.
    pub loaded: Loaded,
    /// The ledger.
    pub log: Log,
    /// The retrieval.
    pub observation: Observation,
    /// The changes, oldest first.
    pub changes: Vec<Change>,
    /// The chunks that hold them.
    pub chunks: Vec<Chunk>,
    /// What the ledger held before.
    pub earlier: Earlier,
    /// How the ledger stood with those outside before.
    pub outside: LogStanding,
    /// What came of asking them to sign what was appended.
    pub asked: Vec<Asked>,
    /// What was recorded of the forge, where it was asked.
    pub of_forge: Option<OfForge>,
}

impl Collected {
    /// Returns the digest of each change's chunk.
    pub fn evidence_of_each(&self) -> Vec<Digest> {
        let counts: Vec<(Digest, usize)> = self
            .chunks
            .iter()
            .map(|chunk| (chunk.sha256, chunk.changes))
            .collect();
        evidence::digest_of_each(&counts)
    }

    /// Looks again at what the ledger holds, after another run appended to it.
    pub(crate) fn look_again(&mut self, now: Timestamp) -> Result<(), CollectError> {
        let program = &self.loaded.program;
        (self.earlier, self.outside) = before(&self.log, program, &self.observation, now)?;
        Ok(())
    }

    /// Has what was appended signed by those outsiders who answer.
    pub(crate) fn cosign(&mut self, request: &mut Request<'_>) -> Result<(), AskError> {
        if request.cosign {
            let program = &self.loaded.program;
            self.asked = self.log.cosign(program, request.now, request.entropy)?;
        }
        Ok(())
    }

    /// Returns the leaves of the program and of the observation.
    pub fn leaves(&self) -> [NewLeaf; 2] {
        let observation =
            serde_json::to_vec(&self.observation).expect("an observation has text keys only");
        [
            NewLeaf::new(LeafKind::Program, self.loaded.text.clone().into_bytes()),
            NewLeaf::new(LeafKind::Observation, observation),
        ]
    }
}

/// Fetches, and appends the program and the observation.
pub fn collect(mut request: Request<'_>) -> Result<Collected, CollectError> {
    let found = find(&request)?;
    let mut collected = fetch(found, &mut request)?;
    let leaves = collected.leaves().into();
    collected.log.append(leaves, request.now, request.entropy)?;
    collected.of_forge = forge::collect::collect(&mut collected, &mut request)?;
    collected.cosign(&mut request)?;
    Ok(collected)
}

/// What a request is about.
pub struct Found {
    repository: git::Repo,
    /// The file of the program, where there is one, and what it says.
    program: Option<(PathBuf, Loaded)>,
    /// The ledger.
    pub home: Home,
}

impl Found {
    /// Returns the repository.
    pub(crate) fn repository(&self) -> &git::Repo {
        &self.repository
    }
}

/// Returns the program of a request, else a draft of one, and what it calls the repository.
pub(crate) fn program_of(
    found: &Found,
    request: &Request<'_>,
) -> Result<(Program, String), CollectError> {
    let loaded = match &found.program {
        Some((_, loaded)) => loaded.program.clone(),
        None => drafted(&found.repository, request.branch, &[])?.program,
    };
    let folder = found.program.as_ref().and_then(|(file, _)| file.parent());
    let named = name(
        Some(&loaded),
        entry(&loaded, folder, &found.repository),
        &found.repository,
    );
    Ok((loaded, named))
}

/// Finds repository, program and ledger; nothing is written yet.
pub fn find(request: &Request<'_>) -> Result<Found, CollectError> {
    let repository = git::open(request.repository)?;
    let file = program_file(request, &repository);
    let load = |file: PathBuf| program::load(&file).map(|loaded| (file, loaded));
    let program = file.map(load).transpose()?;
    found(request, repository, program)
}

/// Finds the ledger of a program, which lies in the file or would; nothing is written yet.
pub(crate) fn found(
    request: &Request<'_>,
    repository: git::Repo,
    program: Option<(PathBuf, Loaded)>,
) -> Result<Found, CollectError> {
    let home = home(request, program.as_ref(), &repository)?;
    let around = place::around(&home.folder).map_err(|source| CollectError::LedgerPlace {
        path: home.folder.clone(),
        source,
    })?;
    if let Some(path) = around {
        return Err(CollectError::LedgerInside { path });
    }
    Ok(Found {
        program,
        repository,
        home,
    })
}

/// Returns the ledger of a run; that one was begun is told, for its place may have been meant to be another.
pub(crate) fn open_log(home: &Home, request: &mut Request<'_>) -> Result<Log, LogError> {
    let log = Log::open_or_create(home, request.entropy)?;
    if log.checkpoint()?.checkpoint.size() == 0 {
        (request.begun)(home);
    }
    Ok(log)
}

/// Fetches the population and puts its chunks beside the ledger; nothing is appended yet.
pub fn fetch(found: Found, request: &mut Request<'_>) -> Result<Collected, CollectError> {
    let Found {
        repository,
        program,
        home,
    } = found;
    let (file, loaded) = program.unzip();
    // A run that finds nothing to record begins no log.
    branch(request, &repository, file.as_deref(), loaded.as_ref())?;
    period(request, loaded.as_ref().map(|loaded| &loaded.program))?;
    let log = open_log(&home, request)?;
    let log_size = log.checkpoint()?.checkpoint.size();
    let folder = home.folder;
    let census = census(
        request,
        &repository,
        &folder,
        file.as_deref(),
        loaded.as_ref(),
    )?;
    let (mut observation, changes) = (census.observation, census.changes);
    let kept = || {
        let chunks = evidence::chunks(&changes);
        evidence::keep(&folder.join("evidence"), &chunks).map(|()| chunks)
    };
    let (chunks, loaded) = std::thread::scope(|scope| {
        let chunks = scope.spawn(kept);
        let loaded = loaded.map_or_else(|| drafted(&repository, request.branch, &changes), Ok);
        let chunks = chunks.join();
        (chunks.unwrap_or_else(|panic| resume_unwind(panic)), loaded)
    });
    let (chunks, loaded) = (chunks?, loaded?);
    observation.log_size = log_size;
    observation.chunks = chunks.iter().map(|chunk| chunk.sha256).collect();
    let (earlier, outside) = before(&log, &loaded.program, &observation, request.now)?;
    Ok(Collected {
        loaded,
        log,
        observation,
        changes,
        chunks,
        earlier,
        outside,
        asked: Vec::new(),
        of_forge: None,
    })
}

/// Returns what the ledger holds, and how it stands with those outside.
fn before(
    log: &Log,
    program: &Program,
    observation: &Observation,
    now: Timestamp,
) -> Result<(Earlier, LogStanding), LogError> {
    read_before(log, program, observation, now).map_err(|error| log.told(error))
}

fn read_before(
    log: &Log,
    program: &Program,
    observation: &Observation,
    now: Timestamp,
) -> Result<(Earlier, LogStanding), LogError> {
    let reader = log.reader();
    let signed = log.checkpoint()?;
    let entries = reader.entries(0..signed.checkpoint.size())?;
    let keys = reader.keys(&entries, &signed.key)?;
    let earlier = earlier(reader, &entries, observation, program)?;
    let outside = standing(reader, (&entries, &keys), program, &[], now)?;
    Ok((earlier, outside))
}

/// Returns the program that the repository suggests.
fn drafted(
    repository: &git::Repo,
    branch: Option<&str>,
    changes: &[Change],
) -> Result<Loaded, CollectError> {
    let survey = git::survey(repository, branch)?;
    Ok(Loaded::draft(draft::render(changes, &survey))?)
}

/// Returns the file of the program, where there is one.
pub(crate) fn program_file(request: &Request<'_>, repository: &git::Repo) -> Option<PathBuf> {
    let own = root(repository).join(program::FILE_NAME);
    request
        .program
        .map(Path::to_path_buf)
        .or_else(|| own.is_file().then_some(own))
}

/// Returns the changes of the period; without a program nobody's keys are known but the forges'.
fn census(
    request: &Request<'_>,
    repository: &git::Repo,
    folder: &Path,
    file: Option<&Path>,
    loaded: Option<&Loaded>,
) -> Result<git::Census, CollectError> {
    let program = loaded.map(|loaded| &loaded.program);
    let entry = program.and_then(|program| entry(program, file.and_then(Path::parent), repository));
    let name = name(program, entry, repository);
    let period = period(request, program)?;
    let checker = Checker::new(program.map_or(&[], |program| &program.principals))?;
    let none = BTreeSet::new();
    let options = git::Options {
        branch: request
            .branch
            .or(entry.and_then(|entry| entry.branch.as_deref())),
        period: &period,
        repository_name: &name,
        checker: &checker,
        keys_sha256: checker.keys_sha256(),
        forge_addresses: program.map_or(&none, |program| &program.forge_addresses),
        cache: Some(&folder.join("cache")),
        threads: request.threads,
        progress: request.progress,
    };
    Ok(git::fetch(repository, &options)?)
}

/// Refuses a repository without the branch that is asked for.
fn branch(
    request: &Request<'_>,
    repository: &git::Repo,
    file: Option<&Path>,
    loaded: Option<&Loaded>,
) -> Result<(), CollectError> {
    let entry =
        loaded.and_then(|loaded| entry(&loaded.program, file.and_then(Path::parent), repository));
    let name = request.branch.or_else(|| entry?.branch.as_deref());
    let branch = repository.branch(name).map_err(git::CensusError::from)?;
    drop(branch);
    Ok(())
}

/// Returns the program's entry for a repository: the one whose path leads there, else the one of its name or the
/// only one, unless that one's path leads to another repository.
pub(crate) fn entry<'p>(
    program: &'p Program,
    folder: Option<&Path>,
    repository: &git::Repo,
) -> Option<&'p Repository> {
    let own = repository.git_folder().canonicalize().ok();
    let place = |entry: &Repository| {
        let path = folder?.join(entry.path.as_deref()?);
        git::open(&path).ok()?.git_folder().canonicalize().ok()
    };
    let leads_there = |entry: &&Repository| own.is_some() && place(entry) == own;
    let leads_nowhere = |entry: &&Repository| place(entry).is_none();
    let entries = &program.repositories;
    let named = || {
        entries
            .iter()
            .find(|entry| entry.name == repository.folder_name())
    };
    let lone = || entries.first().filter(|_| entries.len() == 1);
    entries
        .iter()
        .find(leads_there)
        .or_else(|| named().or_else(lone).filter(leads_nowhere))
}

/// Returns what the repository is called: as its entry says, else as its folder. A folder that is called like the
/// entry of another repository is named by its whole path, or it would be judged by that entry.
fn name(program: Option<&Program>, entry: Option<&Repository>, repository: &git::Repo) -> String {
    let folder_name = repository.folder_name();
    let taken = |entry: &Repository| entry.name == folder_name;
    match (entry, program) {
        (Some(entry), _) => entry.name.clone(),
        (None, Some(program)) if program.repositories.iter().any(taken) => {
            root(repository).display().to_string()
        }
        (None, _) => folder_name,
    }
}

/// Returns what a program calls a repository.
pub(crate) fn named(program: &Program, folder: Option<&Path>, repository: &git::Repo) -> String {
    name(
        Some(program),
        entry(program, folder, repository),
        repository,
    )
}

/// Returns the folder of the files, that of git itself for a bare repository.
pub(crate) fn root(repository: &git::Repo) -> PathBuf {
    repository
        .files_folder()
        .unwrap_or_else(|| repository.git_folder())
}

/// A period that has not begun holds no change, and what holds none says nothing of a control.
fn period(request: &Request<'_>, program: Option<&Program>) -> Result<Period, CollectError> {
    let period = asked_period(request, program)?;
    match period.from.is_some_and(|from| from > request.now) {
        true => Err(CollectError::NotBegun {
            period: period.label,
        }),
        false => Ok(period),
    }
}

fn asked_period(request: &Request<'_>, program: Option<&Program>) -> Result<Period, PeriodError> {
    match (
        &request.period,
        program.and_then(|program| program.period.as_ref()),
    ) {
        (Some(period), _) => Ok(period.clone()),
        (None, Some(text)) => Period::parse(text),
        (None, None) => Ok(Period::last_year(request.now)),
    }
}

fn home(
    request: &Request<'_>,
    program: Option<&(PathBuf, Loaded)>,
    repository: &git::Repo,
) -> Result<Home, HomeError> {
    let root = root(repository);
    let folder = program.and_then(|(file, _)| file.parent());
    let said = program.map(|(_, loaded)| loaded.program.ledger.clone());
    home::find(&Search {
        asked: request.ledger,
        program: &said.unwrap_or_default(),
        folder: folder.unwrap_or(&root),
        repository: request.repository,
        machine: request.machine,
        now: request.now,
    })
}
