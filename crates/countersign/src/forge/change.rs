//! Changes at a forge, with the credential of whoever runs the command.

use super::ask::AskForgeError;
use super::collect::Access;
use model::program::{ForgeKind, RepositoryForge};
use sources::forge::base::Base;
use sources::forge::error::ForgeError;
use sources::forge::retrieval::Retrieval;
use sources::forge::send::Sent;
use sources::forge::{Client, Edge, Limits};
use sources::github::endpoint::Endpoint;
use sources::github::order::Change;
use sources::github::{self, Repository};
use sources::http::Http;

/// A change that was not made.
#[derive(Debug, thiserror::Error)]
pub enum ChangeForgeError {
    /// The forge cannot be asked at all.
    #[error(transparent)]
    Ask(#[from] AskForgeError),
    /// The forge does not make it.
    #[error("the forge does not make the change")]
    Forge(#[from] ForgeError),
    /// It is at a forge where nothing is changed.
    #[error("{repository} is at GitLab, where Countersign reads and changes nothing")]
    OnlyGithub {
        /// The repository at its forge.
        repository: String,
    },
    /// Nobody may change anything without a token.
    #[error("there is no token to change anything at {repository} with")]
    NoToken {
        /// The repository at its forge.
        repository: String,
    },
}

/// What changes one repository of a forge.
pub struct Changer<'a> {
    client: Client,
    edge: Edge<'a>,
    repository: Repository,
}

impl<'a> Changer<'a> {
    /// Returns what changes a repository of GitHub.
    pub fn new(
        forge: &RepositoryForge,
        access: &Access<'a>,
    ) -> Result<Changer<'a>, ChangeForgeError> {
        match forge.kind {
            ForgeKind::Github => {}
            ForgeKind::Gitlab => {
                return Err(ChangeForgeError::OnlyGithub {
                    repository: forge.repository.clone(),
                });
            }
        }
        let credential = (access.credential)(forge);
        let token = credential.map_err(|why| AskForgeError::Credential { why })?;
        let token = token.ok_or_else(|| ChangeForgeError::NoToken {
            repository: forge.repository.clone(),
        })?;
        let asked = |error: AskForgeError| ChangeForgeError::Ask(error);
        let http = Http::new().map_err(|error| asked(error.into()))?;
        let base = Base::parse(&forge.api).map_err(|error| asked(error.into()))?;
        let repository = Repository::parse(&forge.repository);
        Ok(Changer {
            client: Client::new(http, base, Some(token), &github::HEADERS, Limits::default()),
            edge: access.edge,
            repository: repository.map_err(|error| asked(error.into()))?,
        })
    }

    /// Makes a change, and returns what the forge answered.
    pub fn send(&self, change: Change<'_>) -> Result<Sent, ForgeError> {
        self.client.send(&self.edge, &change.of(&self.repository))
    }

    /// Returns what the forge says.
    pub fn get(&self, endpoint: Endpoint<'_>) -> Result<Retrieval, ForgeError> {
        let query = endpoint.of(&self.repository);
        self.client.get(&self.edge, &query, None)
    }
}
