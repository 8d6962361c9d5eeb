//! Asks a forge about its requests and what protects its branch, question by question.

use super::collect::Access;
use super::record::{About, Kept, ProposalRecord, Question};
use jiff::Timestamp;
use model::digest::CommitId;
use model::program::RepositoryForge;
use model::request::{ChangeRequest, ListedRequest, Readable};
use sources::forge::answer::Unreadable;
use sources::forge::base::{Base, NoBase, Query};
use sources::forge::error::ForgeError;
use sources::forge::retrieval::Retrieval;
use sources::forge::{Client, Edge, Limits};
use sources::git::{self, ProposalError, Proposed, SignatureChecker, Wanted};
use sources::github::endpoint::Endpoint;
use sources::github::{self, NoRepository, Repository};
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
    /// No connection can be made at all.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The credential cannot be had.
    #[error("{why}")]
    Credential {
        /// Why.
        why: String,
    },
    /// What was asked for is not shown.
    #[error("{what} cannot be read: {why}")]
    NotShown {
        /// What.
        what: String,
        /// Why.
        why: String,
    },
    /// The request's commits are there and cannot be read.
    #[error("the difference of the request cannot be read")]
    Proposal(#[from] ProposalError),
    /// The keys of the program cannot be used.
    #[error("a key of the program cannot be used")]
    Keys(#[from] signatures::KeyringError),
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
pub struct Asker<'a> {
    client: Client,
    edge: Edge<'a>,
    forge: &'a RepositoryForge,
    at_forge: Repository,
    /// The repository, as the program calls it.
    named: &'a str,
    branch: &'a str,
}

impl<'a> Asker<'a> {
    /// Returns what asks; without a token it sees what everybody sees.
    pub fn new(
        forge: &'a RepositoryForge,
        (named, branch): (&'a str, &'a str),
        access: &Access<'a>,
    ) -> Result<Asker<'a>, AskForgeError> {
        let token = (access.credential)(forge);
        let token = token.map_err(|why| AskForgeError::Credential { why })?;
        let base = Base::parse(&forge.api)?;
        let client = Client::new(
            Http::new()?,
            base,
            token,
            &github::HEADERS,
            Limits::default(),
        );
        Ok(Asker {
            client,
            edge: access.edge,
            forge,
            at_forge: Repository::parse(&forge.repository)?,
            named,
            branch,
        })
    }

    /// Returns the record of the list of all requests, with what it lists.
    pub fn requests(&self) -> Result<(Kept, Vec<ListedRequest>), AskForgeError> {
        let mut kept = self.kept(About::Requests);
        let answer = self.readable(Endpoint::Requests)?;
        self.keep(&mut kept, Question::Requests, Endpoint::Requests, answer);
        let listed = read(
            &kept,
            Question::Requests,
            "the list of requests",
            github::read::requests,
        )?;
        Ok((kept, listed))
    }

    /// Returns the record of one request as it is now.
    pub fn request(
        &self,
        number: u64,
        updated_at: Option<Timestamp>,
        here: &Here<'_>,
    ) -> Result<Kept, AskForgeError> {
        let mut kept = self.kept(About::Request { number, updated_at });
        self.ask(&mut kept, Question::Request, Endpoint::Request(number))?;
        let what = format!("request {number}");
        let request = read(&kept, Question::Request, &what, github::read::request)?;
        let head = request.head.commit.to_string();
        self.ask(
            &mut kept,
            Question::Commits,
            Endpoint::RequestCommits(number),
        )?;
        self.ask(&mut kept, Question::Reviews, Endpoint::Reviews(number))?;
        self.ask(&mut kept, Question::Comments, Endpoint::Comments(number))?;
        self.ask(&mut kept, Question::CheckRuns, Endpoint::CheckRuns(&head))?;
        self.ask(&mut kept, Question::Statuses, Endpoint::Statuses(&head))?;
        for number in issues(&request) {
            self.ask(
                &mut kept,
                Question::Issue { number },
                Endpoint::Issue(number),
            )?;
        }
        if request.merge.is_none() && request.closed_at.is_none() {
            let base = Endpoint::Branch(&request.base.branch);
            self.ask(&mut kept, Question::Branch, base)?;
            let tip = read(
                &kept,
                Question::Branch,
                "the branch of the request",
                github::read::branch,
            );
            kept.record.proposal = Some(proposal(&request, tip, here)?);
        }
        Ok(kept)
    }

    /// Returns the record of what protects the branch now.
    pub fn guards(&self) -> Result<Kept, AskForgeError> {
        let name = self.branch.to_owned();
        let mut kept = self.kept(About::Branch { name });
        self.ask(&mut kept, Question::Settings, Endpoint::Settings)?;
        self.ask(
            &mut kept,
            Question::Rules,
            Endpoint::BranchRules(self.branch),
        )?;
        let rules = read(
            &kept,
            Question::Rules,
            "the rules",
            github::read::branch_rules,
        );
        let rulesets = rules
            .unwrap_or_default()
            .into_iter()
            .map(|rule| rule.ruleset);
        for id in rulesets.collect::<BTreeSet<u64>>() {
            self.ask(&mut kept, Question::Ruleset { id }, Endpoint::Ruleset(id))?;
            let versions = Question::RulesetVersions { id };
            self.ask(&mut kept, versions, Endpoint::RulesetVersions(id))?;
        }
        let classic = Endpoint::Protection(self.branch);
        let answer = github::protection(self.get(classic))?;
        self.keep(&mut kept, Question::Protection, classic, answer);
        self.ask(&mut kept, Question::RuleSuites, Endpoint::RuleSuites)?;
        self.ask(&mut kept, Question::DeployKeys, Endpoint::DeployKeys)?;
        self.ask(&mut kept, Question::Collaborators, Endpoint::Collaborators)?;
        self.ask(&mut kept, Question::Environments, Endpoint::Environments)?;
        Ok(kept)
    }

    fn kept(&self, about: About) -> Kept {
        let RepositoryForge {
            kind,
            repository,
            api,
        } = self.forge;
        Kept::new(kind.name(), api, repository, self.named, about)
    }

    fn query(&self, endpoint: Endpoint<'_>) -> Query {
        endpoint.of(&self.at_forge)
    }

    fn get(&self, endpoint: Endpoint<'_>) -> Result<Retrieval, ForgeError> {
        self.client.get(&self.edge, &self.query(endpoint), None)
    }

    fn readable(
        &self,
        endpoint: Endpoint<'_>,
    ) -> Result<Readable<Option<Retrieval>>, AskForgeError> {
        Ok(match github::readable(self.get(endpoint))? {
            Readable::Known(retrieval) => Readable::Known(Some(retrieval)),
            Readable::Withheld { needs } => Readable::Withheld { needs },
            Readable::Unread { why } => Readable::Unread { why },
            Readable::NotOffered { said } => Readable::NotOffered { said },
        })
    }

    fn ask(
        &self,
        kept: &mut Kept,
        question: Question,
        endpoint: Endpoint<'_>,
    ) -> Result<(), AskForgeError> {
        let answer = self.readable(endpoint)?;
        self.keep(kept, question, endpoint, answer);
        Ok(())
    }

    fn keep(
        &self,
        kept: &mut Kept,
        question: Question,
        endpoint: Endpoint<'_>,
        answer: Readable<Option<Retrieval>>,
    ) {
        let asked = match &answer {
            Readable::Known(Some(retrieval)) => (retrieval.address.clone(), retrieval.at),
            Readable::Known(None)
            | Readable::Withheld { .. }
            | Readable::Unread { .. }
            | Readable::NotOffered { .. } => {
                let address = self.client.address(&self.query(endpoint));
                (address, (self.edge.now)())
            }
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
    match super::facts::readable(kept, question, reader) {
        Readable::Known(value) => Ok(value),
        unknown => Err(AskForgeError::NotShown {
            what: what.to_owned(),
            why: unknown.known().err().unwrap_or_default(),
        }),
    }
}

/// Returns the issues of the same repository that the description names.
pub(super) fn issues(request: &ChangeRequest) -> Vec<u64> {
    let said = super::facts::said(request);
    let numbers = said.tickets.iter().filter_map(|ticket| issue(ticket));
    let others = numbers.filter(|number| *number != request.number);
    others
        .collect::<BTreeSet<u64>>()
        .into_iter()
        .take(MAX_ISSUES)
        .collect()
}

/// Tickets of one request that are asked for.
const MAX_ISSUES: usize = 10;

/// Returns the number of an issue of the same repository: `#12`.
pub(super) fn issue(ticket: &str) -> Option<u64> {
    ticket.strip_prefix('#')?.parse().ok()
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
