//! `protect`: the protection that the program asks for on its branch, shown beside what is at the forge, and set there.

mod at;
pub mod canary;
mod error;

use self::at::At;
use self::canary::Canary;
pub use self::error::ProtectError;
use crate::collect::{CollectError, Request, open_log};
use crate::forge::ask::{Asker, Look};
use crate::forge::canary::Must;
use crate::forge::collect::{Access, leaf};
use crate::forge::facts;
use crate::forge::history::{self, KnownVersions};
use crate::forge::record::{About, Kept};
use crate::gate::GateError;
use crate::gate::scene::{Scene, scene};
use crate::log::{Log, LogError};
use gates::rules::{Forge, Rules};
use gates::satisfiable;
use ledger::append::NewLeaf;
use ledger::leaf::LeafKind;
use model::outcome::Outcome;
use model::program::RepositoryForge;
use model::request::rules::RequiredCheck;
use model::request::wanted::{Plan, Step, Wanted};

/// The app of GitHub Actions, whose jobs are checks by their names.
pub const GITHUB_ACTIONS: u64 = at::ACTIONS;

/// What was found, and what was done.
#[derive(Debug, Clone)]
pub struct Protected {
    /// Where.
    pub forge: RepositoryForge,
    /// What differs now.
    pub plan: Plan,
    /// Whether anything was changed.
    pub is_changed: bool,
    /// What became of the canary, and the leaf that holds it, where one was sent.
    pub canary: Option<(Canary, u64)>,
    /// Why nothing was tried, where something should have been.
    pub not_tried: Option<String>,
}

/// Why no canary is sent.
const NOTHING_BLOCKS: &str =
    "nothing was tried: without CR-3 no check is required, so that a canary would land";

impl Protected {
    /// Returns Pass where the branch is protected as the program asks, as far as was tried.
    pub fn outcome(&self) -> Outcome {
        let of_canary = match (&self.canary, &self.not_tried) {
            (Some((canary, _)), _) => Some(canary.outcome),
            (None, Some(_)) => Some(Outcome::Unknown),
            (None, None) => None,
        };
        let of_plan = match &self.plan.step {
            Step::Nothing { .. } | Step::Set if self.plan.is_done() => Outcome::Pass,
            Step::Unknown { .. } => Outcome::Unknown,
            Step::Nothing { .. }
            | Step::Set
            | Step::Create
            | Step::Replace { .. }
            | Step::Change { .. }
            | Step::NotOffered { .. } => Outcome::Fail,
        };
        match (of_plan, of_canary) {
            (Outcome::Fail, _) | (_, Some(Outcome::Fail)) => Outcome::Fail,
            (Outcome::Unknown, _) | (_, Some(Outcome::Unknown)) => Outcome::Unknown,
            (Outcome::Pass, Some(Outcome::Pass) | None) => Outcome::Pass,
        }
    }
}

/// What one run has at hand.
struct Hands<'a> {
    scene: Scene,
    check: RequiredCheck,
    access: Access<'a>,
    at: At<'a>,
}

/// Shows what would be set. Nothing is changed, and nothing recorded.
pub fn plan(request: &Request<'_>, check: &RequiredCheck) -> Result<Protected, ProtectError> {
    let hands = hands(request, check)?;
    let (plan, _) = hands.plan(&KnownVersions::default())?;
    Ok(hands.protected(plan, false, None))
}

/// Sets the protection, reads it back, records what protects the branch since, and has a request that did not pass the gate
/// try to land, which the forge must refuse.
pub fn apply(mut request: Request<'_>, check: &RequiredCheck) -> Result<Protected, ProtectError> {
    let hands = hands(&request, check)?;
    hands.asks_for_something()?;
    hands.lets_its_team_in()?;
    let mut log = open_log(&hands.scene.found.home, &mut request)?;
    let of_it = (hands.scene.named.as_str(), &hands.scene.forge);
    let known = history::known(log.reader(), &log.entries()?, of_it);
    let known = known.map_err(LogError::from)?;
    let (before, _) = hands.plan(&known)?;
    let done = hands.at.set(&before);
    let (plan, guards) = match hands.plan(&known) {
        Ok(read_back) => read_back,
        Err(error) => return Err(done.err().unwrap_or(error)),
    };
    let size = log.checkpoint()?.checkpoint.size();
    let program = NewLeaf::new(LeafKind::Program, hands.scene.text.clone().into_bytes());
    let leaves = vec![program, leaf(guards, size)];
    log.append(leaves, request.now, request.entropy)?;
    // Where it failed half-way, what protects the branch since is recorded.
    let done = done?;
    let not_tried = match (plan.step.is_set(), plan.wanted.asks_for_check()) {
        (false, _) => Some(done.not_in_place),
        (true, false) => Some(Some(NOTHING_BLOCKS.to_owned())),
        (true, true) => None,
    };
    // GitLab may take a setting, and leave what its plan does not offer as it was.
    let is_ignored = matches!(plan.wanted, Wanted::Settings(_)) && plan == before;
    let is_changed = done.is_changed && !is_ignored;
    if let Some(not_tried) = not_tried {
        let mut protected = hands.protected(plan, is_changed, None);
        protected.not_tried = not_tried;
        return Ok(protected);
    }
    let canary = canary::send(&hands.at, &hands.scene.branch, check, request.entropy)?;
    let leaf = hands.record(&canary, Must::Block, &mut log, &mut request)?;
    Ok(hands.protected(plan, is_changed, Some((canary, leaf))))
}

/// Asks whether the forge lets a request land that passed the gate: a ruleset that blocks it locks its team out.
pub fn passes(
    mut request: Request<'_>,
    check: &RequiredCheck,
    number: u64,
) -> Result<Protected, ProtectError> {
    let hands = hands(&request, check)?;
    let log = Log::open_if_there(&hands.scene.found.home)?;
    let mut log = log.ok_or(ProtectError::NotPassed { number })?;
    let entries = log.entries()?;
    let place = (hands.scene.named.as_str(), hands.scene.branch.as_str());
    let facts = facts::facts(log.reader(), &entries, &hands.scene.program, place);
    let facts = facts.map_err(LogError::from)?.facts;
    let passing = hands.at.passing(number);
    let passing = passing.map_err(|error| error.of_request(number))?;
    let last = facts.gates.get(&number).and_then(|all| all.last());
    let is_of_it = passing.number == number && passing.branch == hands.scene.branch;
    let is_passed = is_of_it
        && last.is_some_and(|gated| {
            gated.outcome == Outcome::Pass && gated.head == passing.head && !gated.by_file
        });
    if !is_passed {
        return Err(ProtectError::NotPassed { number });
    }
    let canary = Canary {
        request: passing.number,
        head: passing.head,
        outcome: passing.outcome,
        said: passing.said,
        left: Vec::new(),
    };
    let leaf = hands.record(&canary, Must::Pass, &mut log, &mut request)?;
    let (plan, _) = hands.plan(&KnownVersions::default())?;
    Ok(hands.protected(plan, false, Some((canary, leaf))))
}

fn hands<'a>(request: &Request<'a>, check: &RequiredCheck) -> Result<Hands<'a>, ProtectError> {
    let scene = scene(request, false)?;
    let access = request.forge.ok_or_else(|| GateError::NoForge {
        repository: scene.named.clone(),
    })?;
    let at = At::new(&scene.forge, &access)?;
    Ok(Hands {
        scene,
        check: check.clone(),
        access,
        at,
    })
}

impl Hands<'_> {
    /// Returns what is to be done, with the record of what protects the branch now.
    fn plan(&self, known: &KnownVersions) -> Result<(Plan, Kept), ProtectError> {
        let scene = &self.scene;
        let rules = Rules::new(&scene.program, &scene.named, Forge::Asked)?;
        let place = (scene.named.as_str(), scene.branch.as_str());
        let asker = Asker::new(&scene.forge, place, &self.access);
        let asker = asker.map_err(CollectError::from).map_err(GateError::from)?;
        let kept = asker.guards(known, Look::Whole);
        let kept = kept.map_err(CollectError::from).map_err(GateError::from)?;
        let guards = facts::guards_now(self.at.kind(), &kept, &scene.branch);
        let plan = self.at.plan(&rules, &self.check, &guards)?;
        Ok((plan.ok_or(ProtectError::NothingAsked)?, kept))
    }

    /// A program that asks for nothing is refused before anything else is looked at.
    fn asks_for_something(&self) -> Result<(), ProtectError> {
        let scene = &self.scene;
        let rules = Rules::new(&scene.program, &scene.named, Forge::Asked)?;
        let asks = |control| rules.asks_of_the_forge(control);
        match ["CR-1", "CR-2", "CR-3"].into_iter().any(asks) {
            true => Ok(()),
            false => Err(ProtectError::NothingAsked),
        }
    }

    /// A protection that its team cannot pass is switched off and on again: it is proven before it is set.
    fn lets_its_team_in(&self) -> Result<(), ProtectError> {
        let scene = &self.scene;
        if satisfiable::prove(&scene.program)?.outcome() != Outcome::Pass {
            return Err(ProtectError::LockedOut);
        }
        let repository = scene.found.repository();
        let branch = repository.branch(Some(&scene.branch));
        let branch = branch.map_err(|error| {
            let error = sources::git::CensusError::from(error);
            GateError::from(CollectError::from(error))
        })?;
        let Some(file) = self.at.pipeline(&self.check) else {
            return Ok(());
        };
        match repository.file(&branch, file)? {
            Some(pipeline) if self.at.may_report(&pipeline, &self.check) => Ok(()),
            Some(_) => Err(ProtectError::NoJob {
                branch: scene.branch.clone(),
                file,
                check: self.check.context.clone(),
            }),
            None => Err(ProtectError::NoPipeline {
                kind: self.at.kind(),
                branch: scene.branch.clone(),
                file,
                check: self.check.context.clone(),
            }),
        }
    }

    /// Records what became of a canary; returns the leaf.
    fn record(
        &self,
        canary: &Canary,
        must: Must,
        log: &mut Log,
        request: &mut Request<'_>,
    ) -> Result<u64, ProtectError> {
        let scene = &self.scene;
        let about = About::Canary {
            request: canary.request,
            head: canary.head.clone(),
            must,
            outcome: canary.outcome,
            said: canary.said.clone(),
        };
        let RepositoryForge {
            kind,
            repository,
            api,
        } = &scene.forge;
        let kept = Kept::new(kind.name(), api, repository, &scene.named, about);
        let size = log.checkpoint()?.checkpoint.size();
        let appended = log.append(vec![leaf(kept, size)], request.now, request.entropy)?;
        Ok(*appended.leaves.first().expect("one leaf was appended"))
    }

    fn protected(self, plan: Plan, is_changed: bool, canary: Option<(Canary, u64)>) -> Protected {
        Protected {
            forge: self.scene.forge,
            plan,
            is_changed,
            canary,
            not_tried: None,
        }
    }
}
