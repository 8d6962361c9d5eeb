//! Records what a forge says of a repository: what protects its branch, the list of its requests, and each of them that
//! changed since it was recorded.

use super::ask::{AskForgeError, Asker, Here, Look};
use super::facts::each;
use super::files;
use super::history;
use super::record::{About, Kept};
use super::unprotected;
use crate::checker::Checker;
use crate::collect::{self, CollectError, Collected, Request};
use crate::log::{Log, LogError};
use ledger::append::NewLeaf;
use ledger::leaf::LeafKind;
use ledger::read::Entry;
use model::period::Period;
use model::program::RepositoryForge;
use model::request::ListedRequest;
use model::request::words::RequestState;
use sources::forge::Edge;
use sources::forge::token::Token;
use sources::git;
use std::collections::BTreeMap;
use std::path::Path;

/// Requests that are recorded at once.
const BATCH: usize = 50;

/// How a forge is reached.
#[derive(Clone, Copy)]
pub struct Access<'a> {
    /// Returns the credential for a forge, or why there should be one and is none.
    pub credential: &'a dyn Fn(&RepositoryForge) -> Result<Option<Token>, NoCredential>,
    /// What the machine brings.
    pub edge: Edge<'a>,
}

/// Why there is no credential where there should be one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct NoCredential {
    /// Why, in words; nothing of a secret.
    pub why: String,
    /// What to do about it.
    pub mend: Option<String>,
    /// Whether what the machine says of it is at fault, rather than whoever should give it.
    pub is_usage: bool,
}

/// What was recorded of a forge.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfForge {
    /// Requests that it has.
    pub listed: u64,
    /// Those that had changed, and were recorded.
    pub recorded: u64,
    /// What stands in for a protection that the plan of the repository does not offer.
    pub stands_in: Option<String>,
    /// Of what nothing is recorded, in words: it is asked again by the next run.
    pub unrecorded: Vec<String>,
    /// What it did not answer whole, in words: that is recorded, and it is asked again by the next run.
    pub unanswered: Vec<String>,
}

/// Requests of which nothing could be recorded before the forge is taken to fail as a whole.
const MAX_REFUSED: usize = 20;

/// Asks the forge of a repository, where the program names one, and appends what it says.
pub fn collect(
    collected: &mut Collected,
    request: &mut Request<'_>,
) -> Result<Option<OfForge>, CollectError> {
    let Some(access) = request.forge else {
        return Ok(None);
    };
    let program = collected.loaded.program.clone();
    let repository = git::open(request.repository)?;
    let file = collect::program_file(request, &repository);
    let folder = file.as_deref().and_then(Path::parent);
    let entry = collect::entry(&program, folder, &repository);
    let Some(forge) = entry.and_then(|entry| entry.forge.as_ref()) else {
        return Ok(None);
    };
    let query = &collected.observation.query;
    let (named, branch) = (query.repository.as_str(), query.branch.as_str());
    let checker = Checker::new(&program.principals)?;
    let here = Here {
        repository: &repository,
        checker: &checker,
        forge_addresses: &program.forge_addresses,
    };
    let asker = Asker::new(forge, (named, branch), &access)?.going_on();
    let log_size = collected.log.checkpoint()?.checkpoint.size();
    let known = Known::read(&collected.log, named, forge)?;
    let entries = collected.log.entries()?;
    let versions = history::known(collected.log.reader(), &entries, (named, forge));
    let versions = versions.map_err(LogError::from)?;
    let mut leaves = Leaves {
        log: &mut collected.log,
        log_size,
        pending: Vec::new(),
    };
    let guards = asker.guards(&versions, Look::Whole)?;
    let mut of_forge = OfForge {
        stands_in: unprotected::stands_in_of(&guards),
        ..OfForge::default()
    };
    of_forge.tells(&format!("what protects {branch}"), &guards);
    leaves.add(guards, request)?;
    let (list, listed) = asker.requests()?;
    of_forge.listed = listed.len() as u64;
    leaves.add(list, request)?;
    let is_wanted = |listed: &&ListedRequest| {
        listed.base_branch == branch && known.is_due(listed, &query.period)
    };
    let wanted: Vec<&ListedRequest> = listed.iter().filter(is_wanted).collect();
    let run = Run {
        asker: &asker,
        here: &here,
        known: &known,
    };
    let asked = run.requests(&wanted, (&mut of_forge, &mut leaves), request);
    // What was read so far is kept.
    leaves.flush(request)?;
    asked?;
    Ok(Some(of_forge))
}

/// What each request is asked for with.
struct Run<'a> {
    asker: &'a Asker<'a>,
    here: &'a Here<'a>,
    known: &'a Known,
}

impl Run<'_> {
    fn requests(
        &self,
        wanted: &[&ListedRequest],
        (of_forge, leaves): (&mut OfForge, &mut Leaves<'_>),
        request: &mut Request<'_>,
    ) -> Result<(), CollectError> {
        let mut refused = 0;
        for wanted in wanted {
            let number = wanted.number;
            let asked = self
                .asker
                .request(number, Some(wanted.updated_at), self.here);
            match asked.map_err(AskForgeError::of_one) {
                Ok(kept) => {
                    of_forge.tells(&format!("request {number}"), &kept);
                    if !self.known.has(number, &kept) {
                        of_forge.recorded += 1;
                        leaves.add(kept, request)?;
                    }
                }
                // Of it alone nothing is recorded, and the next run asks again.
                Err(Ok(why)) if refused < MAX_REFUSED => {
                    refused += 1;
                    of_forge.unrecorded.push(format!("request {number}: {why}"));
                }
                Err(Ok(why)) => {
                    let error = AskForgeError::NotShown {
                        what: format!("request {number}, after {refused} others"),
                        why,
                        is_withheld: false,
                    };
                    return Err(error.into());
                }
                Err(Err(error)) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

impl OfForge {
    /// Adds the questions to which a record has no whole answer.
    fn tells(&mut self, what: &str, kept: &Kept) {
        let each = kept.unanswered();
        let each = each.map(|(question, why)| format!("{what}: {}: {why}", question.name()));
        self.unanswered.extend(each);
    }
}

/// What is to be appended.
struct Leaves<'a> {
    log: &'a mut Log,
    log_size: u64,
    pending: Vec<NewLeaf>,
}

impl Leaves<'_> {
    fn add(&mut self, kept: Kept, request: &mut Request<'_>) -> Result<(), LogError> {
        self.pending.push(leaf(kept, self.log_size));
        match self.pending.len() {
            BATCH => self.flush(request),
            _ => Ok(()),
        }
    }

    fn flush(&mut self, request: &mut Request<'_>) -> Result<(), LogError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let pending = std::mem::take(&mut self.pending);
        self.log.append(pending, request.now, request.entropy)?;
        Ok(())
    }
}

/// Returns the leaf of a record; the log had so many before the forge was asked.
pub(crate) fn leaf(mut kept: Kept, log_size: u64) -> NewLeaf {
    kept.record.log_size = log_size;
    NewLeaf::new(LeafKind::Forge, kept.payload())
}

/// The last record of each request.
struct Known(BTreeMap<u64, Kept>);

impl Known {
    fn read(log: &Log, named: &str, forge: &RepositoryForge) -> Result<Known, LogError> {
        let entries = log.entries()?;
        let mut last = BTreeMap::new();
        // The digests of pages tell whether they changed.
        let head = |_: &Entry, _, payload: &[u8]| Kept::head(payload);
        let read = each(log.reader(), &entries, head, |found| {
            if let Some(kept) = found.held
                && kept.is_of(named, forge)
                && let About::Request { number, .. } = kept.record.about
            {
                last.insert(number, kept);
            }
        });
        read.map_err(LogError::from)?;
        Ok(Known(last))
    }

    /// What was closed is asked again only where it changed since; what is open has checks and a branch that change
    /// without a trace in the list.
    fn is_due(&self, listed: &ListedRequest, period: &Period) -> bool {
        let recorded = self.0.get(&listed.number);
        let is_of_now = |kept: &&Kept| {
            matches!(
                kept.record.about,
                About::Request { updated_at, .. } if updated_at == Some(listed.updated_at)
            )
        };
        // What the forge did not answer then it may answer now, and a commit may have been fetched.
        let is_recorded = recorded
            .filter(is_of_now)
            .is_some_and(|kept| kept.unanswered().next().is_none() && !files::are_unknown(kept));
        match (&listed.state, listed.merged_at) {
            (RequestState::Open | RequestState::Other(_), _) => true,
            (RequestState::Closed, Some(merged)) => !is_recorded && period.contains(merged),
            (RequestState::Closed, None) => !is_recorded && recorded.is_some(),
        }
    }

    fn has(&self, number: u64, kept: &Kept) -> bool {
        self.0
            .get(&number)
            .is_some_and(|last| last.says_the_same(kept) && last.record.about == kept.record.about)
    }
}
