//! What GitLab is asked.

use super::super::answered::readable;
use super::super::facts;
use super::super::files;
use super::super::record::{About, Kept, Question};
use super::super::tickets;
use super::{AskForgeError, Here, Line, Unanswered, proposal, read};
use jiff::Timestamp;
use model::program::RepositoryForge;
use model::request::{ChangeRequest, ListedRequest, Readable};
use sources::forge::Edge;
use sources::forge::base::Query;
use sources::forge::token::Token;
use sources::gitlab::endpoint::Endpoint;
use sources::gitlab::project::Project;
use sources::gitlab::{self, Credential};

/// What asks one project of GitLab.
pub(super) struct Questions<'a> {
    line: Line<'a>,
    project: Project,
    credential: Credential,
}

impl<'a> Questions<'a> {
    pub(super) fn new(
        forge: &'a RepositoryForge,
        place: (&'a str, &'a str),
        token: Option<Token>,
        edge: Edge<'a>,
    ) -> Result<Questions<'a>, AskForgeError> {
        Ok(Questions {
            credential: Credential::of(token.as_ref()),
            line: Line::new(forge, place, token, &gitlab::HEADERS, edge)?,
            project: Project::parse(&forge.repository)?,
        })
    }

    pub(super) fn going_on(mut self) -> Questions<'a> {
        self.line.unanswered = Unanswered::IsRecorded;
        self
    }

    /// Returns the record of the list of all requests, with what it lists.
    pub(super) fn requests(&self) -> Result<(Kept, Vec<ListedRequest>), AskForgeError> {
        let mut kept = self.line.kept(About::Requests);
        self.ask(&mut kept, Question::Requests, Endpoint::Requests)?;
        kept.cut(gitlab::read::LISTED_FIELDS);
        let what = "the list of merge requests";
        let listed = read(&kept, Question::Requests, what, gitlab::read::requests)?;
        Ok((kept, listed))
    }

    /// Returns the record of one request as it is now.
    pub(super) fn request(
        &self,
        number: u64,
        updated_at: Option<Timestamp>,
        here: &Here<'_>,
    ) -> Result<Kept, AskForgeError> {
        let mut kept = self.line.kept(About::Request { number, updated_at });
        self.ask(&mut kept, Question::Request, Endpoint::Request(number))?;
        let what = format!("merge request {number}");
        let mut request = read(&kept, Question::Request, &what, gitlab::read::request)?;
        let head = request.head.commit.to_string();
        for (question, endpoint) in [
            (Question::Commits, Endpoint::RequestCommits(number)),
            (Question::Versions, Endpoint::Versions(number)),
            (Question::Reviews, Endpoint::Approvals(number)),
            (Question::Comments, Endpoint::Notes(number)),
            (Question::Statuses, Endpoint::Statuses(&head)),
            (Question::Pipelines, Endpoint::RequestPipelines(number)),
            (Question::ClosesIssues, Endpoint::ClosesIssues(number)),
        ] {
            self.ask(&mut kept, question, endpoint)?;
        }
        let linked = tickets::closed_at(&kept);
        for number in tickets::issues(&kept, &request, &linked) {
            let question = Question::Issue { number };
            self.ask(&mut kept, question, Endpoint::Issue(number))?;
        }
        let is_open = request.merge.is_none() && request.closed_at.is_none();
        if is_open {
            request.trial = self.trial(&mut kept, number)?;
        }
        self.jobs(&mut kept, &request)?;
        if is_open {
            let base = Endpoint::Branch(&request.base.branch);
            self.ask(&mut kept, Question::Branch, base)?;
            let what = "the branch of the request";
            let tip = read(&kept, Question::Branch, what, gitlab::read::branch);
            kept.record.proposal = Some(proposal(&request, tip, here)?);
        }
        kept.record.files = files::read(&kept, &request, here.repository);
        Ok(kept)
    }

    /// Returns the merge that GitLab tries when it is asked for it; none where the two cannot be merged.
    fn trial(
        &self,
        kept: &mut Kept,
        number: u64,
    ) -> Result<Option<model::digest::CommitId>, AskForgeError> {
        let query = self.query(Endpoint::MergeRef(number));
        let answer = match gitlab::merge_ref(self.line.get(&query), self.credential) {
            // Two that cannot be merged have none, which is an answer.
            Ok(Readable::Unread { .. }) => Readable::Known(None),
            answer => self.line.answered(answer)?,
        };
        let question = Question::Trial;
        self.line.keep(kept, question, &query, answer);
        Ok(read(kept, question, "the trial merge", gitlab::read::merge_ref).ok())
    }

    /// Asks for the jobs of the pipeline that counts.
    fn jobs(&self, kept: &mut Kept, request: &ChangeRequest) -> Result<(), AskForgeError> {
        let what = "the pipelines of the request";
        let pipelines = read(kept, Question::Pipelines, what, gitlab::read::pipelines);
        let pipelines = pipelines.unwrap_or_default();
        match request.pipeline(&pipelines).map(|pipeline| pipeline.id) {
            Some(pipeline) => {
                let question = Question::Jobs { pipeline };
                self.ask(kept, question, Endpoint::Jobs(pipeline))
            }
            None => Ok(()),
        }
    }

    /// Returns the record of what protects the branch now.
    pub(super) fn guards(&self) -> Result<Kept, AskForgeError> {
        let name = self.line.branch.to_owned();
        let mut kept = self.line.kept(About::Branch { name });
        for (question, endpoint) in [
            (Question::Settings, Endpoint::Settings),
            (Question::ProtectedBranches, Endpoint::ProtectedBranches),
            (Question::ApprovalRules, Endpoint::ApprovalRules),
            (Question::PushRule, Endpoint::PushRule),
            (Question::DeployKeys, Endpoint::DeployKeys),
            (Question::Collaborators, Endpoint::Members),
            (Question::Environments, Endpoint::Environments),
            (Question::AuditEvents, Endpoint::AuditEvents),
        ] {
            self.ask(&mut kept, question, endpoint)?;
        }
        // Without that of the project those of its groups tell nothing.
        let own = readable(&kept, Question::AuditEvents, gitlab::read::audit_events);
        let settings = readable(&kept, Question::Settings, gitlab::read::settings);
        let groups = match (own, settings) {
            (Readable::Known(_), Readable::Known(settings)) => facts::groups(&settings),
            _ => Vec::new(),
        };
        for (parts, group) in (1..).zip(&groups) {
            let question = Question::GroupAuditEvents { parts };
            self.ask(&mut kept, question, Endpoint::GroupAuditEvents(group))?;
        }
        Ok(kept)
    }

    fn query(&self, endpoint: Endpoint<'_>) -> Query {
        endpoint.of(&self.project)
    }

    fn ask(
        &self,
        kept: &mut Kept,
        question: Question,
        endpoint: Endpoint<'_>,
    ) -> Result<(), AskForgeError> {
        let query = self.query(endpoint);
        let answer = gitlab::readable(self.line.get(&query), self.credential);
        let answer = self.line.answered(answer)?;
        self.line.keep(kept, question, &query, answer);
        Ok(())
    }
}
