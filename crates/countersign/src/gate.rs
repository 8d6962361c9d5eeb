//! `gate merge`: asks the forge about one request, records what it says, decides, and records the decision.

pub mod again;
pub mod opened;
pub mod scene;

use self::scene::{ProgramFrom, Scene, is_of_the_forge, scene};
use crate::audit::COUNTERSIGN;
use crate::checker::Checker;
use crate::collect::{CollectError, Request, open_log};
use crate::forge::ask::{Asker, Here, Look};
use crate::forge::change::ChangeForgeError;
use crate::forge::collect::{Access, leaf};
use crate::forge::facts;
use crate::forge::history::{self, KnownVersions};
use crate::forge::say::{As, Publisher};
use crate::forge::unprotected;
use crate::log::{Log, LogError};
use crate::outsiders::standing::standing;
use crate::program;
use gates::directory::{Directory, DirectoryError};
use gates::merge::gate::{self, Answer, Question};
use gates::rules::{Forge, Rules, RulesError};
use jiff::Timestamp;
use ledger::append::NewLeaf;
use ledger::leaf::LeafKind;
use model::digest::{CommitId, Digest};
use model::outcome::{Outcome, Risk};
use model::program::{ControlId, RepositoryForge};
use model::report::Decision;
use model::request::dossier::{Dossier, ForgeFacts};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sources::git::{self, SignatureChecker};
use std::collections::{BTreeMap, BTreeSet};

/// The version of the record.
const VERSION: u32 = 1;

/// What the gate answered, and on what: the payload of its leaf.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GateRecord {
    /// The version of this form.
    pub version: u32,
    /// The version of Countersign that decided.
    pub countersign: String,
    /// When, by the clock of the machine that it ran on.
    pub at: Timestamp,
    /// The repository, as the program calls it.
    pub repository: String,
    /// The branch that the request is to land on.
    pub branch: String,
    /// The number of the request.
    pub request: u64,
    /// Its head.
    pub head: CommitId,
    /// The digest of its difference; null where nobody can tell.
    pub patch_digest: Option<Digest>,
    /// The tree that would lie on the branch; null where nobody can tell.
    pub merged_tree: Option<CommitId>,
    /// Its risk class.
    pub risk: Risk,
    /// The worst of the rules.
    pub outcome: Outcome,
    /// Every rule that the program turns on.
    pub rules: BTreeMap<ControlId, Decision>,
    /// The name of the check as which it answers.
    pub own_check: String,
    /// SHA-256 of the program's text, which the log holds.
    pub program_sha256: Digest,
    /// Where the program came from.
    pub program_from: ProgramFrom,
    /// The leaves that it rests on.
    pub evidence: BTreeSet<u64>,
    /// Leaves of the log that it was decided on.
    pub log_size: u64,
}

impl GateRecord {
    /// Returns the record that a payload is; one of another version may mean something else by the same words.
    pub fn parse(payload: &[u8]) -> Option<GateRecord> {
        let record: GateRecord = serde_json::from_slice(payload).ok()?;
        (record.version == VERSION).then_some(record)
    }
}

/// A gate that could not answer.
#[derive(Debug, thiserror::Error)]
pub enum GateError {
    /// Repository, program, forge or ledger cannot be used.
    #[error(transparent)]
    Collect(#[from] CollectError),
    /// The ledger cannot be used.
    #[error("the ledger cannot be used")]
    Ledger(#[from] LogError),
    /// An answer by another program than the branch's is not published: the forge would let the request land on it.
    #[error(
        "an answer by the program {file} is not published: the branch's own decides what lands"
    )]
    OfFile {
        /// The file.
        file: String,
    },
    /// There is no program.
    #[error("{branch} holds no {}", program::FILE_NAME)]
    NoProgram {
        /// The branch.
        branch: String,
    },
    /// The branch here is not the one at the forge.
    #[error("the program on {branch} here is not the one on {branch} at the forge")]
    StaleProgram {
        /// The branch.
        branch: String,
    },
    /// The program names no forge.
    #[error("the program does not say where the requests of `{repository}` are")]
    NoForge {
        /// The repository.
        repository: String,
    },
    /// A job of CI has a ledger that ends with it.
    #[error(
        "the ledger of this job is a folder that ends with it: nobody would see what the gate records"
    )]
    NotShared,
    /// The program of the branch is one of another branch.
    #[error("the program on {branch} is not that of {branch}")]
    OtherProgram {
        /// The branch.
        branch: String,
    },
    /// The request is to land elsewhere.
    #[error("request {number} is not to land on {branch}")]
    OtherBranch {
        /// The request.
        number: u64,
        /// The branch.
        branch: String,
    },
    /// The answer could not be published.
    #[error(transparent)]
    Publish(#[from] ChangeForgeError),
    /// The program on the branch cannot be read.
    #[error("the program on the branch cannot be read")]
    File(#[from] git::FileError),
    /// A parameter of the program cannot be applied.
    #[error("the program cannot be applied")]
    Rules(#[from] RulesError),
    /// A key of the program cannot be used.
    #[error("the program cannot be applied")]
    Directory(#[from] DirectoryError),
}

/// What is asked of the gate.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The number of the request.
    pub number: u64,
    /// The name of the check as which it answers.
    pub own_check: &'a str,
    /// As what the answer is to be published; where that cannot be, nothing is asked.
    pub publish: Option<As>,
    /// Whether this is a job whose disk ends with it.
    pub is_ci: bool,
}

/// What the gate answered.
#[derive(Debug, Clone)]
pub struct Gated {
    /// The record.
    pub record: GateRecord,
    /// Its leaf.
    pub leaf: u64,
    /// Where the request is.
    pub forge: RepositoryForge,
    /// What is told beside it.
    pub beside: Beside,
}

/// What follows from the records, and is told with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    /// The ticket without which the risk class were lower, by the name that the request gives it.
    pub raised_by: Option<String>,
    /// What stands in for a protection that the plan of the repository does not offer.
    pub stands_in: Option<String>,
}

/// Decides whether a request may land now; what it rests on and what it says are recorded before it is told.
pub fn merge(mut request: Request<'_>, asked: &Asked<'_>) -> Result<Gated, GateError> {
    let scene = scene(&request, asked.is_ci)?;
    let access = request.forge.ok_or_else(|| GateError::NoForge {
        repository: scene.named.clone(),
    })?;
    if let (Some(_), ProgramFrom::File(file)) = (asked.publish, &scene.from) {
        return Err(GateError::OfFile { file: file.clone() });
    }
    if let Some(how) = asked.publish {
        Publisher::new(&scene.forge, how, &access)?;
    }
    let checker = Checker::new(&scene.program.principals).map_err(CollectError::from)?;
    let (mut log, leaf) = record(&scene, asked.number, &checker, access, &mut request)?;
    loop {
        let (decided, size, beside) = decide(&log, &scene, (asked, leaf), request.now)?;
        let payload = serde_json::to_vec(&decided).expect("a record has text keys only");
        let leaves = vec![NewLeaf::new(LeafKind::Gate, payload)];
        let appended = log.append_at(size, leaves, request.now, request.entropy)?;
        if let Some(appended) = appended {
            if request.cosign {
                let _answers = log
                    .cosign(&scene.program, request.now, request.entropy)
                    .map_err(CollectError::from)?;
            }
            return Ok(Gated {
                record: decided,
                leaf: *appended.leaves.first().expect("one leaf was appended"),
                forge: scene.forge,
                beside,
            });
        }
    }
}

fn to_the_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

/// Records the program, what protects the branch and the request as they are now; returns the log and the leaf of the request.
///
/// A log is begun where there is something to record: a forge that does not answer leaves none behind.
pub(crate) fn record(
    scene: &Scene,
    number: u64,
    checker: &dyn SignatureChecker,
    access: Access<'_>,
    request: &mut Request<'_>,
) -> Result<(Log, u64), GateError> {
    let here = Here {
        repository: scene.found.repository(),
        checker,
        forge_addresses: &scene.program.forge_addresses,
    };
    let place = (scene.named.as_str(), scene.branch.as_str());
    let asker = Asker::new(&scene.forge, place, &access);
    let asker = asker.map_err(CollectError::from)?;
    let there = Log::open_if_there(&scene.found.home)?;
    let (size, versions) = match &there {
        Some(log) => known(log, scene)?,
        None => (0, KnownVersions::default()),
    };
    let guards = asker
        .guards(&versions, Look::Gate)
        .map_err(CollectError::from)?;
    let of_request = asker.request(number, None, &here);
    let of_request = of_request.map_err(CollectError::from)?;
    let mut log = match there {
        Some(log) => log,
        None => open_log(&scene.found.home, request)?,
    };
    let text = scene.text.clone().into_bytes();
    let leaves = vec![
        NewLeaf::new(LeafKind::Program, text),
        leaf(guards, size),
        leaf(of_request, size),
    ];
    let appended = log.append(leaves, request.now, request.entropy)?;
    // The answers of the forge came since the command began.
    request.now = request.now.max(to_the_second((access.edge.now)()));
    let leaf = *appended.leaves.last().expect("three leaves were appended");
    Ok((log, leaf))
}

/// Returns the leaves of a log, and which versions of rulesets it holds.
fn known(log: &Log, scene: &Scene) -> Result<(u64, KnownVersions), LogError> {
    let size = log.checkpoint()?.checkpoint.size();
    let of_it = (scene.named.as_str(), &scene.forge);
    let versions = history::known(log.reader(), &log.entries()?, of_it)?;
    Ok((size, versions))
}

/// Returns the request as it was recorded in this run, or since; what an earlier record showed decides nothing.
pub(crate) fn seen_now<'f>(
    facts: &'f ForgeFacts,
    number: u64,
    leaf: u64,
    scene: &Scene,
) -> Result<&'f Dossier, GateError> {
    let last = facts
        .requests
        .get(&number)
        .and_then(|dossiers| dossiers.last());
    last.filter(|dossier| dossier.leaf >= leaf)
        .ok_or_else(|| GateError::OtherBranch {
            number,
            branch: scene.branch.clone(),
        })
}

fn decide(
    log: &Log,
    scene: &Scene,
    (asked, leaf): (&Asked<'_>, u64),
    now: Timestamp,
) -> Result<(GateRecord, u64, Beside), GateError> {
    let entries = log.entries()?;
    let place = (scene.named.as_str(), scene.branch.as_str());
    let read = |error| LogError::from(error);
    let facts = facts::facts(log.reader(), &entries, &scene.program, place);
    let facts = facts.map_err(read)?.facts;
    seen_now(&facts, asked.number, leaf, scene)?;
    let (checks, unread) = crate::checks::read(log.reader(), &entries).map_err(read)?;
    let signed = log.checkpoint()?;
    let keys = log.reader().keys(&entries, &signed.key).map_err(read)?;
    let leaves = (&entries[..], &keys);
    let outside = standing(log.reader(), leaves, &scene.program, &[], now).map_err(read)?;
    let question = Question {
        number: asked.number,
        forge: &facts,
        checks: &checks,
        unread_checks: !unread.is_empty(),
        own_check: asked.own_check,
        log: Some(&outside.log(&scene.program, now)),
        now,
        until: u64::MAX,
    };
    let rules = Rules::new(&scene.program, &scene.named, Forge::Asked)?;
    let directory = Directory::new(&scene.program)?;
    let answer = gate::answer(&question, &scene.program, &directory, &rules);
    let answer = answer.ok_or_else(|| GateError::OtherBranch {
        number: asked.number,
        branch: scene.branch.clone(),
    })?;
    is_of_the_forge(scene, &facts, asked.number)?;
    let size = entries.len() as u64;
    let beside = Beside {
        raised_by: answer.raised_by.clone(),
        stands_in: facts.guards.last().and_then(unprotected::stands_in),
    };
    let record = record_of(answer, scene, asked, question.now, size);
    Ok((record, size, beside))
}

fn record_of(
    answer: Answer,
    scene: &Scene,
    asked: &Asked<'_>,
    at: Timestamp,
    log_size: u64,
) -> GateRecord {
    GateRecord {
        version: VERSION,
        countersign: COUNTERSIGN.to_owned(),
        at,
        repository: scene.named.clone(),
        branch: scene.branch.clone(),
        request: asked.number,
        head: answer.head,
        patch_digest: answer.patch_digest,
        merged_tree: answer.merged_tree,
        risk: answer.risk,
        outcome: answer.outcome,
        rules: answer.rules,
        own_check: asked.own_check.to_owned(),
        program_sha256: Digest::of(scene.text.as_bytes()),
        program_from: scene.from.clone(),
        evidence: answer.evidence,
        log_size,
    }
}
