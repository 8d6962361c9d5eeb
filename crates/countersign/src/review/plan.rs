//! What a reviewer is about to be asked: about a request, or about commits that have none yet.

use super::questions::{Questions, Subject};
use super::said::said;
use super::{Asked, Planned, ReviewError};
use crate::collect::{self, CollectError, Request};
use crate::gate::GateError;
use crate::gate::opened::{Opened, opened};
use crate::gate::scene::ground;
use crate::program;
use gates::review::calibration::Bar;
use gates::review::expected::expected;
use gates::rules::{Forge, Rules};
use jiff::Timestamp;
use ledger::append::NewLeaf;
use ledger::leaf::LeafKind;
use model::check::Severity;
use model::digest::{CommitId, Digest};
use model::patch::Patch;
use model::program::{Principal, PrincipalId, PrincipalKind, Program};
use model::review::Configured;
use model::reviewer::{Fallback, Reviewer};
use sources::git::{self, Patched, Repo};
use sources::review::redact::redact;
use sources::review::uses::used;

/// The longest text that stands beside the difference in a question.
pub(crate) const MAX_SAID: usize = 8_000;

/// Records the request as it is now, and returns what its reviewer is to be asked.
pub fn plan(
    mut request: Request<'_>,
    number: u64,
    by: Option<&str>,
) -> Result<Planned, ReviewError> {
    let opened = opened(&mut request, number)?;
    let patch = of_request(&opened)?;
    let asked = &opened.dossier.request;
    let said = said(&opened.dossier);
    let scene = &opened.scene;
    let repository = scene.found.repository();
    let about = About {
        repository,
        program: (&scene.program, &scene.text),
        named: &scene.named,
        request: Some(number),
        ends: (&opened.proposal.merge_base, &asked.head.commit),
        patch: &patch,
        said: &said,
        configured: configured(repository, &opened.proposal.base, &scene.text),
    };
    let asked = about.asked(by, request.now)?;
    Ok(Planned {
        log: opened.log,
        forge: Some(opened.scene.forge),
        asked,
    })
}

/// Records the program, and returns what a reviewer is to be asked about the commits of a range: what differs between the
/// last of them and where it parted from the first, which is what a request would show.
pub fn plan_range(
    mut request: Request<'_>,
    range: &str,
    by: Option<&str>,
) -> Result<Planned, ReviewError> {
    let ground = ground(&request, false)?;
    let repository = ground.found.repository();
    let (from, to) = ends(repository, range)?;
    let base = git::merge_base(repository, &from, &to)?;
    let base = base.ok_or_else(|| ReviewError::NoBase {
        from: from.short().to_string(),
        to: to.short().to_string(),
    })?;
    let patch = known(repository, (&base, &to))?;
    if patch.files.is_empty() {
        return Err(ReviewError::Empty {
            range: range.to_owned(),
        });
    }
    let about = About {
        repository,
        program: (&ground.program, &ground.text),
        named: &ground.named,
        request: None,
        ends: (&base, &to),
        patch: &patch,
        said: &git::messages(repository, &base, &to)?.join("\n\n"),
        configured: configured(repository, &base, &ground.text),
    };
    let asked = about.asked(by, request.now)?;
    let log = collect::open_log(&ground.found.home, &mut request);
    let mut log = log.map_err(CollectError::from).map_err(GateError::from)?;
    let program = NewLeaf::new(LeafKind::Program, ground.text.into_bytes());
    log.append(vec![program], request.now, request.entropy)?;
    Ok(Planned {
        log,
        forge: ground.forge,
        asked,
    })
}

/// Returns the commits that a range names; what it leaves out is `HEAD`, as git has it.
fn ends(repository: &Repo, range: &str) -> Result<(CommitId, CommitId), ReviewError> {
    let parted = range.split_once("...").or_else(|| range.split_once(".."));
    let (from, to) = parted.ok_or_else(|| ReviewError::NoRange {
        range: range.to_owned(),
    })?;
    let commit = |name: &str| {
        let name = if name.is_empty() { "HEAD" } else { name };
        repository.revision(name).map(|revision| revision.commit)
    };
    Ok((commit(from)?, commit(to)?))
}

fn of_request(opened: &Opened) -> Result<Patch, ReviewError> {
    let head = &opened.dossier.request.head.commit;
    let repository = opened.scene.found.repository();
    let patch = known(repository, (&opened.proposal.merge_base, head))?;
    match Some(patch.digest) == opened.proposal.change.patch_digest {
        true => Ok(patch),
        false => Err(ReviewError::Otherwise {
            why: "the repository tells another one than the record of the request".to_owned(),
        }),
    }
}

fn known(repository: &Repo, (from, to): (&CommitId, &CommitId)) -> Result<Patch, ReviewError> {
    match git::patch(repository, from, to)? {
        Patched::Known(patch) => Ok(patch),
        Patched::Unknown(why) => Err(ReviewError::Otherwise { why }),
    }
}

/// What a reviewer is asked about.
struct About<'a> {
    repository: &'a Repo,
    /// The program, and its text.
    program: (&'a Program, &'a str),
    /// What the program calls the repository.
    named: &'a str,
    request: Option<u64>,
    ends: (&'a CommitId, &'a CommitId),
    patch: &'a Patch,
    /// What its author says of it.
    said: &'a str,
    configured: Option<Configured>,
}

impl About<'_> {
    /// Returns who is asked what, one after the other.
    fn asked(&self, by: Option<&str>, now: Timestamp) -> Result<Asked, ReviewError> {
        let (program, text) = self.program;
        let (id, how) = reviewer(program, by)?;
        let mut reviewers = vec![(id, how)];
        let mut outsiders = Vec::new();
        for next in &how.fallback {
            match next {
                Fallback::Agent(id) => reviewers.push(reviewer(program, Some(id.as_str()))?),
                Fallback::Outsider => outsiders = outsiders_of(program),
            }
        }
        let said = redact(self.said);
        let said: String = said.text.chars().take(MAX_SAID).collect();
        let (merge_base, head) = self.ends;
        let subject = Subject {
            repository: self.named,
            request: self.request,
            merge_base,
            head,
            program_sha256: Digest::of(text.as_bytes()),
            patch: self.patch,
            said: &said,
            rules: &asked_of(program, self.named, self.patch),
            used: &used(self.repository, head, self.patch),
        };
        let questions = reviewers.into_iter().map(|reviewer| {
            let mut questions = Questions::of(&subject, reviewer, now);
            questions.record.configured.clone_from(&self.configured);
            questions
        });
        Ok(Asked {
            questions: questions.collect(),
            outsiders,
            severity: severity(program, self.named),
            bar: bar(program, self.named),
        })
    }
}

/// Returns who changed the program last, where the commit from which the change is made holds the one that was read.
fn configured(repository: &Repo, base: &CommitId, text: &str) -> Option<Configured> {
    let there = repository.file_at(base, program::FILE_NAME).ok()??;
    let is_read = there == text.as_bytes();
    is_read.then(|| repository.last_change(base, program::FILE_NAME))?
}

/// Returns what the program asks of a change.
pub(crate) fn asked_of(program: &Program, named: &str, patch: &Patch) -> String {
    let paths = patch.files.iter().map(|file| file.path.as_str());
    let paths: Vec<&str> = paths.collect();
    let rules = Rules::new(program, named, Forge::Asked);
    rules.map_or_else(|_| String::new(), |rules| expected(program, &rules, &paths))
}

fn outsiders_of(program: &Program) -> Vec<PrincipalId> {
    let principals = program.principals.iter();
    let outsiders = principals.filter(|it| it.kind == PrincipalKind::Outsider);
    outsiders.map(|it| it.id.clone()).collect()
}

pub(crate) fn severity(program: &Program, named: &str) -> Severity {
    let rules = Rules::new(program, named, Forge::Asked);
    rules.map_or(Severity::High, |rules| rules.review.severity)
}

/// Returns what calibrations must show of the reviewer; none where the program asks for nothing.
pub(crate) fn bar(program: &Program, named: &str) -> Option<Bar> {
    let rules = Rules::new(program, named, Forge::Asked).ok();
    rules.and_then(|rules| rules.review.bar)
}

/// Returns the agent that is asked first: the one that is named, else the only one that is not asked in another's place.
pub(crate) fn reviewer<'p>(
    program: &'p Program,
    by: Option<&str>,
) -> Result<(&'p PrincipalId, &'p Reviewer), ReviewError> {
    let principals = program.principals.iter();
    let all: Vec<(&Principal, &Reviewer)> = principals
        .filter_map(|it| Some((it, it.reviewer.as_ref()?)))
        .collect();
    let (agent, how) = match by {
        Some(id) => {
            let named = all.iter().find(|(it, _)| it.id.as_str() == id);
            named.ok_or_else(|| ReviewError::Unknown { id: id.to_owned() })?
        }
        None => {
            let is_asked_first = |agent: &&(&Principal, &Reviewer)| {
                let next = Fallback::Agent(agent.0.id.clone());
                !all.iter().any(|(_, how)| how.fallback.contains(&next))
            };
            let first: Vec<_> = all.iter().filter(is_asked_first).collect();
            match first.as_slice() {
                [one] => *one,
                [] if all.is_empty() => return Err(ReviewError::NoReviewer),
                _ => {
                    let ids = all.iter().map(|(it, _)| it.id.clone()).collect();
                    return Err(ReviewError::Several { ids });
                }
            }
        }
    };
    Ok((&agent.id, how))
}
