//! `protect`: the ruleset that the program asks for on its branch, shown beside what is at the forge, and set there.

pub mod canary;
mod error;

use self::canary::Canary;
pub use self::error::ProtectError;
use crate::collect::{CollectError, Request};
use crate::forge::ask::{Asker, Look};
use crate::forge::canary::Must;
use crate::forge::change::Changer;
use crate::forge::collect::{Access, leaf};
use crate::forge::facts;
use crate::forge::history::{self, KnownVersions};
use crate::forge::record::{About, Kept};
use crate::gate::GateError;
use crate::gate::scene::{Scene, scene};
use crate::log::{Log, LogError};
use gates::merge::protect::{self, NAME};
use gates::rules::{Forge, Rules};
use gates::satisfiable;
use ledger::append::NewLeaf;
use ledger::leaf::LeafKind;
use model::outcome::Outcome;
use model::program::RepositoryForge;
use model::request::Readable;
use model::request::rules::{RequiredCheck, Rule, Ruleset};
use model::request::wanted::{Plan, Step};
use sources::forge::answer::Unreadable;
use sources::forge::retrieval::Retrieval;
use sources::github;
use sources::github::endpoint::Endpoint;
use sources::github::order::Change;
use sources::github::read;

/// The app of GitHub Actions, whose jobs are checks by their names (`GET /apps/github-actions`).
pub const GITHUB_ACTIONS: u64 = 15_368;

/// Where `ci github` writes the pipeline of the gate.
const WORKFLOW: &str = ".github/workflows/countersign.yml";

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
            Step::Nothing { .. } if self.plan.is_done() => Outcome::Pass,
            Step::Unknown { .. } => Outcome::Unknown,
            Step::Nothing { .. }
            | Step::Create
            | Step::Replace { .. }
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
    changer: Changer<'a>,
}

/// Shows what would be set. Nothing is changed, and nothing recorded.
pub fn plan(request: &Request<'_>, check: &RequiredCheck) -> Result<Protected, ProtectError> {
    let hands = hands(request, check)?;
    let (plan, _) = hands.plan(&KnownVersions::default())?;
    Ok(hands.protected(plan, false, None))
}

/// Sets the ruleset, reads it back, records what protects the branch since, and has a request that did not pass the gate
/// try to land, which the forge must refuse.
pub fn apply(mut request: Request<'_>, check: &RequiredCheck) -> Result<Protected, ProtectError> {
    let hands = hands(&request, check)?;
    hands.lets_its_team_in()?;
    let mut log = Log::open_or_create(&hands.scene.found.home, request.entropy)?;
    let of_it = (hands.scene.named.as_str(), &hands.scene.forge);
    let known = history::known(log.reader(), &log.entries()?, of_it);
    let known = known.map_err(LogError::from)?;
    let (before, _) = hands.plan(&known)?;
    let change = match &before.step {
        Step::Create => Some(Change::NewRuleset(&before.wanted)),
        Step::Replace { id, .. } | Step::Unknown { id: Some(id), .. } => {
            Some(Change::Ruleset(*id, &before.wanted))
        }
        Step::Nothing { .. } => None,
        Step::Unknown { id: None, why } => {
            return Err(ProtectError::Unseen { why: why.clone() });
        }
        Step::NotOffered { said } => {
            return Err(ProtectError::NotOffered { said: said.clone() });
        }
    };
    let is_changed = change.is_some();
    if let Some(change) = change {
        hands.changer.send(change)?;
    }
    let (plan, guards) = hands.plan(&known)?;
    let size = log.checkpoint()?.checkpoint.size();
    let program = NewLeaf::new(LeafKind::Program, hands.scene.text.clone().into_bytes());
    let leaves = vec![program, leaf(guards, size)];
    log.append(leaves, request.now, request.entropy)?;
    let asks_for_check = plan
        .wanted
        .rules
        .iter()
        .any(|rule| matches!(rule, Rule::RequiredStatusChecks { .. }));
    if !matches!(plan.step, Step::Nothing { .. }) {
        return Ok(hands.protected(plan, is_changed, None));
    }
    if !asks_for_check {
        let mut protected = hands.protected(plan, is_changed, None);
        protected.not_tried = Some(NOTHING_BLOCKS.to_owned());
        return Ok(protected);
    }
    let canary = canary::send(&hands.changer, &hands.scene.branch, check, request.entropy)?;
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
    let answer = hands.changer.get(Endpoint::Request(number))?;
    let at_forge = read::request(&answer.bodies())?;
    let last = facts.gates.get(&number).and_then(|all| all.last());
    let is_of_it = at_forge.number == number && at_forge.base.branch == hands.scene.branch;
    let is_passed = is_of_it
        && last.is_some_and(|gated| {
            gated.outcome == Outcome::Pass && gated.head == at_forge.head.commit
        });
    if !is_passed {
        return Err(ProtectError::NotPassed { number });
    }
    let state = read::merge_state(&answer.bodies())?;
    let canary = canary::let_through(&at_forge, state.as_deref());
    let leaf = hands.record(&canary, Must::Pass, &mut log, &mut request)?;
    let (plan, _) = hands.plan(&KnownVersions::default())?;
    Ok(hands.protected(plan, false, Some((canary, leaf))))
}

fn hands<'a>(request: &Request<'a>, check: &RequiredCheck) -> Result<Hands<'a>, ProtectError> {
    let scene = scene(request, false)?;
    let access = request.forge.ok_or_else(|| GateError::NoForge {
        repository: scene.named.clone(),
    })?;
    let changer = Changer::new(&scene.forge, &access)?;
    Ok(Hands {
        scene,
        check: check.clone(),
        access,
        changer,
    })
}

impl Hands<'_> {
    /// Returns what is to be done, with the record of what protects the branch now.
    fn plan(&self, known: &KnownVersions) -> Result<(Plan, Kept), ProtectError> {
        let scene = &self.scene;
        let rules = Rules::new(&scene.program, &scene.named, Forge::Asked)?;
        let wanted = protect::wanted(&rules, &scene.branch, &self.check);
        let wanted = wanted.ok_or(ProtectError::NothingAsked)?;
        let place = (scene.named.as_str(), scene.branch.as_str());
        let asker = Asker::new(&scene.forge, place, &self.access);
        let asker = asker.map_err(CollectError::from).map_err(GateError::from)?;
        let kept = asker.guards(known, Look::Whole);
        let kept = kept.map_err(CollectError::from).map_err(GateError::from)?;
        let guards = facts::guards_now(&kept, &scene.branch);
        Ok((protect::plan(wanted, &guards, &self.ours()?), kept))
    }

    /// Returns the ruleset of our name, in force or not.
    fn ours(&self) -> Result<Readable<Option<Ruleset>>, ProtectError> {
        let listed = self.read(Endpoint::Rulesets, read::rulesets)?;
        let ours = listed.map(|listed| {
            let mut ours = listed.into_iter().filter(|listed| {
                let (whose, _) = &listed.source;
                listed.name == NAME && whose == "Repository"
            });
            ours.next().map(|listed| listed.id)
        });
        match ours {
            Readable::Known(Some(id)) => {
                Ok(self.read(Endpoint::Ruleset(id), read::ruleset)?.map(Some))
            }
            none => Ok(none.map(|_| None)),
        }
    }

    fn read<T>(
        &self,
        endpoint: Endpoint<'_>,
        reader: impl Fn(&[&[u8]]) -> Result<T, Unreadable>,
    ) -> Result<Readable<T>, ProtectError> {
        let whole = |retrieval: Retrieval| match retrieval.cut_short {
            None => Ok(Readable::Known(reader(&retrieval.bodies())?)),
            Some(why) => Ok(Readable::Unread {
                why: why.to_string(),
            }),
        };
        match github::readable(self.changer.get(endpoint))? {
            Readable::Known(retrieval) => whole(retrieval),
            Readable::Withheld { needs } => Ok(Readable::Withheld { needs }),
            Readable::Unread { why } => Ok(Readable::Unread { why }),
            Readable::NotOffered { said } => Ok(Readable::NotOffered { said }),
        }
    }

    /// A protection that its team cannot pass is switched off and on again: it is proven before it is set.
    fn lets_its_team_in(&self) -> Result<(), ProtectError> {
        let scene = &self.scene;
        if satisfiable::prove(&scene.program)?.outcome() != Outcome::Pass {
            return Err(ProtectError::LockedOut);
        }
        let of_actions = self.check.app == Some(GITHUB_ACTIONS);
        let repository = scene.found.repository();
        let branch = repository.branch(Some(&scene.branch));
        let branch = branch.map_err(|error| {
            let error = sources::git::CensusError::from(error);
            GateError::from(CollectError::from(error))
        })?;
        match of_actions && repository.file(&branch, WORKFLOW)?.is_none() {
            true => Err(ProtectError::NoPipeline {
                branch: scene.branch.clone(),
                check: self.check.context.clone(),
            }),
            false => Ok(()),
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
