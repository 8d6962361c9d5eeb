//! Changes at a forge, with the credential of whoever runs the command.

use super::ask::AskForgeError;
use super::collect::Access;
use model::program::{ForgeKind, RepositoryForge};
use sources::forge::answer::Unreadable;
use sources::forge::base::{Base, Query};
use sources::forge::error::ForgeError;
use sources::forge::retrieval::Retrieval;
use sources::forge::send::Sent;
use sources::forge::token::Token;
use sources::forge::{Client, Edge, Limits};
use sources::github::{self, Repository};
use sources::gitlab::project::Project;
use sources::http::Http;
use sources::{forge, gitlab};
use std::time::Duration;

/// A change that was not made.
#[derive(Debug, thiserror::Error)]
pub enum ChangeForgeError {
    /// The forge cannot be asked at all.
    #[error(transparent)]
    Ask(#[from] AskForgeError),
    /// The forge does not make it.
    #[error("the forge does not make the change")]
    Forge(#[from] ForgeError),
    /// What the forge holds cannot be read.
    #[error("what stands on the request cannot be read")]
    Unreadable(#[from] Unreadable),
    /// Not every comment was shown: one that is not seen could be written twice.
    #[error("the forge does not show every comment of request {number}, and none is written twice")]
    NotWhole {
        /// The request.
        number: u64,
    },
    /// GitLab has no runs of checks.
    #[error("{repository} is at GitLab, which knows no run of a check")]
    NoCheckRuns {
        /// The repository at its forge.
        repository: String,
    },
    /// Nobody may change anything without a token.
    #[error("there is no token for {repository}, and without one nothing is changed there")]
    NoToken {
        /// The repository at its forge.
        repository: String,
        /// The product.
        kind: ForgeKind,
    },
    /// The token of a CI job changes nothing.
    #[error("the token of a CI job of GitLab may change nothing at {repository}")]
    OfJob {
        /// The repository at its forge.
        repository: String,
    },
}

/// What changes one repository of GitHub.
pub struct GithubChanger<'a> {
    line: Line<'a>,
    repository: Repository,
}

impl<'a> GithubChanger<'a> {
    /// Returns what changes a repository of GitHub.
    pub fn new(
        forge: &RepositoryForge,
        access: &Access<'a>,
    ) -> Result<GithubChanger<'a>, ChangeForgeError> {
        Ok(GithubChanger {
            line: Line::new(forge, access, &github::HEADERS)?,
            repository: Repository::parse(&forge.repository).map_err(AskForgeError::from)?,
        })
    }

    /// Makes a change, and returns what the forge answered.
    pub fn send(&self, change: github::order::Change<'_>) -> Result<Sent, ForgeError> {
        self.line.send(&change.of(&self.repository))
    }

    /// Returns what the forge says.
    pub fn get(&self, endpoint: github::endpoint::Endpoint<'_>) -> Result<Retrieval, ForgeError> {
        self.line.get(&endpoint.of(&self.repository))
    }
}

/// What changes one project of GitLab.
pub struct GitlabChanger<'a> {
    line: Line<'a>,
    project: Project,
}

impl<'a> GitlabChanger<'a> {
    /// Returns what changes a project of GitLab.
    pub fn new(
        forge: &RepositoryForge,
        access: &Access<'a>,
    ) -> Result<GitlabChanger<'a>, ChangeForgeError> {
        Ok(GitlabChanger {
            line: Line::new(forge, access, &gitlab::HEADERS)?,
            project: Project::parse(&forge.repository).map_err(AskForgeError::from)?,
        })
    }

    /// Makes a change, and returns what the forge answered.
    pub fn send(&self, change: gitlab::order::Change<'_>) -> Result<Sent, ForgeError> {
        self.line.send(&change.of(&self.project))
    }

    /// Returns what the forge says.
    pub fn get(&self, endpoint: gitlab::endpoint::Endpoint<'_>) -> Result<Retrieval, ForgeError> {
        self.line.get(&endpoint.of(&self.project))
    }

    /// Returns after so long.
    pub fn pause(&self, pause: Duration) {
        (self.line.edge.sleep)(pause);
    }
}

/// The line to the API of one repository, with a token that may change something there.
struct Line<'a> {
    client: Client,
    edge: Edge<'a>,
}

impl<'a> Line<'a> {
    fn new(
        forge: &RepositoryForge,
        access: &Access<'a>,
        headers: &'static [(&'static str, &'static str)],
    ) -> Result<Line<'a>, ChangeForgeError> {
        let token = token(forge, access)?;
        let http = Http::new().map_err(AskForgeError::from)?;
        let base = Base::parse(&forge.api).map_err(AskForgeError::from)?;
        Ok(Line {
            client: Client::new(http, base, Some(token), headers, Limits::default()),
            edge: access.edge,
        })
    }

    fn send(&self, order: &forge::send::Order) -> Result<Sent, ForgeError> {
        self.client.send(&self.edge, order)
    }

    fn get(&self, query: &Query) -> Result<Retrieval, ForgeError> {
        self.client.get(&self.edge, query, None)
    }
}

fn token(forge: &RepositoryForge, access: &Access<'_>) -> Result<Token, ChangeForgeError> {
    let repository = || forge.repository.clone();
    let token = (access.credential)(forge);
    match token.map_err(AskForgeError::from)? {
        Some(token) if token.is_of_job() => Err(ChangeForgeError::OfJob {
            repository: repository(),
        }),
        Some(token) => Ok(token),
        None => Err(ChangeForgeError::NoToken {
            repository: repository(),
            kind: forge.kind,
        }),
    }
}
