//! The form of `countersign.yaml`: one definition for reading, documentation and JSON Schema.

use super::json_schema::FunctionName;
use super::read::{Keyed, Read, Reader};
use super::record::record;
use super::tree::{Node, Placed, Value};
use super::words::InUse;
use crate::outcome::Risk;
use crate::outsiders::Relation;
use crate::program::{Cadence, MergeMethod, PrincipalKind};
use crate::reviewer::Wire;

/// A text and its place.
pub(super) type Text = Placed<String>;

record! {
    /// What an organisation declares to Countersign: its people, their duties and its controls.
    ///
    /// A text that begins with `??` anywhere is a question to the operator, not a value.
    ProgramFile needs ["version", "organisation", "principals"] {
        /// The version of this form: 1.
        version: Placed<u32>,
        /// The organisation.
        organisation: Organisation,
        /// The criteria in scope. Without this every criterion that the catalogue serves.
        frameworks: Frameworks,
        /// The observation period: `2026`, `2026-H2`, `2026-Q1`, `2026-05`, `2026-01-01..2026-07-01` or `all`.
        period: Text,
        /// The repositories in scope. Without this the one that the program stands in.
        repositories: Vec<Repository>,
        /// The environments. Without this one, named `production`.
        environments: Vec<Environment>,
        /// Tools in use by purpose: `forge`, `ci`, `cloud`, `monitoring` and others.
        tools: Keyed<Vec<Text>>,
        /// Everyone and everything that acts: people, AI agents, bots, outsiders.
        principals: Vec<Principal>,
        /// Duties beside those that the catalogue knows.
        functions: Vec<Function>,
        /// Who holds which duties: by principal, `all` or a list. Without this a single human holds all.
        assignments: Keyed<Assignment>,
        /// Pairs of duties that one principal should not hold, beside those of the catalogue;
        /// the same pair again replaces what the catalogue says.
        conflicts: Vec<Conflict>,
        /// Whether the catalogue's twelve conflicts count (true unless said).
        conflicts_from_catalogue: Placed<bool>,
        /// Compensating controls by id. `CR-4: in use` declares one of the catalogue's; a mapping
        /// declares it too and adjusts it; an id of one's own adds one. What is not named here is
        /// still tested by `audit`, and compensates nothing.
        controls: Keyed<ControlEntry>,
        /// The risk class that touched paths imply. A list given here replaces the shipped one.
        risk_classes: RiskClasses,
        /// How often reviews are due, by name; what is absent is as the catalogue has it.
        cadences: Keyed<Placed<Cadence>>,
        /// Future hires in their order.
        hiring_plan: Vec<Hire>,
        /// Causes that management gives for deviations.
        causes: Vec<Cause>,
        /// Committer addresses of forges that act for the users of their web pages, beside the shipped.
        forge_addresses: Vec<Text>,
        /// Where the log is kept: a folder, `git+URL` or `git+NAME` for a remote of the repository, or
        /// `s3://bucket/prefix`. Without this `.countersign` beside this file. It holds no login.
        ledger: Text,
        /// Days for which a bucket with Object Lock keeps what is written there now (400 unless said; 0 locks nothing).
        ledger_retention_days: Placed<u32>,
        /// Who cosigns the checkpoints of the log.
        witnesses: Vec<Witness>,
        /// Who stamps the checkpoints of the log (RFC 3161).
        timestamp_authorities: Vec<TimestampAuthority>,
        /// Hours after which a record that nobody outside has signed keeps the grade `self` for its
        /// time (24 unless said).
        outside_silence_hours: Placed<u32>,
    }
}

record! {
    /// The organisation.
    Organisation needs ["name"] {
        /// Its name.
        name: Text,
        /// People who work there. Without this the number of human principals.
        head_count: Placed<u32>,
    }
}

record! {
    /// Criteria by framework.
    Frameworks needs [] {
        /// SOC 2 trust services criteria, such as `CC8.1`.
        soc2: Vec<Text>,
        /// ISO/IEC 27001:2022 Annex A controls, such as `A.8.32`.
        iso27001: Vec<Text>,
    }
}

record! {
    /// A repository in scope.
    Repository needs ["name"] {
        /// Its name in reports.
        name: Text,
        /// Where it lies, relative to this file's folder. Without this the folder itself.
        path: Text,
        /// The protected branch. Without this the repository's default.
        branch: Text,
        /// Where its requests are: `github:OWNER/NAME` or `gitlab:GROUP/PROJECT`.
        forge: Text,
        /// The address of the forge's API. Without this the one that everybody uses.
        forge_api: Text,
        /// The ways in which the forge lets a request land.
        merge_methods: Vec<Placed<MergeMethod>>,
    }
}

record! {
    /// An environment that the organisation runs.
    Environment needs ["name"] {
        /// Its name.
        name: Text,
        /// Whether customers depend on it (false unless said).
        production: Placed<bool>,
    }
}

record! {
    /// One who acts, with every account, address and key: counted once.
    Principal needs ["id"] {
        /// The short name: lower-case letters, digits, `-`, `_` and `.`.
        id: Text,
        /// The name in reports. Without this the id.
        name: Text,
        /// What it is (`human` unless said). An agent or automation is never a second person.
        kind: Placed<PrincipalKind>,
        /// The title, such as `founder`.
        title: Text,
        /// E-mail addresses, compared without regard to case.
        emails: Vec<Text>,
        /// Accounts as `system:name`, such as `github:ada`.
        accounts: Vec<Text>,
        /// SSH public keys, as one line of `authorized_keys` each.
        ssh_keys: Vec<Text>,
        /// Armoured OpenPGP public keys.
        openpgp_keys: Vec<Text>,
        /// The model behind an agent: who reviewed is independent of who wrote by this.
        model: AgentModel,
        /// How an agent is asked by `countersign review`.
        reviewer: Reviewer,
    }
}

record! {
    /// The model behind an agent.
    AgentModel needs ["vendor"] {
        /// Who made it: `anthropic`, `openai`, `google`, `mistral` and so on.
        vendor: Text,
        /// The line of models it belongs to, such as `claude`.
        family: Text,
        /// Its name, as the provider calls it.
        name: Text,
    }
}

record! {
    /// How an agent is asked to review. The credential comes from the environment, never from here.
    Reviewer needs ["wire", "model", "context_tokens"] {
        /// The form on the wire: `openai` (chat completions, which many servers take) or `anthropic` (Messages).
        wire: Placed<Wire>,
        /// The address of the API. Without this the vendor's own.
        api: Text,
        /// The model that is asked for, as the provider calls it.
        model: Text,
        /// The tokens that its window holds, question and answer together.
        context_tokens: Placed<u32>,
        /// The most tokens of one answer (4096 unless said).
        max_output_tokens: Placed<u32>,
        /// The temperature. Without this the provider's own.
        temperature: Placed<f64>,
        /// The seed, where the provider takes one.
        seed: Placed<u32>,
        /// How often a question is put again that got no usable answer (2 unless said).
        retries: Placed<u32>,
        /// The most tokens that one review may use (1,000,000 unless said).
        budget_tokens: Placed<u32>,
        /// The most that one review may cost, in the currency of the prices.
        budget_cost: Placed<f64>,
        /// The most seconds that one review may take (900 unless said).
        budget_seconds: Placed<u32>,
        /// Who is asked where it gives no review, in this order: ids of other agents with a `reviewer`, and last
        /// `outsider`, whose approval of the final head at the forge then stands in.
        fallback: Vec<Text>,
        /// What a million tokens of questions cost.
        input_price: Placed<f64>,
        /// What a million tokens of answers cost.
        output_price: Placed<f64>,
    }
}

record! {
    /// A duty beside those that the catalogue knows.
    Function needs ["name"] {
        /// Its name, as people say it: `data labelling`.
        name: Text,
        /// What it covers.
        description: Text,
    }
}

record! {
    /// A pair of duties that one principal should not hold.
    Conflict needs ["between"] {
        /// The two duties, in the order of the work: the second completes or checks the first.
        #[schemars(with = "Option<Vec<FunctionName>>")]
        between: Vec<Text>,
        /// The risk of combining them, before controls.
        risk: Placed<Risk>,
        /// Why they conflict.
        rationale: Text,
    }
}

record! {
    /// A control of the catalogue adjusted, or one of the organisation's own.
    Control needs [] {
        /// Whether the organisation has it in use (true where the control is named at all).
        in_use: Placed<bool>,
        /// The area: `Code review`.
        area: Text,
        /// The test in one sentence.
        title: Text,
        /// Component 1: what could go wrong.
        risk_statement: Text,
        /// Component 2: why the standard control is not feasible.
        justification: Text,
        /// Component 3: what is done instead; specific, measurable, in the present tense.
        description: Text,
        /// Component 4: how it is shown to operate.
        evidence: Vec<Evidence>,
        /// Numbers and words that the tests read.
        parameters: Keyed<ParameterValue>,
        /// How often it operates.
        cadence: Placed<Cadence>,
        /// The criteria it serves.
        criteria: Frameworks,
        /// The conflicts it compensates, as pairs of duties.
        #[schemars(with = "Option<Vec<Vec<FunctionName>>>")]
        compensates: Vec<Vec<Text>>,
        /// Whether a machine enforces it.
        automated: Placed<bool>,
        /// What could evidence it, where git alone cannot.
        evidenced_by: Vec<Text>,
    }
}

record! {
    /// One row of a control's evidence table.
    Evidence needs ["evidence", "source", "frequency"] {
        /// The type of evidence.
        evidence: Text,
        /// The system that holds it.
        source: Text,
        /// How often it arises.
        frequency: Text,
    }
}

record! {
    /// One number for each risk class.
    ByRisk needs ["low", "medium", "high"] {
        /// For low risk.
        low: Placed<f64>,
        /// For medium risk.
        medium: Placed<f64>,
        /// For high risk.
        high: Placed<f64>,
    }
}

record! {
    /// Risk classes by path pattern; the highest class of any touched path counts.
    RiskClasses needs [] {
        /// Paths that make a change high risk.
        high: Vec<Text>,
        /// Paths that make a change medium risk.
        medium: Vec<Text>,
        /// Paths that leave a change low risk.
        low: Vec<Text>,
        /// The class of a path that no pattern matches.
        otherwise: Placed<Risk>,
    }
}

record! {
    /// A future hire.
    Hire needs ["role"] {
        /// The role: `senior engineer`. The catalogue knows the duties of some.
        role: Text,
        /// Duties that pass to the hire: nobody else holds them afterwards.
        #[schemars(with = "Option<Vec<FunctionName>>")]
        takes: Vec<Text>,
        /// Duties that the hire holds beside those who hold them today.
        #[schemars(with = "Option<Vec<FunctionName>>")]
        shares: Vec<Text>,
        /// When: `2027-Q1`.
        planned: Text,
    }
}

record! {
    /// The cause that management gives for one deviation; it stays a deviation.
    Cause needs ["control", "change", "cause"] {
        /// The control that was missed.
        control: Text,
        /// The commit on the protected branch: at least twelve characters of it.
        change: Text,
        /// Why, in a few words; equal words are one recurring cause.
        cause: Text,
    }
}

record! {
    /// One who cosigns the checkpoints of the log. One that the organisation or a co-founder runs
    /// counts as nobody, and its key is believed once the verifier supplies it too.
    Witness needs ["name", "key", "run_by", "relation"] {
        /// Its name in reports.
        name: Text,
        /// Its key for cosignatures, as it shows it: `name+id+key`.
        key: Text,
        /// Where it answers, if it is to be asked.
        url: Text,
        /// The organisation, or the person, that runs it.
        run_by: Text,
        /// How that stands to this organisation: `outside`, `reciprocal` where this one witnesses its
        /// log in return, `own` where it is the operator, a co-founder or the same organisation.
        relation: Placed<Relation>,
    }
}

record! {
    /// One who stamps the checkpoints of the log (RFC 3161).
    TimestampAuthority needs ["name", "url", "certificate"] {
        /// Its name in reports.
        name: Text,
        /// Where it answers.
        url: Text,
        /// Its certificate in PEM, or that of whoever issued it.
        certificate: Text,
        /// The organisation that runs it. Without this its name.
        run_by: Text,
        /// How that stands to this organisation (`outside` unless said).
        relation: Placed<Relation>,
    }
}

/// The duties that a principal holds.
#[derive(Debug, Clone)]
pub(super) enum Assignment {
    /// Every duty.
    All,
    /// These.
    Listed(Vec<Text>),
}

/// What the program says about a control.
#[derive(Debug, Clone)]
pub(super) enum ControlEntry {
    /// `in use` or `not in use`.
    Word(Placed<InUse>),
    /// More than that.
    Whole(Box<Control>),
}

/// The value of a parameter.
#[derive(Debug, Clone)]
pub(super) enum ParameterValue {
    Number(Placed<f64>),
    ByRisk(ByRisk),
    Text(Text),
}

impl Read for Assignment {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Assignment> {
        if let Value::List(_) = node.value {
            return Vec::read(node, reader).map(Assignment::Listed);
        }
        let all = matches!(&node.value, Value::Text(text) if text == "all");
        if !all {
            reader.unexpected(node, "`all` or a list of functions");
        }
        all.then_some(Assignment::All)
    }
}

impl Read for ControlEntry {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<ControlEntry> {
        if let Value::Map(_) = node.value {
            let control = Control::read(node, reader)?;
            return Some(ControlEntry::Whole(Box::new(control)));
        }
        Placed::read(node, reader).map(ControlEntry::Word)
    }
}

impl Read for ParameterValue {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<ParameterValue> {
        if let Value::Map(_) = node.value {
            return ByRisk::read(node, reader).map(ParameterValue::ByRisk);
        }
        if let Value::Number(..) = node.value {
            return Placed::read(node, reader).map(ParameterValue::Number);
        }
        Placed::read(node, reader).map(ParameterValue::Text)
    }
}
