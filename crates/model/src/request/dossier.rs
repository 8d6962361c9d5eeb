//! What the log holds of a change request and of what protects its branch, as they were at one moment.

use super::access::{Collaborator, DeployKey, Environment, RepositorySettings};
use super::audit::{AuditEvent, AuditLog};
use super::check::{CheckRun, CommitStatus, Counted, Pipeline};
use super::hook::Hooked;
use super::level::{ApprovalRule, Member, MergeSettings, ProtectedBranch, PushRules};
use super::protection::BranchProtection;
use super::rules::{BranchRule, RuleSuite, Ruleset, RulesetState, RulesetVersion};
use super::ticket::Ticket;
use super::{ChangeRequest, Comment, ListedRequest, Readable, RequestCommit, Review};
use crate::calibration::Calibrations;
use crate::change::Proposal;
use crate::digest::{CommitId, Digest};
use crate::outcome::{Outcome, Risk};
use crate::program::ControlId;
use crate::review::Reviews;
use crate::session::SessionSeen;
use crate::statement::Statement;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// A change request as it was at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dossier {
    /// The leaf of the ledger that holds it.
    pub leaf: u64,
    /// When our ledger received it: no earlier than any leaf before, whatever the clock said.
    pub at: Timestamp,
    /// SHA-256 of an outside signature's bytes to which the leaf commits: it is younger.
    pub after: Option<Digest>,
    /// The request.
    pub request: ChangeRequest,
    /// What its description says.
    pub said: Said,
    /// Its commits; the forge may list fewer than there are.
    pub commits: Readable<Vec<RequestCommit>>,
    /// Its reviews.
    pub reviews: Readable<Vec<Review>>,
    /// Its comments.
    pub comments: Readable<Vec<Comment>>,
    /// Its pipelines; none where the forge has none of its own, as GitHub. The runs of checks are then the jobs of the one that
    /// counts.
    pub pipelines: Option<Readable<Vec<Pipeline>>>,
    /// The runs of checks on its head.
    pub checks: Readable<Counted<CheckRun>>,
    /// The statuses of its head.
    pub statuses: Readable<Vec<CommitStatus>>,
    /// The issues that it closes when it lands, by their names; another tracker's and another repository's too.
    pub linked: Readable<Vec<String>>,
    /// What is known of each ticket that it names or mentions, as far as the forge or the repository keeps it.
    pub tickets: BTreeMap<String, Readable<Ticket>>,
    /// What it would bring if it landed then, or why nobody can say.
    pub proposal: Result<Box<Proposal>, String>,
}

/// What the description of a request says, read as a commit message is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// Words below the title, trailers left out.
    pub words: u32,
    /// The risk class that it declares.
    pub declared_risk: Option<Risk>,
    /// Whether it assesses the risk.
    pub risk_assessment: bool,
    /// The tickets that its `Ticket:` lines name, sorted, each once.
    pub ticket_lines: Vec<String>,
    /// Every ticket that it mentions, sorted, each once.
    pub mentioned: Vec<String>,
}

impl Dossier {
    /// Returns the tickets that it is judged by: those that it names in `Ticket:` lines, else the issues that it closes, else
    /// those that it mentions; or why nobody knows.
    pub fn own_tickets(&self) -> Result<&[String], String> {
        if !self.said.ticket_lines.is_empty() {
            return Ok(&self.said.ticket_lines);
        }
        match self.linked.known()?.as_slice() {
            [] => Ok(&self.said.mentioned),
            linked => Ok(linked),
        }
    }
}

/// What protected a branch at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guards {
    /// The leaf of the ledger that holds it.
    pub leaf: u64,
    /// When our ledger received it: no earlier than any leaf before, whatever the clock said.
    pub at: Timestamp,
    /// The branch.
    pub branch: String,
    /// The repository's settings.
    pub settings: Readable<RepositorySettings>,
    /// The rules in force on the branch, wherever they come from.
    pub rules: Readable<Vec<BranchRule>>,
    /// The rulesets that these rules belong to, by their numbers.
    pub rulesets: BTreeMap<u64, Readable<Ruleset>>,
    /// The versions of each of them.
    pub versions: BTreeMap<u64, Readable<Vec<RulesetVersion>>>,
    /// The classic protection of the branch; `Known(None)` where it is known that there is none.
    pub classic: Readable<Option<BranchProtection>>,
    /// How the rules judged the pushes of the last month.
    pub suites: Readable<Vec<RuleSuite>>,
    /// What was done to the classic protection of branches; `Known(None)` where it was not asked, for the branch has none or
    /// nobody keeps such a log.
    pub audit_log: Readable<Option<AuditLog>>,
    /// Keys of machines.
    pub deploy_keys: Readable<Vec<DeployKey>>,
    /// Who may reach the repository.
    pub collaborators: Readable<Vec<Collaborator>>,
    /// Where it is deployed to.
    pub environments: Readable<Vec<Environment>>,
    /// What protects the branch where the forge grants by levels of access, as GitLab does; it then has no rulesets and no
    /// classic protection.
    pub project: Option<Box<ProjectGuards>>,
}

impl Guards {
    /// Returns what the forge said where the plan of the repository offers no rules of a branch.
    pub fn not_offered(&self) -> Option<&str> {
        match &self.rules {
            Readable::NotOffered { said } => Some(said),
            Readable::Known(_) | Readable::Withheld { .. } | Readable::Unread { .. } => None,
        }
    }
}

/// What protects the branches of a project of GitLab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectGuards {
    /// The branches that are protected, by names and patterns.
    pub branches: Readable<Vec<ProtectedBranch>>,
    /// What must hold before a request lands.
    pub merging: Readable<MergeSettings>,
    /// Who must approve.
    pub approval_rules: Readable<Vec<ApprovalRule>>,
    /// What a push must keep; `Known(None)` where there are no such rules.
    pub push_rules: Readable<Option<PushRules>>,
    /// Who may reach the project.
    pub members: Readable<Vec<Member>>,
    /// What was changed in it.
    pub audit: Readable<Vec<AuditEvent>>,
    /// What was changed in each group that it lies below, by its full path.
    pub group_audits: BTreeMap<String, Readable<Vec<AuditEvent>>>,
}

/// What a version of a ruleset said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateSeen {
    /// The leaf of the ledger that holds it.
    pub leaf: u64,
    /// What it said.
    pub state: RulesetState,
}

/// Every request of a repository, as a list showed them at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestList {
    /// The leaf of the ledger that holds it.
    pub leaf: u64,
    /// When our ledger received it: no earlier than any leaf before, whatever the clock said.
    pub at: Timestamp,
    /// Leaves of the log before the forge was asked.
    pub looked_behind: u64,
    /// The requests, the oldest first.
    pub requests: Readable<Vec<ListedRequest>>,
}

/// What the gate answered about a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gated {
    /// The leaf of the ledger that holds it.
    pub leaf: u64,
    /// The number of the request.
    pub request: u64,
    /// The head that it judged.
    pub head: CommitId,
    /// The digest of the difference that it judged.
    pub patch_digest: Option<Digest>,
    /// The name of the check as which it answers; empty where it has none.
    pub own_check: String,
    /// The worst of the rules.
    pub outcome: Outcome,
    /// The rules that it says were passed.
    pub passed: BTreeSet<ControlId>,
    /// The tree that it judged, where it could be told.
    pub merged_tree: Option<CommitId>,
    /// The moment that it was decided for.
    pub at: Timestamp,
    /// When our ledger received it.
    pub received_at: Timestamp,
    /// SHA-256 of the program that it was decided by.
    pub program_sha256: Digest,
    /// Whether that was a file which whoever asked named, and not the program of the branch.
    pub by_file: bool,
    /// Why its pass does not count, where it does not follow from the records before it.
    pub doubt: Option<Doubt>,
}

/// What the records before an answer of the gate say instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// What they say.
    pub outcome: Outcome,
    /// Why.
    pub reason: String,
}

/// Everything that the log holds of a repository at a forge, each in the order of the leaves.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ForgeFacts {
    /// What was asked of the forge is called, such as `github`; none where nothing was.
    pub forge: Option<String>,
    /// Whether it signs every merge that it makes, as github.com does.
    pub signs_merges: bool,
    /// Requests by their numbers.
    pub requests: BTreeMap<u64, Vec<Dossier>>,
    /// What protected the branch.
    pub guards: Vec<Guards>,
    /// Lists of all requests.
    pub lists: Vec<RequestList>,
    /// What people stated and signed, by the number of the request that it is about.
    pub statements: BTreeMap<u64, Vec<Statement>>,
    /// What AI reviewers said.
    pub reviews: Reviews,
    /// The sessions in which AI coding tools wrote commits, by those.
    pub sessions: BTreeMap<CommitId, Vec<SessionSeen>>,
    /// How AI reviewers did on defects that are known.
    pub calibrations: Calibrations,
    /// What the gate answered about requests to the branch, by their numbers.
    pub gates: BTreeMap<u64, Vec<Gated>>,
    /// When the gate first answered about any of them, by the leaf of its answer.
    pub gate_since: Option<Timestamp>,
    /// What versions of rulesets said, by ruleset and version.
    pub states: BTreeMap<(u64, u64), StateSeen>,
    /// What its webhooks told.
    pub hooks: Vec<Hooked>,
    /// The branch that counts; requests to others are no requests of it.
    pub branch: String,
    /// The leaf of the log that claims the latest time, and that time: what is recorded behind it is received no earlier.
    pub latest: Option<(u64, Timestamp)>,
    /// The leaves of records of a forge that cannot be read.
    pub unread: BTreeSet<u64>,
    /// The leaves of statements that cannot be read.
    pub unread_statements: BTreeSet<u64>,
    /// The leaves of AI reviews that cannot be read.
    pub unread_reviews: BTreeSet<u64>,
    /// The leaves of such sessions that cannot be read.
    pub unread_sessions: BTreeSet<u64>,
}

impl ForgeFacts {
    /// Returns whether a ref is the branch that counts.
    pub fn is_of_branch(&self, reference: &str) -> bool {
        reference.strip_prefix("refs/heads/") == Some(self.branch.as_str())
    }
}
