//! The arguments that say which repository, branch and period a run is about.

use super::place::{self, tell_begun};
use super::refusal;
use crate::edge;
use crate::error::CliError;
use clap::Args;
use countersign::collect::Request;
use countersign::forge::collect::Access;
use countersign::program;
use model::period::Period;
use model::program::Repository;
use sources::git::Progress;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Which repository, and which part of it.
#[derive(Debug, Clone, Args)]
pub(crate) struct Selection {
    /// The git repository, or a folder inside it; default: each repository of the program,
    /// else the one you stand in
    #[arg(value_name = "REPO")]
    repository: Option<PathBuf>,
    /// The program; default: countersign.yaml in the repository, else a draft of one
    #[arg(long, value_name = "FILE")]
    pub(crate) program: Option<PathBuf>,
    /// The protected branch; default: the program's, else the repository's own
    #[arg(long, value_name = "NAME")]
    pub(crate) branch: Option<String>,
    /// The observation period: all, 2026, 2026-Q2, 2026-H1, 2026-05 or FROM..TO;
    /// default: the program's, else the last 365 days
    #[arg(long, value_name = "PERIOD", value_parser = Period::parse)]
    pub(crate) period: Option<Period>,
    /// Where the ledger is: a folder, git+URL, git+NAME for a remote of the repository, or
    /// s3://BUCKET/PREFIX; default: the program's, else .countersign beside it
    #[arg(long, value_name = "PLACE")]
    pub(crate) ledger: Option<OsString>,
    /// Ask no outsider of the program to sign the ledger
    #[arg(long)]
    no_cosign: bool,
    /// Whether the forge of a repository is asked.
    #[arg(skip)]
    pub(crate) asks_forge: bool,
}

/// A repository to run on.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// Its name in the program, where that lists several.
    pub(crate) name: Option<String>,
    repository: PathBuf,
    program: Option<PathBuf>,
}

impl Selection {
    /// Returns the repositories that the arguments and the program name.
    pub(crate) fn targets(&self) -> Result<Vec<Target>, CliError> {
        let file = self
            .program
            .clone()
            .unwrap_or_else(|| program::FILE_NAME.into());
        let one = |repository: PathBuf| Target {
            name: None,
            repository,
            program: self.program.clone(),
        };
        match &self.repository {
            Some(repository) => Ok(vec![one(repository.clone())]),
            None if self.program.is_none() && !file.is_file() => Ok(vec![one(".".into())]),
            None => listed(&file),
        }
    }

    /// Only what collects asks a forge.
    fn forge(&self) -> Option<Access<'static>> {
        self.asks_forge.then(edge::forge)
    }

    /// Calls `run` with the request that the arguments make for a repository.
    pub(crate) fn with_request<T>(
        &self,
        target: &Target,
        progress: &dyn Progress,
        run: impl FnOnce(Request<'_>) -> Result<T, CliError>,
    ) -> Result<T, CliError> {
        let ledger = self.ledger.as_deref().map(place::parse).transpose()?;
        let machine = edge::appending_machine()?;
        run(Request {
            repository: &target.repository,
            program: target.program.as_deref(),
            branch: self.branch.as_deref(),
            period: self.period.clone(),
            ledger: ledger.as_ref(),
            machine: &machine,
            now: edge::now(),
            threads: edge::threads(),
            cosign: !self.no_cosign,
            forge: self.forge(),
            begun: &tell_begun,
            progress,
            entropy: &mut edge::entropy,
        })
    }
}

/// Returns the repositories that a program lists, each where it lies beside the program.
fn listed(file: &Path) -> Result<Vec<Target>, CliError> {
    let listed = program::load(file)
        .map_err(refusal::of_load)?
        .program
        .repositories;
    let folder = file
        .parent()
        .filter(|folder| *folder != Path::new(""))
        .unwrap_or(Path::new("."));
    let several = listed.len() > 1;
    let target = |entry: Repository| Target {
        repository: entry
            .path
            .map_or_else(|| folder.to_owned(), |path| folder.join(path)),
        name: several.then_some(entry.name),
        program: Some(file.to_owned()),
    };
    if listed.is_empty() {
        let program = Some(file.to_owned());
        return Ok(vec![Target {
            name: None,
            repository: folder.to_owned(),
            program,
        }]);
    }
    Ok(listed.into_iter().map(target).collect())
}
