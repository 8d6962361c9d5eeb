//! The program: what an organisation declares, after every name in it was resolved.

use crate::identity::Identity;
use crate::outcome::Risk;
use crate::outsiders::Outsiders;
use crate::reviewer::{AgentModel, Reviewer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// What the organisation declares in `countersign.yaml`, with the shipped catalogue merged in.
#[derive(Debug, Clone, PartialEq)]
pub struct Program {
    /// The organisation.
    pub organisation: Organisation,
    /// The frameworks in scope.
    pub frameworks: Frameworks,
    /// The observation period as written, for [`crate::period::Period::parse`].
    pub period: Option<String>,
    /// The repositories; none stands for the one that the program lies in.
    pub repositories: Vec<Repository>,
    /// The environments.
    pub environments: Vec<Environment>,
    /// Tools in use, by purpose (`forge`, `ci`, `cloud`, `monitoring`, …).
    pub tools: BTreeMap<String, Vec<String>>,
    /// Everyone and everything that acts.
    pub principals: Vec<Principal>,
    /// Duties by name.
    pub functions: BTreeMap<FunctionName, Function>,
    /// Who holds what.
    pub assignments: BTreeMap<PrincipalId, BTreeSet<FunctionName>>,
    /// Pairs of duties that one principal should not hold.
    pub conflicts: Vec<Conflict>,
    /// Compensating controls by id.
    pub controls: BTreeMap<ControlId, Control>,
    /// Risk classes that touched paths imply.
    pub risk_classes: RiskClasses,
    /// How often something is due, by name (`control_review: quarterly`).
    pub cadences: BTreeMap<String, Cadence>,
    /// Future hires in their order.
    pub hiring_plan: Vec<Hire>,
    /// Causes that management gave for deviations.
    pub causes: Vec<Cause>,
    /// Committer addresses of forges that act for the users of their web pages.
    pub forge_addresses: BTreeSet<String>,
    /// Who signs the log besides the organisation.
    pub outsiders: Outsiders,
    /// Where the log is kept.
    pub ledger: LedgerEntry,
    /// What only the operator can answer and has not yet.
    pub questions: Vec<Question>,
    /// The sentences that the operator wrote, for `check` to read.
    pub own_texts: Vec<OwnText>,
}

/// Days for which a bucket keeps what is written, where the program does not say: a period of a year, and its audit.
pub const LEDGER_RETENTION_DAYS: u32 = 400;

/// What the program says of its log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Where it is kept, as written; `.countersign` beside the program where it does not say.
    pub place: Option<String>,
    /// Days for which a bucket keeps what is written now; none for 0.
    pub retention_days: u32,
}

impl Default for LedgerEntry {
    fn default() -> LedgerEntry {
        LedgerEntry {
            place: None,
            retention_days: LEDGER_RETENTION_DAYS,
        }
    }
}

/// The organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its name.
    pub name: String,
    /// People who work there; the count of human principals where the program does not say.
    pub head_count: u32,
}

/// The frameworks in scope; an empty list means every criterion that the catalogue serves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Frameworks {
    /// SOC 2 trust services criteria, such as `CC8.1`.
    pub soc2: Vec<String>,
    /// ISO/IEC 27001:2022 Annex A controls, such as `A.8.32`.
    pub iso27001: Vec<String>,
}

/// A repository in scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// Its name in every report.
    pub name: String,
    /// Where it lies, relative to the program's folder.
    pub path: Option<String>,
    /// The protected branch; the repository's default where the program does not say.
    pub branch: Option<String>,
    /// Where its requests are, where the program says so.
    pub forge: Option<RepositoryForge>,
    /// The ways in which the forge lets a request land. Without `rebase` a commit
    /// that shows no request was not landed by one: this can prove a miss, never a pass.
    pub merge_methods: Option<BTreeSet<MergeMethod>>,
}

/// Where the requests of a repository are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryForge {
    /// What kind of forge it is.
    pub kind: ForgeKind,
    /// The repository there: `owner/name`, at GitLab the path with all groups.
    pub repository: String,
    /// The address of the API.
    pub api: String,
}

/// A kind of forge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ForgeKind {
    /// GitHub, or an enterprise's own server of it.
    Github,
    /// GitLab, or a server of one's own.
    Gitlab,
}

impl ForgeKind {
    /// Every kind.
    pub const ALL: [ForgeKind; 2] = [ForgeKind::Github, ForgeKind::Gitlab];

    /// Returns what programs and accounts call it.
    pub fn name(self) -> &'static str {
        match self {
            ForgeKind::Github => "github",
            ForgeKind::Gitlab => "gitlab",
        }
    }

    /// Returns the address of the API that everybody uses.
    pub fn api(self) -> &'static str {
        match self {
            ForgeKind::Github => "https://api.github.com",
            ForgeKind::Gitlab => "https://gitlab.com/api/v4",
        }
    }
}

/// A way in which a forge lands a request.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum MergeMethod {
    /// A merge commit.
    Merge,
    /// One squashed commit.
    Squash,
    /// Rewritten commits, or a fast-forward, without a trace of the request.
    Rebase,
}

/// An environment that the organisation runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// Its name.
    pub name: String,
    /// Whether customers depend on it.
    #[serde(default)]
    pub production: bool,
}

/// The short name of a principal: lower-case letters, digits, `-`, `_` and `.`.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct PrincipalId(Arc<str>);

impl PrincipalId {
    /// Returns the id, or `None` where `text` is empty, longer than 64 or has another character.
    pub fn new(text: &str) -> Option<PrincipalId> {
        let allowed =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
        ((1..=64).contains(&text.len()) && text.chars().all(allowed))
            .then(|| PrincipalId(text.into()))
    }

    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PrincipalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The name of a duty, as people say it: `production deployment`.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct FunctionName(pub String);

impl fmt::Display for FunctionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The id of a control: `CR-4`. `CR-4` comes before `CR-10`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct ControlId(pub String);

impl ControlId {
    /// The text before the number, the length of the number, and the whole.
    fn order(&self) -> (&str, usize, &str) {
        let stem = self.0.trim_end_matches(|c: char| c.is_ascii_digit());
        (stem, self.0.len() - stem.len(), &self.0)
    }
}

impl Ord for ControlId {
    fn cmp(&self, other: &ControlId) -> std::cmp::Ordering {
        self.order().cmp(&other.order())
    }
}

impl PartialOrd for ControlId {
    fn partial_cmp(&self, other: &ControlId) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for ControlId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// One who acts, with every account, address and key: counted once.
#[derive(Debug, Clone, PartialEq)]
pub struct Principal {
    /// The short name.
    pub id: PrincipalId,
    /// The name as in reports.
    pub name: String,
    /// What it is.
    pub kind: PrincipalKind,
    /// The title, such as `founder`.
    pub title: Option<String>,
    /// E-mail addresses, compared without regard to case.
    pub emails: Vec<String>,
    /// Accounts as `github:ada`.
    pub accounts: Vec<String>,
    /// Public keys in the form of `authorized_keys`.
    pub ssh_keys: Vec<String>,
    /// Armoured OpenPGP public keys.
    pub openpgp_keys: Vec<String>,
    /// The model behind an agent, where the program says so.
    pub model: Option<AgentModel>,
    /// How an agent is asked to review, where it is.
    pub reviewer: Option<Reviewer>,
}

/// What a principal is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PrincipalKind {
    /// A person of the organisation.
    Human,
    /// An AI agent.
    Agent,
    /// A bot, a CI job or another automation.
    Automation,
    /// A person outside the organisation.
    Outsider,
}

/// A duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// What it covers.
    pub description: String,
}

/// A pair of duties that one principal should not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Conflict {
    /// One duty.
    pub first: FunctionName,
    /// The other.
    pub second: FunctionName,
    /// The risk of combining them, before controls.
    pub risk: Risk,
    /// Why they conflict.
    pub rationale: String,
}

/// A compensating control with its four components.
#[derive(Debug, Clone, PartialEq)]
pub struct Control {
    /// The id.
    pub id: ControlId,
    /// The area: `Code review`.
    pub area: String,
    /// The test in one sentence.
    pub title: String,
    /// Component 1: what could go wrong.
    pub risk_statement: String,
    /// Component 2: why the standard control is not feasible.
    pub justification: String,
    /// Component 3: what is done instead.
    pub description: String,
    /// Component 4: how it is shown to operate.
    pub evidence: Vec<EvidenceSource>,
    /// Numbers and words that the tests read.
    pub parameters: BTreeMap<String, Parameter>,
    /// How often it operates.
    pub cadence: Cadence,
    /// The criteria it serves.
    pub criteria: Frameworks,
    /// The conflicts it compensates, as pairs in either order.
    pub compensates: Vec<[FunctionName; 2]>,
    /// Whether a machine enforces it; automated controls weigh more.
    pub automated: bool,
    /// Whether the organisation has it in use.
    pub in_use: bool,
    /// What could evidence it, where git alone cannot.
    pub evidenced_by: Vec<String>,
}

/// One row of a control's evidence table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceSource {
    /// The type of evidence.
    pub evidence: String,
    /// The system that holds it.
    pub source: String,
    /// How often it arises.
    pub frequency: String,
}

/// The value of a control's parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Parameter {
    /// One number.
    Number(f64),
    /// One number for each risk class.
    ByRisk(ByRisk),
    /// A word or sentence.
    Text(String),
}

/// One number for each risk class.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ByRisk {
    /// For low risk.
    pub low: f64,
    /// For medium risk.
    pub medium: f64,
    /// For high risk.
    pub high: f64,
}

impl ByRisk {
    /// Returns the number for `risk`.
    pub fn of(&self, risk: Risk) -> f64 {
        match risk {
            Risk::Low => self.low,
            Risk::Medium => self.medium,
            Risk::High => self.high,
        }
    }
}

/// How often something happens.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Cadence {
    /// All the time, by a machine.
    Continuous,
    /// For each change.
    PerChange,
    /// For each deployment.
    PerDeployment,
    /// Whenever the occasion arises.
    OnOccurrence,
    /// Each day.
    Daily,
    /// Each week.
    Weekly,
    /// Each month.
    Monthly,
    /// Each quarter.
    Quarterly,
    /// Each year.
    Annual,
}

impl fmt::Display for Cadence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Cadence::Continuous => "continuous",
            Cadence::PerChange => "per change",
            Cadence::PerDeployment => "per deployment",
            Cadence::OnOccurrence => "on occurrence",
            Cadence::Daily => "daily",
            Cadence::Weekly => "weekly",
            Cadence::Monthly => "monthly",
            Cadence::Quarterly => "quarterly",
            Cadence::Annual => "annual",
        })
    }
}

/// Risk classes by path: the highest class of any touched path counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RiskClasses {
    /// Patterns of paths that make a change high risk.
    pub high: Vec<String>,
    /// Patterns of paths that make a change medium risk.
    pub medium: Vec<String>,
    /// Patterns of paths that leave a change low risk.
    pub low: Vec<String>,
    /// The class of a path that no pattern matches.
    pub otherwise: Risk,
}

/// A future hire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Hire {
    /// The role: `senior engineer`.
    pub role: String,
    /// Duties that pass to the hire: nobody else holds them afterwards.
    pub takes: BTreeSet<FunctionName>,
    /// Duties that the hire holds beside those who hold them today.
    pub shares: BTreeSet<FunctionName>,
    /// When, as planned: `2027-Q1`.
    pub planned: Option<String>,
}

/// The cause that management gives for one deviation; it stays a deviation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// The control that was missed.
    pub control: ControlId,
    /// The commit on the protected branch, in full or at least twelve characters of it.
    pub change: String,
    /// Why it happened, in a few words; equal words are one recurring cause.
    pub cause: String,
}

/// What only the operator can answer: a text that begins with `??`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Question {
    /// The line in the program, from 1.
    pub line: u64,
    /// What is asked.
    pub text: String,
}

/// A sentence that the operator wrote: a description, a rationale, a justification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnText {
    /// The line in the program, from 1.
    pub line: u64,
    /// The keys that lead there: `controls.CR-4.description`.
    pub path: String,
    /// The sentence.
    pub text: String,
}

impl Program {
    /// Returns the principal that an identity belongs to: by address, or by the account in a forge's
    /// no-reply address. A name alone never identifies anybody.
    pub fn principal_of(&self, identity: &Identity) -> Option<&Principal> {
        self.principals
            .iter()
            .find(|principal| principal.owns(identity))
    }

    /// Returns the principal with this id.
    pub fn principal(&self, id: &PrincipalId) -> Option<&Principal> {
        self.principals.iter().find(|principal| principal.id == *id)
    }

    /// Returns whether the program gives a duty to a principal.
    pub fn gives_duties_to(&self, id: &PrincipalId) -> bool {
        self.assignments
            .get(id)
            .is_some_and(|held| !held.is_empty())
    }

    /// Returns the people of the organisation.
    pub fn humans(&self) -> impl Iterator<Item = &Principal> {
        self.principals
            .iter()
            .filter(|principal| principal.kind == PrincipalKind::Human)
    }
}

impl Principal {
    /// Returns whether the program has a key of this principal.
    pub fn has_key(&self) -> bool {
        !self.ssh_keys.is_empty() || !self.openpgp_keys.is_empty()
    }

    /// Returns whether the address, or the account in a forge's no-reply address, is this principal's.
    pub fn owns(&self, identity: &Identity) -> bool {
        self.emails
            .iter()
            .any(|email| email.eq_ignore_ascii_case(&identity.address))
            || identity
                .noreply_account()
                .is_some_and(|account| self.has_account(account, &identity.address))
    }

    /// Returns whether an account of a system, such as `github`, is this principal's.
    pub fn owns_account(&self, system: &str, account: &str) -> bool {
        self.accounts.iter().any(|declared| {
            let (there, name) = declared.split_once(':').unwrap_or_default();
            there.eq_ignore_ascii_case(system) && name.eq_ignore_ascii_case(account)
        })
    }

    /// A no-reply address names its forge: `users.noreply.github.com` is `github`, and an account of
    /// the same name elsewhere is somebody else's.
    fn has_account(&self, account: &str, address: &str) -> bool {
        let (_, host) = address.split_once("@users.noreply.").unwrap_or_default();
        let forge = host.split('.').next().unwrap_or_default();
        self.owns_account(forge, account) || self.owns_account(host, account)
    }
}
