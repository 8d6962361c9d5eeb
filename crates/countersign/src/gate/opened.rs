//! A request as it is now, recorded, for whoever is about to read it.

use super::scene::{Scene, scene};
use super::{GateError, record, seen_now};
use crate::checker::Checker;
use crate::collect::{CollectError, Request};
use crate::forge::facts;
use crate::log::{Log, LogError};
use model::change::Proposal;
use model::request::dossier::{Dossier, ForgeFacts};

/// An open request.
pub(crate) struct Opened {
    pub(crate) scene: Scene,
    pub(crate) log: Log,
    /// What the log holds of the forge.
    pub(crate) facts: ForgeFacts,
    /// The request as it is now.
    pub(crate) dossier: Dossier,
    /// What it would bring.
    pub(crate) proposal: Proposal,
}

/// A request that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum NotOpened {
    /// Repository, program, forge or ledger cannot be used.
    #[error(transparent)]
    Gate(#[from] GateError),
    /// The ledger cannot be used.
    #[error("the ledger cannot be used")]
    Ledger(#[from] LogError),
    /// The difference cannot be told.
    #[error("the difference of request {number} cannot be told: {why}")]
    NoDifference {
        /// The request.
        number: u64,
        /// Why.
        why: String,
    },
    /// The request is not open.
    #[error("request {number} is not open")]
    NotOpen {
        /// The request.
        number: u64,
    },
}

/// Records a request as it is now, and returns it.
pub(crate) fn opened(request: &mut Request<'_>, number: u64) -> Result<Opened, NotOpened> {
    let scene = scene(request, false)?;
    let access = request.forge.ok_or_else(|| GateError::NoForge {
        repository: scene.named.clone(),
    })?;
    let checker = Checker::new(&scene.program.principals).map_err(CollectError::from);
    let checker = checker.map_err(GateError::from)?;
    let (log, leaf) = record(&scene, number, &checker, access, request)?;
    let entries = log.entries()?;
    let place = (scene.named.as_str(), scene.branch.as_str());
    let facts = facts::facts(log.reader(), &entries, &scene.program, place);
    let facts = facts.map_err(LogError::from)?.facts;
    let dossier = seen_now(&facts, number, leaf, &scene)?.clone();
    if dossier.request.closed_at.is_some() {
        return Err(NotOpened::NotOpen { number });
    }
    let proposal = dossier.proposal.clone();
    let proposal = proposal.map_err(|why| NotOpened::NoDifference { number, why })?;
    Ok(Opened {
        scene,
        log,
        facts,
        dossier,
        proposal: *proposal,
    })
}
