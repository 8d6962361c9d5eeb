//! Asks a forge about its requests and what protects its branch, question by question.

mod github;
mod gitlab;

use super::collect::{Access, NoCredential};
use super::history::KnownVersions;
use super::record::{About, Kept, ProposalRecord, Question};
use jiff::Timestamp;
use model::digest::CommitId;
use model::program::{ForgeKind, RepositoryForge};
use model::request::{ChangeRequest, ListedRequest, Readable};
use sources::forge::answer::Unreadable;
use sources::forge::base::{Base, NoBase, Query};
use sources::forge::error::ForgeError;
use sources::forge::retrieval::Retrieval;
use sources::forge::token::Token;
use sources::forge::{Client, Edge, Limits};
use sources::git::{self, ProposalError, Proposed, SignatureChecker, Wanted};
use sources::github::NoRepository;
use sources::gitlab::project::NoProject;
use sources::http::{Http, HttpError};
use std::collections::BTreeSet;

/// A forge that cannot be asked, or whose answer cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AskForgeError {
    /// It did not answer.
    #[error("the forge does not say what it was asked")]
    Forge(#[from] ForgeError),
    /// Its answer cannot be read.
    #[error("the forge's answer cannot be read")]
    Unreadable(#[from] Unreadable),
    /// The address of its API is none.
    #[error("the address of the forge's API cannot be used")]
    Base(#[from] NoBase),
    /// The repository there has no name.
    #[error(transparent)]
    Repository(#[from] NoRepository),
    /// The project there has no name.
    #[error(transparent)]
    Project(#[from] NoProject),
    /// No connection can be made at all.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The credential cannot be had.
    #[error(transparent)]
    Credential(#[from] NoCredential),
    /// What was asked for is not shown.
    #[error("{what} cannot be read: {why}")]
    NotShown {
        /// What.
        what: String,
        /// Why.
        why: String,
        /// Whether a token with more permissions would see it.
        is_withheld: bool,
    },
    /// The request's commits are there and cannot be read.
    #[error("the difference of the request cannot be read")]
    Proposal(#[from] ProposalError),
    /// The keys of the program cannot be used.
    #[error("a key of the program cannot be used")]
    Keys(#[from] signatures::KeyringError),
}

impl AskForgeError {
    /// Returns whether it says something of what was asked for alone, and not of the forge or the token.
    fn is_of_one(&self) -> bool {
        match self {
            AskForgeError::Forge(error) => match error {
                ForgeError::Forbidden { .. }
                | ForgeError::NotFound { .. }
                | ForgeError::TooLong { .. }
                | ForgeError::TooManyPages { .. }
                | ForgeError::Failing { .. }
                | ForgeError::Refused { .. } => true,
                ForgeError::Unauthorised { .. }
                | ForgeError::RateLimited { .. }
                | ForgeError::Malformed { .. }
                | ForgeError::Elsewhere { .. }
                | ForgeError::Unreachable(_)
                | ForgeError::NoName { .. }
                | ForgeError::NoEntityTag => false,
            },
            AskForgeError::Unreadable(_)
            | AskForgeError::NotShown { .. }
            | AskForgeError::Proposal(_) => true,
            AskForgeError::Base(_)
            | AskForgeError::Repository(_)
            | AskForgeError::Project(_)
            | AskForgeError::Http(_)
            | AskForgeError::Credential(_)
            | AskForgeError::Keys(_) => false,
        }
    }

    /// Returns why one thing could not be recorded, where another may.
    pub(super) fn of_one(self) -> Result<String, AskForgeError> {
        match self {
            AskForgeError::NotShown { why, .. } => Ok(why),
            error if error.is_of_one() => Ok(crate::checks::told(&error)),
            error => Err(error),
        }
    }
}

/// What becomes of a record where the forge fails to answer one of its questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unanswered {
    /// There is none: who waits for one decision asks again.
    Ends,
    /// It says so, and the others go on.
    IsRecorded,
}

/// The repository here, in which differences are read.
pub struct Here<'a> {
    /// The repository.
    pub repository: &'a git::Repo,
    /// Who checks signatures.
    pub checker: &'a dyn SignatureChecker,
    /// Addresses under which forges other than GitHub commit for their users.
    pub forge_addresses: &'a BTreeSet<String>,
}

/// What asks one repository of a forge.
pub struct Asker<'a>(Dialect<'a>);

enum Dialect<'a> {
    Github(github::Questions<'a>),
    Gitlab(gitlab::Questions<'a>),
}

impl<'a> Asker<'a> {
    /// Returns what asks; without a token it sees what everybody sees.
    pub fn new(
        forge: &'a RepositoryForge,
        place: (&'a str, &'a str),
        access: &Access<'a>,
    ) -> Result<Asker<'a>, AskForgeError> {
        let token = (access.credential)(forge)?;
        Ok(Asker(match forge.kind {
            ForgeKind::Github => {
                Dialect::Github(github::Questions::new(forge, place, token, access.edge)?)
            }
            ForgeKind::Gitlab => {
                Dialect::Gitlab(gitlab::Questions::new(forge, place, token, access.edge)?)
            }
        }))
    }

    /// Returns what asks, and goes on where the forge fails to answer one question.
    pub fn going_on(self) -> Asker<'a> {
        Asker(match self.0 {
            Dialect::Github(github) => Dialect::Github(github.going_on()),
            Dialect::Gitlab(gitlab) => Dialect::Gitlab(gitlab.going_on()),
        })
    }

    /// Returns the record of the list of all requests, with what it lists.
    pub fn requests(&self) -> Result<(Kept, Vec<ListedRequest>), AskForgeError> {
        match &self.0 {
            Dialect::Github(github) => github.requests(),
            Dialect::Gitlab(gitlab) => gitlab.requests(),
        }
    }

    /// Returns the record of one request as it is now.
    pub fn request(
        &self,
        number: u64,
        updated_at: Option<Timestamp>,
        here: &Here<'_>,
    ) -> Result<Kept, AskForgeError> {
        match &self.0 {
            Dialect::Github(github) => github.request(number, updated_at, here),
            Dialect::Gitlab(gitlab) => gitlab.request(number, updated_at, here),
        }
    }

    /// Returns the record of what protects the branch now, with the versions of rulesets that the log does not hold; for the
    /// gate without what tells only of what has landed.
    pub fn guards(&self, known: &KnownVersions, look: Look) -> Result<Kept, AskForgeError> {
        match &self.0 {
            Dialect::Github(github) => github.guards(known, look),
            Dialect::Gitlab(gitlab) => gitlab.guards(),
        }
    }
}

/// What a look at the protection of a branch is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// A collection.
    Whole,
    /// The gate, which asks for each request.
    Gate,
}

/// The line to the API of one repository.
struct Line<'a> {
    client: Client,
    edge: Edge<'a>,
    forge: &'a RepositoryForge,
    /// The repository, as the program calls it.
    named: &'a str,
    branch: &'a str,
    unanswered: Unanswered,
}

impl<'a> Line<'a> {
    fn new(
        forge: &'a RepositoryForge,
        (named, branch): (&'a str, &'a str),
        token: Option<Token>,
        headers: &'static [(&'static str, &'static str)],
        edge: Edge<'a>,
    ) -> Result<Line<'a>, AskForgeError> {
        let base = Base::parse(&forge.api)?;
        Ok(Line {
            client: Client::new(Http::new()?, base, token, headers, Limits::default()),
            edge,
            forge,
            named,
            branch,
            unanswered: Unanswered::Ends,
        })
    }

    fn kept(&self, about: About) -> Kept {
        let RepositoryForge {
            kind,
            repository,
            api,
        } = self.forge;
        Kept::new(kind.name(), api, repository, self.named, about)
    }

    /// Returns an answer, or what becomes of it where the forge fails to give one.
    fn answered(
        &self,
        answer: Result<Readable<Retrieval>, ForgeError>,
    ) -> Result<Readable<Option<Retrieval>>, AskForgeError> {
        match (answer.map_err(AskForgeError::from), self.unanswered) {
            (Err(error), Unanswered::IsRecorded) => Ok(Readable::Unread {
                why: error.of_one()?,
            }),
            (answer, Unanswered::Ends | Unanswered::IsRecorded) => Ok(answer?.map(Some)),
        }
    }

    fn get(&self, query: &Query) -> Result<Retrieval, ForgeError> {
        self.client.get(&self.edge, query, None)
    }

    fn keep(
        &self,
        kept: &mut Kept,
        question: Question,
        query: &Query,
        answer: Readable<Option<Retrieval>>,
    ) {
        let asked = match &answer {
            Readable::Known(Some(retrieval)) => (retrieval.address.clone(), retrieval.at),
            Readable::Known(None)
            | Readable::Withheld { .. }
            | Readable::Unread { .. }
            | Readable::NotOffered { .. } => (self.client.address(query), (self.edge.now)()),
        };
        kept.add(question, asked, answer);
    }
}

/// Returns what an answer says, which must be there.
fn read<T>(
    kept: &Kept,
    question: Question,
    what: &str,
    reader: impl Fn(&[&[u8]]) -> Result<T, Unreadable>,
) -> Result<T, AskForgeError> {
    match super::answered::readable(kept, question, reader) {
        Readable::Known(value) => Ok(value),
        unknown => Err(AskForgeError::NotShown {
            what: what.to_owned(),
            is_withheld: matches!(unknown, Readable::Withheld { .. }),
            // A forge says the same of what is not there and of what it does not show.
            why: match unknown {
                Readable::Withheld { needs } => {
                    format!("it is not there, or the token lacks {needs}")
                }
                unknown => unknown.known().err().unwrap_or_default(),
            },
        }),
    }
}

fn proposal(
    request: &ChangeRequest,
    tip: Result<CommitId, AskForgeError>,
    here: &Here<'_>,
) -> Result<ProposalRecord, AskForgeError> {
    let tip = match tip {
        Ok(tip) => tip,
        Err(error) => return Ok(ProposalRecord::Unknown(error.to_string())),
    };
    let wanted = Wanted {
        base: &tip,
        head: &request.head.commit,
        trial: request.trial.as_ref(),
        request: request.number,
        checker: here.checker,
        forge_addresses: here.forge_addresses,
    };
    Ok(match git::proposed(here.repository, &wanted)? {
        Proposed::Known(proposal) => ProposalRecord::Known(proposal),
        Proposed::Unknown(why) => ProposalRecord::Unknown(why),
    })
}
