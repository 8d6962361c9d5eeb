//! What GitHub is asked.

use super::super::answered::readable;
use super::super::facts;
use super::super::files;
use super::super::history::KnownVersions;
use super::super::record::{About, Kept, Question};
use super::super::tickets;
use super::{AskForgeError, Here, Line, Look, Unanswered, proposal, read};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::program::RepositoryForge;
use model::request::words::AccountKind;
use model::request::{ListedRequest, Readable};
use sources::forge::Edge;
use sources::forge::base::Query;
use sources::forge::token::Token;
use sources::github::endpoint::Endpoint;
use sources::github::{self, Repository};
use std::collections::BTreeSet;

/// What asks one repository of GitHub.
pub(super) struct Questions<'a> {
    line: Line<'a>,
    at_forge: Repository,
}

impl<'a> Questions<'a> {
    pub(super) fn new(
        forge: &'a RepositoryForge,
        place: (&'a str, &'a str),
        token: Option<Token>,
        edge: Edge<'a>,
    ) -> Result<Questions<'a>, AskForgeError> {
        Ok(Questions {
            line: Line::new(forge, place, token, &github::HEADERS, edge)?,
            at_forge: Repository::parse(&forge.repository)?,
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
        kept.cut(github::read::LISTED_FIELDS);
        let listed = read(
            &kept,
            Question::Requests,
            "the list of requests",
            github::read::requests,
        )?;
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
        if facts::has_line_comments(&kept) {
            let beside = Endpoint::LineComments(number);
            self.ask(&mut kept, Question::LineComments, beside)?;
        }
        self.ask(&mut kept, Question::CheckRuns, Endpoint::CheckRuns(&head))?;
        self.ask(&mut kept, Question::Statuses, Endpoint::Statuses(&head))?;
        let linked = tickets::closed_by(&request);
        for number in tickets::issues(&kept, &request, &linked) {
            let question = Question::Issue { number };
            self.ask(&mut kept, question, Endpoint::Issue(number))?;
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
        kept.record.files = files::read(&kept, &request, here.repository);
        Ok(kept)
    }

    /// Returns the record of what protects the branch now, with the versions of rulesets that the log does not hold.
    pub(super) fn guards(&self, known: &KnownVersions, look: Look) -> Result<Kept, AskForgeError> {
        let name = self.line.branch.to_owned();
        let mut kept = self.line.kept(About::Branch { name });
        self.ask(&mut kept, Question::Settings, Endpoint::Settings)?;
        self.ask(
            &mut kept,
            Question::Rules,
            Endpoint::BranchRules(self.line.branch),
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
        let rulesets = rulesets.chain(known.rulesets());
        for id in rulesets.collect::<BTreeSet<u64>>() {
            self.ask(&mut kept, Question::Ruleset { id }, Endpoint::Ruleset(id))?;
            self.versions(&mut kept, id, known)?;
        }
        let classic = self.query(Endpoint::Protection(self.line.branch));
        let answer = github::protection(self.line.get(&classic))?;
        let protection = Question::Protection;
        self.line.keep(&mut kept, protection, &classic, answer);
        self.audit_log(&mut kept)?;
        if look == Look::Gate {
            return Ok(kept);
        }
        self.ask(&mut kept, Question::RuleSuites, Endpoint::RuleSuites)?;
        self.ask(&mut kept, Question::DeployKeys, Endpoint::DeployKeys)?;
        self.ask(&mut kept, Question::Collaborators, Endpoint::Collaborators)?;
        self.ask(&mut kept, Question::Environments, Endpoint::Environments)?;
        Ok(kept)
    }

    /// Asks for the audit log where it tells something: classic protection keeps no history, and a user has no such log.
    fn audit_log(&self, kept: &mut Kept) -> Result<(), AskForgeError> {
        let is_protected = matches!(facts::classic(kept), Readable::Known(Some(_)));
        let settings = readable(kept, Question::Settings, github::read::settings);
        let has_log = settings
            .known()
            .is_ok_and(|it| it.owner.kind == AccountKind::Organization);
        if !(is_protected && has_log) {
            return Ok(());
        }
        let day = (self.line.edge.now)().to_zoned(TimeZone::UTC).date();
        let since = day.checked_sub(facts::AUDIT_LOG_SPAN).unwrap_or(day);
        self.ask(kept, Question::AuditLog, Endpoint::AuditLog { since })
    }

    /// Asks which versions a ruleset has, and what the new ones say.
    fn versions(
        &self,
        kept: &mut Kept,
        id: u64,
        known: &KnownVersions,
    ) -> Result<(), AskForgeError> {
        let question = Question::RulesetVersions { id };
        self.ask(kept, question, Endpoint::RulesetVersions(id))?;
        let listed = readable(kept, question, github::read::ruleset_versions);
        let listed = listed.known().cloned().unwrap_or_default();
        for version in known.wanted(id, &listed) {
            let question = Question::RulesetVersion { id, version };
            let ruleset = id;
            self.ask(
                kept,
                question,
                Endpoint::RulesetVersion { ruleset, version },
            )?;
        }
        Ok(())
    }

    fn query(&self, endpoint: Endpoint<'_>) -> Query {
        endpoint.of(&self.at_forge)
    }

    fn ask(
        &self,
        kept: &mut Kept,
        question: Question,
        endpoint: Endpoint<'_>,
    ) -> Result<(), AskForgeError> {
        let query = self.query(endpoint);
        let answer = self
            .line
            .answered(github::readable(self.line.get(&query)))?;
        self.line.keep(kept, question, &query, answer);
        Ok(())
    }
}
