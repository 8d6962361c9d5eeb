//! The pipeline files that run the merge gate in CI, written from the program.

pub mod file;
mod github;
mod gitlab;

use crate::collect;
use crate::home::FOLDER;
use crate::program::{self, LoadError, Loaded};
use ledger::place::{Location, LocationError};
use model::program::{ControlId, ForgeKind, Program, RepositoryForge};
use sources::git;
use std::io;
use std::path::{Path, PathBuf};

/// A file that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pipeline {
    /// The gate, as a workflow of GitHub Actions.
    Github,
    /// The workflow that runs a blocked gate of GitHub again.
    GithubAgain,
    /// The gate, as a job of GitLab CI.
    Gitlab,
}

/// What a pipeline is written from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The protected branch.
    pub branch: String,
    /// What the program calls the repository.
    pub repository: String,
    /// Where the log is.
    pub ledger: Shared,
    /// Whether a rule is on that reads tickets of the forge.
    pub reads_tickets: bool,
    /// Whether a rule is on that reads who may go around the protection.
    pub reads_protection: bool,
    /// Whether a rule is on that waits.
    pub waits: bool,
}

/// Where machines share a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shared {
    /// In the repository itself.
    Here,
    /// On another git server, with its scheme and host, spoken to over HTTP.
    Http(String),
    /// On another git server, reached as the runner's own git reaches it.
    Git,
    /// In a bucket.
    Bucket,
}

/// A pipeline that is not written.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// The repository cannot be opened.
    #[error("the repository cannot be opened")]
    Open(#[from] git::OpenError),
    /// The branch cannot be chosen.
    #[error("the protected branch cannot be told")]
    Branch(#[from] git::BranchError),
    /// The program cannot be used.
    #[error("the program cannot be used")]
    Program(#[from] LoadError),
    /// What the program says is no place.
    #[error("`ledger` of the program is no place of a ledger")]
    Ledger(#[from] LocationError),
    /// The ledger would end with each job.
    #[error(
        "the ledger of the program is a folder, which ends with each job of CI: nobody would see what the gate records"
    )]
    NotShared,
    /// The ledger is on a remote that the clone of a job does not have.
    #[error("the clone of a job has no remote `{name}`, on which the ledger is")]
    NoRemote {
        /// The remote.
        name: String,
    },
    /// The program names no forge.
    #[error("the program does not say where the requests of `{repository}` are")]
    NoForge {
        /// The repository.
        repository: String,
    },
    /// The requests are elsewhere.
    #[error("the requests of `{repository}` are at {forge}")]
    OtherForge {
        /// The repository.
        repository: String,
        /// The forge.
        forge: &'static str,
    },
    /// A name cannot stand in a pipeline.
    #[error(
        "`{name}` cannot stand in a pipeline: it has other characters than letters, digits and `._/-`"
    )]
    Name {
        /// The name of a branch, a repository or a server.
        name: String,
    },
    /// Nothing has to be run again.
    #[error("no rule of the program waits, so that no gate has to be run again")]
    NoWait,
    /// Another file is there.
    #[error("{} is there with another text", path.display())]
    Differs {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Returns the text of a pipeline.
pub fn text(pipeline: Pipeline, plan: &Plan) -> String {
    match pipeline {
        Pipeline::Github => github::gate(plan),
        Pipeline::GithubAgain => github::again(),
        Pipeline::Gitlab => gitlab::gate(plan),
    }
}

/// Returns what the pipeline of a repository is written from; `file` and `branch` go before the repository's own.
pub fn plan(
    path: &Path,
    file: Option<&Path>,
    branch: Option<&str>,
    pipeline: Pipeline,
) -> Result<Plan, PipelineError> {
    let repository = git::open(path)?;
    let own = collect::root(&repository).join(program::FILE_NAME);
    let file = file.unwrap_or(&own);
    let Loaded { program, .. } = program::load(file)?;
    let folder = file.parent();
    let named = collect::named(&program, folder, &repository);
    let entry = collect::entry(&program, folder, &repository);
    let branch = branch.or_else(|| entry?.branch.as_deref());
    let branch = repository.branch(branch)?;
    let forge = entry.and_then(|entry| entry.forge.as_ref());
    of_program(&program, (&named, branch.name_at_origin()), forge, pipeline)
}

fn of_program(
    program: &Program,
    (repository, branch): (&str, &str),
    forge: Option<&RepositoryForge>,
    pipeline: Pipeline,
) -> Result<Plan, PipelineError> {
    let is_on = |id: &str| {
        let control = program.controls.get(&ControlId(id.to_owned()));
        control.is_some_and(|control| control.in_use)
    };
    let waits = ["CR-8", "CM-2"].into_iter().any(is_on);
    is_there(forge, repository, pipeline)?;
    if pipeline == Pipeline::GithubAgain && !waits {
        return Err(PipelineError::NoWait);
    }
    for name in [repository, branch] {
        let is_plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '_' | '-' | '/');
        if !name.chars().all(is_plain) || name.starts_with(['-', '/', '.']) {
            let name = name.to_owned();
            return Err(PipelineError::Name { name });
        }
    }
    Ok(Plan {
        branch: branch.to_owned(),
        repository: repository
            .rsplit('/')
            .next()
            .unwrap_or(repository)
            .to_owned(),
        ledger: shared(program, forge)?,
        reads_tickets: is_on("CM-1"),
        reads_protection: ["CR-1", "CR-2", "CR-3"].into_iter().any(is_on),
        waits,
    })
}

/// The gate would ask the forge that the program names, with the login of the other.
fn is_there(
    forge: Option<&RepositoryForge>,
    repository: &str,
    pipeline: Pipeline,
) -> Result<(), PipelineError> {
    let wanted = match pipeline {
        Pipeline::Github | Pipeline::GithubAgain => ForgeKind::Github.name(),
        Pipeline::Gitlab => ForgeKind::Gitlab.name(),
    };
    let repository = repository.to_owned();
    match forge.map(|forge| forge.kind.name()) {
        Some(forge) if forge == wanted => Ok(()),
        Some(forge) => Err(PipelineError::OtherForge { repository, forge }),
        None => Err(PipelineError::NoForge { repository }),
    }
}

fn shared(program: &Program, forge: Option<&RepositoryForge>) -> Result<Shared, PipelineError> {
    let place = program.ledger.place.as_deref().unwrap_or(FOLDER);
    match Location::parse(place.as_ref(), Path::new(""))? {
        Location::Folder(_) => Err(PipelineError::NotShared),
        Location::NamedRemote(name) if name == "origin" => Ok(Shared::Here),
        Location::NamedRemote(name) => Err(PipelineError::NoRemote { name }),
        Location::Bucket { .. } => Ok(Shared::Bucket),
        Location::Remote(remote) => of_address(&remote.to_string(), forge),
    }
}

fn of_address(address: &str, forge: Option<&RepositoryForge>) -> Result<Shared, PipelineError> {
    let own = forge.and_then(web_address);
    let plain = address.trim_end_matches('/').trim_end_matches(".git");
    if own.is_some_and(|own| own.eq_ignore_ascii_case(plain)) {
        return Ok(Shared::Here);
    }
    let (scheme, rest) = match address.split_once("://") {
        Some((scheme @ ("http" | "https"), rest)) => (scheme, rest),
        Some(_) | None => return Ok(Shared::Git),
    };
    let host = rest.split('/').next().unwrap_or_default();
    let is_plain =
        |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | ':' | '[' | ']');
    match !host.is_empty() && host.chars().all(is_plain) {
        true => Ok(Shared::Http(format!("{scheme}://{host}"))),
        false => Err(PipelineError::Name {
            name: host.to_owned(),
        }),
    }
}

/// Returns the address of a repository's pages: an enterprise's own server has its API below `/api`.
fn web_address(forge: &RepositoryForge) -> Option<String> {
    let server = match forge.api.trim_end_matches('/') {
        "https://api.github.com" => "https://github.com",
        api => api.rsplit_once("/api")?.0,
    };
    Some(format!("{server}/{}", forge.repository))
}

#[cfg(test)]
mod tests;
